import type { ForestArrays } from '../../domain/models/forest.ts';

/** What is read of a node of ml-cart: a leaf has a distribution, a split has children. */
export interface LibraryNode {
  readonly distribution?: {
    readonly columns: number;
    get(row: number, column: number): number;
  };
  readonly splitColumn?: number;
  readonly splitValue?: number;
  readonly gain?: number;
  readonly numberSamples?: number;
  readonly left?: LibraryNode;
  readonly right?: LibraryNode;
}

/** A few trees in preorder, with node numbers from 0; see `EncodedForest`. */
export interface FlatTrees extends ForestArrays {
  /** Mean decrease in impurity, tree by tree, per feature: each tree's adds up to 1. */
  readonly importance: Float64Array;
}

/**
 * Takes trees of the library one by one, grown on bin numbers, and keeps them as arrays that split
 * raw values: a split between two bins becomes the lower edge of the upper one.
 *
 * Probabilities and importances are made here, because the library's are wrong: its vote loses the
 * first tree, and its importance subtracts the children's gains from what already is a gain.
 */
export class TreeFlattener {
  readonly #edges: readonly Float64Array[];
  readonly #roots: number[] = [];
  readonly #feature: number[] = [];
  readonly #threshold: number[] = [];
  readonly #right: number[] = [];
  readonly #pLambda: number[] = [];
  readonly #importance: number[] = [];

  constructor(edges: readonly Float64Array[]) {
    this.#edges = edges;
  }

  /** `columns` maps the tree's own columns to features: the library shuffles them. */
  add(root: LibraryNode, columns: readonly number[]): void {
    this.#roots.push(this.#feature.length);
    const decrease = new Float64Array(this.#edges.length);
    this.#append(root, columns, decrease);
    const total = decrease.reduce((sum, value) => sum + value, 0);
    for (const value of decrease) this.#importance.push(total === 0 ? 0 : value / total);
  }

  result(): FlatTrees {
    return {
      roots: Int32Array.from(this.#roots),
      feature: Int16Array.from(this.#feature),
      threshold: Float64Array.from(this.#threshold),
      right: Int32Array.from(this.#right),
      pLambda: Float32Array.from(this.#pLambda),
      importance: Float64Array.from(this.#importance),
    };
  }

  #append(node: LibraryNode, columns: readonly number[], decrease: Float64Array): void {
    if (node.distribution !== undefined) {
      this.#push(-1, 0, shareOfLambda(node.distribution));
      return;
    }
    const split = requireSplit(node);
    const feature = columns[split.column];
    const edge = feature === undefined ? undefined : this.#edges[feature]?.[Math.ceil(split.value)];
    if (feature === undefined || edge === undefined) {
      throw new Error(`ml-random-forest split column ${split.column} at bin ${split.value}.`);
    }
    decrease[feature] = (decrease[feature] ?? 0) + split.gain * split.samples;
    const at = this.#push(feature, edge, 0);
    this.#append(split.left, columns, decrease);
    this.#right[at] = this.#feature.length;
    this.#append(split.right, columns, decrease);
  }

  #push(feature: number, threshold: number, pLambda: number): number {
    this.#feature.push(feature);
    this.#threshold.push(threshold);
    this.#pLambda.push(pLambda);
    return this.#right.push(0) - 1;
  }
}

/** A leaf that only saw class 0 has one column: the library counts classes up to the highest. */
function shareOfLambda(distribution: NonNullable<LibraryNode['distribution']>): number {
  return distribution.columns > 1 ? Math.min(1, distribution.get(0, 1)) : 0;
}

function requireSplit(node: LibraryNode) {
  const { splitColumn: column, splitValue: value, gain, numberSamples: samples } = node;
  const { left, right } = node;
  if (
    column === undefined ||
    value === undefined ||
    gain === undefined ||
    samples === undefined ||
    left === undefined ||
    right === undefined
  ) {
    throw new Error('ml-random-forest grew a node that is neither a leaf nor a split.');
  }
  return { column, value, gain, samples, left, right };
}
