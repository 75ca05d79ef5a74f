/** Runs in a worker thread: grows a few trees of a forest and hands them back as flat arrays. */
// biome-ignore lint/correctness/noUnresolvedImports: its types declare an ambient module, unseen by Biome.
import { RandomForestClassifier } from 'ml-random-forest';
import { randomFor } from '../../domain/statistics/random.ts';
import { drawRows } from './draw.ts';
import { type FlatTrees, type LibraryNode, TreeFlattener } from './flatten.ts';

export interface GrowTask {
  /** Column-major bin numbers, Uint8. */
  readonly bins: SharedArrayBuffer;
  readonly labels: SharedArrayBuffer;
  /** Running totals of the weights, Float64. */
  readonly cumulative: SharedArrayBuffer;
  /** Lower edges of the bins, per feature. */
  readonly edges: readonly Float64Array[];
  readonly seed: number;
  readonly firstTree: number;
  readonly trees: number;
  readonly rowsPerTree: number;
  readonly maxDepth: number;
  readonly minRows: number;
}

/** Tree k depends on the seed and k alone, so the forest is the same however it is shared out. */
export function growTrees(task: GrowTask): FlatTrees {
  const flattener = new TreeFlattener(task.edges);
  for (let tree = task.firstTree; tree < task.firstTree + task.trees; tree += 1) {
    const { root, columns } = growTree(task, task.seed + tree);
    flattener.add(root, columns);
  }
  return flattener.result();
}

function growTree(
  task: GrowTask,
  seed: number,
): { readonly root: LibraryNode; readonly columns: readonly number[] } {
  const bins = new Uint8Array(task.bins);
  const labels = new Uint8Array(task.labels);
  const cumulative = new Float64Array(task.cumulative);
  const drawn = drawRows(cumulative, labels, task.rowsPerTree, randomFor(seed, 'bootstrap'));

  const forest = new RandomForestClassifier(libraryOptions(task, seed));
  forest.train(
    drawn.map((row) => task.edges.map((_, f) => bins[f * labels.length + row] as number)),
    drawn.map((row) => labels[row] as number),
  );

  const grown = forest.toJSON().baseModel;
  const estimator: { readonly root: LibraryNode } | undefined = grown.estimators[0];
  const columns = grown.indexes[0];
  if (estimator === undefined || columns === undefined) {
    throw new Error(`ml-random-forest grew no tree with seed ${seed}.`);
  }
  return { root: estimator.root, columns };
}

/**
 * One tree, all features, our own bootstrap: the library's takes the first rows for every tree, and
 * its default draws columns twice. Out-of-bag votes cost the square of the rows and are not used.
 */
function libraryOptions(task: GrowTask, seed: number) {
  return {
    nEstimators: 1,
    seed: seed | 0,
    useSampleBagging: false,
    noOOB: true,
    replacement: false,
    maxFeatures: 1,
    treeOptions: {
      maxDepth: task.maxDepth,
      minNumSamples: task.minRows,
      // The default of 0.01, which the library does not document, cuts trees short.
      gainThreshold: 0,
    },
  };
}
