import type { LabelledRows } from '../domain/models/training.ts';

/** The cell of each row, a whole number from 0; the highest one decides how much memory it takes. */
type Cells = ArrayLike<number>;

/**
 * Accuracy of the majority label per cell, [cross-fitted, in-sample] (METHOD 4.5). A row whose cell
 * has too few rows gets its workload's majority. Cross-fitting leaves whole slots out,
 * as every split does (METHOD 4.6); with one slot only, rows.
 */
export function majorityAccuracy(
  rows: LabelledRows,
  cells: Cells,
  fewestOfCell: number,
): readonly [crossFitted: number, inSample: number] {
  const { rowCount, workload, labels } = rows;
  const folded = foldsOf(rows);
  const { folds, count } = folded;
  const ofCells = majorities(cells, labels, { ...folded, fewest: fewestOfCell });
  const ofWorkloads = majorities(workload, labels, { ...folded, fewest: 1 });
  let [crossFitted, inSample] = [0, 0];
  for (let row = 0; row < rowCount; row += 1) {
    const cell = (cells[row] ?? 0) * (count + 1);
    const own = (workload[row] ?? 0) * (count + 1);
    const fold = folds[row] ?? 0;
    if (labelAt(ofCells, cell + fold, ofWorkloads, own + fold) === labels[row]) crossFitted += 1;
    if (labelAt(ofCells, cell + count, ofWorkloads, own + count) === labels[row]) inSample += 1;
  }
  return [crossFitted / rowCount, inSample / rowCount];
}

/**
 * Bins of about equally many rows within each workload, from 0: at most `mostBins`, and so few that
 * each gets `rowsOfBin` rows. Equal values share a bin.
 */
export function quantileBins(
  rows: LabelledRows,
  values: Float64Array,
  { mostBins, rowsOfBin }: { readonly mostBins: number; readonly rowsOfBin: number },
): Int32Array {
  const edges = valuesOfWorkloads(rows, values).map((own) => {
    const sorted = own.sort();
    const count = Math.max(1, Math.min(mostBins, Math.floor(sorted.length / rowsOfBin)));
    return Array.from(
      { length: count - 1 },
      (_, index) => sorted[Math.floor(((index + 1) * sorted.length) / count)] ?? 0,
    );
  });
  const bins = new Int32Array(rows.rowCount);
  for (let row = 0; row < bins.length; row += 1) {
    bins[row] = countUpTo(edges[rows.workload[row] ?? 0] ?? [], values[row] ?? 0);
  }
  return bins;
}

function valuesOfWorkloads(
  { rowCount, workload, workloads }: LabelledRows,
  values: Float64Array,
): Float64Array[] {
  const sizes = workloads.map(() => 0);
  for (let row = 0; row < rowCount; row += 1) {
    const index = workload[row] ?? 0;
    sizes[index] = (sizes[index] ?? 0) + 1;
  }
  const all = sizes.map((size) => new Float64Array(size));
  const next = sizes.map(() => 0);
  for (let row = 0; row < rowCount; row += 1) {
    const index = workload[row] ?? 0;
    const place = next[index] ?? 0;
    const own = all[index];
    if (own !== undefined) own[place] = values[row] ?? 0;
    next[index] = place + 1;
  }
  return all;
}

/** No row is left to have a majority, or too few are. */
const undecided = 2;

function labelAt(
  ofCells: Uint8Array,
  cell: number,
  ofWorkloads: Uint8Array,
  workload: number,
): number {
  const label = ofCells[cell] ?? undecided;
  if (label !== undecided) return label;
  // Without any other row of its workload, Fargate, as in a tie.
  return ofWorkloads[workload] === 1 ? 1 : 0;
}

/**
 * The majority label of each cell without each fold, and then with all: `count + 1` for every cell.
 * A tie goes to 0. One pass over the rows; what is left when a fold is left out is a subtraction.
 */
function majorities(
  cells: Cells,
  labels: Uint8Array,
  { folds, count, fewest }: Folds & { readonly fewest: number },
): Uint8Array {
  const cellCount = highest(cells) + 1;
  const rowsOf = new Int32Array(cellCount * count);
  const lambdaOf = new Int32Array(cellCount * count);
  for (let row = 0; row < labels.length; row += 1) {
    const place = (cells[row] ?? 0) * count + (folds[row] ?? 0);
    rowsOf[place] = (rowsOf[place] ?? 0) + 1;
    lambdaOf[place] = (lambdaOf[place] ?? 0) + (labels[row] ?? 0);
  }
  const decided = new Uint8Array(cellCount * (count + 1)).fill(undecided);
  for (let cell = 0; cell < cellCount; cell += 1) {
    const rows = rowsOf.subarray(cell * count, (cell + 1) * count);
    const lambda = lambdaOf.subarray(cell * count, (cell + 1) * count);
    const allRows = rows.reduce((sum, own) => sum + own, 0);
    const allLambda = lambda.reduce((sum, own) => sum + own, 0);
    if (allRows < fewest) continue;
    for (let fold = 0; fold <= count; fold += 1) {
      const left = allRows - (rows[fold] ?? 0);
      if (left === 0) continue;
      decided[cell * (count + 1) + fold] = 2 * (allLambda - (lambda[fold] ?? 0)) > left ? 1 : 0;
    }
  }
  return decided;
}

function highest(cells: Cells): number {
  let most = 0;
  for (let row = 0; row < cells.length; row += 1) most = Math.max(most, cells[row] ?? 0);
  return most;
}

interface Folds {
  readonly folds: Int32Array;
  readonly count: number;
}

const mostFolds = 5;

/**
 * The fold of each row. A fold is a stretch of slots, not every fifth one: with five workloads every
 * fifth slot has the ladder of the same one, and leaving them out would leave out all its high load.
 */
function foldsOf({ rowCount, slot }: LabelledRows): Folds {
  const folds = new Int32Array(rowCount);
  const seen = new Set<number>();
  // Rows of a slot mostly stand together.
  for (let row = 0; row < rowCount; row += 1) {
    if (row === 0 || slot[row] !== slot[row - 1]) seen.add(slot[row] ?? 0);
  }
  const slots = [...seen].sort((a, b) => a - b);
  if (slots.length <= 1) return { folds: folds.map((_, row) => row % 2), count: 2 };
  const count = Math.min(mostFolds, slots.length);
  const foldOf = new Map(
    slots.map((own, place) => [own, Math.floor((place * count) / slots.length)]),
  );
  for (let row = 0; row < rowCount; row += 1) folds[row] = foldOf.get(slot[row] ?? 0) ?? 0;
  return { folds, count };
}

/** How many of the ascending edges are not above a value. */
function countUpTo(edges: readonly number[], value: number): number {
  let count = 0;
  while (count < edges.length && value >= (edges[count] ?? 0)) count += 1;
  return count;
}
