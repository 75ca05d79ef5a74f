import { z } from 'zod';
import type { Database } from './duckdb.ts';
import type { ColumnChoice } from './request-columns.ts';
import { namedRows, type RequestProblem, rowProblem } from './request-problems.ts';
import type { TableFile } from './table-file.ts';
import { placesOf } from './table-lines.ts';
import { type LoadedTable, loadTable } from './table-load.ts';

/** Rows of a request log in the table `request_row`, and what is wrong with them. */
export interface RequestRows {
  readonly loaded: LoadedTable;
  /** In the table; rejected records are not. */
  readonly count: number;
  readonly problems: readonly RequestProblem[];
}

/**
 * Makes the table `request_row` of a file: `n`, `is_broken`, `at_us` (microseconds since 1970),
 * `category`, `payload_bytes`, `request_id`, `estimated_ms`, `memory_mb`; null where unknown or
 * wrong. Problems have the line of each row. `knownCategories`: undefined when any will do.
 */
export async function readRequestRows(
  database: Database,
  file: TableFile,
  columns: ColumnChoice,
  knownCategories?: (categories: readonly string[]) => UnknownCategories,
): Promise<RequestRows> {
  const loaded = await loadTable(database, file, 'request_text', {
    at_text: columns.time,
    category: columns.workload,
    payload_text: columns.payloadBytes,
    request_id: columns.requestId,
    estimated_text: columns.estimatedMs,
    memory_text: columns.memoryMb,
  });
  await database.run(`
    create table request_row as
    select *, at_us < lag(at_us ignore nulls) over (order by n) as is_out_of_order
    from (
      select
        n, is_broken, category, request_id, payload_text,
        ${microsOf('at_text')} as at_us,
        case when at_us is null then at_text end as wrong_time,
        ${numberOf('payload_text')} as payload_bytes,
        ${numberOf('estimated_text')} as estimated_ms,
        ${numberOf('memory_text')} as memory_mb
      from request_text)`);
  await database.run('drop table request_text');
  const { count } = await database.readOne(
    'select count(*) as count from request_row',
    z.object({ count: z.number() }),
  );
  const unknown = knownCategories?.(await categoriesOf(database));
  const checks = checksOf(columns, unknown);
  if (unknown !== undefined && unknown.categories.length > 0) {
    const rows = unknown.categories.map((category) => ({ category }));
    await database.createTable('unknown_category', { category: 'VARCHAR' }, rows);
  }
  return { loaded, count, problems: await findProblems(database, loaded, checks) };
}

/** Values of the workload column that no workload of the plan answers to. */
export interface UnknownCategories {
  readonly categories: readonly string[];
  /** What they are and what to do, in sentences. */
  readonly advice: string;
}

/**
 * A time as it is written: ISO 8601, in UTC where it has no offset, or a number since 1970 whose
 * unit its size tells: as seconds 1e11 would be in the year 5138, as milliseconds in 1973.
 */
function microsOf(text: string): string {
  const number = `try_cast(${text} as double)`;
  // DuckDB wants seconds, a point before their fraction, and a capital Z.
  const withSeconds = `regexp_replace(${text}, '^(.{10}[T ][0-9]{2}:[0-9]{2})([zZ+-].*)?$', '\\1:00\\2')`;
  const withPoint = `regexp_replace(${withSeconds}, '^(.{19}),([0-9])', '\\1.\\2')`;
  const written = `regexp_replace(${withPoint}, 'z$', 'Z')`;
  return `case
    when regexp_full_match(${text}, '[0-9]+([.][0-9]*)?([eE][+]?[0-9]+)?') then
      case
        when ${number} < 1e11 then round(${number} * 1e6)
        when ${number} < 1e14 then round(${number} * 1e3)
        when ${number} < 1e17 then round(${number})
        when ${number} < 1e20 then round(${number} / 1e3)
      end::bigint
    when regexp_matches(${text}, '^[0-9]{4}-[0-9]{2}-[0-9]{2}') then
      epoch_us(try_cast(${written} as timestamptz))
  end`;
}

/** Plain numbers only: no separators, no infinity, and no more than a double counts exactly. */
function numberOf(text: string): string {
  const number = `try_cast(${text} as double)`;
  return `case
    when regexp_full_match(${text}, '[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?')
      and abs(${number}) <= ${Number.MAX_SAFE_INTEGER}
    then ${number} end`;
}

async function categoriesOf(database: Database): Promise<string[]> {
  const rows = await database.read(
    'select distinct category from request_row where category is not null order by category',
    z.object({ category: z.string() }),
  );
  return rows.map(({ category }) => category);
}

interface RowCheck extends Pick<Parameters<typeof rowProblem>[0], 'kind' | 'says' | 'advice'> {
  /** In SQL: which rows have it. */
  readonly where: string;
  /** In SQL: what they have there instead. */
  readonly shows?: string;
}

