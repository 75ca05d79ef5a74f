import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { z } from 'zod';
import type { SourceColumns } from '../../domain/plan.ts';
import type { SourceRequest } from '../../domain/requests/requests.ts';
import { type Database, openDatabase } from '../duckdb.ts';
import { openTableFile, UnreadableTable } from '../tables/table-file.ts';
import { chooseColumns, findAlike, missingColumns, type RequestColumn } from './request-columns.ts';
import { noRows, type RequestProblem, SourceProblems } from './request-problems.ts';
import { readRequestRows, type UnknownCategories } from './request-rows.ts';

/** How a request log is read. */
export interface RequestMapping {
  readonly columns: SourceColumns;
  /** Names of the plan's workloads: a value that differs in case or spaces only is one of them. */
  readonly workloads: readonly string[];
  /** Values of the workload column that are called otherwise in the plan. */
  readonly names?: Readonly<Record<string, string>>;
  /** Of the file's bytes; another content is a problem. */
  readonly sha256?: string;
}

/** A request log that is open: its rows in the order of time, from 0. */
export interface RequestSource {
  /** With any, there are no rows to ask for. */
  readonly problems: readonly RequestProblem[];
  readonly count: number;
  /** From the first row to the last. */
  readonly spanMs: number;
  /** Rows from a time until before another. Rejects with `SourceProblems` when there are problems. */
  windowRows(fromMs: number, toMs: number): Promise<readonly SourceRequest[]>;
  /** Frees the memory. */
  close(): void;
}

/**
 * Reads and checks a request log: CSV, JSON lines or Parquet. DuckDB holds the rows, so a log may
 * be larger than memory, and a window of it is a query. The caller closes it.
 */
export async function openRequestSource(
  path: string,
  mapping: RequestMapping,
): Promise<RequestSource> {
  const { database, close } = await openDatabase();
  try {
    const problems = await readInto(database, path, mapping);
    const { count, spanMs } = await sizeOf(database, problems);
    return {
      problems,
      count,
      spanMs,
      close,
      windowRows: async (fromMs, toMs) => {
        if (problems.length > 0) throw new SourceProblems(path, problems);
        return await windowOf(database, fromMs, toMs);
      },
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** Makes the table `request` (`at_us`, `workload`, `payload_bytes`) when nothing is wrong. */
async function readInto(
  database: Database,
  path: string,
  mapping: RequestMapping,
): Promise<readonly RequestProblem[]> {
  const changed = await changedSince(path, mapping.sha256);
  if (changed !== undefined) return [changed];
  try {
    return await readTable(database, path, mapping);
  } catch (error) {
    if (!(error instanceof UnreadableTable)) throw error;
    return [{ kind: 'unreadable', message: error.message }];
  }
}

async function readTable(
  database: Database,
  path: string,
  mapping: RequestMapping,
): Promise<readonly RequestProblem[]> {
  const file = await openTableFile(database, path);
  const { time, workload, payloadBytes } = mapping.columns;
  const named = { time, workload, ...(payloadBytes === undefined ? {} : { payloadBytes }) };
  const found = chooseColumns(file.columns, named);
  // Sizes count only where the plan asks for them.
  const columns = payloadBytes === undefined ? { ...found, payloadBytes: undefined } : found;
  const names = new Map<string, string>();
  const rows = await readRequestRows(database, file, columns, (categories) => {
    const unknown: string[] = [];
    for (const category of categories) {
      const name = workloadOf(category, mapping);
      if (name === undefined) unknown.push(category);
      else names.set(category, name);
    }
    return unknownCategories(unknown, mapping.workloads);
  });
  const missing = missingColumns(file, named, columns, adviceFor);
  const empty = rows.count + rows.loaded.rejected.length === 0 ? [noRows] : [];
  const problems = [...missing, ...empty, ...rows.problems];
  if (problems.length === 0) await nameWorkloads(database, names);
  return problems;
}

function adviceFor(meaning: RequestColumn): string {
  const say = `Say with load.source.columns.${meaning} what it is called`;
  return meaning === 'payloadBytes'
    ? `${say}, or give load.source.columns without payloadBytes: then no sizes are read.`
    : `${say}.`;
}

function workloadOf(
  category: string,
  { workloads, names = {} }: RequestMapping,
): string | undefined {
  const key = Object.hasOwn(names, category) ? category : findAlike(Object.keys(names), category);
  const name = (key === undefined ? undefined : names[key]) ?? category;
  return workloads.includes(name) ? name : findAlike(workloads, name);
}

function unknownCategories(
  categories: readonly string[],
  workloads: readonly string[],
): UnknownCategories {
  const most = 10;
  const shown = categories.slice(0, most).map((category) => `"${category}"`);
  const more = categories.length > most ? ` and ${categories.length - most} more` : '';
  const advice =
    `Unknown: ${shown.join(', ')}${more}. The plan has ${workloads.join(', ')}; ` +
    'a name may differ in case and spaces only. Others are translated in load.source.workloads, ' +
    `as in { ${JSON.stringify(categories[0] ?? '')}: ${workloads[0] ?? ''} }.`;
  return { categories, advice };
}

async function nameWorkloads(
  database: Database,
  names: ReadonlyMap<string, string>,
): Promise<void> {
  const rows = [...names].map(([category, workload]) => ({ category, workload }));
  await database.createTable('named', { category: 'VARCHAR', workload: 'VARCHAR' }, rows);
  await database.run(`
    create table request as
    select
      at_us - (select min(at_us) from request_row) as at_us,
      workload,
      round(payload_bytes)::bigint as payload_bytes
    from request_row join named using (category)
    order by n`);
  await database.run('drop table request_row');
}

async function sizeOf(
  database: Database,
  problems: readonly RequestProblem[],
): Promise<{ readonly count: number; readonly spanMs: number }> {
  if (problems.length > 0) return { count: 0, spanMs: 0 };
  return await database.readOne(
    'select count(*) as count, max(at_us) / 1000.0 as "spanMs" from request',
    z.object({ count: z.number(), spanMs: z.number() }),
  );
}

const windowRow = z.object({
  atMs: z.number(),
  workload: z.string(),
  payloadBytes: z.number().nullable(),
});

async function windowOf(
  database: Database,
  fromMs: number,
  toMs: number,
): Promise<readonly SourceRequest[]> {
  const rows = await database.read(
    `select at_us / 1000.0 as "atMs", workload, payload_bytes as "payloadBytes"
     from request
     where at_us / 1000.0 >= ${doubleOf(fromMs)} and at_us / 1000.0 < ${doubleOf(toMs)}
     order by rowid`,
    windowRow,
  );
  return rows.map(({ atMs, workload, payloadBytes }) => ({
    atMs,
    workload,
    ...(payloadBytes === null ? {} : { payloadBytes }),
  }));
}

/** A number for SQL; `Infinity` is spelled otherwise there. */
function doubleOf(value: number): string {
  return `'${value === Number.POSITIVE_INFINITY ? 'infinity' : value}'::double`;
}

async function changedSince(
  path: string,
  sha256: string | undefined,
): Promise<RequestProblem | undefined> {
  if (sha256 === undefined) return undefined;
  try {
    const hash = createHash('sha256');
    for await (const piece of createReadStream(path)) hash.update(piece);
    if (hash.digest('hex') === sha256) return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'unreadable', message: `Cannot read ${path}: ${reason}` };
  }
  return {
    kind: 'changed',
    message: `${path} has changed since the plan was checked. Start a new campaign of it.`,
  };
}
