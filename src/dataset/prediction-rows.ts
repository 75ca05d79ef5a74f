import { z } from 'zod';
import type { WorkloadEstimate } from '../domain/evaluation.ts';
import type { LoadColumns } from '../domain/observation.ts';
import { microsOf, numberOf } from './cell-values.ts';
import { type Database, openDatabase } from './duckdb.ts';
import {
  choosePredictionColumns,
  type NumberColumn,
  numberColumns,
  type PredictionColumns,
  predictionChecks,
} from './prediction-columns.ts';
import { noRows, type RequestProblem, SourceProblems } from './request-log/request-problems.ts';
import { findRowProblems } from './tables/row-checks.ts';
import { openTableFile, UnreadableTable } from './tables/table-file.ts';
import { loadTable } from './tables/table-load.ts';

/** A request that a model is asked about, with what its file says of it. */
export interface PredictionRow {
  /** Place in the file, from 0. */
  readonly index: number;
  readonly requestId: string;
  readonly atMs: number;
  readonly workload: string;
  readonly payloadBytes: number;
  readonly estimate: WorkloadEstimate;
  /** Without what the file leaves blank. */
  readonly load: Partial<LoadColumns>;
}

/** A file of requests that is open and has nothing wrong in it. */
export interface PredictionFile {
  readonly count: number;
  /** Whether its rows stand in the order of time. */
  readonly isInOrder: boolean;
  /** Pages of rows, earliest first; of one time, as in the file. */
  pagesByTime(): AsyncGenerator<readonly PredictionRow[]>;
  /** Pages of request ids as they stand in the file. */
  pagesOfIds(): AsyncGenerator<readonly string[]>;
  close(): void;
}

/** What a model knows of the workloads it was trained for. */
export interface KnownWorkloads {
  readonly workloads: readonly string[];
  /** Stand in where a row has no estimates of its own. */
  readonly estimates: Readonly<Record<string, WorkloadEstimate>>;
}

/**
 * Reads and checks a file of one row per request: CSV, JSON lines or Parquet. DuckDB holds the rows,
 * so a file may be larger than memory. Throws `SourceProblems` with everything that is wrong. The
 * caller closes it.
 */
