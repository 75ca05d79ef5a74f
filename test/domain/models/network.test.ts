import { describe, expect, test } from 'vitest';
import { PermanentFailure } from '../../../src/domain/failures.ts';
import {
  decodeNetwork,
  type EncodedNetwork,
  encodeNetwork,
  type NetworkArrays,
  scoreNetwork,
} from '../../../src/domain/models/network.ts';
import type { Scaling } from '../../../src/domain/models/scaling.ts';
import { decodeScorer, parseScorer } from '../../../src/domain/models/scorer.ts';
import { StoredFields } from '../../../src/domain/stored-fields.ts';

/** f0 as its logarithm, f1 as it is. */
const scaling: Scaling = { log1p: [0], mean: [0, 10], sd: [1, 2] };

/** Two units: relu(x0 − x1) and relu(x1 − 0.5); the log-odds are twice the first less the second. */
const arrays: NetworkArrays = {
  sizes: [2, 2, 1],
  weights: Float32Array.of(1, 0, -1, 1, 2, -1),
  biases: Float32Array.of(0, -0.5, 0.25),
};

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

describe('scoring a network', () => {
  const network = decodeNetwork(encodeNetwork(scaling, arrays), 2);

  test.each([
    ['with the first unit on', [Math.E - 1, 10], 2 * 1 + 0.25],
    ['with the second unit on', [0, 14], -(2 - 0.5) + 0.25],
    ['with both units on', [Math.expm1(3), 14], 2 * (3 - 2) - (2 - 0.5) + 0.25],
    ['with no unit on', [0, 10.5], 0.25],
  ])('%s is the sigmoid of what the units add up to', (_, vector, logOdds) => {
    expect(scoreNetwork(network, vector)).toBeCloseTo(sigmoid(logOdds), 12);
  });

  test('does not remember the vector before', () => {
    const alone = scoreNetwork(network, [3, 9]);
    scoreNetwork(network, [300, 90]);
    expect(scoreNetwork(network, [3, 9])).toBe(alone);
  });

  test('takes a negative value of a logged feature for 0', () => {
    expect(scoreNetwork(network, [-1, 9])).toBe(scoreNetwork(network, [0, 9]));
    expect(scoreNetwork(network, [-5e9, 9])).toBe(scoreNetwork(network, [0, 9]));
  });

  test('takes a value beyond ten standard deviations for one at ten', () => {
    expect(scoreNetwork(network, [0, -11])).toBe(scoreNetwork(network, [0, -10]));
    expect(scoreNetwork(network, [0, 1e300])).toBe(scoreNetwork(network, [0, 30]));
  });

  test('stays between 0 and 1 with the largest weights there can be', () => {
    const huge = new Float32Array(6).fill(3e38);
    const extreme = decodeNetwork(encodeNetwork(scaling, { ...arrays, weights: huge }), 2);
    for (const vector of [
      [1e308, 1e308],
      [-1e308, -1e308],
      [1e308, -1e308],
    ]) {
      const score = scoreNetwork(extreme, vector);
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(1);
    }
  });

  test('a network without hidden layers is a logistic regression', () => {
    const encoded = encodeNetwork(
      { log1p: [], mean: [1], sd: [2] },
      { sizes: [1, 1], weights: Float32Array.of(0.5), biases: Float32Array.of(-1) },
    );
    expect(scoreNetwork(decodeNetwork(encoded, 1), [5])).toBeCloseTo(sigmoid(0), 12);
    expect(scoreNetwork(decodeNetwork(encoded, 1), [-3])).toBeCloseTo(sigmoid(-2), 12);
  });

  test('a vector that is too short is refused', () => {
    expect(() => scoreNetwork(network, [1])).toThrow(/vector of 1 .* reads 2/);
  });
});

describe('the stored form of a network', () => {
  test('is little-endian, the same on every machine', () => {
    const { layers } = encodeNetwork(scaling, arrays);
    const bytes = Buffer.from(layers.weights, 'base64');
    expect(Array.from(arrays.weights, (_, at) => bytes.readFloatLE(at * 4))).toEqual([
      ...arrays.weights,
    ]);
  });

  test('is the same scorer after a trip through JSON', () => {
    const encoded = encodeNetwork(scaling, arrays);
    const fields = new StoredFields(JSON.parse(JSON.stringify(encoded)), 'scorer');
    const parsed = parseScorer(fields, 2);
    expect(parsed).toEqual(encoded);
    expect(decodeScorer(parsed, 2).score([3, 9])).toBe(decodeScorer(encoded, 2).score([3, 9]));
  });
});

