import { setImmediate } from 'node:timers/promises';
import { localClock } from '../../domain/models/feature.ts';
import { cappedWeights, labelPair } from '../../domain/models/label.ts';
import type { LabelledRows } from '../../domain/models/training.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Database } from '../duckdb.ts';
import { labelRuleOf, workloadOf } from '../labelled-pairs.ts';
import { type Pair, readPairs } from '../pairs.ts';
import { emptyRows, spreadShares } from '../training-rows.ts';

/** All pairs with their labels, and with what a ceiling needs of their features (METHOD 4.5). */
export interface LabelPass {
  /** Ladder rows are in, with a share of 0. */
  readonly rows: LabelledRows;
  /** From 1; 0 outside the ladder. */
  readonly ladderStep: Int32Array;
  /** On the clock of the plan's time zone: 8.25 is a quarter past eight. */
  readonly hour: Float64Array;
}

const features = ['payload_bytes', 'recent_rate_ecs_per_s', 'in_flight_ecs'] as const;

/**
 * The same labels as a training's, in one pass over all slots at once: a report asks for no feature
 * that has to be estimated slot by slot. Needs the views `observation` and `costed_observation` on
 * the collection's slots.
 */
export async function readLabelPass(database: Database, plan: Plan): Promise<LabelPass> {
  const workloads = plan.workloads.map(({ name }) => name);
  const selection = { workloads, chosen: workloads };
  const hourOf = hoursIn(plan.schedule.timezone);
  const { count, pairs } = await readPairs(database, selection);
  const pass = emptyPass(workloads, count);
  let row = 0;
  for (const pair of pairs) {
    writePair(pass, row, pair, plan);
    pass.hour[row] = hourOf(pair.plannedAtMs);
    row += 1;
    // The process has other work: a million pairs take seconds.
    if (row % 10_000 === 0) await setImmediate();
  }
  const { rows } = pass;
  return {
    ...pass,
    rows: { ...rows, weights: cappedWeights(rows.weights), share: spreadShares(rows, plan) },
  };
}

function emptyPass(workloads: readonly string[], rowCount: number): LabelPass {
  return {
    rows: emptyRows(features, workloads, rowCount),
    ladderStep: new Int32Array(rowCount),
    hour: new Float64Array(rowCount),
  };
}

function writePair({ rows, ladderStep }: LabelPass, row: number, pair: Pair, plan: Plan): void {
  const own = labelPair(pair.lambda, pair.ecs, labelRuleOf(workloadOf(pair, plan), plan));
  rows.labels[row] = own.label;
  rows.weights[row] = own.weight;
  rows.utilityLambda[row] = own.utilityLambda;
  rows.utilityEcs[row] = own.utilityEcs;
  rows.workload[row] = pair.workload;
  rows.slot[row] = pair.slot;
  rows.share[row] = pair.isLadder ? 0 : 1;
  ladderStep[row] = pair.ladderStep ?? 0;
  const values = [pair.payloadBytes, pair.recentRateEcsPerS, pair.inFlightEcs];
  for (const [feature, value] of values.entries()) {
    rows.values[feature * rows.rowCount + row] = value;
  }
}

/** No zone's clock changes within a quarter of an hour, and asking it costs a microsecond. */
const quarterMs = 900_000;

function hoursIn(timezone: string): (atMs: number) => number {
  const known = new Map<number, number>();
  return (atMs) => {
    const quarter = Math.floor(atMs / quarterMs);
    let begin = known.get(quarter);
    if (begin === undefined) {
      begin = localClock(quarter * quarterMs, timezone).hour;
      known.set(quarter, begin);
    }
    return begin + (atMs - quarter * quarterMs) / 3_600_000;
  };
}
