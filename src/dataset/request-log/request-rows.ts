import { z } from 'zod';
import { microsOf, numberOf } from '../cell-values.ts';
import type { Database } from '../duckdb.ts';
import { findRowProblems, type RowCheck } from '../tables/row-checks.ts';
import type { TableFile } from '../tables/table-file.ts';
import { type LoadedTable, loadTable } from '../tables/table-load.ts';
import type { ColumnChoice } from './request-columns.ts';
import type { RequestProblem } from './request-problems.ts';

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
  return {
    loaded,
    count,
    problems: await findRowProblems(database, loaded, 'request_row', checks),
  };
}

/** Values of the workload column that no workload of the plan answers to. */
export interface UnknownCategories {
  readonly categories: readonly string[];
  /** What they are and what to do, in sentences. */
  readonly advice: string;
}

async function categoriesOf(database: Database): Promise<string[]> {
  const rows = await database.read(
    'select distinct category from request_row where category is not null order by category',
    z.object({ category: z.string() }),
  );
  return rows.map(({ category }) => category);
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
