import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { z } from 'zod';
import { type Database, quoted } from '../duckdb.ts';
import type { RequestProblem } from '../request-log/request-problems.ts';
import { findRowProblems, type RowCheck } from '../tables/row-checks.ts';
import { openTableFile, type TableFile, UnreadableTable } from '../tables/table-file.ts';
import type { LoadedTable } from '../tables/table-load.ts';
import { type DroppedRows, droppedRows, leaveOut } from './dropped-rows.ts';
import { formChecks } from './form-checks.ts';
import { createCostedRows } from './form-costs.ts';
import { createLoadedRows } from './form-load.ts';
import { appendFormTexts, createImportRows } from './form-rows.ts';
import { type ImportField, requiredFields } from './import-form.ts';
import type { ColumnPattern, ImportFile, ImportRequest } from './import-request.ts';
import { loadSource } from './load-source.ts';
import type { SourceTable } from './source-table.ts';

/** What became of the files of an import. With problems there is no table `costed_row`. */
export interface ReadImport {
  readonly files: readonly ReadFile[];
  readonly problems: readonly ImportProblem[];
  readonly dropped: readonly DroppedRows[];
  readonly notes: readonly string[];
}

export interface ReadFile {
  readonly path: string;
  readonly sha256: string;
  /** Rows of the file; k6's rows of one request count as one. */
  readonly rows: number;
}

export interface ImportProblem extends RequestProblem {
  readonly file: string;
}

/**
 * Reads files of results into the table `costed_row` (METHOD 4.7), or says everything that is wrong
 * with them at once. What is left out is counted by its reason.
 */
export async function readImport(database: Database, request: ImportRequest): Promise<ReadImport> {
  const opened = await openAll(database, request);
  const read = opened.files.map(({ path, sha256 }) => ({ path, sha256, rows: 0 }));
  if (opened.problems.length > 0) return { ...nothing, files: read, problems: opened.problems };
  const sources: SourceTable[] = [];
  const missing: ImportProblem[] = [];
  for (const [index, { file, asked, path }] of opened.files.entries()) {
    const number = index + 1;
    const wanted = namedColumns(request).map(({ column }) => column);
    try {
      const input = { file, number, columns: wanted };
      const source = await loadSource(database, input, request.preset);
      missing.push(...missingFields(request, asked, source).map((one) => ({ ...one, file: path })));
      await appendFormTexts(database, { request, file: asked, source, number });
      sources.push(source);
    } catch (error) {
      if (!(error instanceof UnreadableTable)) throw error;
      missing.push({ kind: 'unreadable', message: error.message, file: path });
    }
  }
  if (missing.length > 0) return { ...nothing, files: read, problems: missing };
  await createImportRows(database, request);
  return await finish(database, { request, sources, files: opened.files });
}

const nothing = { dropped: [], notes: [] } as const;

interface OpenedFile extends Pick<ReadFile, 'path' | 'sha256'> {
  readonly file: TableFile;
  readonly asked: ImportFile;
}

async function openAll(
  database: Database,
  request: ImportRequest,
): Promise<{ readonly files: OpenedFile[]; readonly problems: ImportProblem[] }> {
  const files: OpenedFile[] = [];
  const problems: ImportProblem[] = [];
  for (const asked of request.files) {
    const { path } = asked;
    try {
      const file = await openTableFile(database, path);
      problems.push(...unknownColumns(request, file));
      files.push({ path, sha256: await sha256Of(path), file, asked });
    } catch (error) {
      if (!(error instanceof UnreadableTable)) throw error;
      problems.push({ kind: 'unreadable', message: error.message, file: path });
    }
  }
  return { files, problems };
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest('hex');
}

function namedColumns({
  columns,
  platformPatterns,
  platformFrom,
  workloadFrom,
}: ImportRequest): { readonly column: string }[] {
  const patterns: readonly (ColumnPattern | undefined)[] = [
    platformPatterns.lambda,
    platformPatterns.ecs,
    platformFrom,
    workloadFrom,
  ];
  return [...Object.values(columns), ...patterns.filter((pattern) => pattern !== undefined)];
}

function unknownColumns(request: ImportRequest, file: TableFile): ImportProblem[] {
  const isKnown = (column: string): boolean =>
    file.columns.includes(column) || (request.preset === 'k6' && column.startsWith('tag:'));
  const unknown = new Set(
    namedColumns(request)
      .map(({ column }) => column)
      .filter((column) => !isKnown(column)),
  );
  return [...unknown].map((column) => ({
    kind: 'missing-column',
    file: file.path,
    message: `There is no column "${column}". The file has ${file.columns.slice(0, 30).join(', ')}.`,
  }));
}

