import { describe, expect, test } from 'vitest';
import { decodeScorer } from '../../src/domain/models/scorer.ts';
import { artifactText, readArtifact } from '../../src/learning/artifact.ts';
import { createRandomForest } from '../../src/learning/random-forest/random-forest.ts';
import { type TrainingRequest, trainAndJudge } from '../../src/learning/train.ts';
import { labelledRows, type PairFacts, pairsByPayload } from './builders.ts';

const train = (pairs: readonly PairFacts[], changes: Partial<TrainingRequest> = {}) => {
  const rows = changes.rows ?? labelledRows(pairs);
  return trainAndJudge({
    rows,
    cells: rows.workload,
    judge: 'split',
    datasetFingerprint: 'f00',
    family: createRandomForest({ maxThreads: 1 }),
    params: { trees: 5, rowsPerTree: 120, maxDepth: 4, minRows: 3, bins: 32 },
    seed: 42,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ceiling: [0.9, 1],
    table: { light: 'lambda', heavy: 'ecs' },
    ...changes,
  });
};

async function judged(...request: Parameters<typeof train>) {
  const { judgement } = await train(...request);
  if (judgement.kind === 'not-judged') throw new Error(judgement.reason);
  return judgement;
}

describe('training and judging', () => {
  test('judges on the slots after those it was fitted on', async () => {
    expect(await judged(pairsByPayload(6))).toMatchObject({
      fittedSlots: [1, 2, 3, 4],
      judgedSlots: [5, 6],
      metrics: { testRows: 80, ceiling: [0.9, 1] },
    });
  });

  test('a router that knows the better platform has the value of the better platform', async () => {
    const { metrics, challengerVsStatic } = await judged(pairsByPayload(6));
    expect(metrics.accuracy).toBeGreaterThan(0.95);
    expect(metrics.vPair).toBeCloseTo(1, 1);
    // The table is right for half of the pairs of each workload.
    expect(metrics.vPairBestStatic).toBeCloseTo(1.5, 0);
    expect(challengerVsStatic).toHaveLength(2);
    const mean = challengerVsStatic.reduce((sum, one) => sum + one, 0) / 2;
    expect(mean).toBeCloseTo(metrics.vPair - metrics.vPairBestStatic, 1);
  });

  test('is judged by what it did not see: later slots that turned the tables refute it', async () => {
    const turned = pairsByPayload(6).map((pair) =>
      pair.slot <= 4
        ? pair
        : { ...pair, utilityLambda: pair.utilityEcs, utilityEcs: pair.utilityLambda },
    );
    const { metrics, challengerVsStatic } = await judged(turned);
    expect(metrics.accuracy).toBeLessThan(0.05);
    expect(Math.min(...challengerVsStatic)).toBeGreaterThan(0.2);
  });

  test('a ladder is learned from and not judged on', async () => {
    const ladder = pairsByPayload(6).map((pair) => ({ ...pair, isLadder: true }));
    const judgement = await judged([...pairsByPayload(6), ...ladder]);
    expect(judgement.metrics.testRows).toBe(80);
    const { artifact } = await train([...pairsByPayload(6), ...ladder]);
    expect(artifact.lineage.rows).toBe(480);
  });

  test('the model that is kept was fitted on all slots, and says on what', async () => {
    // Only slots 5 and 6 have large payloads: a fit on the first four could not know them.
    const pairs = pairsByPayload(6).map((pair) => ({
      ...pair,
      payloadBytes: pair.slot <= 4 ? pair.payloadBytes : pair.payloadBytes + 5000,
      ...(pair.slot <= 4 ? {} : { utilityLambda: 1, utilityEcs: 3 }),
    }));
    const { artifact } = await train(pairs);
    const scorer = decodeScorer(artifact.scorer, 2);
    expect(scorer.score([5500, 1])).toBeGreaterThan(0.9);
    expect(scorer.score([900, 1])).toBeLessThan(0.1);
    expect(artifact.lineage).toEqual({
      datasetFingerprint: 'f00',
      slots: [1, 2, 3, 4, 5, 6],
      rows: 240,
      seed: 42,
      params: { trees: 5, rowsPerTree: 120, maxDepth: 4, minRows: 3, bins: 32 },
      libraries: { 'ml-random-forest': '2.1.0', 'ml-cart': '2.1.1' },
    });
  });

  test('the same rows and seed give the same hash for any number of threads', async () => {
    const [one, two] = [
      await train(pairsByPayload(3), {
        params: { trees: 12, rowsPerTree: 50, maxDepth: 4, minRows: 3, bins: 32 },
      }),
      await train(pairsByPayload(3), {
        params: { bins: 32, minRows: 3, maxDepth: 4, rowsPerTree: 50, trees: 12 },
        family: createRandomForest({ maxThreads: 2 }),
      }),
    ];
    expect(two.hash).toBe(one.hash);
    expect((await train(pairsByPayload(3), { seed: 43 })).hash).not.toBe(one.hash);
  });

  test('what is stored under its hash is read back as it was', async () => {
    const { artifact, hash } = await train(pairsByPayload(3));
    expect(readArtifact(artifactText(artifact), hash)).toEqual(artifact);
  });

  test('a model above the ceiling of its labels is reported as a leak', async () => {
    const pairs = Array.from({ length: 120 }, (_, row): PairFacts => {
      const isLambda = row % 12 < 6;
      return {
        slot: 1 + (row % 6),
        workload: 'light',
        payloadBytes: row,
        ratePerS: isLambda ? 10 : 1,
        utilityLambda: isLambda ? 1 : 2,
        utilityEcs: isLambda ? 2 : 1,
      };
    });
    const { finding } = await judged(pairs, { ceiling: [0.5, 0.6], table: { light: 'ecs' } });
    expect(finding).toMatchObject({ kind: 'leak', feature: 'recent_rate_ecs_per_s' });
    expect((await judged(pairsByPayload(6))).finding).toBeUndefined();
  });

  test('fewer than three slots are not judged, and the model says so', async () => {
    const { judgement, artifact } = await train(pairsByPayload(2));
    expect(judgement).toEqual({
      kind: 'not-judged',
      reason:
        'The model was not judged: it saw 2 complete slots, and holding some out takes at least 3.',
    });
    expect(artifact.notJudged).toBe(judgement.kind === 'not-judged' && judgement.reason);
    expect(artifact.metrics.testRows).toBe(0);
  });

  test('one class in the earlier slots leaves the model unjudged, not untrained', async () => {
    const pairs = pairsByPayload(3).map((pair) =>
      pair.slot < 3 ? { ...pair, utilityLambda: 1, utilityEcs: 2 } : pair,
    );
    const { judgement, artifact } = await train(pairs);
    expect(judgement).toMatchObject({ reason: expect.stringMatching(/slots 1, 2 alone.*ecs/) });
    expect(artifact.lineage.slots).toEqual([1, 2, 3]);
  });

  test('one class in all slots fails the training by name', async () => {
    const pairs = pairsByPayload(3).map((pair) => ({ ...pair, utilityLambda: 1, utilityEcs: 2 }));
    await expect(train(pairs)).rejects.toMatchObject({ kind: 'TooFewObservations' });
  });

  test('a workload that the best-static table forgot is named', async () => {
    const training = train(pairsByPayload(3), { table: { light: 'lambda' } });
    await expect(training).rejects.toThrow(/no platform for workload "heavy"; it has light/);
  });

  test('progress runs once from 0 to 1 over both fits', async () => {
    const seen: number[] = [];
    await train(pairsByPayload(3), { onProgress: (done) => seen.push(done) });
    expect(seen).toEqual([0.5, 1]);
  });

  test('without a judgement of its own it is fitted once, and says who judges it', async () => {
    const seen: number[] = [];
    const later = { judge: 'later', onProgress: (done: number) => seen.push(done) } as const;
    const { artifact, judgement, evaluation } = await train(pairsByPayload(6), later);
    expect(judgement).toMatchObject({
      kind: 'not-judged',
      reason: expect.stringMatching(/the next retraining judges it/),
    });
    expect(artifact.notJudged).toMatch(/next retraining/);
    expect(evaluation).toBeUndefined();
    expect(seen).toEqual([1]);
    expect(artifact.lineage.slots).toEqual([1, 2, 3, 4, 5, 6]);
    expect(artifact.scorer).toEqual((await train(pairsByPayload(6))).artifact.scorer);
  });

  test('what is judged comes with its evaluation, of the same figures', async () => {
    const { judgement, evaluation } = await train(pairsByPayload(9));
    if (judgement.kind === 'not-judged') throw new Error(judgement.reason);
    expect(evaluation).toMatchObject({
      family: 'random-forest',
      fittedSlots: judgement.fittedSlots,
      judgedSlots: judgement.judgedSlots,
      rows: judgement.metrics.testRows,
      confusion: judgement.metrics.confusion,
      constantFeatures: ['recent_rate_ecs_per_s'],
      baselines: { ceiling: [0.9, 1] },
    });
    const { figures, baselines } = evaluation ?? expect.fail();
    const names = ['accuracy', 'recall', 'rocAuc', 'logLoss', 'brier', 'vPair'] as const;
    for (const name of names) {
      expect(figures[name]?.value, name).toBeCloseTo(judgement.metrics[name] ?? Number.NaN, 9);
    }
    expect(baselines.vPairBestStatic).toBeCloseTo(judgement.metrics.vPairBestStatic, 9);
    expect((await train(pairsByPayload(2))).evaluation).toBeUndefined();
  });

  test.each([
    ['a handful of rows', pairsByPayload(1), /40 pairs.*at least 59.*Collect more slots/],
    [
      'nothing but constant features',
      pairsByPayload(3).map((pair) => ({ ...pair, payloadBytes: 7 })),
      /Every one of the 2 features.*120 rows/,
    ],
  ])('%s fails the training by name and says what to do', async (_, pairs, message) => {
    await expect(train(pairs)).rejects.toMatchObject({
      kind: 'TooFewObservations',
      message: expect.stringMatching(message),
    });
  });

  test('a feature that is no number fails the training by its name', async () => {
    const pairs = pairsByPayload(3).map((pair, row) =>
      row === 5 ? { ...pair, ratePerS: Number.NaN } : pair,
    );
    await expect(train(pairs)).rejects.toMatchObject({
      kind: 'CorruptObject',
      message: expect.stringMatching(/"recent_rate_ecs_per_s" is NaN in training row 5/),
    });
  });
});