function checksOf(columns: ColumnChoice, unknown: UnknownCategories | undefined): RowCheck[] {
  const { time, workload, payloadBytes } = columns;
  const checks: RowCheck[] = [];
  if (time !== undefined) {
    const column = `(column "${time}")`;
    checks.push(
      {
        kind: 'unparsable-time',
        where: 'not is_broken and at_us is null',
        shows: 'wrong_time',
        says: [`has no time that can be read ${column}`, `have no time that can be read ${column}`],
        advice: 'Times are ISO 8601, or seconds or milliseconds since 1970.',
      },
      {
        kind: 'out-of-order',
        where: 'is_out_of_order',
        says: [
          `is earlier than the row before it ${column}`,
          `are earlier than the row before them ${column}`,
        ],
        advice: 'Sort the file by time.',
      },
    );
  }
  if (workload !== undefined) {
    const column = `(column "${workload}")`;
    checks.push({
      kind: 'missing-workload',
      where: 'not is_broken and category is null',
      says: [`names no workload ${column}`, `name no workload ${column}`],
    });
    if (unknown !== undefined && unknown.categories.length > 0) {
      checks.push({
        kind: 'unknown-workload',
        where: 'category in (select category from unknown_category)',
        says: [
          `has a workload that the plan does not have ${column}`,
          `have a workload that the plan does not have ${column}`,
        ],
        advice: unknown.advice,
      });
    }
  }
  if (payloadBytes !== undefined) {
    const column = `(column "${payloadBytes}")`;
    checks.push(
      {
        kind: 'unparsable-size',
        where: 'payload_text is not null and payload_bytes is null',
        shows: 'payload_text',
        says: [
          `has a size that is no number of bytes ${column}`,
          `have a size that is no number of bytes ${column}`,
        ],
        advice: 'An unknown size is left blank.',
      },
      {
        kind: 'negative-size',
        where: 'payload_bytes < 0',
        shows: 'payload_text',
        says: [`has a negative size ${column}`, `have a negative size ${column}`],
      },
    );
  }
  return checks;
}

const brokenRows: RowCheck = {
  kind: 'unparsable-row',
  where: 'is_broken',
  says: ['cannot be read', 'cannot be read'],
};

const brokenAdvice = {
  csv:
    'Such a row has more or fewer values than the header, a quote that does not end or that goes on ' +
    'behind its end, or bytes that are not UTF-8.',
  'json-lines': 'Every line is one JSON object.',
  parquet: undefined,
} as const;

async function findProblems(
  database: Database,
  loaded: LoadedTable,
  checks: readonly RowCheck[],
): Promise<RequestProblem[]> {
  const broken = await rowsWith(database, brokenRows);
  const others: (RowCheck & BadRows)[] = [];
  for (const check of checks) others.push({ ...check, ...(await rowsWith(database, check)) });
  const found = others.filter(({ count }) => count > 0);
  const brokenCount = broken.count + loaded.rejected.length;
  if (brokenCount + found.length === 0) return [];

  const wanted = [broken, ...found].flatMap(({ rows }) => rows);
  const places = await placesOf(loaded, wanted, namedRows);
  const placesOfRows = (rows: readonly number[]): number[] =>
    rows.map((row) => places.ofRow.get(row) ?? row);
  const placeWord = loaded.file.format === 'parquet' ? 'row' : 'line';
  const problems = found.map(({ rows, ...problem }) =>
    rowProblem({ ...problem, rows: placesOfRows(rows), placeWord }),
  );
  if (brokenCount === 0) return problems;
  const brokenPlaces = [...placesOfRows(broken.rows), ...places.rejected].sort((a, b) => a - b);
  const advice = brokenAdvice[loaded.file.format];
  const unreadable = rowProblem({
    ...brokenRows,
    count: brokenCount,
    rows: brokenPlaces.slice(0, namedRows),
    placeWord,
    ...(advice === undefined ? {} : { advice }),
  });
  return [unreadable, ...problems];
}

interface BadRows {
  readonly count: number;
  /** `n` of the first ones. */
  readonly rows: readonly number[];
  /** What the very first one has. */
  readonly value?: string;
}

async function rowsWith(database: Database, { where, shows = 'null' }: RowCheck): Promise<BadRows> {
  const { value, ...found } = await database.readOne(
    `select count(*) as count, coalesce(min(n, ${namedRows}), []) as rows,
       arg_min_null((${shows})::varchar, n) as value
     from request_row where ${where}`,
    z.object({ count: z.number(), rows: z.array(z.number()), value: z.string().nullable() }),
  );
  return { ...found, ...(value === null ? {} : { value }) };
}
