import type { Random } from '../../domain/statistics/random.ts';

/** Running totals of the weights: what rows are drawn from. */
export function cumulativeWeights(weights: Float64Array): Float64Array<SharedArrayBuffer> {
  const cumulative = new Float64Array(
    new SharedArrayBuffer(weights.length * Float64Array.BYTES_PER_ELEMENT),
  );
  let total = 0;
  for (let row = 0; row < weights.length; row += 1) {
    total += weights[row] as number;
    cumulative[row] = total;
  }
  return cumulative;
}

/**
 * One bootstrap: rows with replacement, in proportion to their weights (METHOD 4.2), in the order
 * that the tree library is fast with. It proposes a split at every change of label along a sorted
 * column, and its sort is stable, so within a group of equal values the classes should stand
 * together: a few of class 1, all of class 0, the rest of class 1. The few at the front are there
 * because the library counts classes by searching each row's label from the front.
 */
export function drawRows(
  cumulative: Float64Array,
  labels: Uint8Array,
  count: number,
  random: Random,
): number[] {
  const rowsOfClass: readonly [number[], number[]] = [[], []];
  const total = cumulative[cumulative.length - 1] as number;
  for (let draw = 0; draw < count; draw += 1) {
    const row = firstAbove(cumulative, random() * total);
    rowsOfClass[labels[row] === 1 ? 1 : 0].push(row);
  }
  const [ecs, lambda] = rowsOfClass;
  const front = Math.ceil(lambda.length * frontShare);
  return [...lambda.slice(0, front), ...ecs, ...lambda.slice(front)];
}

/** Large enough for some of the front rows to reach every larger node of a tree. */
const frontShare = 0.05;

/** Strictly above, so that a row of weight 0 is never drawn. */
function firstAbove(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] as number) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
