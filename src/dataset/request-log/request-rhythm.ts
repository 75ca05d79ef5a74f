import { z } from 'zod';
import type { Database } from '../duckdb.ts';
import { placesOf } from '../tables/table-lines.ts';
import type { LoadedTable } from '../tables/table-load.ts';
import type { ColumnChoice } from './request-columns.ts';
import { namedRows } from './request-problems.ts';

/** A time without a request. */
export interface Gap {
  readonly ms: number;
  /** ISO 8601, UTC: when it begins. */
  readonly from: string;
  /** Line or row of the request that ends it. */
  readonly beforeRow: number;
}

/** Rows that are there more than once; each is counted as often as it is too many. */
export interface DuplicateRequests {
  /** Rows with a request id that an earlier row has; absent without a column of ids. */
  readonly ids?: RepeatedRows;
  /** Rows that are in all columns that are read as an earlier one; absent without times. */
  readonly rows?: RepeatedRows;
}

interface RepeatedRows {
  readonly count: number;
  /** Lines or rows of the first ten. */
  readonly rows: readonly number[];
}

const shownGaps = 3;

/** The longest gaps between rows that follow each other. */
export async function longestGaps(database: Database, loaded: LoadedTable): Promise<Gap[]> {
  const gaps = await database.read(
    `select n, gap_us / 1000.0 as ms, (at_us - gap_us) / 1000.0 as "fromMs"
     from (
       select n, at_us, at_us - lag(at_us) over (order by n) as gap_us
       from request_row where at_us is not null)
     where gap_us > 0
     order by gap_us desc, n limit ${shownGaps}`,
    z.object({ n: z.number(), ms: z.number(), fromMs: z.number() }),
  );
  if (gaps.length === 0) return [];
  const places = await placesOf(
    loaded,
    gaps.map(({ n }) => n),
    0,
  );
  return gaps.map(({ n, ms, fromMs }) => ({
    ms,
    from: new Date(fromMs).toISOString(),
    beforeRow: places.ofRow.get(n) ?? n,
  }));
}

export async function findDuplicates(
  database: Database,
  loaded: LoadedTable,
  columns: ColumnChoice,
): Promise<DuplicateRequests> {
  const known = 'at_us, category, payload_text, request_id, estimated_ms, memory_mb';
  const { time, requestId } = columns;
  return {
    ...(time === undefined
      ? {}
      : { rows: await repeated(database, loaded, { key: known, where: 'at_us is not null' }) }),
    ...(requestId === undefined
      ? {}
      : {
          ids: await repeated(database, loaded, {
            key: 'request_id',
            where: 'request_id is not null',
          }),
        }),
  };
}

async function repeated(
  database: Database,
  loaded: LoadedTable,
  { key, where }: { readonly key: string; readonly where: string },
): Promise<RepeatedRows> {
  const { count, rows } = await database.readOne(
    `select count(*) as count, coalesce(min(n, ${namedRows}), []) as rows
     from (
       select n, row_number() over (partition by ${key} order by n) as nth
       from request_row where ${where})
     where nth > 1`,
    z.object({ count: z.number(), rows: z.array(z.number()) }),
  );
  if (count === 0) return { count, rows };
  const places = await placesOf(loaded, rows, 0);
  return { count, rows: rows.map((row) => places.ofRow.get(row) ?? row) };
}
