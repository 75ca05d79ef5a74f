import { z } from 'zod';
import type { WorkloadEstimate } from '../domain/evaluation.ts';
import type { Plan } from '../domain/plan.ts';
import { mean, quantile } from '../domain/statistics/statistics.ts';
import { type Database, withDatabase } from './duckdb.ts';
import type { SlotParquet } from './merge.ts';
import { isScored, openObservations } from './observations.ts';
import { requireCpuMs } from './prices.ts';

/** The estimates that a live router uses: those of a slot after all of these. */
export async function workloadEstimates(
  parquet: readonly SlotParquet[],
  plan: Plan,
  cpuMs: Readonly<Record<string, number>>,
): Promise<Record<string, WorkloadEstimate>> {
  const medians = await withDatabase(async (database) => {
    await openObservations(
      database,
      parquet.map(({ path }) => path),
    );
    return await readSlotMedians(database);
  });
  return estimatesBefore(Number.POSITIVE_INFINITY, medians, plan, cpuMs);
}

export type SlotMedian = z.output<typeof medianShape>;

const medianShape = z.object({
  slot: z.number(),
  workload: z.string(),
  platform: z.enum(['lambda', 'ecs']),
  server_ms: z.number().nullable(),
  memory_mb: z.number().nullable(),
});

/** Of good answers outside the ladder, which queues on purpose. */
export async function readSlotMedians(database: Database): Promise<SlotMedian[]> {
  return await database.read(
    `select slot, workload, platform,
       median(server_ms) as server_ms, median(memory_used_mb) as memory_mb
     from observation
     where ${isScored} and slot is not null and ladder_step is null and is_good
     group by slot, workload, platform
     order by slot, workload, platform`,
    medianShape,
  );
}

/**
 * Per platform the median of the slots' medians, and of both platforms the mean: one number that
 * prefers neither. Only slots before `slot` count, so that no row knows its own future; before
 * there is any, the plan's busy time and the function's memory stand in.
 */
export function estimatesBefore(
  slot: number,
  medians: readonly SlotMedian[],
  plan: Plan,
  cpuMs: Readonly<Record<string, number>>,
): Record<string, WorkloadEstimate> {
  const earlier = medians.filter((median) => median.slot < slot);
  return Object.fromEntries(
    plan.workloads.map(({ name, lambdaMemoryMb }) => {
      const own = earlier.filter((median) => median.workload === name);
      const estimate: WorkloadEstimate = {
        estimatedExecutionMs:
          overPlatforms(own, (median) => median.server_ms) ?? requireCpuMs(cpuMs, name),
        estimatedMemoryMb: overPlatforms(own, (median) => median.memory_mb) ?? lambdaMemoryMb,
      };
      return [name, estimate];
    }),
  );
}

function overPlatforms(
  medians: readonly SlotMedian[],
  fieldOf: (median: SlotMedian) => number | null,
): number | undefined {
  const perPlatform = (['lambda', 'ecs'] as const)
    .map((platform) => medianOf(medians.filter((m) => m.platform === platform).map(fieldOf)))
    .filter((value) => value !== undefined);
  return perPlatform.length === 0 ? undefined : mean(perPlatform);
}

function medianOf(values: readonly (number | null)[]): number | undefined {
  return quantile(
    values.filter((value) => value !== null).sort((a, b) => a - b),
    0.5,
  );
}
