import type { Random } from '../../domain/statistics/random.ts';

/**
 * How many rows the library takes: it copies all values and labels, as 32-bit floats, to the stack
 * of its WebAssembly module, which has 5 MiB, and a larger set ends in "memory access out of bounds".
 */
export function mostRows(featureCount: number): number {
  return Math.floor(usableStackBytes / (Float32Array.BYTES_PER_ELEMENT * (featureCount + 1)));
}

/** A quarter of a MiB is left to everything else on that stack. */
const usableStackBytes = 4.75 * 2 ** 20;

/**
 * Draws rows in proportion to their weights, because the library has no weights (METHOD 4.2): the
 * running total of the weights is cut into `count` equal pieces, and each draws a point of its own.
 * A row thus comes up as often as its weight says, to within two, where independent draws would
 * lose a third of the rows; equal weights give every row once. Indices ascend.
 */
export function drawRows(weights: Float64Array, count: number, random: Random): Int32Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const last = weights.findLastIndex((weight) => weight > 0);
  const drawn = new Int32Array(count);
  let row = 0;
  let upTo = weights[0] ?? 0;
  for (let draw = 0; draw < count; draw += 1) {
    const point = ((draw + random()) / count) * total;
    // Not below the point, so that a row of weight 0 is never drawn.
    while (upTo <= point && row < last) {
      row += 1;
      upTo += weights[row] as number;
    }
    drawn[draw] = row;
  }
  return drawn;
}
