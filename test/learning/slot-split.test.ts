import { describe, expect, test } from 'vitest';
import {
  rowsToFit,
  rowsToJudge,
  slotFolds,
  slotsOf,
  splitSlots,
} from '../../src/learning/slot-split.ts';
import { labelledRows, type PairFacts } from './builders.ts';

const pair = (facts: Partial<PairFacts>): PairFacts => ({
  slot: 1,
  workload: 'light',
  payloadBytes: 1,
  utilityLambda: 1,
  utilityEcs: 2,
  ...facts,
});

describe('splitting by slot', () => {
  test.each([
    [[7, 3, 5], [3, 5], [7]],
    [
      [1, 2, 3, 4, 5, 6],
      [1, 2, 3, 4],
      [5, 6],
    ],
    [
      [1, 2, 4, 8],
      [1, 2],
      [4, 8],
    ],
  ])(
    'of the slots %o the first two thirds are fitted, the rest judged',
    (slots, fitted, judged) => {
      const rows = labelledRows(slots.map((slot) => pair({ slot })));
      expect(splitSlots(rows)).toEqual({ fitted, judged });
    },
  );

  test('fewer than three slots are not split, however many rows they have', () => {
    const rows = labelledRows([1, 2, 1, 2, 1].map((slot) => pair({ slot })));
    expect(splitSlots(rows)).toBeUndefined();
    expect(slotsOf(rows)).toEqual([1, 2]);
  });

  const rows = labelledRows([
    pair({ slot: 1, payloadBytes: 10, ratePerS: 5, utilityLambda: 3, utilityEcs: 1 }),
    pair({ slot: 2, payloadBytes: 20, workload: 'heavy' }),
    pair({ slot: 2, payloadBytes: 30 }),
    pair({ slot: 2, payloadBytes: 40 }),
    pair({ slot: 2, payloadBytes: 50, isLadder: true }),
  ]);

  test('every column of the rows follows its slot', () => {
    const first = rowsToFit(rows, [1]);
    expect(first).toMatchObject({
      rowCount: 1,
      features: rows.features,
      workloads: rows.workloads,
    });
    expect([...first.values]).toEqual([10, 5]);
    expect([...first.labels, ...first.weights, ...first.slot, ...first.workload]).toEqual([
      0, 2, 1, 0,
    ]);
    expect([...first.utilityLambda, ...first.utilityEcs]).toEqual([3, 1]);
  });

  test('the ladder is fitted and not judged', () => {
    expect(rowsToFit(rows, [2]).rowCount).toBe(4);
    expect([...rowsToJudge(rows, [2]).values.subarray(0, 3)]).toEqual([20, 30, 40]);
  });

  test('workloads keep their part of the load among the rows that are left', () => {
    expect([...rowsToJudge(rows, [2]).share]).toEqual([0.5, 0.25, 0.25]);
    expect([...rowsToJudge(rows, [1]).share]).toEqual([1]);
  });
});

describe('folds of slots', () => {
  const slots = Array.from({ length: 10 }, (_, index) => index + 1);

  test('judge every slot once and never one that they are fitted on', () => {
    const folds = slotFolds(slots, 1);
    expect(folds).toHaveLength(3);
    expect(folds.flatMap((fold) => fold.judged).toSorted((a, b) => a - b)).toEqual(slots);
    for (const { fitted, judged } of folds) {
      expect([...fitted, ...judged].toSorted((a, b) => a - b)).toEqual(slots);
    }
  });

  test('follow from the seed', () => {
    expect(slotFolds(slots, 1)).toEqual(slotFolds(slots, 1));
    expect(slotFolds(slots, 2)).not.toEqual(slotFolds(slots, 1));
  });

  test('of two slots are two, of one there are none', () => {
    expect(slotFolds([4, 9], 1)).toHaveLength(2);
    expect(slotFolds([4], 1)).toEqual([]);
  });
});
