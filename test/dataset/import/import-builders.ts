import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import type { z } from 'zod';
import { type Database, openDatabase } from '../../../src/dataset/duckdb.ts';
import type { ImportRequest } from '../../../src/dataset/import/import-request.ts';
import { type ImportSummary, summariseImport } from '../../../src/dataset/import/import-summary.ts';
import type { PlannedCount } from '../../../src/dataset/import/planned-rows.ts';
import { type ReadImport, readImport } from '../../../src/dataset/import/read-import.ts';

export const samples = resolve(import.meta.dirname, '../../../plans/samples');
export const aRule = { latencyWeight: 0.6, timeoutMs: 29_000, sloLatencyMs: {} };

/** A request for files in the form of METHOD 4.7, without costs; a test names what it is about. */
export function aRequest(path: string, changes: Partial<ImportRequest> = {}): ImportRequest {
  return {
    files: [{ path }],
    columns: {},
    platformPatterns: {},
    payloadBytes: {},
    memoryMb: {},
    timeoutMs: 29_000,
    badRows: 'refuse',
    costs: { kind: 'none' },
    ...changes,
  };
}

export interface AnImport {
  readonly read: ReadImport;
  readonly database: Database;
  rows<Shape extends z.ZodType>(columns: string, shape: Shape): Promise<z.output<Shape>[]>;
  summary(planned?: readonly PlannedCount[]): Promise<ImportSummary>;
}

/** Reads files; what is left out of the request is as in `aRequest`. */
export async function anImport(request: ImportRequest): Promise<AnImport> {
  const { database, close } = await openDatabase();
  onTestFinished(close);
  return {
    read: await readImport(database, request),
    database,
    rows: (columns, shape) =>
      database.read(
        `select ${columns} from costed_row order by at_us, platform desc, request_id`,
        shape,
      ),
    summary: (planned = []) => summariseImport(database, { rule: aRule, planned }),
  };
}

/** Writes a file that is gone after the test. */
export async function aFile(name: string, lines: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'crossover-import-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, name);
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

export interface FormRow {
  readonly id: string;
  readonly atS: number;
  readonly platform?: string;
  readonly workload?: string;
  readonly latencyMs?: number | '';
  readonly status?: number | '';
  readonly more?: Readonly<Record<string, string | number>>;
}

/** A CSV in the form of METHOD 4.7; times are seconds after 2026-11-02T08:00:00Z. */
export async function aForm(rows: readonly FormRow[]): Promise<string> {
  const more = [...new Set(rows.flatMap((row) => Object.keys(row.more ?? {})))];
  const header = [
    'request_id,sent_at,platform,workload,payload_bytes,latency_ms,status_code',
    ...more,
  ].join(',');
  const lines = rows.map(
    ({ id, atS, platform = 'lambda', workload = 'w', latencyMs = 100, status = 200, ...row }) =>
      [
        id,
        new Date(Date.UTC(2026, 10, 2, 8) + 1000 * atS).toISOString(),
        platform,
        workload,
        1000,
        latencyMs,
        status,
        ...more.map((column) => row.more?.[column] ?? ''),
      ].join(','),
  );
  return await aFile('form.csv', [header, ...lines]);
}
