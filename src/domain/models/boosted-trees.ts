import { PermanentFailure } from '../failures.ts';
import { encodeArray, float32 } from './encoded-array.ts';
import {
  decodeTrees,
  type EncodedTrees,
  encodeTrees,
  type FlatTrees,
  largestFeatureCount,
  sumOfLeaves,
  type TreeArrays,
} from './flat-trees.ts';

/** Boosted trees for two classes as they are stored. */
export interface EncodedBoostedTrees extends EncodedTrees {
  readonly kind: 'boosted-trees';
  /** Float32, one per node: what the leaf adds to the margin (log odds), learning rate included. */
  readonly margin: string;
  /** The margin before the first tree. */
  readonly baseMargin: number;
}

/** Boosted trees that are ready to score: their leaves say margins. */
export interface BoostedTrees {
  readonly trees: FlatTrees;
  readonly baseMargin: number;
}

/** The arrays of `EncodedBoostedTrees`, before their encoding. */
export interface BoostedTreeArrays extends TreeArrays {
  readonly margin: Float32Array;
  readonly baseMargin: number;
}

/** The logistic function of the summed margins: the probability that Lambda is the better platform. */
export function scoreBoostedTrees(model: BoostedTrees, vector: ArrayLike<number>): number {
  return 1 / (1 + Math.exp(-(model.baseMargin + sumOfLeaves(model.trees, vector))));
}

export function encodeBoostedTrees(arrays: BoostedTreeArrays): EncodedBoostedTrees {
  return {
    kind: 'boosted-trees',
    ...encodeTrees(arrays),
    margin: encodeArray(arrays.margin, float32),
    baseMargin: arrays.baseMargin,
  };
}

/** The boosted trees of a stored model, checked as `decodeTrees` says. Throws `ModelMismatch`. */
export function decodeBoostedTrees(
  encoded: EncodedBoostedTrees,
  featureCount = largestFeatureCount,
): BoostedTrees {
  const { baseMargin } = encoded;
  if (!Number.isFinite(baseMargin)) {
    throw new PermanentFailure(
      'ModelMismatch',
      `"baseMargin" is ${baseMargin}, which is no number. ` +
        'The stored model is damaged or of another version; train it again.',
    );
  }
  const leaves = { name: 'margin', encoded: encoded.margin, problemOf: problemOfMargin };
  return { trees: decodeTrees(encoded, leaves, featureCount), baseMargin };
}

function problemOfMargin(margin: number): string | undefined {
  return Number.isFinite(margin) ? undefined : `margin ${margin}, which is no number`;
}
