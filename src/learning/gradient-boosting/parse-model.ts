import type { BoostedTreeArrays } from '../../domain/models/boosted-trees.ts';
import { rawThreshold } from './library-values.ts';

/** The trees of a booster as flat arrays on raw values, and what each split gained. */
export interface GrownTrees extends BoostedTreeArrays {
  /** Loss that a split took away, per node; 0 at a leaf. */
  readonly gain: Float32Array;
}

/**
 * Reads XGBoost's binary model (of 2017, little-endian): learner parameters, two names, the
 * parameters of the booster, then per tree its parameters, its nodes and their statistics.
 *
 * Source: dmlc/xgboost v0.7, `src/learner.cc`, `src/gbm/gbtree.cc`, `include/xgboost/tree_model.h`.
 */
export function parseModel(model: Uint8Array): GrownTrees {
  const reader = new Reader(model);
  const baseMargin = reader.float32();
  reader.skip(learnerBytes - 4);
  const names = `${reader.text()} ${reader.text()}`;
  if (names !== 'binary:logistic gbtree') {
    throw new Error(`ml-xgboost gave a model of "${names}" instead of binary:logistic gbtree.`);
  }
  const trees = reader.int32();
  reader.skip(boosterBytes - 4);
  const flattener = new Flattener();
  for (let tree = 0; tree < trees; tree += 1) flattener.add(readTree(reader));
  return flattener.result(baseMargin);
}

const learnerBytes = 136;
const boosterBytes = 160;
const treeBytes = 148;

interface LibraryNode {
  /** Below 0 at a leaf. */
  readonly left: number;
  readonly right: number;
  readonly feature: number;
  /** The threshold, or what a leaf adds to the margin. */
  readonly value: number;
  readonly gain: number;
}

/** Pruned nodes stay in the list, but nothing leads to them. */
function readTree(reader: Reader): readonly LibraryNode[] {
  reader.skip(4);
  const count = reader.int32();
  reader.skip(treeBytes - 8);
  const nodes = Array.from({ length: count }, () => {
    reader.skip(4);
    const left = reader.int32();
    const right = reader.int32();
    // The highest bit says where a missing value goes; there is none.
    const feature = reader.int32() & 0x7fffffff;
    return { left, right, feature, value: reader.float32() };
  });
  return nodes.map((node) => {
    const gain = reader.float32();
    reader.skip(12);
    return { ...node, gain };
  });
}

/** Appends trees in preorder, with node numbers from 0; see `EncodedTrees`. */
class Flattener {
  readonly #roots: number[] = [];
  readonly #feature: number[] = [];
  readonly #threshold: number[] = [];
  readonly #right: number[] = [];
  readonly #margin: number[] = [];
  readonly #gain: number[] = [];

  add(tree: readonly LibraryNode[]): void {
    this.#roots.push(this.#feature.length);
    this.#append(tree, 0);
  }

  result(baseMargin: number): GrownTrees {
    return {
      roots: Int32Array.from(this.#roots),
      feature: Int16Array.from(this.#feature),
      threshold: Float64Array.from(this.#threshold),
      right: Int32Array.from(this.#right),
      margin: Float32Array.from(this.#margin),
      gain: Float32Array.from(this.#gain),
      baseMargin,
    };
  }

  #append(tree: readonly LibraryNode[], number: number): void {
    const node = tree[number];
    if (node === undefined) {
      throw new Error(`ml-xgboost gave a tree of ${tree.length} nodes that leads to ${number}.`);
    }
    if (node.left < 0) {
      this.#push({ feature: -1, threshold: 0, margin: node.value, gain: 0 });
      return;
    }
    const { feature, gain } = node;
    const at = this.#push({ feature, threshold: rawThreshold(node.value), margin: 0, gain });
    this.#append(tree, node.left);
    this.#right[at] = this.#feature.length;
    this.#append(tree, node.right);
  }

  #push(node: { feature: number; threshold: number; margin: number; gain: number }): number {
    this.#feature.push(node.feature);
    this.#threshold.push(node.threshold);
    this.#margin.push(node.margin);
    this.#gain.push(node.gain);
    return this.#right.push(0) - 1;
  }
}

class Reader {
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  skip(bytes: number): void {
    this.#at += bytes;
  }

  int32(): number {
    this.#at += 4;
    return this.#view.getInt32(this.#at - 4, true);
  }

  float32(): number {
    this.#at += 4;
    return this.#view.getFloat32(this.#at - 4, true);
  }

  /** A name after its length. */
  text(): string {
    const length = Number(this.#view.getBigUint64(this.#at, true));
    this.#at += 8 + length;
    const { buffer, byteOffset } = this.#view;
    return Buffer.from(buffer, byteOffset + this.#at - length, length).toString('latin1');
  }
}
