import { describe, expect, test } from 'vitest';
import { notableDrift } from '../../src/domain/models/model.ts';
import type { LabelledRows } from '../../src/domain/models/training.ts';
import { type Random, randomFor } from '../../src/domain/statistics/random.ts';
import { featureDrift } from '../../src/learning/drift.ts';

/** Rows of the named columns. */
function rowsOf(
  columns: Readonly<Record<string, ArrayLike<number>>>,
  isLadder = false,
): LabelledRows {
  const rowCount = Object.values(columns)[0]?.length ?? 0;
  const zeros = new Float64Array(rowCount);
  return {
    features: Object.keys(columns),
    rowCount,
    values: Float64Array.from(Object.values(columns).flatMap((column) => Array.from(column))),
    labels: new Uint8Array(rowCount),
    weights: zeros,
    workloads: ['light'],
    workload: new Uint8Array(rowCount),
    slot: new Int32Array(rowCount),
    utilityLambda: zeros,
    utilityEcs: zeros,
    share: zeros.map(() => (isLadder ? 0 : 1 / rowCount)),
  };
}

const exponential = (random: Random, count: number, scale = 1): Float64Array =>
  new Float64Array(count).map(() => -scale * Math.log(1 - random()));

function psiOf(before: ArrayLike<number>, after: ArrayLike<number>): number {
  const [drift] = featureDrift(rowsOf({ rate: before }), rowsOf({ rate: after }));
  return drift?.psi ?? Number.NaN;
}

describe('feature drift', () => {
  test.each([100, 1000, 10_000])('of one distribution is small, for %i rows', (count) => {
    for (let night = 0; night < 20; night += 1) {
      const random = randomFor(night, 'drift', count);
      expect(psiOf(exponential(random, count), exponential(random, count))).toBeLessThan(
        notableDrift,
      );
    }
  });

  test('of a distribution that has moved is notable', () => {
    const random = randomFor(1, 'moved');
    const before = exponential(random, 1000);
    expect(psiOf(before, exponential(random, 1000, 2.5))).toBeGreaterThan(notableDrift);
    expect(
      psiOf(
        before,
        before.map((value) => value + 1),
      ),
    ).toBeGreaterThan(notableDrift);
  });

  test('follows the formula, with half a row in every bin', () => {
    const before = Array.from({ length: 100 }, (_, row) => Number(row >= 50));
    const after = Array.from({ length: 100 }, (_, row) => Number(row >= 90));
    // Bins: below 0 (empty), 0, 1, above 1 (empty).
    const [p0, p1, q0, q1] = [50.5, 50.5, 90.5, 10.5].map((rows) => rows / 102) as [
      number,
      number,
      number,
      number,
    ];
    const expected = (p0 - q0) * Math.log(p0 / q0) + (p1 - q1) * Math.log(p1 / q1);
    expect(psiOf(before, after)).toBeCloseTo(expected, 12);
  });

  test('sees a constant become another, and takes one that stays for no drift', () => {
    const [one, two] = [new Float64Array(200).fill(1), new Float64Array(200).fill(2)];
    expect(psiOf(one, one)).toBe(0);
    expect(psiOf(one, two)).toBeGreaterThan(notableDrift);
    expect(psiOf(two, one)).toBeGreaterThan(notableDrift);
  });

  test('names the feature that moved first, and neither clock nor estimate', () => {
    const random = randomFor(3, 'names');
    const columns = (scale: number) => ({
      hour_sin: exponential(random, 500, scale),
      day_cos: exponential(random, 500, scale),
      estimated_memory_mb: exponential(random, 500, scale),
      payload_bytes: exponential(random, 500),
      rate: exponential(random, 500, scale),
    });
    const drift = featureDrift(rowsOf(columns(1)), rowsOf(columns(4)));
    expect(drift.map((one) => one.feature)).toEqual(['rate', 'payload_bytes']);
  });

  test('leaves ladder rows out, and says nothing from a handful of rows', () => {
    const random = randomFor(4, 'few');
    const many = rowsOf({ rate: exponential(random, 500) });
    expect(featureDrift(many, rowsOf({ rate: exponential(random, 500) }, true))).toEqual([]);
    expect(featureDrift(many, rowsOf({ rate: exponential(random, 10) }))).toEqual([]);
  });
});
