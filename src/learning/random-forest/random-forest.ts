import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { Piscina } from 'piscina';
import { encodeForest, type ForestArrays } from '../../domain/forest.ts';
import type { LearningPlan } from '../../domain/plan.ts';
import type { TrainingRows } from '../../domain/training.ts';
import type { FittedModel, ForestParams, ModelFamily } from '../model-family.ts';
import { binEdges, writeBins } from './bins.ts';
import { checkInput } from './check-input.ts';
import { cumulativeWeights } from './draw.ts';
import type { FlatTrees } from './flatten.ts';
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
    fit: async (rows, params, { seed, signal, onProgress }) => {
      signal.throwIfAborted();
      checkInput(rows, params);
      const tasks = tasksOf(await shareRows(rows, params, signal), params, seed);
      const parts = await growAll(tasks, { maxThreads, signal, onProgress });
      return fittedModel(parts, rows.features);
    },
  };
}

/** The plan's settings, and the rest of a recipe that gave scikit-learn's accuracy at equal depth. */
export function forestParamsOf(learning: LearningPlan): ForestParams {
  return {
    trees: learning.trees,
    rowsPerTree: learning.rowsPerTree,
    maxDepth: learning.maxDepth,
    minRows: 9,
    bins: 64,
  };
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

function tasksOf(shared: SharedRows, params: ForestParams, seed: number): GrowTask[] {
  const rowCount = shared.labels.byteLength;
  const tasks: GrowTask[] = [];
  for (let firstTree = 0; firstTree < params.trees; firstTree += treesPerTask) {
    tasks.push({
      ...shared,
      seed,
      firstTree,
      trees: Math.min(treesPerTask, params.trees - firstTree),
      rowsPerTree: Math.min(params.rowsPerTree, rowCount),
      maxDepth: params.maxDepth,
      minRows: params.minRows,
    });
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
  return { forest: encodeForest(forest), importance: importanceOf(parts, features) };
}

/** All 0 when no tree found a split. */
function importanceOf(
  parts: readonly FlatTrees[],
  features: readonly string[],
): Readonly<Record<string, number>> {
  const sums = features.map((_, f) =>
    parts.reduce((sum, part) => sum + (part.importance[f] ?? 0), 0),
  );
  const total = sums.reduce((sum, value) => sum + value, 0);
  return Object.fromEntries(
    features.map((name, f) => [name, total === 0 ? 0 : (sums[f] ?? 0) / total]),
  );
}
