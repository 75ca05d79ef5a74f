import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SourceProblems } from '../../../src/dataset/request-log/request-problems.ts';
import {
  type NamedColumns,
  profileRequests,
} from '../../../src/dataset/request-log/request-profile.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossover-profile-'));
});
afterAll(() => rm(folder, { recursive: true }));

const header = 'request_id,timestamp,workload_category,payload_size_bytes,estimated_exec_time_ms';

async function profile(lines: readonly string[], named: NamedColumns = {}) {
  const path = join(folder, 'log.csv');
  await writeFile(path, lines.join('\n'));
  return await profileRequests(path, named);
}

describe('the profile of a request log', () => {
  test('has its rows, categories with shares and medians, and its time', async () => {
    const found = await profile([
      header,
      'a,2026-11-02T00:00:00Z,Heavy,10,300',
      'b,2026-11-02T00:00:10Z,Light,20,',
      'c,2026-11-02T00:00:20Z,Light,,7',
      'd,2026-11-02T00:00:30Z,Light,40,9',
    ]);
    expect(found).toMatchObject({
      rows: 4,
      span: {
        from: '2026-11-02T00:00:00.000Z',
        to: '2026-11-02T00:00:30.000Z',
        ms: 30_000,
        meanRatePerS: 0.1,
      },
      categories: [
        { category: 'Light', rows: 3, share: 0.75, payloadBytesP50: 20, estimatedMsP50: 7 },
        { category: 'Heavy', rows: 1, share: 0.25, payloadBytesP50: 10, estimatedMsP50: 300 },
      ],
      problems: [],
    });
  });

  test('has the quantiles of every quantity over the rows that have it', async () => {
    const rows = Array.from({ length: 100 }, (_, n) => `${n},${n},w,${n + 1},`);
    const { quantities } = await profile([header, ...rows, 'x,100,w,,5']);
    expect(quantities).toEqual([
      { column: 'payload_size_bytes', rows: 100, min: 1, p50: 50, p90: 90, p99: 99, max: 100 },
      { column: 'estimated_exec_time_ms', rows: 1, min: 5, p50: 5, p90: 5, p99: 5, max: 5 },
    ]);
  });

  test('counts rows over time without leaving out an hour that has none', async () => {
    const hour = 3600;
    const times = [0, 1, 2, 3 * hour, 20 * hour];
    const { rate } = await profile([header, ...times.map((at) => `${at},${at},w,1,1`)]);
    expect(rate?.binMs).toBe(hour * 1000);
    expect(rate?.bins).toHaveLength(21);
    expect(rate?.bins.slice(0, 4)).toEqual([
      { from: '1970-01-01T00:00:00.000Z', rows: 3 },
      { from: '1970-01-01T01:00:00.000Z', rows: 0 },
      { from: '1970-01-01T02:00:00.000Z', rows: 0 },
      { from: '1970-01-01T03:00:00.000Z', rows: 1 },
    ]);
  });

  test('stays small when a wrong time stretches it over centuries', async () => {
    const { rate } = await profile([header, 'a,1,w,1,1', 'b,2890-01-01,w,1,1']);
    expect(rate?.bins.length).toBeLessThan(30);
    expect(rate?.bins.reduce((sum, { rows }) => sum + rows, 0)).toBe(2);
  });

  test('names the longest gaps, the longest first, with the line that ends each', async () => {
    const times = [0, 5, 6, 106, 108, 108];
    const { gaps } = await profile([header, ...times.map((at, n) => `${n},${at},w,1,1`)]);
    expect(gaps).toEqual([
      { ms: 100_000, from: '1970-01-01T00:00:06.000Z', beforeRow: 5 },
      { ms: 5000, from: '1970-01-01T00:00:00.000Z', beforeRow: 3 },
      { ms: 2000, from: '1970-01-01T00:01:46.000Z', beforeRow: 6 },
    ]);
  });

  test('tells rows with an id that was there from rows that are the same altogether', async () => {
    const { duplicates } = await profile([
      header,
      'a,1,w,1,1',
      'a,1,w,1,1',
      '',
      'a,2,w,1,1',
      'b,2,w,1,1',
    ]);
    expect(duplicates).toEqual({
      ids: { count: 2, rows: [3, 5] },
      rows: { count: 1, rows: [3] },
    });
  });

  test('takes the columns that it is told, and is silent on workloads no plan was asked about', async () => {
    const found = await profile(['t,kind', '1,anything'], { time: 't', workload: 'kind' });
    expect(found.read).toEqual({ time: 't', workload: 'kind' });
    expect(found.problems).toEqual([]);
  });

  test('knows the names of the import form', async () => {
    const { read } = await profile(['request_id,sent_at,workload,payload_bytes', 'a,1,w,2']);
    expect(read).toEqual({
      requestId: 'request_id',
      time: 'sent_at',
      workload: 'workload',
      payloadBytes: 'payload_bytes',
    });
  });

  test('has all problems, and what can be said in spite of them', async () => {
    const found = await profile([header, 'a,1,w,-1,1', 'short', 'c,noon,,1,1']);
    expect(found.rows).toBe(3);
    expect(found.categories).toMatchObject([{ category: 'w', rows: 1 }]);
    expect(found.problems.map(({ kind, rows }) => ({ kind, rows }))).toEqual([
      { kind: 'unparsable-row', rows: [3] },
      { kind: 'unparsable-time', rows: [4] },
      { kind: 'missing-workload', rows: [4] },
      { kind: 'negative-size', rows: [2] },
    ]);
  });

  test('is refused for a file that cannot be opened', async () => {
    await expect(profileRequests(join(folder, 'nothing.csv'))).rejects.toThrow(SourceProblems);
  });
});

test('the sample is what its script writes', async () => {
  const path = join(folder, 'sample.csv');
  await execa(process.execPath, ['scripts/write-sample-requests.ts', path]);
  expect(await readFile(path, 'utf8')).toBe(await readFile('plans/samples/requests.csv', 'utf8'));
});

test('the sample is a day of a workload table without a problem', async () => {
  const found = await profileRequests('plans/samples/requests.csv');
  expect(found.problems).toEqual([]);
  expect(found.rows).toBe(300);
  expect(found.columns).toEqual([
    'request_id',
    'timestamp',
    'workload_category',
    'payload_size_kb',
    'payload_size_bytes',
    'estimated_exec_time_ms',
    'memory_requirement_mb',
    'hour_of_day',
    'day_of_week',
  ]);
  expect(found.categories.map(({ category }) => category)).toEqual([
    'Lightweight',
    'Thumbnail',
    'Medium',
    'Heavy',
  ]);
});
