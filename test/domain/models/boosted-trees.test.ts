import { describe, expect, test } from 'vitest';
import { PermanentFailure } from '../../../src/domain/failures.ts';
import {
  type BoostedTreeArrays,
  decodeBoostedTrees,
  type EncodedBoostedTrees,
  encodeBoostedTrees,
  scoreBoostedTrees,
} from '../../../src/domain/models/boosted-trees.ts';
import { decodeScorer, parseScorer } from '../../../src/domain/models/scorer.ts';
import { StoredFields } from '../../../src/domain/stored-fields.ts';

/** Margins: f0 < 2 ? −0.5 : (f1 < −1.5 ? 1 : 2), and a single leaf of 0.25, upon 0.125. */
const arrays: BoostedTreeArrays = {
  roots: Int32Array.of(0, 5),
  feature: Int16Array.of(0, -1, 1, -1, -1, -1),
  threshold: Float64Array.of(2, 0, -1.5, 0, 0, 0),
  right: Int32Array.of(2, 0, 4, 0, 0, 0),
  margin: Float32Array.of(0, -0.5, 0, 1, 2, 0.25),
  baseMargin: 0.125,
};

describe('scoring boosted trees', () => {
  test.each([
    [[1, 0], -0.125],
    [[2, -2], 1.375],
    [[2, -1.5], 2.375],
  ])('of %o is the logistic function of all margins together', (vector, margin) => {
    const model = decodeBoostedTrees(encodeBoostedTrees(arrays));
    expect(scoreBoostedTrees(model, vector)).toBeCloseTo(1 / (1 + Math.exp(-margin)), 15);
  });

  test.each([
    [-1000, 0],
    [1000, 1],
  ])('of a margin of %d is %d, and no overflow', (baseMargin, score) => {
    const model = decodeBoostedTrees(encodeBoostedTrees({ ...arrays, baseMargin }));
    expect(scoreBoostedTrees(model, [0, 0])).toBe(score);
  });

  test('a vector that is too short is refused', () => {
    const model = decodeBoostedTrees(encodeBoostedTrees(arrays));
    expect(() => scoreBoostedTrees(model, [1])).toThrow(/vector of 1 .* reads 2/);
  });
});

describe('the stored form of boosted trees', () => {
  test('is little-endian, the same on every machine', () => {
    const encoded = encodeBoostedTrees(arrays);
    expect(encoded).toMatchObject({ kind: 'boosted-trees', trees: 2, nodes: 6, baseMargin: 0.125 });
    expect(Buffer.from(encoded.margin, 'base64').readFloatLE(4)).toBe(-0.5);
    expect(Buffer.from(encoded.threshold, 'base64').readDoubleLE(16)).toBe(-1.5);
  });

  test('comes back from JSON as a scorer of the same answers', () => {
    const encoded = encodeBoostedTrees(arrays);
    const fields = new StoredFields(JSON.parse(JSON.stringify(encoded)), 'scorer');
    expect(parseScorer(fields, 2)).toEqual(encoded);
    expect(decodeScorer(encoded, 2).score([2, -2])).toBe(
      scoreBoostedTrees(decodeBoostedTrees(encoded), [2, -2]),
    );
  });
});

describe('damaged boosted trees are refused', () => {
  const encoded = (changes: Partial<BoostedTreeArrays>) =>
    encodeBoostedTrees({ ...arrays, ...changes });

  test.each<[string, Partial<EncodedBoostedTrees>, RegExp]>([
    ['with a cut array', { margin: encoded({}).margin.slice(0, -4) }, /"margin".*bytes/],
    ['without trees', { trees: 0 }, /"trees" is 0/],
    ['with a base that is no number', { baseMargin: Number.NaN }, /"baseMargin" is NaN/],
    [
      'with a leaf that is no number',
      encoded({ margin: Float32Array.of(0, Number.NaN, 0, 0, 0, 0) }),
      /Leaf 1 has the margin NaN/,
    ],
    [
      'with a threshold that is no number',
      encoded({ threshold: Float64Array.of(Number.NaN, 0, 0, 0, 0, 0) }),
      /splits at NaN/,
    ],
    [
      'that turn in a circle',
      encoded({ right: Int32Array.of(2, 0, 2, 0, 0, 0) }),
      /right child at 2/,
    ],
    ['whose trees overlap', encoded({ roots: Int32Array.of(0, 4) }), /Tree 0/],
    [
      'that read a feature which the model does not name',
      encoded({ feature: Int16Array.of(0, -1, 2, -1, -1, -1) }),
      /feature 2, of 2/,
    ],
  ])('%s', (_, changes, message) => {
    let error: unknown;
    try {
      decodeScorer({ ...encodeBoostedTrees(arrays), ...changes }, 2);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(PermanentFailure);
    expect(error).toMatchObject({ kind: 'ModelMismatch', message: expect.stringMatching(message) });
  });
});
