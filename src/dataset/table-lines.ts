import { createReadStream } from 'node:fs';
import type { LoadedTable } from './table-file.ts';

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
  if (file.format === 'parquet') {
    return { ofRow: new Map(rows.map((row) => [row, row])), rejected: [] };
  }
  const isCsv = file.format === 'csv';
  const wanted = new Set(rows);
  const left = new Set(rejected);
  const ofRow = new Map<number, number>();
  const rejectedLines: number[] = [];
  const mark = file.delimiter?.charCodeAt(0) ?? notAByte;
  let record = isCsv ? -1 : 0;
  let row = 0;
  for await (const { line, isBlank } of recordsOf(file.path, mark)) {
    record += 1;
    if (isCsv && record === 0) continue;
    if (isBlank) continue;
    if (left.has(record)) {
      if (rejectedLines.length < mostRejected) rejectedLines.push(line);
      continue;
    }
    row += 1;
    if (wanted.has(row)) ofRow.set(row, line);
  }
  return { ofRow, rejected: rejectedLines };
}

const notAByte = -1;
const newline = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;
const whitespace = [0x09, carriageReturn, 0x20];

interface FileRecord {
  /** Where it begins. */
  readonly line: number;
  readonly isBlank: boolean;
}

/** The records of a text: lines, or with a delimiter CSV records, which may go over several lines. */
async function* recordsOf(path: string, delimiter: number): AsyncGenerator<FileRecord> {
  const isCsv = delimiter !== notAByte;
  // Spaces alone are a value of a CSV file.
  const blanks = isCsv ? [carriageReturn] : whitespace;
  let line = 1;
  let begins = 1;
  let isBlank = true;
  let isQuoted = false;
  let previous = newline;
  for await (const piece of createReadStream(path)) {
    const found: FileRecord[] = [];
    for (const byte of piece as Buffer) {
      if (byte === newline) line += 1;
      if (byte === newline && !isQuoted) {
        found.push({ line: begins, isBlank });
        begins = line;
        isBlank = true;
      } else {
        // A quote opens at the start of a value, or again as the second of a pair.
        const opens = previous === newline || previous === delimiter || previous === quote;
        if (byte === quote && isCsv && (isQuoted || opens)) isQuoted = !isQuoted;
        if (isBlank && !blanks.includes(byte)) isBlank = false;
      }
      previous = byte;
    }
    yield* found;
  }
  if (!isBlank) yield { line: begins, isBlank };
}
