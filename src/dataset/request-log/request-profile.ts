import { z } from 'zod';
import { type Database, withDatabase } from '../duckdb.ts';
import { openTableFile, type TableFile, UnreadableTable } from '../tables/table-file.ts';
import { type ColumnChoice, chooseColumns, missingColumns } from './request-columns.ts';
import { noRows, type RequestProblem, SourceProblems } from './request-problems.ts';
import { type DuplicateRequests, findDuplicates, type Gap, longestGaps } from './request-rhythm.ts';
import { readRequestRows } from './request-rows.ts';

/** A request log in numbers: what one looks at before replaying it. */
export interface RequestProfile {
  readonly file: string;
  readonly format: TableFile['format'];
  /** All that have a value or could not be read. */
  readonly rows: number;
  readonly columns: readonly string[];
  /** Which of them were taken for what. */
  readonly read: Readonly<Record<string, string>>;
  /** Absent when no row has a time. */
  readonly span?: RequestSpan;
  readonly categories: readonly CategoryProfile[];
  readonly quantities: readonly QuantityProfile[];
  readonly rate?: RateProfile;
  /** The longest times between two neighbours, longest first. */
  readonly gaps: readonly Gap[];
  readonly duplicates: DuplicateRequests;
  /** With any, the log cannot be replayed. */
  readonly problems: readonly RequestProblem[];
}

export interface RequestSpan {
  /** ISO 8601, UTC. */
  readonly from: string;
  readonly to: string;
  readonly ms: number;
  readonly meanRatePerS?: number;
}

export interface CategoryProfile {
  readonly category: string;
  readonly rows: number;
  readonly share: number;
  readonly payloadBytesP50?: number;
  readonly estimatedMsP50?: number;
}

