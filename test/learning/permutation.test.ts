import { describe, expect, test } from 'vitest';
import type { Scorer } from '../../src/domain/models/scorer.ts';
import type { LabelledRows } from '../../src/domain/models/training.ts';
import { randomFor } from '../../src/domain/statistics/random.ts';
import { scoreRows } from '../../src/learning/judge.ts';
import { permutationImportance } from '../../src/learning/permutation.ts';
import { slotIntervals } from '../../src/learning/slot-intervals.ts';
import { labelledRows, pairsByPayload } from './builders.ts';

const rows = labelledRows(pairsByPayload(8));
const byPayload: Scorer = { score: (vector) => ((vector[0] ?? 0) < 500 ? 0.9 : 0.1) };

async function importanceOf(scorer: Scorer, of: LabelledRows = rows, seed = 1) {
  const signal = new AbortController().signal;
  const result = await permutationImportance({
    rows: of,
    scorer,
    pLambda: await scoreRows(scorer, of),
    threshold: 0.5,
    importance: {},
    intervals: slotIntervals({ slots: 8, seed, signal }),
    seed,
    signal,
  });
  return { ...result, byName: new Map(result.importance.map((one) => [one.feature, one])) };
}

describe('permutation importance', () => {
  test('of a feature that decides everything is what the decision is worth', async () => {
    const { importance, rows: used } = await importanceOf(byPayload);
    expect(importance[0]?.feature).toBe('payload_bytes');
    // Half of the shuffled payloads fall on the wrong side, which costs 1 each.
    expect(importance[0]?.permutation.value).toBeCloseTo(0.5, 1);
    expect(importance[0]?.permutation.lower).toBeGreaterThan(0.3);
    expect(used).toBe(320);
  });

  test('of a feature that the model does not use is exactly 0', async () => {
    const { byName } = await importanceOf(byPayload);
    expect(byName.get('recent_rate_ecs_per_s')?.permutation).toEqual({
      value: 0,
      lower: 0,
      upper: 0,
    });
  });

  test('shuffles the columns of one thing together', async () => {
    const random = randomFor(2, 'columns');
    const width = rows.rowCount;
    const oneHot = Float64Array.from(
      { length: 3 * width },
      (_, at) => Number((rows.workload[at % width] ?? 0) === Math.floor(at / width)) * 1,
    );
    const features = ['payload_bytes', 'hour_sin', 'hour_cos', 'workload=light', 'workload=heavy'];
    const values = new Float64Array(5 * width).map(() => random());
    values.set(rows.values.subarray(0, width));
    values.set(oneHot.subarray(0, 2 * width), 3 * width);
    // Were the two columns shuffled one by one, some rows would be of both workloads or of none.
    let broken = 0;
    const strict: Scorer = {
      score: (vector) => {
        if ((vector[3] ?? 0) + (vector[4] ?? 0) !== 1) broken += 1;
        return vector[3] ?? 0;
      },
    };
    const { byName } = await importanceOf(strict, { ...rows, features, values });
    expect(new Set(byName.keys())).toEqual(new Set(['payload_bytes', 'hour', 'workload']));
    expect(broken).toBe(0);
  });

  test('is the same for the same seed', async () => {
    const [one, two, other] = [
      await importanceOf(byPayload),
      await importanceOf(byPayload),
      await importanceOf(byPayload, rows, 2),
    ];
    expect(two.importance).toEqual(one.importance);
    expect(other.importance).not.toEqual(one.importance);
  });

  test('has the importance of the family beside it', async () => {
    const signal = new AbortController().signal;
    const { importance } = await permutationImportance({
      rows,
      scorer: byPayload,
      pLambda: await scoreRows(byPayload, rows),
      threshold: 0.5,
      importance: { payload_bytes: 0.7, recent_rate_ecs_per_s: 0.3 },
      intervals: slotIntervals({ slots: 8, seed: 1, signal }),
      seed: 1,
      signal,
    });
    expect(importance.map((one) => one.own)).toEqual([0.7, 0.3]);
  });

  test('of very many rows is measured on a draw of them, and says on how many', async () => {
    const many = 250_000;
    const wide: LabelledRows = {
      ...rows,
      rowCount: many,
      values: Float64Array.from({ length: 2 * many }, (_, at) => at % 1000),
      labels: new Uint8Array(many),
      weights: new Float64Array(many).fill(1),
      workload: new Uint8Array(many),
      slot: Int32Array.from({ length: many }, (_, row) => row % 8),
      utilityLambda: new Float64Array(many).fill(1),
      utilityEcs: new Float64Array(many).fill(2),
      share: new Float64Array(many).fill(1 / many),
    };
    const { rows: used, importance } = await importanceOf(byPayload, wide);
    expect(used).toBe(200_000);
    expect(importance[0]?.feature).toBe('payload_bytes');
  });
});
