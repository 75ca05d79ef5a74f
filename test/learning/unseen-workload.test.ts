import { describe, expect, test } from 'vitest';
import type { LabelledRows } from '../../src/domain/models/training.ts';
import {
  leaveOneWorkloadOut,
  type UnseenWorkloadRequest,
} from '../../src/learning/unseen-workload.ts';
import { labelledRows, type PairFacts, pairsByPayload } from './builders.ts';
import { aStumpFamily } from './stump-family.ts';

/** With the one-hot that real rows have, before the other features. */
function withOneHot(rows: LabelledRows): LabelledRows {
  const oneHot = rows.workloads.flatMap((_, index) =>
    Array.from(rows.workload, (workload) => Number(workload === index)),
  );
  return {
    ...rows,
    features: [...rows.workloads.map((name) => `workload=${name}`), ...rows.features],
    values: Float64Array.from([...oneHot, ...rows.values]),
  };
}

function leaveOut(
  pairs: readonly PairFacts[] = pairsByPayload(6),
  changes: Partial<UnseenWorkloadRequest> = {},
) {
  return leaveOneWorkloadOut({
    rows: withOneHot(labelledRows(pairs)),
    family: aStumpFamily(),
    params: { cut: 500 },
    seed: 1,
    table: { light: 'lambda', heavy: 'ecs' },
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...changes,
  });
}

describe('leaving one workload out', () => {
  test('judges each workload by what the others teach', async () => {
    const unseen = await leaveOut();
    expect(unseen).toMatchObject([
      { workload: 'light', rows: 40, accuracy: 1 },
      { workload: 'heavy', rows: 40, accuracy: 1 },
    ]);
    for (const one of unseen) {
      expect(one.vPair).toBeCloseTo(1, 12);
      expect(one.vPairBestStatic).toBeGreaterThan(1.2);
      expect(one).not.toHaveProperty('notJudged');
    }
  });

  test('a workload that behaves otherwise is not known by the others', async () => {
    const pairs = pairsByPayload(6).map((pair) =>
      pair.workload === 'light'
        ? pair
        : { ...pair, utilityLambda: pair.utilityEcs, utilityEcs: pair.utilityLambda },
    );
    expect(await leaveOut(pairs)).toMatchObject([{ accuracy: 0 }, { accuracy: 0 }]);
  });

  test('is fitted on earlier slots, on other workloads, without their one-hot columns', async () => {
    const family = aStumpFamily();
    await leaveOut(
      pairsByPayload(6).map((pair) => ({
        ...pair,
        ratePerS: pair.slot + (pair.workload === 'light' ? 0 : 100),
      })),
      { family },
    );
    const [withoutLight, withoutHeavy] = family.seen;
    expect(withoutLight?.features).toEqual(['payload_bytes', 'recent_rate_ecs_per_s']);
    const marks = (rows = withoutLight) => new Set(rows?.values.subarray(rows.rowCount));
    expect(marks(withoutLight)).toEqual(new Set([101, 102, 103, 104]));
    expect(marks(withoutHeavy)).toEqual(new Set([1, 2, 3, 4]));
  });

  test('says why where the others cannot be fitted', async () => {
    const pairs = pairsByPayload(6).map((pair) =>
      pair.workload === 'heavy' ? { ...pair, utilityLambda: 1, utilityEcs: 2 } : pair,
    );
    const [light, heavy] = await leaveOut(pairs);
    expect(light?.notJudged).toMatch(/other workloads cannot be fitted.*ecs/);
    expect(heavy).not.toHaveProperty('notJudged');
  });

  test('says why where there is nothing to learn from or to judge on', async () => {
    const light = pairsByPayload(6).filter((pair) => pair.workload === 'light');
    expect((await leaveOut(light))[0]?.notJudged).toMatch(/No other workload/);
    const early = pairsByPayload(6).filter((pair) => pair.workload === 'light' || pair.slot < 5);
    expect((await leaveOut(early))[1]?.notJudged).toMatch(/no pair to judge on in slots 5, 6/);
    expect((await leaveOut(pairsByPayload(2)))[0]?.notJudged).toMatch(/at least 3.*saw 2/);
  });

  test('tells how far it is and ends with the reason of the cancel', async () => {
    const seen: number[] = [];
    await leaveOut(undefined, { onProgress: (done) => seen.push(done) });
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
    const controller = new AbortController();
    const leaving = leaveOut(undefined, {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('the slot begins')),
    });
    await expect(leaving).rejects.toThrow('the slot begins');
  });
});
