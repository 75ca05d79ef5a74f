import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  exactArrivals,
  expectedCount,
  poissonArrivals,
  splitByShares,
} from '../../../src/domain/requests/arrivals.ts';
import { randomFor } from '../../../src/domain/statistics/random.ts';

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

function isSorted(values: readonly number[]): boolean {
  return values.every((value, index) => index === 0 || value >= (values[index - 1] ?? 0));
}

test('exact arrivals have their number, are in order and stay in the window', () => {
  fc.assert(
    fc.property(seeds, fc.nat(200), fc.integer({ min: 1, max: 1e7 }), (seed, count, durationMs) => {
      const arrivals = exactArrivals(count, { durationMs, random: randomFor(seed) });
      expect(arrivals).toHaveLength(count);
      expect(isSorted(arrivals)).toBe(true);
      expect(arrivals.every((at) => at >= 0 && at < durationMs)).toBe(true);
    }),
  );
});

test('Poisson arrivals are in order and stay in the window', () => {
  fc.assert(
    fc.property(seeds, fc.double({ min: 0, max: 50, noNaN: true }), (seed, ratePerS) => {
      const arrivals = poissonArrivals(ratePerS, { durationMs: 5000, random: randomFor(seed) });
      expect(isSorted(arrivals)).toBe(true);
      expect(arrivals.every((at) => at >= 0 && at < 5000)).toBe(true);
    }),
  );
});

test('the count of a Poisson process has its rate as mean and as variance', () => {
  const counts = Array.from(
    { length: 2000 },
    (_, seed) => poissonArrivals(4, { durationMs: 10_000, random: randomFor(seed) }).length,
  );
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
  expect(mean).toBeGreaterThan(39);
  expect(mean).toBeLessThan(41);
  expect(variance).toBeGreaterThan(35);
  expect(variance).toBeLessThan(45);
});

test('exact arrivals fill the whole window evenly', () => {
  const arrivals = exactArrivals(20_000, { durationMs: 1000, random: randomFor(1) });
  const inFirstTenth = arrivals.filter((at) => at < 100).length;
  expect(inFirstTenth).toBeGreaterThan(1850);
  expect(inFirstTenth).toBeLessThan(2150);
});

test('a split by shares adds up, and every part is within one of its due', () => {
  const shares = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(fc.nat(10_000), shares, (total, parts) => {
      const sum = parts.reduce((left, right) => left + right, 0);
      const counts = splitByShares(total, parts);
      expect(counts.reduce((left, right) => left + right, 0)).toBe(total);
      counts.forEach((count, index) => {
        expect(Math.abs(count - (total * (parts[index] ?? 0)) / sum)).toBeLessThan(1);
      });
    }),
  );
});

test('the largest remainders get what is left over', () => {
  expect(splitByShares(52, [0.25, 0.25, 0.24, 0.26])).toEqual([13, 13, 12, 14]);
  expect(splitByShares(100, [0.29, 0.57, 0.14])).toEqual([29, 57, 14]);
});

test('the expected count is the nearest whole number', () => {
  expect(expectedCount(0.1, 2_700_000)).toBe(270);
  expect(expectedCount(13, 1500)).toBe(20);
});
