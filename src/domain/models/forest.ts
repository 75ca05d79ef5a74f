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

/** A random forest as it is stored. */
export interface EncodedForest extends EncodedTrees {
  readonly kind: 'forest';
  /** Float32, one per node: share of class 1 (weighted draw) in the leaf. */
  readonly pLambda: string;
}

/** A forest that is ready to score: its leaves say the share of class 1. */
export type Forest = FlatTrees;

/** The arrays of `EncodedForest`, before their encoding. */
export interface ForestArrays extends TreeArrays {
  readonly pLambda: Float32Array;
}

/** The mean of the trees' leaf shares: the probability that Lambda is the better platform. */
export function scoreForest(forest: Forest, vector: ArrayLike<number>): number {
  return sumOfLeaves(forest, vector) / forest.roots.length;
}

export function encodeForest(arrays: ForestArrays): EncodedForest {
  return {
    kind: 'forest',
    ...encodeTrees(arrays),
    pLambda: encodeArray(arrays.pLambda, float32),
  };
}

/** The forest of a stored model, checked as `decodeTrees` says. Throws `ModelMismatch`. */
export function decodeForest(encoded: EncodedForest, featureCount = largestFeatureCount): Forest {
  const leaves = { name: 'pLambda', encoded: encoded.pLambda, problemOf: problemOfShare };
  return decodeTrees(encoded, leaves, featureCount);
}

function problemOfShare(share: number): string | undefined {
  return share >= 0 && share <= 1 ? undefined : `share ${share}, which is not between 0 and 1`;
}
