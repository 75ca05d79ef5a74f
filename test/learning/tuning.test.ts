import { describe, expect, test } from 'vitest';
import {
  chooseParams,
  rowsToTuneOn,
  type TuningRequest,
  tryCombination,
} from '../../src/learning/tuning.ts';
import { labelledRows, type PairFacts, pairsByPayload } from './builders.ts';
import { aStumpFamily } from './stump-family.ts';

/** The slot can be read from the second feature, so that the family's own view shows the folds. */
function slotPairs(slots: number): PairFacts[] {
  return pairsByPayload(slots).map((pair) => ({ ...pair, ratePerS: pair.slot }));
}

function tune(changes: Partial<TuningRequest> = {}) {
  return tryCombination({
    rows: labelledRows(slotPairs(6)),
    family: aStumpFamily(),
    combination: { params: { cut: 900 }, sizes: [100, 500, 900] },
    seed: 1,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...changes,
  });
}

describe('tuning', () => {
  test('gives a score per size, and the setting that is right the best', async () => {
    const scores = await tune();
    expect(scores.map((score) => score.params)).toEqual([{ cut: 100 }, { cut: 500 }, { cut: 900 }]);
    expect(scores[1]?.vPair).toBeCloseTo(1, 12);
    expect(Math.min(scores[0]?.vPair ?? 0, scores[2]?.vPair ?? 0)).toBeGreaterThan(1.2);
    expect(chooseParams(scores).params).toEqual({ cut: 500 });
  });

  test('scores every slot once, by a fit that has not seen it', async () => {
    const family = aStumpFamily();
    const [score] = await tune({ family, combination: { params: {}, sizes: [500] } });
    const slotsSeen = family.seen.map((rows) => new Set(rows.values.subarray(rows.rowCount)));
    expect(slotsSeen.map((slots) => slots.size)).toEqual([4, 4, 4]);
    const heldOut = slotsSeen.flatMap((seen) =>
      [1, 2, 3, 4, 5, 6].filter((slot) => !seen.has(slot)),
    );
    expect(heldOut.toSorted()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(score?.rows).toBe(240);
  });

  test('is judged by slots that turn the tables, whichever were fitted', async () => {
    const turned = slotPairs(2).map((pair) =>
      pair.slot === 1
        ? pair
        : { ...pair, utilityLambda: pair.utilityEcs, utilityEcs: pair.utilityLambda },
    );
    const [score] = await tune({
      rows: labelledRows(turned),
      combination: { params: {}, sizes: [500] },
    });
    expect(score?.vPair).toBeCloseTo(2, 12);
  });

  test('all combinations meet the same folds, and another seed deals others', async () => {
    const foldsOf = async (seed: number, cut: number) => {
      const family = aStumpFamily();
      await tune({ family, seed, combination: { params: {}, sizes: [cut] } });
      return family.seen.map((rows) => [...new Set(rows.values.subarray(rows.rowCount))]);
    };
    expect(await foldsOf(1, 100)).toEqual(await foldsOf(1, 900));
    expect(await foldsOf(2, 100)).not.toEqual(await foldsOf(1, 100));
  });

  test('a ladder trains and does not judge', async () => {
    const ladder = slotPairs(6).map((pair) => ({ ...pair, isLadder: true, utilityLambda: 99 }));
    const family = aStumpFamily();
    const rows = labelledRows([...slotPairs(6), ...ladder]);
    const [score] = await tune({ rows, family, combination: { params: {}, sizes: [500] } });
    expect(score?.rows).toBe(240);
    expect(family.seen[0]?.rowCount).toBe(320);
  });

  test('tells how far it is, fold by fold, up to the end', async () => {
    const seen: number[] = [];
    await tune({ combination: { params: {}, sizes: [5] }, onProgress: (done) => seen.push(done) });
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.length).toBeGreaterThanOrEqual(3);
    expect(seen.at(-1)).toBe(1);
  });

  test('ends between folds with the reason of the cancel', async () => {
    const controller = new AbortController();
    const family = aStumpFamily();
    const tuning = tune({
      family,
      signal: controller.signal,
      combination: { params: {}, sizes: [5] },
      onProgress: () => controller.abort(new Error('the slot begins')),
    });
    await expect(tuning).rejects.toThrow('the slot begins');
    expect(family.seen).toHaveLength(1);
  });

  test('leaves out a fold that cannot be fitted, and fails when none can', async () => {
    const oneClass = slotPairs(6).map((pair) =>
      pair.slot === 3 ? pair : { ...pair, utilityLambda: 1, utilityEcs: 2 },
    );
    const [score] = await tune({ rows: labelledRows(oneClass) });
    expect(score?.rows).toBe(160);
    const none = slotPairs(6).map((pair) => ({ ...pair, utilityLambda: 1, utilityEcs: 2 }));
    await expect(tune({ rows: labelledRows(none) })).rejects.toMatchObject({
      kind: 'TooFewObservations',
      message: expect.stringMatching(/cannot be tuned.*ecs.*tune: false/),
    });
  });

  test('takes at least two slots', async () => {
    await expect(tune({ rows: labelledRows(slotPairs(1)) })).rejects.toThrow(/at least 2/);
  });

  test('happens on the slots that a recipe is fitted on, never on those it is judged on', () => {
    expect(new Set(rowsToTuneOn(labelledRows(slotPairs(6))).slot)).toEqual(new Set([1, 2, 3, 4]));
    expect(new Set(rowsToTuneOn(labelledRows(slotPairs(2))).slot)).toEqual(new Set([1, 2]));
  });
});

describe('choosing among scores', () => {
  const score = (vPair: number, params: Readonly<Record<string, number>>) => ({
    vPair,
    params,
    rows: 1,
  });

  test('the lowest V_pair wins', () => {
    const best = score(-0.2, { trees: 300 });
    expect(chooseParams([score(-0.1, { trees: 100 }), best])).toBe(best);
  });

  test('of equals the simplest: shallow before few trees before large leaves', () => {
    const scores = [
      score(1, { maxDepth: 15, trees: 100, minRows: 19 }),
      score(1, { maxDepth: 10, trees: 200, minRows: 19 }),
      score(1, { maxDepth: 10, trees: 100, minRows: 4 }),
      score(1 + 1e-12, { maxDepth: 10, trees: 100, minRows: 19 }),
    ];
    expect(chooseParams(scores)).toBe(scores[3]);
  });

  test('no score is no choice', () => {
    expect(() => chooseParams([])).toThrow(/No combination/);
  });
});
