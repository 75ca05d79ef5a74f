/**
 * Runs in a worker thread of its own: the library blocks its thread until the last tree, prints,
 * and takes over the thread's uncaught exceptions.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { FittedModel } from '../model-family.ts';
import type { BoostingParams } from './boosting-params.ts';
import { fittedTrees } from './fitted-trees.ts';
import { type Booster, type BoosterOptions, loadLibrary } from './library.ts';
import { type GrownTrees, parseModel } from './parse-model.ts';

export interface BoostTask {
  readonly features: readonly string[];
  /** Row-major, as `libraryValue` gives them. */
  readonly values: Float32Array<SharedArrayBuffer>;
  readonly labels: Uint8Array<SharedArrayBuffer>;
  readonly params: BoostingParams;
  /** Of the models to hand back, each no more than `params.trees`. */
  readonly sizes: readonly number[];
  readonly seed: number;
}

export type BoostMessage =
  | { readonly kind: 'grown'; readonly trees: number }
  | { readonly kind: 'said'; readonly line: string }
  | { readonly kind: 'fitted'; readonly models: readonly FittedModel[] };

const task: BoostTask = workerData;
const post = (message: BoostMessage): void => parentPort?.postMessage(message);

const grown = await growTrees();
post({
  kind: 'fitted',
  models: task.sizes.map((size) => fittedTrees(grown, size, task.features)),
});

async function growTrees(): Promise<GrownTrees> {
  listenToLibrary();
  const XGBoost = await loadLibrary();
  const booster = new XGBoost(libraryOptions(task));
  try {
    const grown = trained(booster);
    const { trees } = task.params;
    if (grown.roots.length === trees) return grown;
    throw new Error(`ml-xgboost grew ${grown.roots.length} trees instead of ${trees}.`);
  } finally {
    booster.free();
  }
}

/**
 * The library trains in one call; the line that it prints for each tree, to what `console.warn` is
 * when it is loaded, is its only sign of life. The rest is handed on for the error of a training that fails; stderr
 * would be too late, because a thread's streams wait for its event loop.
 */
function listenToLibrary(): void {
  const step = Math.ceil(task.params.trees / 100);
  let trees = 0;
  const onLine = (line: unknown): void => {
    if (!String(line).includes('tree pruning end')) {
      post({ kind: 'said', line: String(line) });
      return;
    }
    trees += 1;
    if (trees % step === 0) post({ kind: 'grown', trees });
  };
  console.log = onLine;
  console.warn = onLine;
}

function libraryOptions({ params, seed }: BoostTask): BoosterOptions {
  return {
    booster: 'gbtree',
    objective: 'binary:logistic',
    tree_method: 'exact',
    iterations: params.trees,
    max_depth: params.maxDepth,
    eta: params.learningRate,
    min_child_weight: params.minChildWeight,
    subsample: params.subsample,
    seed: seed & 0x7fffffff,
    silent: 0,
  };
}

function trained(booster: Booster): GrownTrees {
  const { features, values, labels } = task;
  const width = features.length;
  booster.train(
    Array.from(labels, (_, row) => Array.from(values.subarray(row * width, (row + 1) * width))),
    Array.from(labels),
  );
  return parseModel(Uint8Array.from(booster.toJSON().model));
}
