import type { Plan } from '../domain/plan.ts';
import type { CampaignProfile, LabelRow } from '../domain/profile.ts';
import type { LabelledRows } from '../domain/training.ts';
import { withDatabase } from './duckdb.ts';
import type { SlotParquet } from './merge.ts';
import { openObservations } from './observations.ts';
import { openCosts } from './prices.ts';
import {
  readLadder,
  readLatencies,
  readOutcomes,
  readPositionEffect,
  readTotals,
} from './profile-tables.ts';
import { labelledRows } from './training-rows.ts';

/**
 * What the collection measured. All slots are merged first and figures computed then: there is no
 * average of averages in it.
 */
export async function profileCampaign(input: {
  readonly parquet: readonly SlotParquet[];
  readonly plan: Plan;
  /** Busy time of one request on one vCPU, per workload. */
  readonly cpuMs: Readonly<Record<string, number>>;
}): Promise<CampaignProfile> {
  const labels = labelRows(await labelledRows({ ...input, withCapacity: undefined }));
  return await withDatabase(async (database) => {
    const paths = input.parquet.map(({ path }) => path);
    await openObservations(database, paths);
    await openCosts(database, input.plan, input.cpuMs);
    return {
      ...(await readTotals(database)),
      latencies: await readLatencies(database, input.plan),
      ladder: await readLadder(database, input.plan, input.cpuMs),
      labels,
      outcomes: await readOutcomes(database),
      positionEffect: await readPositionEffect(database),
    };
  });
}

/** Outside the ladder, whose load is nobody's everyday. */
function labelRows(rows: LabelledRows): LabelRow[] {
  return rows.workloads.flatMap((workload, index): LabelRow[] => {
    const own = Array.from(rows.workload.keys()).filter(
      (row) => rows.workload[row] === index && (rows.share[row] ?? 0) > 0,
    );
    if (own.length === 0) return [];
    const meanOf = (values: ArrayLike<number>): number =>
      own.reduce((sum, row) => sum + (values[row] ?? 0), 0) / own.length;
    return [
      {
        workload,
        pairs: own.length,
        lambdaShare: meanOf(rows.labels),
        weightMean: meanOf(rows.weights),
      },
    ];
  });
}
