import { type FileHandle, mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PermanentFailure } from '../../domain/failures.ts';
import { type Database, quotedList } from '../duckdb.ts';

/** Reads the four kinds of files of a run into the tables below, and says what a kill cut off. */
export async function readRecords(
  database: Database,
  folder: string,
): Promise<{ readonly tornLines: number }> {
  const raw = await withoutTornLines(join(folder, 'raw'), join(folder, 'untorn'));
  await readInto(database, 'intended', intendedColumns, [join(folder, 'requests.ndjson')]);
  await readInto(database, 'client_record', clientColumns, raw.paths);
  await readInto(database, 'platform_record', platformColumns, [join(folder, 'platform.ndjson')]);
  return { tornLines: raw.tornLines };
}

/** `IntendedRequest`. Numbers are read as doubles, because any of them may come as a float. */
const intendedColumns = {
  requestId: 'VARCHAR',
  workload: 'VARCHAR',
  payloadBytes: 'DOUBLE',
  ladderStep: 'DOUBLE',
  isLeadIn: 'BOOLEAN',
  targets: 'STRUCT(target VARCHAR, owner VARCHAR, platform VARCHAR, offsetMs DOUBLE)[]',
} as const;

/** `SentRecord` and `OutcomeRecord`. */
const clientColumns = {
  kind: 'VARCHAR',
  requestId: 'VARCHAR',
  target: 'VARCHAR',
  attempt: 'DOUBLE',
  platform: 'VARCHAR',
  plannedAtMs: 'DOUBLE',
  movedMs: 'DOUBLE',
  sentAtMs: 'DOUBLE',
  outcome: 'VARCHAR',
  statusCode: 'DOUBLE',
  errorCode: 'VARCHAR',
  isGood: 'BOOLEAN',
  responseBytes: 'DOUBLE',
  latencyMs: 'DOUBLE',
  firstByteMs: 'DOUBLE',
  connectMs: 'DOUBLE',
  wasConnectionReused: 'BOOLEAN',
  inFlightLambda: 'DOUBLE',
  inFlightEcs: 'DOUBLE',
  recentRateLambdaPerS: 'DOUBLE',
  recentRateEcsPerS: 'DOUBLE',
  sincePreviousLambdaMs: 'DOUBLE',
  sincePreviousEcsMs: 'DOUBLE',
  routedTo: 'VARCHAR',
  routerMs: 'DOUBLE',
  modelHash: 'VARCHAR',
  pLambda: 'DOUBLE',
  environmentId: 'VARCHAR',
  environmentSequence: 'DOUBLE',
  serverMs: 'DOUBLE',
} as const;

/** `HandlerRecord`, `ReportRecord`, `TaskRecord`, `TaskSampleRecord` and `RoutedRecord`. */
const platformColumns = {
  kind: 'VARCHAR',
  requestId: 'VARCHAR',
  target: 'VARCHAR',
  platform: 'VARCHAR',
  environmentId: 'VARCHAR',
  environmentSequence: 'DOUBLE',
  serverMs: 'DOUBLE',
  awsRequestId: 'VARCHAR',
  taskId: 'VARCHAR',
  atMs: 'DOUBLE',
  billedMs: 'DOUBLE',
  memorySizeMb: 'DOUBLE',
  maxMemoryUsedMb: 'DOUBLE',
  initMs: 'DOUBLE',
  throttledMs: 'DOUBLE',
  cpuMs: 'DOUBLE',
  cpuModel: 'VARCHAR',
  placement: 'VARCHAR',
  workload: 'VARCHAR',
  owner: 'VARCHAR',
  startedAtMs: 'DOUBLE',
  stoppedAtMs: 'DOUBLE',
  cpuTotalMs: 'DOUBLE',
  throttledTotalMs: 'DOUBLE',
  memoryUsedMb: 'DOUBLE',
  routerMs: 'DOUBLE',
  modelHash: 'VARCHAR',
  pLambda: 'DOUBLE',
  inFlightLambda: 'DOUBLE',
  inFlightEcs: 'DOUBLE',
  recentRateLambdaPerS: 'DOUBLE',
  recentRateEcsPerS: 'DOUBLE',
  sincePreviousLambdaMs: 'DOUBLE',
  sincePreviousEcsMs: 'DOUBLE',
} as const;

async function readInto(
  database: Database,
  table: string,
  columns: Readonly<Record<string, string>>,
  paths: readonly string[],
): Promise<void> {
  await database.createTable(table, columns, []);
  if (paths.length === 0) return;
  try {
    await database.run(`
      insert into ${table} by name
      select * from read_json(
        ${quotedList(paths)}, format = 'newline_delimited', columns = ${structureOf(columns)}
      )`);
  } catch (error) {
    const files = paths.map((path) => basename(path)).join(', ');
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new PermanentFailure(
      'CorruptObject',
      `Cannot read ${files}: ${reason} Look at it in the campaign's folder of the store.`,
      { cause: error },
    );
  }
}

function structureOf(columns: Readonly<Record<string, string>>): string {
  return `{${Object.entries(columns)
    .map(([column, type]) => `${column}: '${type}'`)
    .join(', ')}}`;
}

/**
 * A killed generator can leave half a line at the end of a segment, and nowhere else: such a file
 * is read from a copy without it. Half a line in the middle is damage, and stays an error.
 */
async function withoutTornLines(
  folder: string,
  copies: string,
): Promise<{ readonly paths: readonly string[]; readonly tornLines: number }> {
  // A run of which nothing was ever sent has no segments, and so perhaps no folder.
  await mkdir(folder, { recursive: true });
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ndjson')).sort();
  const paths: string[] = [];
  let tornLines = 0;
  for (const name of names) {
    const path = join(folder, name);
    const wholeBytes = await bytesOfWholeLines(path);
    if (wholeBytes === undefined) {
      paths.push(path);
      continue;
    }
    tornLines += 1;
    const copy = join(copies, name);
    await mkdir(copies, { recursive: true });
    await writeFile(copy, (await readFile(path)).subarray(0, wholeBytes));
    paths.push(copy);
  }
  return { paths, tornLines };
}

/** Undefined when the last line is whole, with or without its newline. */
async function bytesOfWholeLines(path: string): Promise<number | undefined> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const tail = await tailOf(file, size);
    const afterNewline = tail.lastIndexOf(0x0a) + 1;
    const lastLine = tail.subarray(afterNewline).toString('utf8').trim();
    if (lastLine === '' || isJson(lastLine)) return undefined;
    return size - (tail.length - afterNewline);
  } finally {
    await file.close();
  }
}

/** A record has under one kilobyte; a line that is longer than this is damage, not a torn end. */
const longestLineBytes = 65_536;

async function tailOf(file: FileHandle, size: number): Promise<Buffer> {
  const length = Math.min(size, longestLineBytes);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
  return buffer.subarray(0, bytesRead);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
