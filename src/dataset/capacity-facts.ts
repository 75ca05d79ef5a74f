import { z } from 'zod';
import type { Plan, SloPlan } from '../domain/plan.ts';
import type { Platform } from '../domain/platform.ts';
import { quantile } from '../domain/statistics/statistics.ts';
import { withDatabase } from './duckdb.ts';
import type { SlotParquet } from './merge.ts';
import { isScored, openObservations } from './observations.ts';
import { ascendingLatencies, printableQuantile } from './quantile.ts';

/** What complete slots say about where a workload may live: the input of `decideCapacity`. */
export interface CapacityFacts {
  /** Mean billed time of a request; without a workload that has no report yet. */
  readonly lambdaBilledMs: Readonly<Record<string, number>>;
  /** Without a workload that was not measured on both platforms. */
  readonly isFastEnough: Readonly<Record<string, Readonly<Record<Platform, boolean>>>>;
}

/**
 * Facts outside the ladder, whose load is not the question's. *Fast enough* takes the point
 * estimate of attainment, not the lower bound of METHOD 6.0: the bound needs 59 requests without a
 * miss, and a short campaign would find no platform fast enough and choose by nothing. The verdict
 * uses the bound.
 */
export async function capacityFacts(input: {
  readonly parquet: readonly SlotParquet[];
  readonly plan: Plan;
}): Promise<CapacityFacts> {
  const measured = await withDatabase(async (database) => {
    await openObservations(
      database,
      input.parquet.map(({ path }) => path),
    );
    return await database.read(factQuery, factShape);
  });
  const lambdaBilledMs: Record<string, number> = {};
  const isFastEnough: Record<string, Record<Platform, boolean>> = {};
  for (const { name, slo } of input.plan.workloads) {
    const lambda = measured.find((m) => m.workload === name && m.platform === 'lambda');
    const ecs = measured.find((m) => m.workload === name && m.platform === 'ecs');
    if (typeof lambda?.billed_ms === 'number') lambdaBilledMs[name] = lambda.billed_ms;
    if (lambda === undefined || ecs === undefined) continue;
    isFastEnough[name] = fastEnough(lambda.latencies, ecs.latencies, {
      margin: input.plan.question.margin,
      ...(slo === undefined ? {} : { slo }),
    });
  }
  return { lambdaBilledMs, isFastEnough };
}

const factShape = z.object({
  workload: z.string(),
  platform: z.enum(['lambda', 'ecs']),
  billed_ms: z.number().nullable(),
  latencies: z.array(z.number().nullable()),
});

const factQuery = `
select workload, platform, avg(billed_ms) as billed_ms,
  list(if(is_good, latency_ms, null)) as latencies
from observation
where ${isScored} and ladder_step is null and arm is null
group by workload, platform
order by workload, platform
`;

type Latencies = readonly (number | null)[];

function fastEnough(
  lambda: Latencies,
  ecs: Latencies,
  { slo, margin }: { readonly slo?: SloPlan; readonly margin: number },
): Record<Platform, boolean> {
  if (slo !== undefined) return { lambda: attains(lambda, slo), ecs: attains(ecs, slo) };
  const [lambdaMs, ecsMs] = commonQuantile(lambda, ecs);
  const slowestMs = Math.min(lambdaMs, ecsMs) * (1 + margin);
  return { lambda: lambdaMs <= slowestMs, ecs: ecsMs <= slowestMs };
}

function attains(latencies: Latencies, { latencyMs, attainment }: SloPlan): boolean {
  const inside = latencies.filter((latency) => latency !== null && latency <= latencyMs).length;
  return inside >= attainment * latencies.length;
}

/** The highest quantile that both can print (METHOD 6.2); with few rows, the plain median. */
function commonQuantile(lambda: Latencies, ecs: Latencies): readonly [number, number] {
  const ascending = [ascendingLatencies(lambda), ascendingLatencies(ecs)] as const;
  for (const q of [0.95, 0.9, 0.75, 0.5]) {
    const [lambdaMs, ecsMs] = [
      printableQuantile(ascending[0], q),
      printableQuantile(ascending[1], q),
    ];
    if (lambdaMs !== undefined && ecsMs !== undefined) return [lambdaMs, ecsMs];
  }
  const medianOf = (own: readonly number[]): number =>
    quantile(own, 0.5) ?? Number.POSITIVE_INFINITY;
  return [medianOf(ascending[0]), medianOf(ascending[1])];
}
