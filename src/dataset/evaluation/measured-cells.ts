import { z } from 'zod';
import { arms } from '../../domain/arm.ts';
import { type Plan, requireWorkload } from '../../domain/plan.ts';
import type { ArmCell } from '../../domain/verdict/verdict.ts';
import type { Database } from '../duckdb.ts';

/** What an arm did with a workload in a block, as it stands in the rows. */
export type MeasuredCell = z.output<typeof cellShape>;

/**
 * One cell per `arm`, `block` and `workload` of rows of `costed_observation`, which `rows` selects
 * and may name otherwise. Those without an outcome are counted as intended and not as scored.
 */
export async function measuredCells(database: Database, rows: string): Promise<MeasuredCell[]> {
  return await database.read(cellQuery(rows), cellShape);
}

const cellShape = z.object({
  arm: z.enum(arms),
  block: z.number(),
  workload: z.string(),
  intended: z.number(),
  scored: z.number(),
  lambda_requests: z.number(),
  ecs_requests: z.number(),
  lambda_usd: z.number(),
  latencies: z.array(z.number().nullable()),
});

/**
 * A refused or throttled request never ran, and nobody is billed for it. Everything else that
 * Lambda gave no report for costs what the workload's other requests cost.
 */
const cellQuery = (rows: string): string => `
with row as (
  select *, outcome not in ('unrecorded', 'not-issued') as is_scored from (${rows})
)
select
  arm, block, workload,
  count(*) as intended,
  count(*) filter (is_scored) as scored,
  count(*) filter (is_scored and platform = 'lambda') as lambda_requests,
  count(*) filter (is_scored and platform = 'ecs') as ecs_requests,
  coalesce(
    sum(cost_usd) filter (
      is_scored and platform = 'lambda'
      and coalesce(unjoined_reason, '') not in ('refused', 'throttled-429')
    ), 0
  ) as lambda_usd,
  coalesce(
    list(if(is_good, latency_ms, null) order by request_id) filter (is_scored), []
  ) as latencies
from row
group by arm, block, workload
order by arm, block, workload
`;

/** A latency is one to a good answer; without one it is infinite (METHOD 6.2). */
export function armCell(cell: MeasuredCell, plan: Plan): ArmCell {
  const good = cell.latencies.filter((latency) => latency !== null);
  const sloMs = requireWorkload(plan, cell.workload).slo?.latencyMs ?? Number.POSITIVE_INFINITY;
  return {
    arm: cell.arm,
    block: cell.block,
    workload: cell.workload,
    requests: cell.scored,
    good: good.length,
    insideSlo: good.filter((latency) => latency <= sloMs).length,
    failed: cell.scored - good.length,
    latenciesMs: cell.latencies.map((latency) => latency ?? Number.POSITIVE_INFINITY),
    lambdaRequests: cell.lambda_requests,
    ecsRequests: cell.ecs_requests,
    lambdaUsd: cell.lambda_usd,
  };
}
