import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { Piscina } from 'piscina';
import { encodeForest, type ForestArrays } from '../../domain/models/forest.ts';
import type { TrainingRows } from '../../domain/models/training.ts';
import type { FitOptions, FittedModel, ModelFamily } from '../model-family.ts';
import { binEdges, writeBins } from './bins.ts';
import { checkInput } from './check-input.ts';
import { cumulativeWeights } from './draw.ts';
import type { FlatTrees } from './flatten.ts';
import { type ForestParams, forestGrid, forestParams, forestParamsOf } from './forest-params.ts';
import type { GrowTask } from './tree-worker.ts';

/**
 * A random forest by `ml-random-forest`, grown in worker threads: each tree on its own weighted
 * bootstrap of quantile bins. Used as it comes, the library's time grows with the square of the rows
 * (79 CPU-hours for 200 trees on 40,000 rows, against one minute this way), and it blocks the event
 * loop all the while. The threads default to at most two, so that others keep their CPUs.
 */
export function createRandomForest(options: { readonly maxThreads?: number } = {}): ModelFamily {
  const maxThreads = options.maxThreads ?? Math.min(2, availableParallelism());
  return {
    name: 'random-forest',
    libraries: { 'ml-random-forest': '2.1.0', 'ml-cart': '2.1.1' },
    sizeParam: 'trees',
    defaults: forestParamsOf,
    grid: forestGrid,
    fit: async (rows, params, options) => {
      const parts = await grow(rows, forestParams(params), [], options);
      return fittedModel(parts, rows.features);
    },
    fitSizes: async (rows, params, sizes, options) => {
      const parts = await grow(rows, forestParams(params), sizes, options);
      return sizes.map((size) => fittedModel(firstTrees(parts, size), rows.features));
    },
  };

  async function grow(
    rows: TrainingRows,
    params: ForestParams,
    sizes: readonly number[],
    { seed, signal, onProgress }: FitOptions,
  ): Promise<readonly FlatTrees[]> {
    signal.throwIfAborted();
    checkInput(rows, params);
    const tasks = tasksOf(await shareRows(rows, params, signal), params, { seed, sizes });
    return await growAll(tasks, { maxThreads, signal, onProgress });
  }
}

/** Tree k depends on the seed and k alone, so a smaller forest is the beginning of a larger one. */
function firstTrees(parts: readonly FlatTrees[], size: number): readonly FlatTrees[] {
  const first: FlatTrees[] = [];
  let trees = 0;
  for (const part of parts) {
    if (trees >= size) break;
    first.push(part);
    trees += part.roots.length;
  }
  return first;
}

/** Small enough for progress every second or so, large enough to be worth a message. */
const treesPerTask = 5;

type SharedRows = Pick<GrowTask, 'bins' | 'labels' | 'cumulative' | 'edges'>;

/**
 * Bins once, in memory that all threads read. Gives way between columns: a sort of a million values
 * alone takes a tenth of a second.
 */
async function shareRows(
  rows: TrainingRows,
  params: ForestParams,
  signal: AbortSignal,
): Promise<SharedRows> {
  const { rowCount } = rows;
  const bins = new Uint8Array(new SharedArrayBuffer(rows.features.length * rowCount));
  const edges: Float64Array[] = [];
  for (let f = 0; f < rows.features.length; f += 1) {
    const column = rows.values.subarray(f * rowCount, (f + 1) * rowCount);
    const ofColumn = binEdges(column, params.bins);
    writeBins(column, ofColumn, bins.subarray(f * rowCount, (f + 1) * rowCount));
    edges.push(ofColumn);
    await setImmediate();
    signal.throwIfAborted();
  }
  const labels = new Uint8Array(new SharedArrayBuffer(rowCount));
  labels.set(rows.labels);
  return {
    bins: bins.buffer,
    labels: labels.buffer,
    cumulative: cumulativeWeights(rows.weights).buffer,
    edges,
  };
}

