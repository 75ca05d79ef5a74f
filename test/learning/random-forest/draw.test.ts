import { describe, expect, test } from 'vitest';
import { randomFor } from '../../../src/domain/statistics/random.ts';
import { cumulativeWeights, drawRows } from '../../../src/learning/random-forest/draw.ts';

describe('the bootstrap of a tree', () => {
  const draw = (weights: readonly number[], labels: readonly number[], count: number) =>
    drawRows(
      cumulativeWeights(Float64Array.from(weights)),
      Uint8Array.from(labels),
      count,
      randomFor(3, 'draw'),
    );

  test('draws rows in proportion to their weights', () => {
    const drawn = draw([1, 0, 3], [0, 1, 0], 8000);
    expect(drawn).toHaveLength(8000);
    expect(drawn.filter((row) => row === 0).length / 8000).toBeCloseTo(0.25, 1);
    expect(drawn.filter((row) => row === 1)).toEqual([]);
  });

  test('never draws a row of weight 0, not even at the very edge', () => {
    const cumulative = cumulativeWeights(Float64Array.of(0, 1, 0));
    expect(drawRows(cumulative, Uint8Array.of(0, 0, 0), 1, () => 0)).toEqual([1]);
    expect(drawRows(cumulative, Uint8Array.of(0, 0, 0), 1, () => 1 - 2 ** -32)).toEqual([1]);
  });

  // The library's cost is the square of the rows unless the classes stand together.
  test('puts a few rows of class 1 first, then class 0, then the rest of class 1', () => {
    const labels = [1, 0];
    const classes = draw([1, 1], labels, 200).map((row) => labels[row]);
    const ones = classes.filter((label) => label === 1).length;
    const front = Math.ceil(ones / 20);
    expect(classes).toEqual([
      ...Array(front).fill(1),
      ...Array(200 - ones).fill(0),
      ...Array(ones - front).fill(1),
    ]);
  });
});
