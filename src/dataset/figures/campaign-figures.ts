import type { MeasuredFigures } from '../../domain/dataset/measured.ts';
import type { CampaignProfile } from '../../domain/dataset/profile.ts';
import type { Plan } from '../../domain/plan.ts';
import { unitIntervals } from '../../domain/statistics/unit-interval.ts';
import { type Database, withDatabase } from '../duckdb.ts';
import type { SlotParquet } from '../merge.ts';
import { openObservations } from '../observations.ts';
import { openCosts } from '../prices.ts';
import { readClock } from './clock-figures.ts';
import { readColdStarts } from './cold-start-figures.ts';
import { labelFigures } from './label-figures.ts';
import { type LabelPass, readLabelPass } from './label-pass.ts';
import { readLatencyDistributions } from './latency-distributions.ts';
import { readMeasuredRates } from './measured-rates.ts';
import { createMeasuredRows } from './measured-rows.ts';
import { readPairings, readPositions } from './pair-figures.ts';
import { readProfile } from './profile.ts';
import { readPlannedSends, readRuns } from './run-figures.ts';

export interface CampaignFiguresInput {
  /** Slots that have observations, degraded ones included: they are shown (METHOD 1.6). */
  readonly slots: readonly SlotParquet[];
  readonly blocks: readonly { readonly block: number; readonly path: string }[];
  readonly plan: Plan;
  /** Busy time of one request on one vCPU, per workload. */
  readonly cpuMs: Readonly<Record<string, number>>;
}

/**
 * All figures that a report draws from observations; the labels are made once for both. There is no
 * profile without a slot.
 */
export async function campaignFigures(
  input: CampaignFiguresInput,
): Promise<{ readonly profile?: CampaignProfile; readonly measured: MeasuredFigures }> {
  const { slots, blocks, plan, cpuMs } = input;
  return await withDatabase(async (database) => {
    const paths = slots.map(({ path }) => path);
    const all = [...paths, ...blocks.map(({ path }) => path)];
    // Rows of blocks are no part of a profile, nor of the mean costs behind its labels.
    await openObservations(database, paths.length > 0 ? paths : all);
    await openCosts(database, plan, cpuMs);
    const labels = await readLabelPass(database, plan);
    const profile =
      paths.length > 0 ? await readProfile(database, { plan, cpuMs, labels }) : undefined;
    if (blocks.length > 0) await openObservations(database, all);
    await createMeasuredRows(database, plan);
    const measured = await measuredFigures(database, input, labels);
    return { ...(profile === undefined ? {} : { profile }), measured };
  });
}

async function measuredFigures(
  database: Database,
  { plan, cpuMs }: CampaignFiguresInput,
  labels: LabelPass,
): Promise<MeasuredFigures> {
  const intervals = unitIntervals(plan.seed);
  const runs = await readRuns(database);
  const plannedSends = await readPlannedSends(database, { plan, runs, intervals });
  return {
    latencies: await readLatencyDistributions(database, plan, intervals),
    hours: await readClock(database, { plan, by: 'hour', intervals }),
    weekdays: await readClock(database, { plan, by: 'weekday', intervals }),
    coldStarts: await readColdStarts(database, plan),
    runs,
    ...(plannedSends === undefined ? {} : { plannedSends }),
    ...(await labelFigures(labels, plan, intervals)),
    positions: await readPositions(database, plan, intervals),
    pairings: await readPairings(database, plan, intervals),
    rates: await readMeasuredRates(database, plan, cpuMs),
  };
}