describe('a damaged network is refused', () => {
  const whole = encodeNetwork(scaling, arrays);
  const scaledBy = (changes: Partial<Scaling>): EncodedNetwork => ({
    ...whole,
    preprocessing: { ...scaling, ...changes },
  });
  const layered = (changes: Partial<EncodedNetwork['layers']>): EncodedNetwork => ({
    ...whole,
    layers: { ...whole.layers, ...changes },
  });
  const withArrays = (changes: Partial<NetworkArrays>): EncodedNetwork =>
    encodeNetwork(scaling, { ...arrays, ...changes });

  test.each<[string, EncodedNetwork, RegExp]>([
    ['with sizes of another network', layered({ sizes: [2, 3, 1] }), /"weights" has 24 bytes/],
    ['without layers', layered({ sizes: [2] }), /sizes 2 instead/],
    ['without sizes', layered({ sizes: [] }), /sizes {2}instead/],
    ['with two outputs', withArrays({ sizes: [2, 2, 2] }), /sizes 2, 2, 2/],
    ['with an empty layer', layered({ sizes: [2, 0, 1] }), /sizes 2, 0, 1/],
    ['with half a unit', layered({ sizes: [2, 1.5, 1] }), /sizes 2, 1.5, 1/],
    ['larger than any memory', layered({ sizes: [2, 2 ** 30, 1] }), /up to 1024/],
    ['with a cut array', layered({ biases: whole.layers.biases.slice(0, -4) }), /"biases" has/],
    ['that is no base64', layered({ weights: '***' }), /"weights" is not base64/],
    [
      'with a weight that is no number',
      withArrays({ weights: Float32Array.of(1, 0, Number.NaN, 1, 2, -1) }),
      /"weights" has NaN in place 2/,
    ],
    [
      'with an infinite bias',
      withArrays({ biases: Float32Array.of(0, Number.NEGATIVE_INFINITY, 0) }),
      /"biases" has -Infinity in place 1/,
    ],
    ['with a mean too few', scaledBy({ mean: [0] }), /2 features.* 1 means and 2 deviations/],
    ['with a deviation too many', scaledBy({ sd: [1, 2, 3] }), /2 means and 3 deviations/],
    ['with a mean that is no number', scaledBy({ mean: [0, Number.NaN] }), /Feature 1.*mean NaN/],
    ['with a deviation of 0', scaledBy({ sd: [0, 2] }), /Feature 0.*deviation 0/],
    ['with a negative deviation', scaledBy({ sd: [1, -2] }), /Feature 1.*deviation -2/],
    [
      'with an infinite deviation',
      scaledBy({ sd: [1, Number.POSITIVE_INFINITY] }),
      /deviation Infinity/,
    ],
    ['that logs a feature it does not have', scaledBy({ log1p: [2] }), /feature 2 in place 0/],
    ['that logs a feature twice', scaledBy({ log1p: [1, 1] }), /feature 1 in place 1/],
    ['that logs half a feature', scaledBy({ log1p: [0.5] }), /feature 0.5 in place 0/],
    ['that logs a feature before the first', scaledBy({ log1p: [-1] }), /feature -1 in place 0/],
  ])('%s', (_, encoded, message) => {
    expect(refusal(encoded)).toBeInstanceOf(PermanentFailure);
    expect(refusal(encoded)).toMatchObject({
      kind: 'ModelMismatch',
      message: expect.stringMatching(message),
    });
  });

  test('that reads other features than the model names', () => {
    expect(refusal(whole, 3)).toMatchObject({ message: expect.stringMatching(/of 3 features/) });
    expect(refusal(whole, 2)).toBeUndefined();
  });

  test('that lost a field', () => {
    const { sizes: _, ...layers } = whole.layers;
    const fields = new StoredFields({ ...whole, layers }, 'scorer');
    expect(() => parseScorer(fields, 2)).toThrow(/scorer\.layers\.sizes is missing/);
  });

  function refusal(encoded: EncodedNetwork, featureCount = 2): unknown {
    try {
      decodeNetwork(encoded, featureCount);
      return undefined;
    } catch (error) {
      return error;
    }
  }
});
