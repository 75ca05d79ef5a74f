import type { LoadedTable } from './table-load.ts';
import { recordsOf } from './table-records.ts';

/** Where rows stand in their file: lines of a text file from 1, its header included; rows of Parquet. */
export interface RowPlaces {
  /** By `n` of the table. */
  readonly ofRow: ReadonlyMap<number, number>;
  /** Of the first records that did not get into the table. */
  readonly rejected: readonly number[];
}

/**
 * Finds the lines of some rows, as an editor counts them: blank lines and lines inside quotes count.
 * Reads the file, so ask only when there is something to say about a row.
 */
export async function placesOf(
  { file, rejected }: LoadedTable,
  rows: readonly number[],
  mostRejected: number,
): Promise<RowPlaces> {
  const { text } = file;
  if (text === undefined) {
    return { ofRow: new Map(rows.map((row) => [row, row])), rejected: [] };
  }
  const isCsv = text.delimiter !== undefined;
  const wanted = new Set(rows);
  const left = new Set(rejected);
  const ofRow = new Map<number, number>();
  const rejectedLines: number[] = [];
  let record = isCsv ? -1 : 0;
  let row = 0;
  for await (const found of recordsOf(file.path, text)) {
    for (const { line, isBlank } of found) {
      record += 1;
      if (isBlank || (isCsv && record === 0)) continue;
      if (left.has(record)) {
        if (rejectedLines.length < mostRejected) rejectedLines.push(line);
        continue;
      }
      row += 1;
      if (wanted.has(row)) ofRow.set(row, line);
    }
  }
  return { ofRow, rejected: rejectedLines };
}
