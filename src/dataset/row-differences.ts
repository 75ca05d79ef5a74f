import { z } from 'zod';
import { quoted, withDatabase } from './duckdb.ts';
import { observationColumns } from './observation-schema.ts';

export interface RowDifferences {
  readonly rows: number;
  /** Rows that only one of the two files has. */
  readonly unmatched: number;
  /** Columns that differ, in how many rows. */
  readonly columns: Readonly<Record<string, number>>;
}

/** Two Parquet files of observations, row by row; doubles are equal to 9 digits. */
export async function rowDifferences(first: string, second: string): Promise<RowDifferences> {
  const columns = Object.entries(observationColumns);
  const counted = columns.map(([column, type]) => `${differs(column, type)} as "${column}"`);
  const query = `
    with a as (select * from read_parquet(${quoted(first)}, hive_partitioning = false)),
    b as (select * from read_parquet(${quoted(second)}, hive_partitioning = false))
    select
      count(*) as all_rows,
      count(*) filter (a.request_id is null or b.request_id is null) as unmatched_rows,
      ${counted.join(',\n      ')}
    from a full join b on a.request_id = b.request_id and a.target = b.target`;
  const row = await withDatabase((database) =>
    database.readOne(query, z.record(z.string(), z.number())),
  );
  const { all_rows: rows = 0, unmatched_rows: unmatched = 0, ...counts } = row;
  return {
    rows,
    unmatched,
    columns: Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
  };
}

function differs(column: string, type: string): string {
  const [a, b] = [`a."${column}"`, `b."${column}"`];
  const isOther =
    type === 'DOUBLE'
      ? `(${a} is null) <> (${b} is null) or abs(${a} - ${b}) > 1e-9 * greatest(abs(${a}), abs(${b}))`
      : `${a} is distinct from ${b}`;
  return `count(*) filter (a.request_id is not null and b.request_id is not null and (${isOther}))`;
}
