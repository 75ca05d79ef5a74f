import type { CampaignProfile, LabelRow } from '../../domain/dataset/profile.ts';
import type { Plan } from '../../domain/plan.ts';
import { type Database, withDatabase } from '../duckdb.ts';
import type { SlotParquet } from '../merge.ts';
import { openObservations } from '../observations.ts';
import { openCosts } from '../prices.ts';
import { type LabelPass, readLabelPass } from './label-pass.ts';
import {
  readLadder,
  readLatencies,
  readOutcomes,
  readPositionEffect,
  readTotals,
} from './profile-tables.ts';

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
  return await withDatabase(async (database) => {
    await openObservations(
      database,
      input.parquet.map(({ path }) => path),
    );
    await openCosts(database, input.plan, input.cpuMs);
    const labels = await readLabelPass(database, input.plan);
    return await readProfile(database, { ...input, labels });
  });
}

/** The same of observations that are open, with their costs. */
export async function readProfile(
  database: Database,
  {
    plan,
    cpuMs,
    labels,
  }: {
    readonly plan: Plan;
    readonly cpuMs: Readonly<Record<string, number>>;
    readonly labels: LabelPass;
  },
): Promise<CampaignProfile> {
  return {
    ...(await readTotals(database)),
    latencies: await readLatencies(database, plan),
    ladder: await readLadder(database, plan, cpuMs),
    labels: labelRows(labels),
    outcomes: await readOutcomes(database),
    positionEffect: await readPositionEffect(database),
  };
}

/** Outside the ladder, whose load is nobody's everyday. */
function labelRows({ rows }: LabelPass): LabelRow[] {
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
