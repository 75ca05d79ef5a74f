import {
  type CsvColumns,
  csvProblem,
  findCsvColumns,
  hasOddQuotes,
  insightsQuery,
  readCsvRow,
  readInsightsRow,
} from './insights-csv.ts';
import {
  type Invocation,
  isRecord,
  type LineReading,
  readJsonRecord,
  readReportLine,
} from './report-line.ts';

/** All invocations of a log, and an account of everything else in it. */
export interface InvocationLog {
  readonly invocations: readonly Invocation[];
  readonly lines: number;
  /** START, END and what functions have written themselves. */
  readonly otherLines: number;
  readonly badLines: number;
  /** The first of them, each with its line and what is wrong. */
  readonly badExamples: readonly string[];
  /** The same request reported twice, for example in two exports that overlap. */
  readonly repeatedLines: number;
  /** The log went on when as many as can be held were read. */
  readonly isCut: boolean;
}

/** The log, or why there is none, in lines. */
export type LogReading = InvocationLog | { readonly problems: readonly string[] };

/** An array of two million takes some hundreds of MB; a day of 23 requests a second has as many. */
const mostInvocations = 2_000_000;
const shownBadLines = 3;
/** Answers of the AWS command line are one JSON document over many lines. */
const mostDocumentLines = 5_000_000;

/**
 * Reads the invocations from lines of text, JSON lines, a CSV of Logs Insights, or a JSON document
 * as `aws logs filter-log-events` and `get-query-results` print it. The form is seen by itself.
 */
export async function readLog(
  lines: AsyncIterable<string>,
  limit = mostInvocations,
): Promise<LogReading> {
  const log = new LogReader(limit);
  for await (const line of lines) {
    if (!log.take(line)) break;
  }
  return log.finish();
}

