import { createHash } from 'node:crypto';
import { z } from 'zod';
import { PermanentFailure } from '../../domain/failures.ts';
import { type Database, quoted } from '../duckdb.ts';
import { fileName } from '../tables/table-file.ts';

/** The stored columns (METHOD 2.1, 4.7), with what they are in `costed_row`. */
const storedColumns = {
  request_id: ['VARCHAR', 'request_id'],
  pair_id: ['VARCHAR', 'pair_id'],
  attempt: ['INTEGER', 'attempt::integer'],
  planned_at: ['TIMESTAMPTZ', 'make_timestamptz(at_us)'],
  platform: ['VARCHAR', 'platform'],
  workload: ['VARCHAR', 'workload'],
  payload_bytes: ['DOUBLE', 'payload_bytes'],
  outcome: ['VARCHAR', 'outcome'],
  status_code: ['INTEGER', 'status_code::integer'],
  error: ['VARCHAR', 'error'],
  is_good: ['BOOLEAN', 'is_good'],
  latency_ms: ['DOUBLE', 'latency_ms'],
  elapsed_ms: ['DOUBLE', 'elapsed_ms::double'],
  memory_mb: ['DOUBLE', 'memory_mb'],
  server_ms: ['DOUBLE', 'server_ms'],
  cold_start: ['BOOLEAN', 'cold_start'],
  cost_usd: ['DOUBLE', 'cost_usd'],
  is_priced: ['BOOLEAN', 'is_priced'],
  in_flight_lambda: ['DOUBLE', 'in_flight_lambda::double'],
  in_flight_ecs: ['DOUBLE', 'in_flight_ecs::double'],
  recent_rate_lambda_per_s: ['DOUBLE', 'recent_rate_lambda_per_s'],
  recent_rate_ecs_per_s: ['DOUBLE', 'recent_rate_ecs_per_s'],
  since_previous_lambda_ms: ['DOUBLE', 'since_previous_lambda_ms'],
  since_previous_ecs_ms: ['DOUBLE', 'since_previous_ecs_ms'],
  is_load_made: ['BOOLEAN', 'is_load_made'],
  window: ['VARCHAR', '"window"'],
  load_pattern: ['VARCHAR', 'load_pattern'],
  session: ['VARCHAR', 'session'],
  is_session_made: ['BOOLEAN', 'is_session_made'],
  source_file: ['INTEGER', 'file'],
  source_row: ['INTEGER', 'n'],
} as const;

/** Where a row came from is no part of what was measured. */
const unfingerprinted = ['source_file', 'source_row'];

/** Writes `costed_row` as Parquet, in the order of sending. */
export async function writeImportRows(database: Database, path: string): Promise<void> {
  const columns = Object.entries(storedColumns).map(
    ([name, [type, value]]) => `(${value})::${type} as "${name}"`,
  );
  await database.run(`
    copy (select ${columns.join(', ')} from costed_row order by at_us, platform desc, request_id)
    to ${quoted(path)} (format parquet, compression zstd)`);
}

/** sha256 of all that was measured, whatever the order of files and rows. */
export async function importFingerprint(database: Database): Promise<string> {
  const texts = Object.entries(storedColumns)
    .filter(([name]) => !unfingerprinted.includes(name))
    .map(([, [type, value]]) => `coalesce(${textOf(type, `(${value})`)}, '-'), ','`);
  const { joined } = await database.readOne(
    `select coalesce(string_agg(sha256(concat(${texts.join(', ')})), ''
       order by request_id, platform, attempt), '') as joined from costed_row`,
    z.object({ joined: z.string() }),
  );
  return createHash('sha256').update(joined).digest('hex');
}

/** As `merge.ts` does: lengths before texts, and 17 digits are exactly one double. */
function textOf(type: string, value: string): string {
  switch (type) {
    case 'DOUBLE':
      return `printf('%.17g', ${value}::double)`;
    case 'TIMESTAMPTZ':
      return `epoch_us(${value})::varchar`;
    case 'VARCHAR':
      return `strlen(${value}) || ':' || ${value}`;
    default:
      return `${value}::varchar`;
  }
}

/** Makes `costed_row` of a stored Parquet file. Throws `CorruptObject` where it is no such file. */
export async function openImportRows(database: Database, path: string): Promise<void> {
  try {
    await database.run(`
      create view costed_row as
      select *, epoch_us(planned_at) as at_us, source_file as file, source_row as n
      from read_parquet(${fileName(path)})`);
    await database.run(
      `select ${Object.keys(storedColumns)
        .map((name) => `"${name}"`)
        .join(', ')} from costed_row limit 0`,
    );
  } catch (error) {
    throw new PermanentFailure(
      'CorruptObject',
      `Cannot read the rows of an import from ${path}. Import the files again.`,
      { cause: error },
    );
  }
}
