import type { TextForm } from './table-header.ts';
import { type LineEnd, recordsOf } from './table-records.ts';

/** What a look at every byte of a text tells. */
export interface TextScan {
  /** Without blank ones and without the header of a CSV file. */
  readonly records: number;
  /** Why the text can be no table, in a sentence; undefined where nothing is wrong. */
  readonly fault?: string;
  /**
   * A CSV record whose quotes the file ends in, from 1 after the header and with blank lines
   * counted: all lines from there on would be one value.
   */
  readonly unended?: number;
}

/**
 * Reads a text once through before DuckDB does, which drops a record that does not end without a
 * word and knows no line to name when line ends differ.
 */
export async function scanText(path: string, form: TextForm): Promise<TextScan> {
  const isCsv = form.delimiter !== undefined;
  let record = isCsv ? -1 : 0;
  let records = 0;
  let unended: number | undefined;
  let firstEnd: LineEnd | undefined;
  for await (const found of recordsOf(path, form)) {
    for (const { line, isBlank, end, isUnended, hasZero } of found) {
      record += 1;
      if (hasZero) return { records, fault: notText(line) };
      firstEnd ??= end;
      if (isCsv && end !== undefined && end !== firstEnd) {
        return { records, fault: mixedEnds(line, end, firstEnd) };
      }
      if (isUnended) unended = record;
      if (!isBlank && (!isCsv || record > 0)) records += 1;
    }
  }
  return unended === undefined ? { records } : { records, unended };
}

function notText(line: number): string {
  return `it is no text in UTF-8: line ${line} has a zero byte. Save it as UTF-8.`;
}

const endWords: Readonly<Record<LineEnd, string>> = {
  LF: 'a line feed',
  'CR LF': 'a carriage return and a line feed',
  CR: 'a carriage return',
  'lone CR': 'a carriage return alone in it',
};

function mixedEnds(line: number, end: LineEnd, first: LineEnd | undefined): string {
  const verb = end === 'lone CR' ? 'has' : 'ends with';
  return (
    `line ${line} ${verb} ${endWords[end]}, and the header ends with ${endWords[first ?? 'LF']}. ` +
    'Give all lines the same end.'
  );
}
