import type { LabelledRows } from '../domain/models/training.ts';
import { slotsOf } from './slot-split.ts';

/**
 * Rows by slot and workload. Sums of these groups are all that V_pair of any choice of slots takes,
 * so that a resample costs slots and not rows.
 */
export interface SlotGroups {
  /** In order. Group g is of slot ⌊g / workloads⌋ and workload g mod `workloads`. */
  readonly slots: readonly number[];
  readonly workloads: number;
  /** The place of each row's slot in `slots`. */
  readonly place: Int32Array;
  readonly group: Int32Array;
  /** Σ share per group. */
  readonly mass: Float64Array;
  /** Part of the load per workload, adding up to 1. */
  readonly shares: Float64Array;
}

/** Which rows a router sends to Lambda. */
export type Choice = (row: number) => boolean;

/**
 * Rows without a share (those of ladders) stand in groups and count nothing (METHOD 1.8). `slots`
 * may name more slots than the rows have.
 */
export function groupBySlot(
  rows: LabelledRows,
  slots: readonly number[] = slotsOf(rows),
): SlotGroups {
  const placeOf = new Map(slots.map((slot, place) => [slot, place]));
  const place = Int32Array.from(rows.slot, (slot) => placeOf.get(slot) ?? 0);
  const workloads = rows.workloads.length;
  const group = place.map((at, row) => at * workloads + (rows.workload[row] ?? 0));
  const mass = new Float64Array(slots.length * workloads);
  const shares = new Float64Array(workloads);
  for (let row = 0; row < rows.rowCount; row += 1) {
    const share = rows.share[row] ?? 0;
    const workload = rows.workload[row] ?? 0;
    add(mass, group[row], share);
    shares[workload] = (shares[workload] ?? 0) + share;
  }
  return { slots, workloads, place, group, mass, shares };
}

/** Σ share · u of the chosen outcomes, per group. */
export function utilitySums(
  rows: LabelledRows,
  groups: SlotGroups,
  isLambda: Choice,
): Float64Array {
  const sums = new Float64Array(groups.mass.length);
  for (let row = 0; row < rows.rowCount; row += 1) {
    const utility = isLambda(row) ? rows.utilityLambda[row] : rows.utilityEcs[row];
    add(sums, groups.group[row], (rows.share[row] ?? 0) * (utility ?? Number.NaN));
  }
  return sums;
}

/**
 * V_pair over the slots, each as often as it was drawn (METHOD 5.1): every workload keeps its part
 * of the load, whatever rows the drawn slots have of it. NaN without rows.
 */
export function pairValueOf(
  groups: SlotGroups,
  sums: Float64Array,
  drawn: ArrayLike<number>,
): number {
  const { slots, workloads, mass, shares } = groups;
  let value = 0;
  let present = 0;
  for (let workload = 0; workload < workloads; workload += 1) {
    let [utility, weight] = [0, 0];
    for (let place = 0; place < slots.length; place += 1) {
      const times = drawn[place] ?? 0;
      if (times === 0) continue;
      const group = place * workloads + workload;
      utility += times * (sums[group] ?? 0);
      weight += times * (mass[group] ?? 0);
    }
    if (weight === 0) continue;
    const share = shares[workload] ?? 0;
    value += (share * utility) / weight;
    present += share;
  }
  return value / present;
}

/** Every slot drawn once: the rows as they are. */
export function allSlotsOnce(groups: SlotGroups): Uint16Array {
  return new Uint16Array(groups.slots.length).fill(1);
}

/** V_pair of each slot by itself, in the order of `slots`; NaN for one that has only ladders. */
export function pairValuePerSlot(groups: SlotGroups, sums: Float64Array): readonly number[] {
  const alone = new Uint16Array(groups.slots.length);
  return groups.slots.map((_, place) => {
    alone.fill(0);
    alone[place] = 1;
    return pairValueOf(groups, sums, alone);
  });
}

function add(sums: Float64Array, at: number | undefined, value: number): void {
  if (at !== undefined) sums[at] = (sums[at] ?? 0) + value;
}
