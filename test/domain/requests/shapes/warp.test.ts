import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LoadShape } from '../../../../src/domain/plan.ts';
import { exactArrivals, poissonArrivals } from '../../../../src/domain/requests/arrivals.ts';
import { warped, warpOf } from '../../../../src/domain/requests/shapes/warp.ts';
import { randomFor } from '../../../../src/domain/statistics/random.ts';

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const durationMs = 3_600_000;

function shaped(shape: LoadShape, steady: readonly number[], seed = 1): number[] {
  const warp = warpOf(shape, durationMs, randomFor(seed, 'shape'));
  if (warp === undefined) throw new Error(`${shape} does not move arrivals`);
  return warped(steady, durationMs, warp);
}

/** Part of the arrivals in [from, to) of the window. */
function partIn(arrivals: readonly number[], from: number, to: number): number {
  const inside = arrivals.filter((at) => at >= from * durationMs && at < to * durationMs);
  return inside.length / arrivals.length;
}

test.each(['ramp', 'burst'] as const)('%s keeps number, order and window', (shape) => {
  fc.assert(
    fc.property(seeds, fc.nat(300), (seed, count) => {
      const steady = exactArrivals(count, { durationMs, random: randomFor(seed) });
      // The very edges of the window as well, where rounding could leave it.
      const arrivals = shaped(shape, [0, ...steady, durationMs * (1 - Number.EPSILON)], seed);
      expect(arrivals).toHaveLength(count + 2);
      expect(arrivals.every((at, index) => at >= (arrivals[index - 1] ?? 0))).toBe(true);
      expect(arrivals.every((at) => at >= 0 && at < durationMs)).toBe(true);
    }),
  );
});

test.each(['steady', 'diurnal', 'azure'] as const)('%s leaves arrivals where they are', (shape) => {
  expect(warpOf(shape, durationMs, randomFor(1))).toBeUndefined();
});

test('a ramp rises in a straight line from nothing to twice the mean', () => {
  const arrivals = shaped('ramp', exactArrivals(40_000, { durationMs, random: randomFor(3) }));
  for (const [from, to] of [
    [0, 0.1],
    [0.4, 0.5],
    [0.9, 1],
  ] as const) {
    // After a part p of the window p² of the load has come.
    expect(partIn(arrivals, from, to)).toBeCloseTo(to ** 2 - from ** 2, 2);
  }
});

test('a ramp of Poisson arrivals keeps the mean rate', () => {
  const steady = poissonArrivals(5, { durationMs, random: randomFor(4) });
  expect(shaped('ramp', steady)).toHaveLength(steady.length);
});

describe('bursts', () => {
  const steady = exactArrivals(20_000, { durationMs, random: randomFor(5) });
  const cycles = 12;

  test('have all of the load in a fifth of the time', () => {
    const bins = new Map<number, number>();
    const perMinute = 20_000 / 60;
    for (const at of shaped('burst', steady)) {
      const bin = Math.floor(at / 6_000);
      bins.set(bin, (bins.get(bin) ?? 0) + 1);
    }
    // Of 600 bins of six seconds a burst of a minute touches at most eleven.
    expect(bins.size).toBeLessThanOrEqual(11 * cycles);
    expect(Math.max(...bins.values())).toBeGreaterThan((perMinute / 10) * 4);
  });

  test('come once in every cycle, with its part of the load', () => {
    const arrivals = shaped('burst', steady);
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      const part = partIn(arrivals, cycle / cycles, (cycle + 1) / cycles);
      expect(part).toBeCloseTo(1 / cycles, 2);
    }
  });

  test('come at other places with another seed, and at the same with the same', () => {
    expect(shaped('burst', steady, 8)).toEqual(shaped('burst', steady, 8));
    expect(shaped('burst', steady, 9)).not.toEqual(shaped('burst', steady, 8));
  });
});