export async function openPredictionFile(
  path: string,
  known: KnownWorkloads,
): Promise<PredictionFile> {
  const { database, close } = await openDatabase();
  try {
    const problems = await readInto(database, path, known);
    if (problems.length > 0) throw new SourceProblems(path, problems);
    const size = await database.readOne(
      `select count(*) as count, bool_and(k = n) as "isInOrder" from prediction`,
      z.object({ count: z.number(), isInOrder: z.boolean() }),
    );
    return {
      ...size,
      pagesByTime: () => pagesByTime(database, size.count, known),
      pagesOfIds: () => pagesOfIds(database, size.count),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** Makes the table `prediction`, with `k` for the order of time, when nothing is wrong. */
async function readInto(
  database: Database,
  path: string,
  known: KnownWorkloads,
): Promise<readonly RequestProblem[]> {
  try {
    const file = await openTableFile(database, path);
    const { columns, missing } = choosePredictionColumns(file.columns);
    const loaded = await loadTable(database, file, 'prediction_text', columns);
    await createRows(database, columns, known);
    const { count } = await database.readOne(
      'select count(*) as count from prediction',
      z.object({ count: z.number() }),
    );
    const isEmpty = count + loaded.rejected.length === 0;
    const checks = predictionChecks(columns, known);
    const wrong = await findRowProblems(database, loaded, 'prediction', checks);
    return [...missing, ...(isEmpty ? [noRows] : []), ...wrong];
  } catch (error) {
    if (!(error instanceof UnreadableTable)) throw error;
    return [{ kind: 'unreadable', message: error.message }];
  }
}

async function createRows(
  database: Database,
  columns: PredictionColumns,
  { workloads, estimates }: KnownWorkloads,
): Promise<void> {
  const numbers = numberColumns.map(
    (name) => `${name} as ${name}_text, ${numberOf(`text.${name}`)} as ${name}`,
  );
  await database.createTable(
    'known_workload',
    { workload: 'VARCHAR', has_estimates: 'BOOLEAN' },
    workloads.map((workload) => ({
      workload,
      has_estimates: Object.hasOwn(estimates, workload),
    })),
  );
  const duplicate =
    columns.request_id === undefined
      ? 'false'
      : 'request_id is not null and row_number() over (partition by request_id order by n) > 1';
  await database.run(`
    create table prediction as
    select
      n, is_broken, request_id, ${duplicate} as is_duplicate,
      sent_at as sent_text, ${microsOf('sent_at')} as at_us,
      text.workload, known.workload is not null as is_known, coalesce(has_estimates, true) as has_estimates,
      ${numbers.join(', ')},
      row_number() over (order by ${microsOf('sent_at')}, n) as k
    from prediction_text text left join known_workload known using (workload)
    order by k`);
  await database.run('drop table prediction_text');
}

/** So many rows are in memory at a time. */
const pageRows = 2_000;

const nullable = z.number().nullable();
const rowShape = z.object({
  n: z.number(),
  request_id: z.string(),
  at_ms: z.number(),
  workload: z.string(),
  payload_bytes: z.number(),
  estimated_execution_ms: nullable,
  estimated_memory_mb: nullable,
  in_flight_lambda: nullable,
  in_flight_ecs: nullable,
  recent_rate_lambda_per_s: nullable,
  recent_rate_ecs_per_s: nullable,
  since_previous_lambda_ms: nullable,
  since_previous_ecs_ms: nullable,
} satisfies Record<NumberColumn | 'n' | 'request_id' | 'at_ms' | 'workload', z.ZodType>);

async function* pagesByTime(
  database: Database,
  count: number,
  { estimates }: KnownWorkloads,
): AsyncGenerator<readonly PredictionRow[]> {
  for (let from = 0; from < count; from += pageRows) {
    const rows = await database.read(
      `select n, request_id, at_us / 1000.0 as at_ms, workload, ${numberColumns.join(', ')}
       from prediction where k > ${from} and k <= ${from + pageRows} order by k`,
      rowShape,
    );
    yield rows.map((row) => rowOf(row, estimates[row.workload]));
  }
}

function rowOf(
  row: z.output<typeof rowShape>,
  estimate: WorkloadEstimate | undefined,
): PredictionRow {
  const estimatedExecutionMs = row.estimated_execution_ms ?? estimate?.estimatedExecutionMs;
  const estimatedMemoryMb = row.estimated_memory_mb ?? estimate?.estimatedMemoryMb;
  if (estimatedExecutionMs === undefined || estimatedMemoryMb === undefined) {
    throw new Error(`No estimates of workload "${row.workload}", though the file was checked.`);
  }
  return {
    index: row.n - 1,
    requestId: row.request_id,
    atMs: row.at_ms,
    workload: row.workload,
    payloadBytes: row.payload_bytes,
    estimate: { estimatedExecutionMs, estimatedMemoryMb },
    load: withoutBlanks({
      inFlightLambda: row.in_flight_lambda,
      inFlightEcs: row.in_flight_ecs,
      recentRateLambdaPerS: row.recent_rate_lambda_per_s,
      recentRateEcsPerS: row.recent_rate_ecs_per_s,
      sincePreviousLambdaMs: row.since_previous_lambda_ms,
      sincePreviousEcsMs: row.since_previous_ecs_ms,
    }),
  };
}

function withoutBlanks(load: Record<keyof LoadColumns, number | null>): Partial<LoadColumns> {
  return Object.fromEntries(Object.entries(load).filter(([, value]) => value !== null));
}

async function* pagesOfIds(database: Database, count: number): AsyncGenerator<readonly string[]> {
  for (let from = 0; from < count; from += pageRows) {
    const rows = await database.read(
      `select request_id from prediction where n > ${from} and n <= ${from + pageRows} order by n`,
      z.object({ request_id: z.string() }),
    );
    yield rows.map(({ request_id }) => request_id);
  }
}
