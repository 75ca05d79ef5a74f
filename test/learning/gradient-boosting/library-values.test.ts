import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  libraryValue,
  rawThreshold,
} from '../../../src/learning/gradient-boosting/library-values.ts';

describe('the values that the library is given', () => {
  // Its binding takes −1 for a missing value, and the cosine of the hour at noon is −1.
  test('are never the one that it takes for missing', () => {
    for (const value of [-1, Math.cos(Math.PI), -1 + 1e-9, -1 - 1e-9]) {
      expect(libraryValue(value)).not.toBe(-1);
      expect(libraryValue(value)).toBeCloseTo(-1, 6);
    }
  });

  test('stand in the order of the raw ones', () => {
    fc.assert(
      fc.property(nearMinusOneOrAnything(), nearMinusOneOrAnything(), (one, other) => {
        if (one <= other) expect(libraryValue(one)).toBeLessThanOrEqual(libraryValue(other));
      }),
    );
  });
});

describe('a threshold on raw values', () => {
  test('decides exactly as the library does on its own', () => {
    fc.assert(
      fc.property(nearMinusOneOrAnything(), nearMinusOneOrAnything(), (raw, at) => {
        expectSame(raw, libraryValue(at));
        // The closest call: values around the rounding edge of the threshold itself.
        for (const step of [-1.5, -1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1, 1.5]) {
          expectSame(libraryValue(at) * (1 + step * 2 ** -23), libraryValue(at));
          expectSame(libraryValue(at) * (1 + step * 2 ** -24), libraryValue(at));
        }
      }),
      { numRuns: 2000 },
    );
  });

  test.each([0, -0, 1, -1, 2, -2, 2 ** -149, -(2 ** -149), -1 + 2 ** -24, -1 - 2 ** -23])(
    'of %d decides exactly at its edge',
    (threshold) => {
      const edge = rawThreshold(threshold);
      for (const raw of [
        edge,
        edge - Math.abs(edge) * 2 ** -52,
        edge + Math.abs(edge) * 2 ** -52,
      ]) {
        expectSame(raw, threshold);
      }
    },
  );
});

function expectSame(raw: number, threshold: number): void {
  expect(raw < rawThreshold(threshold), `${raw} at ${threshold}`).toBe(
    libraryValue(raw) < threshold,
  );
}

function nearMinusOneOrAnything(): fc.Arbitrary<number> {
  return fc.oneof(
    fc.integer({ min: -64, max: 64 }).map((steps) => -1 + steps * 2 ** -26),
    fc.double({ noNaN: true, min: -1e30, max: 1e30 }),
    fc.double({ noNaN: true, min: -10, max: 10 }),
  );
}
