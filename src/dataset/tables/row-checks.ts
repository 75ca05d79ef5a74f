import { z } from 'zod';
import type { Database } from '../duckdb.ts';
import { namedRows, type RequestProblem, rowProblem } from '../request-log/request-problems.ts';
import { placesOf } from './table-lines.ts';
import type { LoadedTable } from './table-load.ts';

/** What may be wrong with rows of a loaded table. */
export interface RowCheck
  extends Pick<Parameters<typeof rowProblem>[0], 'kind' | 'says' | 'advice'> {
  /** In SQL: which rows have it. */
  readonly where: string;
  /** In SQL: what they have there instead. */
  readonly shows?: string;
}

/**
 * One problem for each check that rows of `table` fail, and one for rows that could not be read, with
 * their first lines. The table has the columns `n` and `is_broken` of `loadTable`.
 */
export async function findRowProblems(
  database: Database,
  loaded: LoadedTable,
  table: string,
  checks: readonly RowCheck[],
): Promise<RequestProblem[]> {
  const broken = await rowsWith(database, table, brokenRows);
  const others: (RowCheck & BadRows)[] = [];
  for (const check of checks)
    others.push({ ...check, ...(await rowsWith(database, table, check)) });
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

interface BadRows {
  readonly count: number;
  /** `n` of the first ones. */
  readonly rows: readonly number[];
  /** What the very first one has. */
  readonly value?: string;
}

async function rowsWith(
  database: Database,
  table: string,
  { where, shows = 'null' }: RowCheck,
): Promise<BadRows> {
  const { value, ...found } = await database.readOne(
    `select count(*) as count, coalesce(min(n, ${namedRows}), []) as rows,
       arg_min_null((${shows})::varchar, n) as value
     from ${table} where ${where}`,
    z.object({ count: z.number(), rows: z.array(z.number()), value: z.string().nullable() }),
  );
  return { ...found, ...(value === null ? {} : { value }) };
}
