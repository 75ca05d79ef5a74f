import { splitByTime } from '../domain/dataset/dataset.ts';
import type { LabelledRows } from '../domain/models/training.ts';
import { randomFor, shuffled } from '../domain/statistics/random.ts';

/** Slots that a recipe is fitted on and slots that it is judged on, each in order. */
export interface SlotSplit {
  readonly fitted: readonly number[];
  readonly judged: readonly number[];
}

/**
 * The first two thirds of the slots and the rest (METHOD 5.3). Slots are never divided, and a test
 * slot is never earlier than a training slot (METHOD 4.6). Undefined with fewer than three.
 */
export function splitSlots(rows: LabelledRows): SlotSplit | undefined {
  return splitByTime(slotsOf(rows));
}

/**
 * Folds of whole slots for a cross-validation (METHOD 4.6), dealt out in an order that the seed
 * gives, so that no fold is all of one time of day. None with fewer than two slots.
 */
export function slotFolds(slots: readonly number[], seed: number): readonly SlotSplit[] {
  if (slots.length < 2) return [];
  const order = shuffled(slots, randomFor(seed, 'folds'));
  const count = Math.min(mostFolds, slots.length);
  const dealt = (isKept: (fold: number) => boolean): readonly number[] =>
    order.filter((_, place) => isKept(place % count)).sort((a, b) => a - b);
  return Array.from({ length: count }, (_, judged) => ({
    fitted: dealt((fold) => fold !== judged),
    judged: dealt((fold) => fold === judged),
  }));
}

/**
 * Three fits per combination: nine combinations of 300 trees already take minutes, and a third of
 * the slots is what a recipe is judged on later as well.
 */
const mostFolds = 3;

export function slotsOf(rows: LabelledRows): readonly number[] {
  return [...new Set(rows.slot)].sort((a, b) => a - b);
}

/** All rows of the slots, their ladders included: what a model is fitted on. */
export function rowsToFit(rows: LabelledRows, slots: readonly number[]): LabelledRows {
  const wanted = new Set(slots);
  return rowsAt(
    rows,
    indexesWhere(rows, (row) => wanted.has(rows.slot[row] ?? 0)),
  );
}

/** The rows of the slots that have a share: those of a ladder train models and judge none. */
export function rowsToJudge(rows: LabelledRows, slots: readonly number[]): LabelledRows {
  return rowsAt(rows, indexesToJudge(rows, slots));
}

/** Where the rows of `rowsToJudge` stand, for what else is known per row. */
export function indexesToJudge(rows: LabelledRows, slots: readonly number[]): Int32Array {
  const wanted = new Set(slots);
  return indexesWhere(rows, (row) => wanted.has(rows.slot[row] ?? 0) && (rows.share[row] ?? 0) > 0);
}

export function indexesWhere(rows: LabelledRows, isKept: (row: number) => boolean): Int32Array {
  return Int32Array.from(rows.slot.keys().filter(isKept));
}

/**
 * Some of the rows. Shares are scaled so that every workload that is left keeps the part of the load
 * that the plan gives it, and add up to 1 again (or stay 0 when nothing has a share).
 */
export function rowsAt(rows: LabelledRows, kept: Int32Array): LabelledRows {
  const values = new Float64Array(rows.features.length * kept.length);
  for (let f = 0; f < rows.features.length; f += 1) {
    const column = rows.values.subarray(f * rows.rowCount, (f + 1) * rows.rowCount);
    values.set(pick(column, kept), f * kept.length);
  }
  return {
    features: rows.features,
    workloads: rows.workloads,
    rowCount: kept.length,
    values,
    labels: Uint8Array.from(kept, (row) => rows.labels[row] ?? 0),
    weights: pick(rows.weights, kept),
    workload: Uint8Array.from(kept, (row) => rows.workload[row] ?? 0),
    slot: Int32Array.from(kept, (row) => rows.slot[row] ?? 0),
    utilityLambda: pick(rows.utilityLambda, kept),
    utilityEcs: pick(rows.utilityEcs, kept),
    share: scaledShares(rows, kept),
  };
}

function scaledShares(rows: LabelledRows, kept: Int32Array): Float64Array {
  const before = sharePerWorkload(rows, rows.slot.keys());
  const after = sharePerWorkload(rows, kept);
  const present = before.reduce((sum, share, w) => sum + (after[w] === 0 ? 0 : share), 0);
  return Float64Array.from(kept, (row) => {
    const workload = rows.workload[row] ?? 0;
    const share = rows.share[row] ?? 0;
    if (share === 0) return 0;
    return (share * (before[workload] ?? 0)) / (after[workload] ?? 1) / present;
  });
}

function sharePerWorkload(rows: LabelledRows, indexes: Iterable<number>): Float64Array {
  const sums = new Float64Array(rows.workloads.length);
  for (const row of indexes) {
    const workload = rows.workload[row] ?? 0;
    sums[workload] = (sums[workload] ?? 0) + (rows.share[row] ?? 0);
  }
  return sums;
}

function pick(values: Float64Array, kept: Int32Array): Float64Array {
  return Float64Array.from(kept, (row) => values[row] ?? Number.NaN);
}