/** Required fields that nothing gives: no column, no preset, no flag. */
function missingFields(
  request: ImportRequest,
  file: ImportFile,
  { fields, loaded }: SourceTable,
): RequestProblem[] {
  const isGiven = (field: ImportField): boolean => {
    if (fields[field] !== undefined || request.columns[field] !== undefined) return true;
    const { platformPatterns, platformFrom, workloadFrom, payloadBytes } = request;
    if (field === 'payload_bytes') return Object.keys(payloadBytes).length > 0;
    if (field === 'workload') return workloadFrom !== undefined;
    if (field !== 'platform') return false;
    return (
      file.platform !== undefined ||
      platformFrom !== undefined ||
      Object.keys(platformPatterns).length > 0
    );
  };
  const { columns } = loaded.file;
  const has = ` The file has ${columns.slice(0, 30).join(', ')}.${presetHint(request, columns)}`;
  return requiredFields
    .filter((field) => !isGiven(field))
    .map((field, index) => ({
      kind: 'missing-column',
      message: `Nothing says ${field}. ${adviceFor(field)}${index === 0 ? has : ''}`,
    }));
}

function presetHint({ preset }: ImportRequest, columns: readonly string[]): string {
  if (preset !== undefined) return '';
  if (columns.includes('metric_name')) return ' It looks like k6: try --preset k6.';
  return columns.includes('elapsed') && columns.includes('timeStamp')
    ? ' It looks like JMeter: try --preset jmeter.'
    : '';
}

function adviceFor(field: (typeof requiredFields)[number]): string {
  switch (field) {
    case 'platform':
      return 'Write lambda=FILE or ecs=FILE, or give --lambda COLUMN:REGEX and --ecs COLUMN:REGEX.';
    case 'workload':
      return 'Give --column workload=NAME or --workload-from COLUMN:REGEX.';
    case 'payload_bytes':
      return 'Give --column payload_bytes=NAME, or --payload BYTES if all are alike.';
    case 'latency_ms':
      return 'Give --column latency_ms=NAME, or NAME*1000 for seconds.';
    default:
      return `Give --column ${field}=NAME.`;
  }
}

async function finish(
  database: Database,
  input: {
    readonly request: ImportRequest;
    readonly sources: readonly SourceTable[];
    readonly files: readonly OpenedFile[];
  },
): Promise<ReadImport> {
  const { request, sources, files } = input;
  const loaded = sources.map((source) => source.loaded);
  const checks = formChecks(request);
  const isRefusing = request.badRows === 'refuse';
  if (!isRefusing) await leaveOut(database, checks);
  const problems = isRefusing ? await problemsOf(database, loaded, checks) : [];
  const dropped = await droppedRows(database, loaded, { withRejected: !isRefusing });
  const read: ReadFile[] = [];
  for (const [index, { path, sha256 }] of files.entries()) {
    const rows = await countRows(database, index + 1, loaded[index]);
    read.push({ path, sha256, rows });
  }
  const notes = [...new Set(sources.flatMap((source) => source.notes))];
  const { rows } = await database.readOne(
    'select count(*) as rows from import_row where drop_reason is null',
    z.object({ rows: z.number() }),
  );
  if (problems.length === 0 && rows === 0) problems.push(noRequests(files));
  if (problems.length === 0) {
    await createLoadedRows(database, request.timeoutMs);
    await createCostedRows(database, request.costs);
  }
  return { files: read, problems, dropped, notes };
}

function noRequests(files: readonly OpenedFile[]): ImportProblem {
  const file = files.map(({ path }) => path).join(', ');
  return { kind: 'no-rows', file, message: 'There is not one request in it that can be used.' };
}

async function countRows(
  database: Database,
  file: number,
  loaded: LoadedTable | undefined,
): Promise<number> {
  const { rows } = await database.readOne(
    `select count(*) as rows from import_row where file = ${file}`,
    z.object({ rows: z.number() }),
  );
  return rows + (loaded?.rejected.length ?? 0);
}

async function problemsOf(
  database: Database,
  loaded: readonly LoadedTable[],
  checks: readonly RowCheck[],
): Promise<ImportProblem[]> {
  const problems: ImportProblem[] = [];
  for (const [index, table] of loaded.entries()) {
    const view = `import_row_${index + 1}`;
    await database.run(
      `create view ${view} as
       select * from import_row where file = ${index + 1} and drop_reason is null`,
    );
    const found = await findRowProblems(database, table, view, checks);
    problems.push(...found.map((problem) => ({ ...problem, file: table.file.path })));
  }
  return problems;
}

/** Whether RE2, which DuckDB matches with, understands a pattern; the reason if it does not. */
export async function patternFault(
  database: Database,
  pattern: string,
): Promise<string | undefined> {
  try {
    await database.run(`select regexp_matches('', ${quoted(pattern)})`);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
}
