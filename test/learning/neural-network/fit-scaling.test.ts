import { describe, expect, test } from 'vitest';
import { randomFor } from '../../../src/domain/statistics/random.ts';
import { fitScaling } from '../../../src/learning/neural-network/fit-scaling.ts';
import { trainingRows } from '../builders.ts';

describe('the scaling of training rows', () => {
  const fitted = (column: readonly number[]) =>
    fitScaling(
      trainingRows(
        column.map((value) => [value]),
        column.map(() => 0),
      ),
    );
  const drawn = (draw: (uniform: number) => number) => {
    const random = randomFor(4, 'column');
    return Array.from({ length: 500 }, () => draw(random()));
  };

  test.each<[string, readonly number[], readonly number[]]>([
    ['bytes with a long tail are logged', drawn((u) => Math.exp(12 * u)), [0]],
    ['a column that is nearly always 0 is logged', drawn((u) => (u < 0.9 ? 0 : 40)), [0]],
    ['an even column stays', drawn((u) => 1000 * u), []],
    ['a long tail to the left stays', drawn((u) => 200_000 - Math.exp(12 * u)), []],
    ['a tail with a negative value stays', [...drawn((u) => Math.exp(12 * u)), -1], []],
    ['a rare workload stays as it is', drawn((u) => Number(u < 0.02)), []],
  ])('%s', (_, column, log1p) => {
    expect(fitted(column).scaling.log1p).toEqual(log1p);
  });

  test('is the mean and the standard deviation', () => {
    expect(fitted([1, 2, 3, 6]).scaling).toEqual({ log1p: [], mean: [3], sd: [Math.sqrt(3.5)] });
  });

  test('of a logged column is that of its logarithms', () => {
    const logs = [0, 0, 0, 0, 0, 6];
    const { scaling } = fitted(logs.map(Math.expm1));
    expect(scaling.log1p).toEqual([0]);
    expect(scaling.mean[0]).toBeCloseTo(1, 12);
    expect(scaling.sd[0]).toBeCloseTo(Math.sqrt(5), 12);
  });

  // The mean of equal values is not always that value, and its distance would be the deviation.
  test('of a column that never varies divides by 1', () => {
    const { scaling, constant } = fitted(Array.from({ length: 1000 }, () => 0.1));
    expect(scaling.sd).toEqual([1]);
    expect(constant).toEqual([0]);
  });

  test('keeps the columns apart', () => {
    const rows = trainingRows(
      [
        [0, 7, 10],
        [2, 7, 30],
      ],
      [0, 1],
    );
    expect(fitScaling(rows)).toEqual({
      scaling: { log1p: [], mean: [1, 7, 20], sd: [1, 1, 10] },
      constant: [1],
    });
  });
});
