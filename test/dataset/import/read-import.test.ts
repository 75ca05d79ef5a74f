import { copyFile, rm } from 'node:fs/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { withDatabase } from '../../../src/dataset/duckdb.ts';
import type { ImportRequest } from '../../../src/dataset/import/import-request.ts';
import {
  importFingerprint,
  openImportRows,
  writeImportRows,
} from '../../../src/dataset/import/import-store.ts';
import { LoadState } from '../../../src/router/load-state.ts';
import { aFile, aForm, anImport, aRequest, type FormRow } from './import-builders.ts';

describe('the border', () => {
  test('everything that is wrong comes at once, with its lines', async () => {
    const path = await aFile('bad.csv', [
      'request_id,sent_at,platform,workload,payload_bytes,latency_ms,status_code,error',
      'a,2026-11-02T08:00:00Z,lambda,w,1,5,200,',
      'b,noon,lambda,w,1,5,200,',
      'c,2026-11-02T08:00:02Z,azure,w,1,5,200,',
      'd,2026-11-02T08:00:03Z,ecs,,-1,5,200,',
      'e,2026-11-02T08:00:04Z,ecs,w,1,,200,',
      'f,2026-11-02T08:00:05Z,ecs,w,1,,,',
      'a,2026-11-02T08:00:06Z,lambda,w,1,5s,200,',
      'torn',
    ]);
    const { read } = await anImport(aRequest(path));
    const messages = read.problems.map(({ message }) => message);
    for (const part of [
      'cannot be read: line 9',
      'no sent_at that can be read: line 3, "noon"',
      'no platform that is known: line 4, "azure"',
      'names no workload: line 5',
      'negative payload_bytes: line 5',
      'an answer and no latency_ms: line 6',
      'neither a status_code nor an error: line 7',
      'repeats request_id, platform and attempt of an earlier row: line 8',
      'latency_ms that is no time: line 8, "5s"',
    ]) {
      expect(messages.filter((message) => message.includes(part))).toHaveLength(1);
    }
    expect(messages).toHaveLength(9);
  });

  test('bad rows can be left out: each is then counted under one reason', async () => {
    const path = await aFile('bad.csv', [
      'request_id,sent_at,platform,workload,payload_bytes,latency_ms,status_code',
      'a,2026-11-02T08:00:00Z,lambda,w,1,5,200',
      'b,noon,lambda,,1,5,200',
      'c,2026-11-02T08:00:00Z,ecs,w,1,5,200',
      'torn',
      'd,2026-11-02T08:00:00Z,ecs,w,1,5,200,9,9',
    ]);
    const { read, summary } = await anImport(aRequest(path, { badRows: 'leave-out' }));
    expect(read.problems).toEqual([]);
    expect(read.files).toMatchObject([{ rows: 5 }]);
    expect((await summary()).rows).toBe(2);
    expect(read.dropped.map(({ reason, count, line }) => ({ reason, count, line }))).toEqual([
      { reason: 'cannot be read', count: 1, line: 5 },
      { reason: 'has no sent_at that can be read', count: 1, line: 3 },
      { reason: 'cannot be read', count: 1, line: 6 },
    ]);
  });

  test('every required field that nothing gives is named, with the option that gives it', async () => {
    const path = await aFile('few.csv', ['id,took', '1,2']);
    const { read } = await anImport(aRequest(path));
    const text = read.problems.map(({ message }) => message).join('\n');
    for (const part of [
      'sent_at. Give --column sent_at=NAME.',
      'platform. Write lambda=FILE',
      'workload. Give --column workload=NAME or --workload-from',
      'payload_bytes. Give --column payload_bytes=NAME, or --payload BYTES',
      'latency_ms. Give --column latency_ms=NAME, or NAME*1000',
      'status_code. Give',
    ]) {
      expect(text).toContain(`Nothing says ${part}`);
    }
    expect(text).not.toContain('Nothing says request_id');
  });

  test('a file that cannot be read does not hide what is wrong with the next one', async () => {
    const torn = await aFile('torn.csv', ['request_id,sent_at\r', 'a,1\nb,2\r']);
    const few = await aFile('few.csv', ['request_id', 'a']);
    const files = [{ path: torn }, { path: few }];
    const { read } = await anImport(aRequest(torn, { files }));
    expect(new Set(read.problems.map(({ file }) => file))).toEqual(new Set([torn, few]));
    expect(read.problems[0]?.kind).toBe('unreadable');
  });

  test('rows of several files are one import', async () => {
    const one = await aForm([{ id: 'a', atS: 0 }]);
    const two = await aForm([{ id: 'a', atS: 0.3, platform: 'ecs' }]);
    const files = [{ path: one }, { path: two }];
    const { read, summary } = await anImport(aRequest(one, { files }));
    expect(read.files.map(({ rows }) => rows)).toEqual([1, 1]);
    expect(await summary()).toMatchObject({ rows: 2, pairs: 1 });
  });

  test('a mapping that names no column of the file says so', async () => {
    const path = await aForm([{ id: 'a', atS: 0 }]);
    const columns = { latency_ms: { column: 'took' } };
    const { read } = await anImport(aRequest(path, { columns }));
    expect(read.problems).toMatchObject([
      { kind: 'missing-column', message: expect.stringContaining('no column "took"') },
    ]);
  });

  test('values come through a mapping, with a factor, a constant and a platform of the file', async () => {
    const path = await aFile('other.jsonl', [
      '{"key": "a", "when": 1793606400, "what": "GET /thumb", "took_s": 0.25, "code": 200}',
    ]);
    const { read, rows } = await anImport(
      aRequest(path, {
        files: [{ path, platform: 'ecs' }],
        columns: {
          request_id: { column: 'key' },
          sent_at: { column: 'when' },
          latency_ms: { column: 'took_s', factor: 1000 },
          status_code: { column: 'code' },
        },
        workloadFrom: { column: 'what', pattern: '^GET /(\\w+)' },
        payloadBytes: { thumb: 77 },
      }),
    );
    expect(read.problems).toEqual([]);
    const shape = z.object({
      platform: z.string(),
      workload: z.string(),
      ms: z.number(),
      b: z.number(),
    });
    expect(await rows('platform, workload, latency_ms as ms, payload_bytes as b', shape)).toEqual([
      { platform: 'ecs', workload: 'thumb', ms: 250, b: 77 },
    ]);
  });
});

