import { describe, expect, test } from 'vitest';
import { PermanentFailure } from '../../../src/domain/failures.ts';
import { encodeForest } from '../../../src/domain/models/forest.ts';
import { type ModelArtifact, parseModelArtifact } from '../../../src/domain/models/model.ts';

const artifact: ModelArtifact = {
  schema: 'crossover-model/2',
  family: 'random-forest',
  features: ['payload_bytes', 'workload=light'],
  workloads: ['light'],
  classes: ['ecs', 'lambda'],
  threshold: 0.5,
  scorer: encodeForest({
    roots: Int32Array.of(0),
    feature: Int16Array.of(1, -1, -1),
    threshold: Float64Array.of(0.5, 0, 0),
    right: Int32Array.of(2, 0, 0),
    pLambda: Float32Array.of(0, 0, 1),
  }),
  importance: { payload_bytes: 0, 'workload=light': 1 },
  metrics: {
    testRows: 4,
    accuracy: 0.75,
    balancedAccuracy: 0.75,
    majorityAccuracy: 0.5,
    ceiling: [0.7, 0.8],
    precision: 1,
    rocAuc: 0.75,
    logLoss: 0.5,
    brier: 0.2,
    confusion: [
      [2, 0],
      [1, 1],
    ],
    vPair: 1.5,
    vPairBestStatic: 1.6,
  },
  lineage: {
    datasetFingerprint: 'f00',
    slots: [1, 2, 3],
    rows: 120,
    seed: 42,
    params: { trees: 1 },
    libraries: { 'ml-random-forest': '2.1.0' },
  },
};

describe('a stored model', () => {
  test('comes back as it was, and without what it does not know', () => {
    const stored: unknown = JSON.parse(JSON.stringify({ ...artifact, addedLater: 1 }));
    expect(parseModelArtifact(stored)).toEqual(artifact);
  });

  test('says why it was not judged', () => {
    const stored = { ...artifact, notJudged: 'it saw 1 slot' };
    expect(parseModelArtifact(stored).notJudged).toBe('it saw 1 slot');
  });

  const { metrics, lineage, scorer } = artifact;
  test.each<[unknown, RegExp]>([
    ['text', /^model is "text"; it should be an object/],
    [null, /^model is null/],
    [{ ...artifact, schema: 'crossover-model/1' }, /model\.schema is "crossover-model\/1"; .*\/2"/],
    [{ ...artifact, family: 'oracle' }, /model\.family is "oracle"/],
    [{ ...artifact, features: [] }, /model\.features is \[\]/],
    [{ ...artifact, features: ['a', 'a'] }, /model\.features .* different names/],
    [{ ...artifact, features: ['payload_bytes'] }, /feature 1, of 1/],
    [{ ...artifact, classes: ['lambda', 'ecs'] }, /model\.classes is \[lambda, ecs\]/],
    [{ ...artifact, threshold: 2 }, /model\.threshold is 2/],
    [{ ...artifact, scorer: { ...scorer, right: 'AAAA' } }, /"right" has 3 bytes/],
    [{ ...artifact, scorer: { ...scorer, roots: '' } }, /model\.scorer\.roots is ""/],
    [{ ...artifact, importance: { a: 'much' } }, /model\.importance\.a is "much"; .* a number/],
    [
      { ...artifact, metrics: { ...metrics, brier: undefined } },
      /model\.metrics\.brier is missing/,
    ],
    [{ ...artifact, metrics: { ...metrics, ceiling: [1] } }, /model\.metrics\.ceiling is \[1\]/],
    [{ ...artifact, metrics: { ...metrics, confusion: [[1, 2]] } }, /confusion\.1 is missing/],
    [{ ...artifact, lineage: { ...lineage, slots: ['one'] } }, /model\.lineage\.slots/],
    [
      { ...artifact, lineage: { ...lineage, libraries: { x: 1 } } },
      /model\.lineage\.libraries\.x is 1/,
    ],
  ])('is refused with the field that is wrong (%#)', (stored, message) => {
    const parse = () => parseModelArtifact(stored);
    expect(parse).toThrow(PermanentFailure);
    expect(parse).toThrow(message);
  });
});
