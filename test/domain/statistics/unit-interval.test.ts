import { expect, it } from 'vitest';
import { shareOfSums, unitIntervals } from '../../../src/domain/statistics/unit-interval.ts';

const intervals = unitIntervals(42);

it('a share that is the same in every slot has an interval of no width', () => {
  const hits = [2, 4, 6, 8, 10, 12];
  const of = hits.map((count) => 2 * count);

  expect(intervals([hits, of], shareOfSums)).toEqual({ lower: 0.5, upper: 0.5 });
});

it('slots that differ make it wide, however many requests they have', () => {
  const interval = intervals(
    [
      [0, 1000, 0, 1000, 0, 1000, 0, 1000],
      [1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000],
    ],
    shareOfSums,
  );

  expect(interval?.lower).toBeLessThan(0.2);
  expect(interval?.upper).toBeGreaterThan(0.8);
});

it('fewer than six slots get a t interval around the figure of all of them', () => {
  const interval = intervals(
    [
      [10, 12, 8],
      [20, 20, 20],
    ],
    shareOfSums,
  );

  // s = 0.1 over three slots: ±4.30·0.1/√3; the bootstrap's own error is a few per cent of it.
  expect(interval?.lower).toBeCloseTo(0.5 - 0.248, 1);
  expect(((interval?.lower ?? 0) + (interval?.upper ?? 0)) / 2).toBeCloseTo(0.5);
});

it('one slot has none, and neither has a figure that cannot be estimated', () => {
  expect(intervals([[1], [2]], shareOfSums)).toBeUndefined();
  expect(
    intervals(
      [
        [0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0],
      ],
      shareOfSums,
    ),
  ).toBeUndefined();
});
