import { describe, expect, test } from 'vitest';
import type { LabelledRows } from '../../../src/domain/models/training.ts';
import { inSampleOracleChoice, oracleChoice } from '../../../src/domain/rivals/oracle.ts';
import { randomFor } from '../../../src/domain/statistics/random.ts';
import { staticChoice } from '../../../src/learning/rivals.ts';
import {
  allSlotsOnce,
  type Choice,
  groupBySlot,
  pairValueOf,
  utilitySums,
} from '../../../src/learning/slot-sums.ts';
import { labelledRows, type PairFacts } from '../../learning/builders.ts';

/** Small payloads are better on Lambda by 0.5 on average, with noise; large ones on ECS. */
function noisyRows(seed: number, slots = 10): LabelledRows {
  const random = randomFor(seed, 'oracle');
  return labelledRows(
    Array.from({ length: slots * 40 }, (_, row): PairFacts => {
      const payloadBytes = Math.floor(random() * 1000);
      const advantage = (payloadBytes < 500 ? 0.5 : -0.5) + 4 * (random() - 0.5);
      return {
        slot: 1 + Math.floor(row / 40),
        workload: row % 2 === 0 ? 'light' : 'heavy',
        payloadBytes,
        utilityLambda: 2 - advantage,
        utilityEcs: 2,
      };
    }),
  );
}

/** Workload by payload bin. */
function cellsOf(rows: LabelledRows, bins: number): Int32Array {
  return Int32Array.from(
    rows.workload,
    (workload, row) => workload * bins + Math.floor(((rows.values[row] ?? 0) * bins) / 1000),
  );
}

function valueOfChoice(rows: LabelledRows, choice: Choice): number {
  const groups = groupBySlot(rows);
  return pairValueOf(groups, utilitySums(rows, groups, choice), allSlotsOnce(groups));
}

describe('the attainable oracle', () => {
  test.each([1, 2, 3])('in sample is never worse than any table of workloads (%i)', (seed) => {
    const rows = noisyRows(seed);
    for (const bins of [2, 7, 40]) {
      const oracle = valueOfChoice(rows, inSampleOracleChoice(rows, cellsOf(rows, bins)));
      for (const light of ['lambda', 'ecs'] as const) {
        for (const heavy of ['lambda', 'ecs'] as const) {
          const fixed = valueOfChoice(rows, staticChoice(rows, { light, heavy }));
          expect(oracle).toBeLessThanOrEqual(fixed + 1e-12);
        }
      }
    }
  });

  test('finds what the cells can tell, and no more than that', () => {
    const rows = noisyRows(4);
    const value = valueOfChoice(rows, oracleChoice(rows, cellsOf(rows, 2)));
    const best = valueOfChoice(rows, (row) => (rows.values[row] ?? 0) < 500);
    expect(value).toBeCloseTo(best, 12);
    const hindsight = valueOfChoice(rows, (row) => rows.labels[row] === 1);
    expect(value).toBeGreaterThan(hindsight + 0.3);
  });

  test('does not learn a slot from itself', () => {
    // Noise only: what a cell shows in some slots says nothing about the others.
    const rows = labelledRows(
      Array.from({ length: 400 }, (_, row): PairFacts => {
        const isOdd = Math.floor(row / 40) % 2 === 1;
        return {
          slot: 1 + Math.floor(row / 40),
          workload: 'light',
          payloadBytes: Math.floor(row / 40),
          utilityLambda: isOdd ? 1 : 3,
          utilityEcs: 2,
        };
      }),
    );
    const cells = rows.slot;
    expect(valueOfChoice(rows, inSampleOracleChoice(rows, cells))).toBeCloseTo(1.5, 12);
    expect(valueOfChoice(rows, oracleChoice(rows, cells))).toBeCloseTo(2, 12);
  });

  test('ladder rows have no say', () => {
    const scored = { slot: 1, workload: 'light', payloadBytes: 1, utilityLambda: 1, utilityEcs: 2 };
    const ladder = { ...scored, utilityLambda: 9, isLadder: true };
    const rows = labelledRows(
      [1, 2].flatMap((slot) =>
        Array.from({ length: 80 }, (_, row) => ({ ...(row < 40 ? scored : ladder), slot })),
      ),
    );
    const isLambda = oracleChoice(rows, new Int32Array(rows.rowCount));
    expect(isLambda(0)).toBe(true);
  });

  test('a cell of one slot alone goes by its workload', () => {
    // Slot 1 is the only one with large payloads, and there Lambda loses; elsewhere it wins.
    const rows = labelledRows(
      Array.from({ length: 160 }, (_, row): PairFacts => {
        const slot = 1 + Math.floor(row / 40);
        const utilityLambda = slot === 1 ? 3 : 1;
        return { slot, workload: 'light', payloadBytes: slot, utilityLambda, utilityEcs: 2 };
      }),
    );
    const isLambda = oracleChoice(
      rows,
      Int32Array.from(rows.slot, (slot) => Number(slot === 1)),
    );
    expect([isLambda(0), isLambda(50)]).toEqual([true, true]);
  });
});