class LogReader {
  readonly #limit: number;
  readonly #invocations: Invocation[] = [];
  readonly #seen = new Set<string>();
  readonly #badExamples: string[] = [];
  #lines = 0;
  #otherLines = 0;
  #badLines = 0;
  #repeatedLines = 0;
  #isCut: boolean = false;
  #columns: CsvColumns | undefined;
  /** Lines of a record, or of a document, that has not ended yet. */
  #open: string[] = [];
  #openedAt = 0;
  #isInQuotes: boolean = false;
  #isDocument: boolean = false;
  #hasBegun: boolean = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** False when no more can be held. */
  take(line: string): boolean {
    this.#lines += 1;
    const text = this.#lines === 1 ? line.replace(/^\uFEFF/, '') : line;
    if (this.#isDocument) return this.#continueDocument(text);
    if (text.trim() === '') return true;
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      this.#columns = findCsvColumns(text);
      if (this.#columns !== undefined) return csvProblem(this.#columns) === undefined;
      if (beginsDocument(text)) {
        this.#isDocument = true;
        return this.#continueDocument(text);
      }
    }
    if (this.#columns !== undefined) return this.#takeRow(this.#columns, text);
    this.#add(this.#lineReading(text), this.#lines);
    return !this.#isCut;
  }

  finish(): LogReading {
    const problem = this.#columns === undefined ? undefined : csvProblem(this.#columns);
    if (problem !== undefined) return { problems: [problem, ...insightsQuery] };
    if (this.#isDocument) this.#takeDocument();
    else if (this.#open.length > 0) {
      this.#add({ kind: 'bad', why: 'it ends inside its quotes' }, this.#openedAt);
    }
    if (this.#invocations.length === 0) return { problems: this.#nothingFound() };
    return {
      invocations: this.#invocations,
      lines: this.#lines,
      otherLines: this.#otherLines,
      badLines: this.#badLines,
      badExamples: this.#badExamples,
      repeatedLines: this.#repeatedLines,
      isCut: this.#isCut,
    };
  }

  #lineReading(text: string): LineReading {
    const trimmed = text.trim();
    if (!trimmed.startsWith('{') || trimmed.includes('platform.report')) {
      return readReportLine(trimmed);
    }
    try {
      return readJsonRecord(JSON.parse(trimmed));
    } catch {
      // A function may have written anything; what Lambda has written is still found in it.
      return readReportLine(trimmed);
    }
  }

  #takeRow(columns: CsvColumns, text: string): boolean {
    if (this.#open.length === 0) this.#openedAt = this.#lines;
    this.#open.push(text);
    if (hasOddQuotes(text)) this.#isInQuotes = !this.#isInQuotes;
    if (this.#isInQuotes) return true;
    const record = this.#open.join('\n');
    this.#open = [];
    this.#add(readCsvRow(columns, record), this.#openedAt);
    return !this.#isCut;
  }

  #continueDocument(text: string): boolean {
    this.#open.push(text);
    this.#isCut = this.#open.length >= mostDocumentLines;
    return !this.#isCut;
  }

  #takeDocument(): void {
    let value: unknown;
    try {
      value = JSON.parse(this.#open.join('\n'));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#add({ kind: 'bad', why: `the JSON document is not whole: ${reason}` }, this.#lines);
      return;
    }
    for (const [index, record] of recordsIn(value).entries()) {
      this.#add(documentReading(record), index + 1);
    }
  }

  #add(reading: LineReading, line: number): void {
    if (reading.kind === 'other') {
      this.#otherLines += 1;
      return;
    }
    if (reading.kind === 'bad') {
      this.#badLines += 1;
      if (this.#badExamples.length < shownBadLines) {
        this.#badExamples.push(`line ${line}: ${reading.why}`);
      }
      return;
    }
    const { invocation } = reading;
    const key = identityOf(invocation);
    if (key !== undefined && this.#seen.has(key)) {
      this.#repeatedLines += 1;
      return;
    }
    if (this.#invocations.length >= this.#limit) {
      this.#isCut = true;
      return;
    }
    if (key !== undefined) this.#seen.add(key);
    this.#invocations.push(invocation);
  }

  #nothingFound(): readonly string[] {
    if (!this.#hasBegun) return ['There is nothing on standard input, and no number was given.'];
    const bad = this.#badExamples.map((example) => ` (${example})`).join('');
    const read = this.#lines === 1 ? 'The only line is no' : `None of ${this.#lines} lines is a`;
    return [
      `${read} REPORT line of Lambda, nor a row with @duration${bad}. Lines that do:`,
      '  aws logs tail /aws/lambda/NAME --since 1d',
      ...insightsQuery,
    ];
  }
}

/** Lambda tries a failed event again under the same id: only the same answer is the same line. */
function identityOf({ requestId, durationMs, atMs }: Invocation): string | undefined {
  return requestId === undefined ? undefined : `${requestId} ${durationMs} ${atMs ?? ''}`;
}

/** A first line that is the beginning of JSON but not all of it. */
function beginsDocument(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed.startsWith('[')) return true;
  if (!trimmed.startsWith('{')) return false;
  try {
    const value: unknown = JSON.parse(trimmed);
    return isRecord(value) && (Array.isArray(value.events) || Array.isArray(value.results));
  } catch {
    return !trimmed.includes('REPORT RequestId') && !trimmed.includes('platform.report');
  }
}

function documentReading(record: unknown): LineReading {
  return isRecord(record) && '@duration' in record
    ? readInsightsRow(record)
    : readJsonRecord(record);
}

function recordsIn(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (!isRecord(value)) return [];
  if (Array.isArray(value.events)) return value.events;
  if (!Array.isArray(value.results)) return [value];
  return value.results.map(resultRow);
}

/** A row of `get-query-results` is a list of fields with their values. */
function resultRow(row: unknown): unknown {
  if (!Array.isArray(row)) return row;
  return Object.fromEntries(
    row.filter(isRecord).map((cell): [string, unknown] => [String(cell.field), cell.value]),
  );
}