describe('load columns', () => {
  const rows: FormRow[] = Array.from({ length: 200 }, (_, index) => ({
    id: `r${index}`,
    atS: index * 0.7 + (index % 7) * 0.05,
    platform: index % 3 === 0 ? 'ecs' : 'lambda',
    workload: index % 5 === 0 ? 'v' : 'w',
    latencyMs: 200 + (index % 11) * 400,
    more: { session: 's' },
  }));
  const loadShape = z.object({
    workload: z.string(),
    platform: z.string(),
    at: z.number(),
    latency: z.number(),
    load: z.array(z.number().nullable()),
  });
  const loadColumns = `workload, platform, at_us / 1000 as at, latency_ms as latency,
    [in_flight_lambda, in_flight_ecs, recent_rate_lambda_per_s, recent_rate_ecs_per_s,
     since_previous_lambda_ms, since_previous_ecs_ms] as load`;

  test('are those of the live load state, from rows sent earlier', async () => {
    const { rows: read } = await anImport(aRequest(await aForm(rows)));
    const state = new LoadState();
    const ends: { readonly atMs: number; readonly ended: () => void }[] = [];
    for (const { workload, platform, at, latency, load } of await read(loadColumns, loadShape)) {
      for (const end of ends.filter(({ atMs }) => atMs <= at)) {
        end.ended();
        ends.splice(ends.indexOf(end), 1);
      }
      const live = state.columns('collection', workload, at);
      const expected = [
        live.inFlightLambda,
        live.inFlightEcs,
        live.recentRateLambdaPerS,
        live.recentRateEcsPerS,
        live.sincePreviousLambdaMs ?? null,
        live.sincePreviousEcsMs ?? null,
      ];
      for (const [index, value] of expected.entries()) {
        if (value === null) expect(load[index]).toBeNull();
        else expect(load[index]).toBeCloseTo(value, 6);
      }
      const ended = state.begin('collection', workload, platform === 'ecs' ? 'ecs' : 'lambda', at);
      ends.push({ atMs: at + latency, ended });
    }
  });

  test('do not change when a later row does', async () => {
    const changed = rows.map((row, index) =>
      index < 150 ? row : { ...row, latencyMs: 9, platform: 'ecs' },
    );
    const [one, other] = await Promise.all([aForm(rows), aForm(changed)]);
    const before = await (await anImport(aRequest(one))).rows(loadColumns, loadShape);
    const after = await (await anImport(aRequest(other))).rows(loadColumns, loadShape);
    expect(after.slice(0, 150)).toEqual(before.slice(0, 150));
  });

  test('that the file has stay as they are', async () => {
    const path = await aForm([{ id: 'a', atS: 0, more: { in_flight_lambda: 17 } }]);
    const { rows: read } = await anImport(aRequest(path));
    expect(await read('in_flight_lambda as n', z.object({ n: z.number() }))).toEqual([{ n: 17 }]);
  });
});

