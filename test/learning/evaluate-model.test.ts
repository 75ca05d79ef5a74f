import { describe, expect, test } from 'vitest';
import { figureNames } from '../../src/domain/models/model-evaluation.ts';
import type { Scorer } from '../../src/domain/models/scorer.ts';
import type { LabelledRows } from '../../src/domain/models/training.ts';
import { oracleChoice } from '../../src/domain/rivals/oracle.ts';
import { randomFor } from '../../src/domain/statistics/random.ts';
import { canonicalJson } from '../../src/learning/artifact.ts';
import { type EvaluationRequest, evaluateModel } from '../../src/learning/evaluate-model.ts';
import { scoreRows } from '../../src/learning/judge.ts';
import { labelledRows, type PairFacts, pairsByPayload } from './builders.ts';

const byPayload: Scorer = { score: (vector) => ((vector[0] ?? 0) < 500 ? 0.9 : 0.1) };

async function evaluate(
  pairs: readonly PairFacts[],
  changes: Partial<EvaluationRequest> = {},
  heldOut: LabelledRows = labelledRows(pairs),
) {
  const scorer = changes.scorer ?? byPayload;
  const halves = Int32Array.from(
    heldOut.workload,
    (workload, row) => 2 * workload + Number((heldOut.values[row] ?? 0) < 500),
  );
  return await evaluateModel({
    family: 'random-forest',
    fittedSlots: [],
    constantFeatures: [],
    heldOut,
    scorer,
    pLambda: await scoreRows(scorer, heldOut),
    importance: {},
    rivals: { threshold: 0.5, table: { light: 'lambda', heavy: 'ecs' } },
    ceiling: [0.9, 1],
    isOracleLambda: oracleChoice(heldOut, halves),
    seed: 1,
    signal: new AbortController().signal,
    ...changes,
  });
}

/** In some slots the router is right, in others wrong. */
function disagreeing(slots: number): PairFacts[] {
  return pairsByPayload(slots).map((pair) =>
    pair.slot % 2 === 0
      ? pair
      : { ...pair, utilityLambda: pair.utilityEcs, utilityEcs: pair.utilityLambda },
  );
}

describe('the evaluation of a model', () => {
  test('every figure has an interval around it', async () => {
    // Some pairs, small and large alike, contradict the rest by a little.
    const noisy = pairsByPayload(8).map((pair, row) => {
      if (row % 5 > 0) return pair;
      const stake = row % 10 === 0 ? 0.1 : -0.1;
      return { ...pair, utilityLambda: 1.5 + stake, utilityEcs: 1.5 };
    });
    const { figures, regret, regretBestStatic } = await evaluate(noisy);
    for (const name of figureNames) {
      const { value, lower, upper } = figures[name] ?? expect.fail(name);
      expect(lower, name).toBeLessThan(value);
      expect(upper, name).toBeGreaterThan(value);
    }
    expect(regret.lower).toBeDefined();
    expect(regretBestStatic.lower).toBeGreaterThan(0.2);
  });

  test('intervals are wide when slots disagree', async () => {
    const { figures } = await evaluate(disagreeing(8));
    expect(figures.accuracy?.value).toBeCloseTo(0.5, 1);
    expect(figures.accuracy?.lower).toBeLessThan(0.25);
    expect(figures.accuracy?.upper).toBeGreaterThan(0.75);
  });

  test('a router that knows what the cells can tell leaves no regret; best-static does', async () => {
    const { baselines, regret, regretBestStatic } = await evaluate(pairsByPayload(8));
    expect(baselines.vPairOracle).toBeCloseTo(1, 9);
    expect(regret).toMatchObject({ value: 0, lower: 0, upper: 0 });
    expect(regretBestStatic.value).toBeCloseTo(
      baselines.vPairBestStatic - baselines.vPairOracle,
      12,
    );
    expect(regretBestStatic.value).toBeGreaterThan(0.3);
  });

  test('V_pair covers the truth in about 95 of 100 campaigns', async () => {
    const campaigns = 60;
    let covered = 0;
    for (let campaign = 0; campaign < campaigns; campaign += 1) {
      const random = randomFor(campaign, 'campaign');
      const pairs = Array.from({ length: 8 }, (_, slot) => {
        // Each slot has its own level, which its rows share: a row is no independent draw.
        const level = 2 + random() - 0.5;
        return Array.from(
          { length: 12 },
          (_, row): PairFacts => ({
            slot,
            workload: row % 2 === 0 ? 'light' : 'heavy',
            payloadBytes: row < 6 ? 100 : 900,
            utilityLambda: level,
            utilityEcs: level + 0.001,
          }),
        );
      });
      const { figures } = await evaluate(pairs.flat(), { seed: campaign });
      const { lower = 0, upper = 0 } = figures.vPair ?? {};
      if (lower <= 2 && 2 <= upper) covered += 1;
    }
    expect(covered / campaigns).toBeGreaterThan(0.87);
    expect(covered / campaigns).toBeLessThan(1);
  });

  test('one slot has figures and no intervals', async () => {
    const { figures, regret } = await evaluate(pairsByPayload(1));
    expect(figures.accuracy).toEqual({ value: 1 });
    expect(regret).toEqual({ value: expect.any(Number) });
  });

  test('what has no value is left out, and everything can be stored as JSON', async () => {
    const never: Scorer = { score: () => 0.1 };
    const onlyEcs = pairsByPayload(7).map((pair) => ({
      ...pair,
      utilityLambda: 3,
      utilityEcs: 1,
    }));
    const evaluation = await evaluate(onlyEcs, { scorer: never });
    expect(Object.keys(evaluation.figures)).not.toContain('precision');
    expect(Object.keys(evaluation.figures)).not.toContain('rocAuc');
    expect(evaluation.roc).toEqual([]);
    expect(JSON.parse(canonicalJson(evaluation))).toEqual(JSON.parse(JSON.stringify(evaluation)));
  });

  test('the same model on the same rows gives the same evaluation', async () => {
    expect(await evaluate(disagreeing(7))).toEqual(await evaluate(disagreeing(7)));
  });

  test('ends with the reason of the cancel', async () => {
    const signal = AbortSignal.abort(new Error('the slot begins'));
    await expect(evaluate(pairsByPayload(7), { signal })).rejects.toThrow('the slot begins');
  });
});
