import type { LabelledRows } from '../domain/training.ts';

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
  const slots = slotsOf(rows);
  if (slots.length < 3) return undefined;
  const count = Math.floor((2 * slots.length) / 3);
  return { fitted: slots.slice(0, count), judged: slots.slice(count) };
}

export function slotsOf(rows: LabelledRows): readonly number[] {
  return [...new Set(rows.slot)].sort((a, b) => a - b);
}

/** All rows of the slots, their ladders included: what a model is fitted on. */
export function rowsToFit(rows: LabelledRows, slots: readonly number[]): LabelledRows {
  const wanted = new Set(slots);
  return selectRows(rows, (row) => wanted.has(rows.slot[row] ?? 0));
}

/** The rows of the slots that have a share: those of a ladder train models and judge none. */
export function rowsToJudge(rows: LabelledRows, slots: readonly number[]): LabelledRows {
  const wanted = new Set(slots);
  return selectRows(rows, (row) => wanted.has(rows.slot[row] ?? 0) && (rows.share[row] ?? 0) > 0);
}

/**
 * Shares are scaled so that every workload that is left keeps the part of the load that the plan
 * gives it, and add up to 1 again (or stay 0 when nothing has a share).
 */
function selectRows(rows: LabelledRows, isKept: (row: number) => boolean): LabelledRows {
  const kept = Int32Array.from(rows.slot.keys().filter(isKept));
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
