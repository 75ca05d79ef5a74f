import type { LoggedRows } from '../domain/models/logged-rows.ts';

/** Requests that are alike: workload x payload bin x load bin (METHOD 4.5, 4.8). */
export interface LoggedCells {
  readonly count: number;
  /** Per row, from 0. */
  readonly of: Int32Array;
}

/**
 * Five bins take away nine tenths of what a variable confounds, three about four fifths (W. Cochran,
 * Biometrics 24, 1968); load is what senders react to.
 */
const payloadBins = 3;
const loadBins = 5;
/** So that a bin can have ten rows of each platform, even one that gets a sixth of them. */
const rowsOfBin = 60;

export function loggedCells(rows: LoggedRows): LoggedCells {
  const payload = bins(rows, rows.payloadBytes, payloadBins);
  const load = bins(rows, rows.ratePerS, loadBins);
  return {
    count: rows.workloads.length * payloadBins * loadBins,
    of: rows.workload.map(
      (workload, row) =>
        (workload * payloadBins + (payload[row] ?? 0)) * loadBins + (load[row] ?? 0),
    ),
  };
}

/** Of about equally many rows within each workload; equal values share a bin. */
function bins(rows: LoggedRows, values: Float64Array, mostBins: number): Int32Array {
  const found = new Int32Array(rows.rowCount);
  for (const workload of rows.workloads.keys()) {
    const sorted = values.filter((_, row) => rows.workload[row] === workload).sort();
    const edges = edgesOf(sorted, Math.min(mostBins, Math.floor(sorted.length / rowsOfBin)));
    for (const [row, value] of values.entries()) {
      if (rows.workload[row] === workload) {
        found[row] = edges.filter((edge) => value >= edge).length;
      }
    }
  }
  return found;
}

/** Where the next value begins that is nearest to each equal part: many rows may be the same. */
function edgesOf(sorted: Float64Array, count: number): number[] {
  const edges: number[] = [];
  let previous = 0;
  for (let part = 1; part < count; part += 1) {
    const wanted = Math.floor((part * sorted.length) / count);
    const value = sorted[wanted] ?? 0;
    const begins = firstAtLeast(sorted, value);
    const ends = firstAbove(sorted, value);
    const isBefore = begins > 0 && (wanted - begins <= ends - wanted || ends === sorted.length);
    const place = isBefore ? begins : ends;
    const edge = sorted[place];
    const fewest = Math.min(place - previous, sorted.length - place);
    if (edge === undefined || fewest < rowsOfBin / 2) continue;
    edges.push(edge);
    previous = place;
  }
  return edges;
}

function firstAtLeast(sorted: Float64Array, value: number): number {
  return placeWhere(sorted, (candidate) => candidate >= value);
}

function firstAbove(sorted: Float64Array, value: number): number {
  return placeWhere(sorted, (candidate) => candidate > value);
}

/** The first place from which on it holds, by halving; the length where it never does. */
function placeWhere(sorted: Float64Array, holds: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(sorted[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}
