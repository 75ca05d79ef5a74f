import { z } from 'zod';
import type { AddedTasks } from '../domain/added-tasks.ts';
import { type Arm, arms } from '../domain/arm.ts';
import { type Plan, requireWorkload } from '../domain/plan.ts';
import type { ArmCell } from '../domain/verdict.ts';
import { withDatabase } from './duckdb.ts';
import { openObservations } from './observations.ts';
import { openCosts } from './prices.ts';

export interface EvaluationCells {
  /** In order of arm, block and workload. */
  readonly cells: readonly ArmCell[];
  /**
   * Part of each arm's intended requests (lead-in left out) that has an outcome. The others,
   * `unrecorded` and `not-issued`, are in no cell: they must be few, and whoever scores must look.
   */
  readonly issuedShare: Readonly<Partial<Record<Arm, number>>>;
}

/** What each arm did in each block, from the observations of the blocks. */
export async function evaluationCells(input: {
  readonly parquet: readonly { readonly block: number; readonly path: string }[];
  readonly plan: Plan;
  /** Busy time of one request on one vCPU, per workload. */
  readonly cpuMs: Readonly<Record<string, number>>;
  /** What the summary of a block says; by default no service has added any. */
  readonly addedTasksOf?: (block: number) => readonly AddedTasks[];
}): Promise<EvaluationCells> {
  const measured = await withDatabase(async (database) => {
    await openObservations(
      database,
      input.parquet.map(({ path }) => path),
    );
    await openCosts(database, input.plan, input.cpuMs);
    return await database.read(cellQuery, cellShape);
  });
  return {
    cells: measured
      .filter((cell) => cell.scored > 0)
      .map((cell) => armCell(cell, input.plan, input.addedTasksOf?.(cell.block) ?? [])),
    issuedShare: issuedShares(measured),
  };
}

type MeasuredCell = z.output<typeof cellShape>;

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
const cellQuery = `
with row as (
  select *, outcome not in ('unrecorded', 'not-issued') as is_scored
  from costed_observation
  where not lead_in and arm is not null and block is not null
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
function armCell(cell: MeasuredCell, plan: Plan, added: readonly AddedTasks[]): ArmCell {
  const tasks = added.find(
    ({ owner, workload }) => owner === cell.arm && workload === cell.workload,
  );
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
    ...(tasks === undefined ? {} : { addedTaskS: tasks.taskSeconds }),
  };
}

function issuedShares(measured: readonly MeasuredCell[]): Partial<Record<Arm, number>> {
  const shares: Partial<Record<Arm, number>> = {};
  for (const arm of arms) {
    const own = measured.filter((cell) => cell.arm === arm);
    if (own.length === 0) continue;
    const scored = own.reduce((sum, cell) => sum + cell.scored, 0);
    shares[arm] = scored / own.reduce((sum, cell) => sum + cell.intended, 0);
  }
  return shares;
}
