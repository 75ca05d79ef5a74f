import { describe, expect, test } from 'vitest';
import { randomFor } from '../../src/domain/statistics/random.ts';
import { rocAuc } from '../../src/learning/metrics.ts';
import { rankSums, rocAucOf } from '../../src/learning/rank-sums.ts';
import { labelledRows } from './builders.ts';

describe('the area under the ROC curve of slots', () => {
  const random = randomFor(3, 'ranks');
  const pairs = Array.from({ length: 90 }, (_, row) => ({
    slot: row % 5,
    workload: 'light',
    payloadBytes: 1,
    utilityLambda: random() < 0.4 ? 1 : 3,
    utilityEcs: 2,
  }));
  const rows = labelledRows(pairs);
  // Few different scores, hence many ties.
  const pLambda = Float64Array.from(rows.labels, (label) => Math.round(4 * random() + label) / 5);
  const sums = rankSums(rows, pLambda, { place: rows.slot, slots: 5 });

  test('is that of their rows, each as often as its slot was drawn', () => {
    const drawn = Uint16Array.of(2, 0, 1, 3, 1);
    const repeated = [...rows.slot.keys()].flatMap((row) =>
      Array.from({ length: drawn[rows.slot[row] ?? 0] ?? 0 }, () => row),
    );
    const expected = rocAuc(
      repeated.map((row) => rows.labels[row] ?? 0),
      repeated.map((row) => pLambda[row] ?? 0),
    );
    expect(rocAucOf(sums, drawn)).toBeCloseTo(expected ?? 0, 12);
  });

  test('of all slots is that of all rows', () => {
    const once = new Uint16Array(5).fill(1);
    expect(rocAucOf(sums, once)).toBeCloseTo(rocAuc(rows.labels, pLambda) ?? 0, 12);
  });

  test('has no value where one class is absent', () => {
    const ecs = labelledRows(pairs.map((pair) => ({ ...pair, utilityLambda: 3 })));
    const none = rankSums(ecs, pLambda, { place: ecs.slot, slots: 5 });
    expect(rocAucOf(none, new Uint16Array(5).fill(1))).toBeNaN();
  });
});