/** No task lies across one of the sizes, so that a size is a whole number of tasks. */
function tasksOf(
  shared: SharedRows,
  params: ForestParams,
  { seed, sizes }: { readonly seed: number; readonly sizes: readonly number[] },
): GrowTask[] {
  const rowCount = shared.labels.byteLength;
  const ends = [...sizes, params.trees].sort((a, b) => a - b);
  const tasks: GrowTask[] = [];
  for (let firstTree = 0; firstTree < params.trees; ) {
    const end = ends.find((size) => size > firstTree) ?? params.trees;
    const trees = Math.min(treesPerTask, end - firstTree);
    tasks.push({
      ...shared,
      seed,
      firstTree,
      trees,
      rowsPerTree: Math.min(params.rowsPerTree, rowCount),
      maxDepth: params.maxDepth,
      minRows: params.minRows,
    });
    firstTree += trees;
  }
  return tasks;
}

/** The parts in the order of the tasks. When it returns or throws, every thread has ended. */
async function growAll(
  tasks: readonly GrowTask[],
  options: {
    readonly maxThreads: number;
    readonly signal: AbortSignal;
    readonly onProgress: (done: number) => void;
  },
): Promise<readonly FlatTrees[]> {
  const { signal, onProgress } = options;
  const pool = new Piscina<GrowTask, FlatTrees>({
    filename: new URL('./tree-worker.ts', import.meta.url).href,
    name: 'growTrees' satisfies keyof typeof import('./tree-worker.ts'),
    minThreads: 0,
    maxThreads: Math.min(options.maxThreads, tasks.length),
  });
  // Handing the signal to each task would end the threads without waiting for them to be gone.
  let ended: Promise<void> | undefined;
  const end = (): Promise<void> => {
    ended ??= pool.destroy();
    return ended;
  };
  const onAbort = (): void => void end();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    let done = 0;
    const runs = tasks.map(async (task) => {
      const part = await pool.run(task);
      done += 1;
      onProgress(done / tasks.length);
      return part;
    });
    return await Promise.all(runs);
  } catch (error) {
    signal.throwIfAborted();
    throw new Error('A thread that grew trees of the random forest failed.', { cause: error });
  } finally {
    signal.removeEventListener('abort', onAbort);
    await end();
  }
}

function fittedModel(parts: readonly FlatTrees[], features: readonly string[]): FittedModel {
  const nodes = parts.reduce((sum, part) => sum + part.feature.length, 0);
  const trees = parts.reduce((sum, part) => sum + part.roots.length, 0);
  const forest: ForestArrays = {
    roots: new Int32Array(trees),
    feature: new Int16Array(nodes),
    threshold: new Float64Array(nodes),
    right: new Int32Array(nodes),
    pLambda: new Float32Array(nodes),
  };
  let tree = 0;
  let node = 0;
  for (const part of parts) {
    const offset = node;
    forest.roots.set(
      part.roots.map((root) => root + offset),
      tree,
    );
    // A leaf has no right child; its 0 stays 0, so that the bytes do not depend on the position.
    forest.right.set(
      part.right.map((right) => (right === 0 ? 0 : right + offset)),
      node,
    );
    forest.feature.set(part.feature, node);
    forest.threshold.set(part.threshold, node);
    forest.pLambda.set(part.pLambda, node);
    tree += part.roots.length;
    node += part.feature.length;
  }
  return { scorer: encodeForest(forest), importance: importanceOf(parts, features) };
}

/** Summed tree by tree, so that the last bit does not depend on the parts; all 0 without a split. */
function importanceOf(
  parts: readonly FlatTrees[],
  features: readonly string[],
): Readonly<Record<string, number>> {
  const sums = new Float64Array(features.length);
  for (const { importance } of parts) {
    for (const [at, value] of importance.entries()) {
      const feature = at % features.length;
      sums[feature] = (sums[feature] ?? 0) + value;
    }
  }
  const total = sums.reduce((sum, value) => sum + value, 0);
  return Object.fromEntries(
    features.map((name, f) => [name, total === 0 ? 0 : (sums[f] ?? 0) / total]),
  );
}