describe('costs', () => {
  const priced: ImportRequest['costs'] = {
    kind: 'priced',
    source: 'a test',
    lambdaFixedUsd: 1e-6,
    lambdaMbMsUsd: 1e-9,
    lambdaRefusedUsd: 5e-7,
    ecs: { w: { belowUsd: 2e-6, aboveUsd: 9e-6, rateLimitPerS: 1.5 } },
  };
  const costOf = z.object({ id: z.string(), usd: z.number() });

  test('Lambda is billed by memory and whole milliseconds, a failure by how long it was waited for', async () => {
    const path = await aForm([
      { id: 'a', atS: 0, more: { server_ms: 9.2, memory_mb: 512, cost_usd: '', error: '' } },
      { id: 'b', atS: 1, more: { server_ms: 9.2, cost_usd: 0.5 } },
      { id: 'c', atS: 2, status: '', latencyMs: '', more: { error: 'ETIMEDOUT' } },
      { id: 'd', atS: 3, status: 429 },
    ]);
    const request = aRequest(path, { costs: priced, memoryMb: { '*': 100 } });
    const { read, rows } = await anImport(request);
    expect(read.problems).toEqual([]);
    const costs = await rows('request_id as id, cost_usd as usd', costOf);
    const expected = { a: 1e-6 + 1e-9 * 512 * 10, b: 0.5, c: 1e-6 + 1e-9 * 100 * 29_000, d: 5e-7 };
    for (const { id, usd } of costs) {
      expect(usd).toBeCloseTo(expected[id as keyof typeof expected], 12);
    }
  });

  test('Fargate costs its marginal price, which steps up at the target utilisation', async () => {
    const path = await aForm(
      Array.from({ length: 10 }, (_, index) => ({
        id: `r${index}`,
        atS: index * 0.25,
        platform: 'ecs',
      })),
    );
    const { rows } = await anImport(aRequest(path, { costs: priced }));
    const costs = (await rows('request_id as id, cost_usd as usd', costOf)).map(({ usd }) => usd);
    expect(costs.slice(0, 2)).toEqual([2e-6, 2e-6]);
    expect(costs.at(-1)).toBe(9e-6);
  });

  test('what a price needs and nobody gives is named', async () => {
    const path = await aForm([
      { id: 'a', atS: 0 },
      { id: 'b', atS: 1, platform: 'ecs', workload: 'other' },
    ]);
    const { read } = await anImport(aRequest(path, { costs: priced }));
    const text = read.problems.map(({ kind, message }) => `${kind}: ${message}`).join('\n');
    expect(text).toContain('missing-price: 1 row has neither cost_usd nor memory_mb: line 2.');
    expect(text).toContain('missing-price: 1 row has neither cost_usd nor server_ms: line 2.');
    expect(text).toContain('no price on Fargate: line 3, "other"');
  });
});

describe('storing', () => {
  const rows: FormRow[] = [
    { id: 'a', atS: 0, more: { pair_id: 'p', error: '' } },
    { id: 'b', atS: 0.3, platform: 'fargate', more: { pair_id: 'p' } },
    { id: 'c', atS: 9, status: 0, latencyMs: '', more: { error: 'ECONNREFUSED' } },
  ];

  test('Parquet gives back the same rows, under the same fingerprint', async () => {
    const { database, summary } = await anImport(aRequest(await aForm(rows)));
    const path = await aFile('rows.parquet', []);
    await writeImportRows(database, path);
    const fingerprint = await importFingerprint(database);
    await withDatabase(async (other) => {
      await openImportRows(other, path);
      expect(await importFingerprint(other)).toBe(fingerprint);
    });
    expect(await summary()).toMatchObject({ rows: 3, pairs: 1 });
  });

  test('a fingerprint tells other values, and not the order of rows or the name of the file', async () => {
    const fingerprintOf = async (path: string) =>
      importFingerprint((await anImport(aRequest(path))).database);
    const path = await aForm(rows);
    const copy = path.replace('form.csv', 'copy.csv');
    await copyFile(path, copy);
    onTestFinished(() => rm(copy, { force: true }));
    const first = await fingerprintOf(path);
    expect(await fingerprintOf(copy)).toBe(first);
    expect(await fingerprintOf(await aForm([...rows].reverse()))).toBe(first);
    const slower = await aForm(
      rows.map((row, index) => (index === 0 ? { ...row, latencyMs: 101 } : row)),
    );
    expect(await fingerprintOf(slower)).not.toBe(first);
  });
});
