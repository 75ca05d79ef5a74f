import { invocationOf, type LineReading, readReportLine, readTime } from './report-line.ts';

/** Columns of a CSV that Logs Insights, or the console's "Download as CSV", has written. */
export interface CsvColumns {
  /** Field by place; undefined for a column that is not looked at. */
  readonly fields: readonly (CsvField | undefined)[];
  readonly header: readonly string[];
}

const csvFields = {
  duration: 'duration',
  billedduration: 'billed',
  memorysize: 'memory',
  maxmemoryused: 'used',
  initduration: 'init',
  timestamp: 'time',
  type: 'type',
  requestid: 'request',
  log: 'log',
  message: 'message',
} as const;
type CsvField = (typeof csvFields)[keyof typeof csvFields];

/** The columns of a header line; undefined when a line is no such header. */
export function findCsvColumns(line: string): CsvColumns | undefined {
  const header = splitCsv(line).map((name) => name.trim());
  const fields = header.map((name) => csvFieldOf(name));
  const isHeader = fields.some((field) => field !== undefined) && !line.includes('REPORT ');
  const isCsv = header.length > 1 || header[0]?.startsWith('@') === true;
  const isAggregate = header.some((name) => /\w\(@?\w+\)/.test(name));
  return isCsv && (isHeader || isAggregate) ? { fields, header } : undefined;
}

/** Why rows with these columns say nothing of single invocations; undefined when they do. */
export function csvProblem({ fields, header }: CsvColumns): string | undefined {
  if (fields.includes('duration') || fields.includes('message')) return undefined;
  return (
    `The CSV has the columns ${header.join(', ')}, but neither @duration nor @message: a row must ` +
    'be one invocation.'
  );
}

/** What to ask Logs Insights, to be copied. */
export const insightsQuery = [
  'A query of Logs Insights whose rows, as CSV, do:',
  '  filter @type = "REPORT" | fields @timestamp, @requestId, @duration,',
  '    @billedDuration, @memorySize, @maxMemoryUsed, @initDuration, @log | limit 10000',
] as const;

export function readCsvRow(columns: CsvColumns, record: string): LineReading {
  const values = new Map<CsvField, string>();
  splitCsv(record).forEach((value, place) => {
    const field = columns.fields[place];
    if (field !== undefined && value.trim() !== '') values.set(field, value.trim());
  });
  return readFields(values);
}

/** A row of Logs Insights as `get-query-results` answers it: names and values. */
export function readInsightsRow(row: Readonly<Record<string, unknown>>): LineReading {
  const values = new Map<CsvField, string>();
  for (const [name, value] of Object.entries(row)) {
    const field = csvFieldOf(name);
    if (field !== undefined && String(value).trim() !== '') values.set(field, String(value).trim());
  }
  return readFields(values);
}

function readFields(values: ReadonlyMap<CsvField, string>): LineReading {
  const type = values.get('type');
  if (type !== undefined && type !== 'REPORT') return { kind: 'other' };
  const duration = values.get('duration');
  if (duration === undefined) return withoutDuration(values, type);
  const numbers = (['duration', 'billed', 'memory', 'used', 'init'] as const).map((field) => {
    const text = values.get(field);
    return { field, text, value: text === undefined ? undefined : Number(text) };
  });
  const wrong = numbers.find(({ value }) => value !== undefined && !(value >= 0));
  if (wrong !== undefined) return { kind: 'bad', why: `"${wrong.text}" is no ${wrong.field}` };
  const [durationMs, billedMs, memory, used, initMs] = numbers.map(({ value }) => value);
  return invocationOf({
    requestId: values.get('request'),
    atMs: readTime(values.get('time')),
    functionName: functionOf(values.get('log')),
    durationMs: durationMs ?? 0,
    billedMs,
    memoryMb: megabytes(memory),
    usedMb: megabytes(used),
    initMs,
  });
}

/** Splits a record at its commas; quotes are doubled inside quotes (RFC 4180). */
export function splitCsv(record: string): string[] {
  const values: string[] = [];
  // With a comma before the first value as well, an empty one is a match like any other.
  for (const [, quoted, plain] of `,${record}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/g)) {
    values.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
  }
  return values;
}

/** Whether a line opens a quote that it does not close, or closes one that was open. */
export function hasOddQuotes(line: string): boolean {
  return (line.match(/"/g)?.length ?? 0) % 2 === 1;
}

function csvFieldOf(name: string): CsvField | undefined {
  const key = name.toLowerCase().replaceAll(/[@_\s]/g, '');
  const found = Object.entries(csvFields).find(([known]) => known === key);
  return found?.[1];
}

function withoutDuration(
  values: ReadonlyMap<CsvField, string>,
  type: string | undefined,
): LineReading {
  const message = values.get('message');
  if (message === undefined) {
    return type === undefined ? { kind: 'other' } : { kind: 'bad', why: 'it has no @duration' };
  }
  const reading = readReportLine(message);
  if (reading.kind !== 'invocation') return reading;
  const { durationMs, ...rest } = reading.invocation;
  return invocationOf({
    ...rest,
    durationMs,
    atMs: readTime(values.get('time')) ?? rest.atMs,
    functionName: functionOf(values.get('log')),
  });
}

/** Logs Insights gives memory in bytes, of a thousand each ("Supported logs", AWS docs). */
function megabytes(value: number | undefined): number | undefined {
  if (value === undefined) return undefined;
  return value >= 100_000 ? Math.round(value / 1e6) : value;
}

/** `123456789012:/aws/lambda/orders` is the function `orders`. */
function functionOf(log: string | undefined): string | undefined {
  const name = log?.split('/').at(-1);
  return name === '' ? undefined : name;
}