/** Of the rows that have a value: the smallest value that so many of them do not exceed. */
export interface QuantityProfile {
  readonly column: string;
  readonly rows: number;
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

export interface RateProfile {
  readonly binMs: number;
  /** Without a hole: bins without a row are there with 0. */
  readonly bins: readonly { readonly from: string; readonly rows: number }[];
}

/** Which columns are called otherwise than usual. */
export type NamedColumns = Readonly<Partial<Record<'time' | 'workload' | 'payloadBytes', string>>>;

/** Profiles a request log. Throws `SourceProblems` where the file cannot be opened at all. */
export async function profileRequests(
  path: string,
  named: NamedColumns = {},
): Promise<RequestProfile> {
  try {
    return await withDatabase((database) => profile(database, path, named));
  } catch (error) {
    if (!(error instanceof UnreadableTable)) throw error;
    const problems = [{ kind: 'unreadable', message: error.message } as const];
    throw new SourceProblems(path, problems, { cause: error });
  }
}

async function profile(
  database: Database,
  path: string,
  named: NamedColumns,
): Promise<RequestProfile> {
  const file = await openTableFile(database, path);
  const columns = chooseColumns(file.columns, named);
  const { loaded, count, problems } = await readRequestRows(database, file, columns);
  const rows = count + loaded.rejected.length;
  const needed = { time: 'timestamp', workload: 'workload_category', ...named };
  const missing = missingColumns(
    file,
    needed,
    columns,
    (meaning) => `Say with ${options[meaning] ?? meaning} what it is called.`,
  );
  const span = await spanOf(database);
  const rate = span === undefined ? undefined : await rateOf(database, span);
  return {
    file: path,
    format: file.format,
    rows,
    columns: file.columns,
    read: chosen(columns),
    ...(span === undefined ? {} : { span }),
    categories: await categoriesOf(database),
    quantities: await quantitiesOf(database, columns),
    ...(rate === undefined ? {} : { rate }),
    gaps: await longestGaps(database, loaded),
    duplicates: await findDuplicates(database, loaded, columns),
    problems: [...missing, ...(rows === 0 ? [noRows] : []), ...problems],
  };
}

/** How the command line says what a column is called. */
const options: Readonly<Record<string, string>> = {
  time: '--time',
  workload: '--workload',
  payloadBytes: '--bytes',
};

function chosen(columns: ColumnChoice): Record<string, string> {
  const found = Object.entries(columns).filter(([, column]) => column !== undefined);
  return Object.fromEntries(found) as Record<string, string>;
}

const timesOf = 'from request_row where at_us is not null';

async function spanOf(database: Database): Promise<RequestSpan | undefined> {
  const { count, fromUs, toUs } = await database.readOne(
    `select count(*) as count, min(at_us) as "fromUs", max(at_us) as "toUs" ${timesOf}`,
    z.object({ count: z.number(), fromUs: z.number().nullable(), toUs: z.number().nullable() }),
  );
  if (fromUs === null || toUs === null) return undefined;
  const ms = (toUs - fromUs) / 1000;
  return {
    from: isoOf(fromUs / 1000),
    to: isoOf(toUs / 1000),
    ms,
    ...(ms > 0 ? { meanRatePerS: (count - 1) / (ms / 1000) } : {}),
  };
}

const category = z.object({
  category: z.string(),
  rows: z.number(),
  share: z.number(),
  payloadBytesP50: z.number().nullable(),
  estimatedMsP50: z.number().nullable(),
});

async function categoriesOf(database: Database): Promise<CategoryProfile[]> {
  const rows = await database.read(
    `select
       category, count(*) as rows, count(*) / sum(count(*)) over () as share,
       quantile_disc(payload_bytes, 0.5) as "payloadBytesP50",
       quantile_disc(estimated_ms, 0.5) as "estimatedMsP50"
     from request_row where category is not null
     group by category order by rows desc, category`,
    category,
  );
  return rows.map(({ payloadBytesP50, estimatedMsP50, ...found }) => ({
    ...found,
    ...(payloadBytesP50 === null ? {} : { payloadBytesP50 }),
    ...(estimatedMsP50 === null ? {} : { estimatedMsP50 }),
  }));
}

const quantity = z.object({
  rows: z.number(),
  min: z.number().nullable(),
  p50: z.number().nullable(),
  p90: z.number().nullable(),
  p99: z.number().nullable(),
  max: z.number().nullable(),
});

async function quantitiesOf(database: Database, columns: ColumnChoice): Promise<QuantityProfile[]> {
  const described = [
    [columns.payloadBytes, 'payload_bytes'],
    [columns.estimatedMs, 'estimated_ms'],
    [columns.memoryMb, 'memory_mb'],
  ] as const;
  const found: QuantityProfile[] = [];
  for (const [column, name] of described) {
    if (column === undefined) continue;
    const { rows, min, p50, p90, p99, max } = await database.readOne(
      `select
         count(${name}) as rows, min(${name}) as min, quantile_disc(${name}, 0.5) as p50,
         quantile_disc(${name}, 0.9) as p90, quantile_disc(${name}, 0.99) as p99,
         max(${name}) as max
       from request_row`,
      quantity,
    );
    if (min === null || p50 === null || p90 === null || p99 === null || max === null) continue;
    found.push({ column, rows, min, p50, p90, p99, max });
  }
  return found;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const binLengths = [
  ...[1, 5, 15].map((count) => count * second),
  ...[1, 5, 15].map((count) => count * minute),
  ...[1, 3, 6].map((count) => count * hour),
  ...[1, 7, 28, 364].map((count) => count * day),
];

/** A screen has room for so many. */
const mostBins = 24;

async function rateOf(database: Database, span: RequestSpan): Promise<RateProfile> {
  const fromMs = Date.parse(span.from);
  const fits = (binMs: number): boolean =>
    Math.floor((fromMs + span.ms) / binMs) - Math.floor(fromMs / binMs) < mostBins;
  // A log that spans centuries has a wrong time in it; its bins are then as long as that takes.
  const binMs = binLengths.find(fits) ?? Math.ceil(span.ms / (mostBins - 1));
  const counted = await database.read(
    `select at_us // ${binMs * 1000} as bin, count(*) as rows ${timesOf} group by bin`,
    z.object({ bin: z.number(), rows: z.number() }),
  );
  const rowsOf = new Map(counted.map(({ bin, rows }) => [bin, rows]));
  const numbers = [...rowsOf.keys()].sort((a, b) => a - b);
  const first = numbers[0] ?? 0;
  const length = (numbers.at(-1) ?? first) - first + 1;
  const bins = Array.from({ length }, (_, index) => ({
    from: isoOf((first + index) * binMs),
    rows: rowsOf.get(first + index) ?? 0,
  }));
  return { binMs, bins };
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
