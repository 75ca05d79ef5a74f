import { describe, expect, test } from 'vitest';
import { randomFor } from '../../../src/domain/statistics/random.ts';
import { drawRows, mostRows } from '../../../src/learning/gradient-boosting/draw-rows.ts';

describe('the rows that gradient boosting learns from', () => {
  const draw = (weights: readonly number[], count: number, seed = 3): number[] => [
    ...drawRows(Float64Array.from(weights), count, randomFor(seed, 'draw')),
  ];
  const times = (drawn: readonly number[], row: number): number =>
    drawn.filter((one) => one === row).length;

  test('come up as often as their weights say, to within two', () => {
    const random = randomFor(1, 'weights');
    const weights = Array.from({ length: 200 }, () => random() ** 4);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const drawn = draw(weights, 1000);
    for (const [row, weight] of weights.entries()) {
      expect(Math.abs(times(drawn, row) - (1000 * weight) / total)).toBeLessThan(2);
    }
  });

  test('are all rows, once each, where the weights are equal', () => {
    expect(draw(Array(500).fill(0.1), 500)).toEqual(Array.from({ length: 500 }, (_, row) => row));
  });

  test('are spread over all of the set when fewer are taken', () => {
    const drawn = draw(Array(1000).fill(1), 100);
    for (const [tenth, row] of drawn.entries()) expect(Math.floor(row / 10)).toBe(tenth);
  });

  test('are others for another seed, where chance has a say', () => {
    expect(draw(Array(1000).fill(1), 100, 1)).not.toEqual(draw(Array(1000).fill(1), 100, 2));
  });

  test('are never of weight 0, not even at the very edge', () => {
    const weights = Float64Array.of(0, 1, 0, 1, 0);
    expect([...drawRows(weights, 2, () => 0)]).toEqual([1, 3]);
    expect([...drawRows(weights, 2, () => 1 - 2 ** -32)]).toEqual([1, 3]);
    expect([...drawRows(weights, 2, () => 1)]).toEqual([3, 3]);
  });
});

describe('the most rows that the library takes', () => {
  test('leave room on its stack of 5 MiB, and none to waste', () => {
    for (const features of [1, 13, 18, 256]) {
      const bytes = (features + 1) * 4 * mostRows(features);
      expect(bytes).toBeLessThanOrEqual(5 * 2 ** 20 - 2 ** 18);
      expect(bytes).toBeGreaterThan(4.7 * 2 ** 20);
    }
  });
});
