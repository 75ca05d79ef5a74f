import type { LabelledRows } from '../domain/training.ts';

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
  const all = indexes(rows.rowCount);
  const inSample = correct(rows, cells, { fit: all, judge: all, fewestOfCell });
  const crossFitted = foldsOf(rows).reduce(
    (sum, fold) => sum + correct(rows, cells, { ...fold, fewestOfCell }),
    0,
  );
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
  for (const workload of rows.workloads.keys()) {
    const own = indexes(rows.rowCount).filter((row) => rows.workload[row] === workload);
    const sorted = Float64Array.from(own, (row) => values[row] ?? 0).sort();
    const count = Math.max(1, Math.min(mostBins, Math.floor(own.length / rowsOfBin)));
    const edges = Array.from(
      { length: count - 1 },
      (_, index) => sorted[Math.floor(((index + 1) * sorted.length) / count)] ?? 0,
    );
    for (const row of own) {
      bins[row] = edges.filter((edge) => (values[row] ?? 0) >= edge).length;
    }
  }
  return bins;
}

interface Split {
  readonly fit: readonly number[];
  readonly judge: readonly number[];
}

function correct(
  rows: LabelledRows,
  cells: Cells,
  { fit, judge, fewestOfCell }: Split & { readonly fewestOfCell: number },
): number {
  const sizes = tally(rows, cells, indexes(rows.rowCount));
  const byCell = tally(rows, cells, fit);
  const byWorkload = tally(rows, rows.workload, fit);
  let hits = 0;
  for (const row of judge) {
    const cell = cells[row] ?? 0;
    const isLargeEnough = (sizes.get(cell)?.rows ?? 0) >= fewestOfCell;
    const ofWorkload = byWorkload.get(rows.workload[row] ?? 0);
    const majority = (isLargeEnough ? byCell.get(cell) : undefined) ?? ofWorkload;
    const prediction = majority !== undefined && 2 * majority.lambda > majority.rows ? 1 : 0;
    if (prediction === rows.labels[row]) hits += 1;
  }
  return hits;
}

function tally(
  rows: LabelledRows,
  cells: Cells,
  fit: readonly number[],
): ReadonlyMap<number, { readonly rows: number; readonly lambda: number }> {
  const counts = new Map<number, { rows: number; lambda: number }>();
  for (const row of fit) {
    const cell = cells[row] ?? 0;
    const count = counts.get(cell) ?? { rows: 0, lambda: 0 };
    count.rows += 1;
    count.lambda += rows.labels[row] ?? 0;
    counts.set(cell, count);
  }
  return counts;
}

const mostFolds = 5;

function foldsOf(rows: LabelledRows): Split[] {
  const slots = [...new Set(rows.slot)].sort((a, b) => a - b);
  const placeOf = new Map(slots.map((slot, place) => [slot, place]));
  const hasSlots = slots.length > 1;
  const folds = hasSlots ? Math.min(mostFolds, slots.length) : 2;
  const foldOf = (row: number): number =>
    (hasSlots ? (placeOf.get(rows.slot[row] ?? 0) ?? 0) : row) % folds;
  return Array.from({ length: folds }, (_, fold) => ({
    fit: indexes(rows.rowCount).filter((row) => foldOf(row) !== fold),
    judge: indexes(rows.rowCount).filter((row) => foldOf(row) === fold),
  }));
}

function indexes(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
