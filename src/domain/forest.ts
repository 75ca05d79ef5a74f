import { decodeArray, encodeArray, float32, float64, int16, int32 } from './encoded-array.ts';
import { PermanentFailure } from './failures.ts';

/**
 * Trees in preorder, as base64 of little-endian arrays: the left child of node i is i + 1; `right`
 * holds the right child; `feature` is −1 at a leaf. Go left when value < threshold.
 */
export interface EncodedForest {
  readonly kind: 'forest';
  readonly trees: number;
  readonly nodes: number;
  /** Int32, one per tree. */
  readonly roots: string;
  /** Int16, one per node. */
  readonly feature: string;
  /** Float64, one per node, on raw features. */
  readonly threshold: string;
  /** Int32, one per node. */
  readonly right: string;
  /** Float32, one per node: share of class 1 (weighted draw) in the leaf. */
  readonly pLambda: string;
}

/**
 * A forest that is ready to score. Trees stand in preorder, so that the left child of node i is
 * i + 1; the rest of a node is packed into one number, which makes a decision a sixth faster than
 * separate arrays.
 */
export interface Forest {
  /** How long a vector must at least be. */
  readonly featureCount: number;
  /** The node at which each tree begins. */
  readonly roots: Int32Array;
  /** Per node: right child · 256 + feature; −1 at a leaf. */
  readonly link: Int32Array;
  /** Per node: the threshold below which a value goes left; at a leaf, the share of class 1. */
  readonly value: Float64Array;
}

/** The arrays of `EncodedForest`, before or after their encoding. */
export interface ForestArrays {
  readonly roots: Int32Array;
  readonly feature: Int16Array;
  readonly threshold: Float64Array;
  readonly right: Int32Array;
  readonly pLambda: Float32Array;
}

/** The mean of the trees' leaf shares: the probability that Lambda is the better platform. */
export function scoreForest(forest: Forest, vector: ArrayLike<number>): number {
  if (vector.length < forest.featureCount) {
    throw mismatch(
      `A vector of ${vector.length} values cannot be scored: the forest reads ${forest.featureCount}`,
    );
  }
  const { roots, link, value } = forest;
  let sum = 0;
  for (let tree = 0; tree < roots.length; tree += 1) {
    let node = roots[tree] as number;
    let packed = link[node] as number;
    while (packed >= 0) {
      const isLeft = (vector[packed & 255] as number) < (value[node] as number);
      node = isLeft ? node + 1 : packed >> 8;
      packed = link[node] as number;
    }
    sum += value[node] as number;
  }
  return sum / roots.length;
}

/** The stored form: base64 of little-endian arrays, the same bytes on every machine. */
export function encodeForest(arrays: ForestArrays): EncodedForest {
  return {
    kind: 'forest',
    trees: arrays.roots.length,
    nodes: arrays.feature.length,
    roots: encodeArray(arrays.roots, int32),
    feature: encodeArray(arrays.feature, int16),
    threshold: encodeArray(arrays.threshold, float64),
    right: encodeArray(arrays.right, int32),
    pLambda: encodeArray(arrays.pLambda, float32),
  };
}

/**
 * The forest of a stored model. Everything that scoring relies on is checked here, once: lengths,
 * that every tree is a whole tree in preorder (so that no walk leaves it or turns in a circle),
 * that features lie within `featureCount` where it is given. Throws `ModelMismatch`.
 */
export function decodeForest(encoded: EncodedForest, featureCount = largestFeatureCount): Forest {
  const { trees, nodes } = encoded;
  requireCount(trees, 'trees');
  requireCount(nodes, 'nodes');
  const arrays: ForestArrays = {
    roots: Int32Array.from(decodeArray(encoded.roots, 'roots', trees, int32)),
    feature: Int16Array.from(decodeArray(encoded.feature, 'feature', nodes, int16)),
    threshold: decodeArray(encoded.threshold, 'threshold', nodes, float64),
    right: Int32Array.from(decodeArray(encoded.right, 'right', nodes, int32)),
    pLambda: Float32Array.from(decodeArray(encoded.pLambda, 'pLambda', nodes, float32)),
  };
  checkValues(arrays, Math.min(featureCount, largestFeatureCount));
  checkShape(arrays);
  return packed(arrays);
}

/** One byte of a link names the feature, the other 23 bits the right child. */
const largestFeatureCount = 256;
const largestNodeCount = 2 ** 23;

function packed({ roots, feature, threshold, right, pLambda }: ForestArrays): Forest {
  const link = new Int32Array(feature.length).fill(-1);
  const value = Float64Array.from(pLambda);
  let featureCount = 0;
  for (let node = 0; node < feature.length; node += 1) {
    const column = feature[node] as number;
    if (column === -1) continue;
    link[node] = (right[node] as number) * 256 + column;
    value[node] = threshold[node] as number;
    featureCount = Math.max(featureCount, column + 1);
  }
  return { featureCount, roots, link, value };
}

function checkValues({ feature, threshold, pLambda }: ForestArrays, featureCount: number): void {
  for (let node = 0; node < feature.length; node += 1) {
    const column = feature[node] as number;
    const isLeaf = column === -1;
    if (column < -1 || column >= featureCount) {
      throw mismatch(`Node ${node} splits on feature ${column}, of ${featureCount} features`);
    }
    if (!isLeaf && !Number.isFinite(threshold[node])) {
      throw mismatch(`Node ${node} splits at ${threshold[node]}, which is no number`);
    }
    const share = pLambda[node] as number;
    if (isLeaf && !(share >= 0 && share <= 1)) {
      throw mismatch(`Leaf ${node} has the share ${share}, which is not between 0 and 1`);
    }
  }
}

/**
 * Read from the end, a node's subtree ends where its right child's ends, and its right child must
 * begin exactly where its left child's subtree ends. Nothing but a preorder passes that.
 */
function checkShape({ roots, feature, right }: ForestArrays): void {
  const nodes = feature.length;
  const subtreeEnd = new Int32Array(nodes);
  for (let node = nodes - 1; node >= 0; node -= 1) {
    if (feature[node] === -1) {
      subtreeEnd[node] = node + 1;
      continue;
    }
    const child = right[node] as number;
    if (node + 1 >= nodes || child >= nodes || child !== subtreeEnd[node + 1]) {
      throw mismatch(`Node ${node} has its right child at ${child}, which is not in its tree`);
    }
    subtreeEnd[node] = subtreeEnd[child] as number;
  }
  if (roots[0] !== 0) throw mismatch(`The first tree begins at node ${roots[0]} instead of 0`);
  for (let tree = 0; tree < roots.length; tree += 1) {
    const root = roots[tree] as number;
    const next = roots[tree + 1] ?? nodes;
    if (root < 0 || root >= nodes || subtreeEnd[root] !== next) {
      throw mismatch(`Tree ${tree} begins at node ${root} and does not end before node ${next}`);
    }
  }
}

function requireCount(value: number, name: string): void {
  if (!Number.isInteger(value) || value < 1 || value > largestNodeCount) {
    throw mismatch(`"${name}" is ${value} instead of a whole number from 1 to ${largestNodeCount}`);
  }
}

function mismatch(problem: string, cause?: unknown): PermanentFailure {
  return new PermanentFailure(
    'ModelMismatch',
    `${problem}. The stored model is damaged or of another version; train it again.`,
    { cause },
  );
}
