import { describe, expect, test } from 'vitest';
import { PermanentFailure } from '../../../src/domain/failures.ts';
import {
  decodeForest,
  type EncodedForest,
  encodeForest,
  type ForestArrays,
  scoreForest,
} from '../../../src/domain/models/forest.ts';

/** Two trees: f0 < 2 ? 0.25 : (f1 < −1.5 ? 0.5 : 1), and a single leaf of 0.75. */
const arrays: ForestArrays = {
  roots: Int32Array.of(0, 5),
  feature: Int16Array.of(0, -1, 1, -1, -1, -1),
  threshold: Float64Array.of(2, 0, -1.5, 0, 0, 0),
  right: Int32Array.of(2, 0, 4, 0, 0, 0),
  pLambda: Float32Array.of(0, 0.25, 0, 0.5, 1, 0.75),
};

describe('scoring a forest', () => {
  const forest = decodeForest(encodeForest(arrays));

  test.each([
    [[1, 0], (0.25 + 0.75) / 2],
    [[2, -2], (0.5 + 0.75) / 2],
    [[2, -1.5], (1 + 0.75) / 2],
  ])('of %o is the mean share of the leaves it falls into', (vector, score) => {
    expect(scoreForest(forest, vector)).toBe(score);
  });

  test('a vector that is too short is refused', () => {
    expect(() => scoreForest(forest, [1])).toThrow(/vector of 1 .* reads 2/);
  });
});

describe('the stored form of a forest', () => {
  test('is little-endian, the same on every machine', () => {
    const encoded = encodeForest(arrays);
    expect(encoded).toMatchObject({ trees: 2, nodes: 6 });
    expect([...Buffer.from(encoded.roots, 'base64')]).toEqual([0, 0, 0, 0, 5, 0, 0, 0]);
    expect([...Buffer.from(encoded.feature, 'base64')].slice(0, 4)).toEqual([0, 0, 255, 255]);
    expect(Buffer.from(encoded.threshold, 'base64').readDoubleLE(16)).toBe(-1.5);
    expect(Buffer.from(encoded.pLambda, 'base64').readFloatLE(4)).toBe(0.25);
  });

  test('holds a forest that is longer than a call may have arguments', () => {
    const leaves = 200_000;
    const forest = decodeForest(
      encodeForest({
        roots: Int32Array.from({ length: leaves }, (_, tree) => tree),
        feature: new Int16Array(leaves).fill(-1),
        threshold: new Float64Array(leaves),
        right: new Int32Array(leaves),
        pLambda: new Float32Array(leaves).fill(0.5),
      }),
    );
    expect(scoreForest(forest, [])).toBe(0.5);
  });
});

describe('a damaged forest is refused', () => {
  const refusal = (changes: Partial<EncodedForest>, featureCount?: number): unknown => {
    try {
      return decodeForest({ ...encodeForest(arrays), ...changes }, featureCount);
    } catch (error) {
      return error;
    }
  };
  const encoded = (changes: Partial<ForestArrays>) => encodeForest({ ...arrays, ...changes });
  const nodes = arrays.feature.length;

  test.each<[string, Partial<EncodedForest>, RegExp]>([
    [
      'with a cut array',
      { threshold: encodeForest(arrays).threshold.slice(0, -4) },
      /"threshold".*bytes/,
    ],
    ['that is no base64', { roots: '***' }, /"roots" is not base64/],
    ['without trees', { trees: 0 }, /"trees" is 0/],
    ['with half a node', { nodes: 2.5 }, /"nodes" is 2.5/],
    ['with more nodes than any memory', { nodes: 2 ** 40 }, /"nodes" is/],
    [
      'whose child lies beyond the end',
      encoded({ right: Int32Array.of(2, 0, 9, 0, 0, 0) }),
      /child at 9/,
    ],
    ['that turns in a circle', encoded({ right: Int32Array.of(2, 0, 2, 0, 0, 0) }), /child at 2/],
    [
      'whose child lies in another tree',
      encoded({ right: Int32Array.of(2, 0, 5, 0, 0, 0) }),
      /child at 5/,
    ],
    [
      'with a child before its parent',
      encoded({ right: Int32Array.of(2, 0, -1, 0, 0, 0) }),
      /child at -1/,
    ],
    ['that ends in a split', encoded({ feature: Int16Array.of(0, -1, 1, -1, -1, 0) }), /Node 5/],
    [
      'whose first tree does not begin at 0',
      encoded({ roots: Int32Array.of(1, 5) }),
      /node 1 instead of 0/,
    ],
    ['whose trees overlap', encoded({ roots: Int32Array.of(0, 4) }), /Tree 0/],
    ['with a tree beyond the end', encoded({ roots: Int32Array.of(0, nodes) }), /Tree/],
    [
      'with an unknown kind of node',
      encoded({ feature: Int16Array.of(0, -2, 1, -1, -1, -1) }),
      /feature -2/,
    ],
    [
      'with a threshold that is no number',
      encoded({ threshold: Float64Array.of(Number.NaN, 0, 0, 0, 0, 0) }),
      /splits at NaN/,
    ],
    [
      'with a share above 1',
      encoded({ pLambda: Float32Array.of(0, 1.5, 0, 0, 0, 0) }),
      /Leaf 1 has the share 1.5/,
    ],
    [
      'with a feature that one byte cannot name',
      encoded({ feature: Int16Array.of(256, -1, 1, -1, -1, -1) }),
      /feature 256/,
    ],
  ])('%s', (_, changes, message) => {
    const error = refusal(changes);
    expect(error).toBeInstanceOf(PermanentFailure);
    expect(error).toMatchObject({ kind: 'ModelMismatch', message: expect.stringMatching(message) });
  });

  test('that reads a feature which the model does not name', () => {
    expect(refusal({}, 1)).toMatchObject({ message: expect.stringMatching(/feature 1, of 1/) });
    expect(refusal({}, 2)).not.toBeInstanceOf(Error);
  });
});
