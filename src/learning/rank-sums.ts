import type { LabelledRows } from '../domain/models/training.ts';

/**
 * How often a Lambda row of one slot scores above an ECS row of another, ties counting half: the area
 * under the ROC curve of any choice of slots follows from it, without its rows.
 */
export interface RankSums {
  readonly slots: number;
  /** wins[a · slots + b]: Lambda rows of slot a against ECS rows of slot b. */
  readonly wins: Float64Array;
  readonly lambda: Float64Array;
  readonly ecs: Float64Array;
}

/** `place` is the place of each row's slot, in [0, slots). */
export function rankSums(
  rows: LabelledRows,
  pLambda: Float64Array,
  { place, slots }: { readonly place: Int32Array; readonly slots: number },
): RankSums {
  const wins = new Float64Array(slots * slots);
  const [lambda, ecs] = [new Float64Array(slots), new Float64Array(slots)];
  const order = Uint32Array.from(rows.labels.keys()).sort(
    (a, b) => (pLambda[a] ?? 0) - (pLambda[b] ?? 0),
  );
  // ECS rows that scored less so far, per slot; those of the same score count half meanwhile.
  const below = ecs;
  for (let first = 0; first < order.length; ) {
    const end = endOfTie(order, pLambda, first);
    const tie = order.subarray(first, end);
    countEcs(rows, place, { tie, into: below });
    for (const row of tie) {
      if (rows.labels[row] !== 1) continue;
      const own = place[row] ?? 0;
      lambda[own] = (lambda[own] ?? 0) + 1;
      for (let other = 0; other < slots; other += 1) {
        const at = own * slots + other;
        wins[at] = (wins[at] ?? 0) + (below[other] ?? 0);
      }
    }
    countEcs(rows, place, { tie, into: below });
    first = end;
  }
  return { slots, wins, lambda, ecs };
}

/** The area over the slots as often as they were drawn; NaN when a class is not among them. */
export function rocAucOf({ slots, wins, lambda, ecs }: RankSums, drawn: Uint16Array): number {
  let [won, lambdaRows, ecsRows] = [0, 0, 0];
  for (let own = 0; own < slots; own += 1) {
    const times = drawn[own] ?? 0;
    if (times === 0) continue;
    lambdaRows += times * (lambda[own] ?? 0);
    ecsRows += times * (ecs[own] ?? 0);
    let against = 0;
    for (let other = 0; other < slots; other += 1) {
      against += (drawn[other] ?? 0) * (wins[own * slots + other] ?? 0);
    }
    won += times * against;
  }
  return won / (lambdaRows * ecsRows);
}

function endOfTie(order: Uint32Array, pLambda: Float64Array, first: number): number {
  const score = pLambda[order[first] ?? 0];
  let end = first + 1;
  while (end < order.length && pLambda[order[end] ?? 0] === score) end += 1;
  return end;
}

/** Half of each ECS row: once before its tie is compared, once after. */
function countEcs(
  rows: LabelledRows,
  place: Int32Array,
  { tie, into }: { readonly tie: Uint32Array; readonly into: Float64Array },
): void {
  for (const row of tie) {
    if (rows.labels[row] === 1) continue;
    const slot = place[row] ?? 0;
    into[slot] = (into[slot] ?? 0) + 0.5;
  }
}
