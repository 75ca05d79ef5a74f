import type { LabelledRows } from '../domain/models/training.ts';

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
  const { folds, count } = foldsOf(rows);
  const byCell = tally(cells, rows.labels, { folds, count });
  const byWorkload = tally(rows.workload, rows.labels, { folds, count });
  let [crossFitted, inSample] = [0, 0];
  for (let row = 0; row < rows.rowCount; row += 1) {
    const cell = byCell.get(cells[row] ?? 0);
    const isLargeEnough = (cell?.rows ?? 0) >= fewestOfCell;
    const workload = byWorkload.get(rows.workload[row] ?? 0);
    const isLambda = (fold: number | undefined): boolean =>
      ((isLargeEnough ? majorityOf(cell, fold) : undefined) ?? majorityOf(workload, fold)) === 1;
    const label = rows.labels[row] === 1;
    if (isLambda(folds[row]) === label) crossFitted += 1;
    if (isLambda(undefined) === label) inSample += 1;
  }
  return [crossFitted / rows.rowCount, inSample / rows.rowCount];
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
  const bins = new Int32Array(rows.rowCount);
  const all = Uint32Array.from(rows.workload.keys());
  for (const workload of rows.workloads.keys()) {
    const own = all.filter((row) => rows.workload[row] === workload);
    const sorted = Float64Array.from(own, (row) => values[row] ?? 0).sort();
    const count = Math.max(1, Math.min(mostBins, Math.floor(own.length / rowsOfBin)));
    const edges = Array.from(
      { length: count - 1 },
      (_, index) => sorted[Math.floor(((index + 1) * sorted.length) / count)] ?? 0,
    );
    for (const row of own) bins[row] = countUpTo(edges, values[row] ?? 0);
  }
  return bins;
}

/** Rows of a cell and how many of them are Lambda's: all of them, and of each fold. */
interface Tally {
  rows: number;
  lambda: number;
  readonly rowsOfFold: Int32Array;
  readonly lambdaOfFold: Int32Array;
}

/** One pass over the rows: what is left when a fold is left out is a subtraction. */
function tally(
  cells: Cells,
  labels: Uint8Array,
  { folds, count }: { readonly folds: Int32Array; readonly count: number },
): ReadonlyMap<number, Tally> {
  const tallies = new Map<number, Tally>();
  for (let row = 0; row < labels.length; row += 1) {
    const cell = cells[row] ?? 0;
    let of = tallies.get(cell);
    if (of === undefined) {
      of = {
        rows: 0,
        lambda: 0,
        rowsOfFold: new Int32Array(count),
        lambdaOfFold: new Int32Array(count),
      };
      tallies.set(cell, of);
    }
    const fold = folds[row] ?? 0;
    const label = labels[row] ?? 0;
    of.rows += 1;
    of.lambda += label;
    of.rowsOfFold[fold] = (of.rowsOfFold[fold] ?? 0) + 1;
    of.lambdaOfFold[fold] = (of.lambdaOfFold[fold] ?? 0) + label;
  }
  return tallies;
}

/** The majority label outside a fold; undefined when no row is left. A tie goes to 0. */
function majorityOf(of: Tally | undefined, fold: number | undefined): number | undefined {
  if (of === undefined) return undefined;
  const rows = of.rows - (fold === undefined ? 0 : (of.rowsOfFold[fold] ?? 0));
  const lambda = of.lambda - (fold === undefined ? 0 : (of.lambdaOfFold[fold] ?? 0));
  if (rows === 0) return undefined;
  return 2 * lambda > rows ? 1 : 0;
}

const mostFolds = 5;

/**
 * The fold of each row. A fold is a stretch of slots, not every fifth one: with five workloads every
 * fifth slot has the ladder of the same one, and leaving them out would leave out all its high load.
 */
function foldsOf(rows: LabelledRows): { readonly folds: Int32Array; readonly count: number } {
  const slots = [...new Set(rows.slot)].sort((a, b) => a - b);
  const placeOf = new Map(slots.map((slot, place) => [slot, place]));
  const hasSlots = slots.length > 1;
  const count = hasSlots ? Math.min(mostFolds, slots.length) : 2;
  const folds = Int32Array.from(rows.slot, (slot, row) =>
    hasSlots ? Math.floor(((placeOf.get(slot) ?? 0) * count) / slots.length) : row % count,
  );
  return { folds, count };
}

/** How many of the ascending edges are not above a value. */
function countUpTo(edges: readonly number[], value: number): number {
  let count = 0;
  while (count < edges.length && value >= (edges[count] ?? 0)) count += 1;
  return count;
}
