import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { aFile, anImport, aRequest, samples } from './import-builders.ts';

const byUrl = {
  lambda: { column: 'url', pattern: 'execute-api' },
  ecs: { column: 'url', pattern: 'elb[.]amazonaws' },
};

const k6 = (path: string) =>
  aRequest(path, {
    preset: 'k6',
    platformPatterns: byUrl,
    columns: { pair_id: { column: 'tag:pair' }, payload_bytes: { column: 'tag:bytes' } },
  });

const outcome = z.object({
  outcome: z.string(),
  status: z.number().nullable(),
  error: z.string().nullable(),
});
const outcomeColumns = 'outcome, status_code::integer as status, error';

describe('k6', () => {
  const sample = join(samples, 'k6.csv');

  test('rows of one request become one row, and all others are counted by their metric', async () => {
    const { read, summary } = await anImport(k6(sample));
    expect(read.problems).toEqual([]);
    const reasons = Object.fromEntries(read.dropped.map(({ reason, count }) => [reason, count]));
    const counts = {
      checks: 24,
      data_sent: 24,
      data_received: 24,
      iteration_duration: 24,
      iterations: 24,
      vus: 1,
    };
    expect(reasons).toEqual(
      Object.fromEntries(
        Object.entries(counts).map(([metric, count]) => [
          `metric ${metric}, which is of no single request`,
          count,
        ]),
      ),
    );
    expect(await summary()).toMatchObject({ rows: 48, pairs: 24, unpairedRows: 0 });
  });

  test('a request was sent before the time of its rows, by connecting and answering', async () => {
    const header =
      'metric_name,timestamp,metric_value,error,error_code,method,name,status,url,extra_tags';
    const row = (metric: string, value: number) =>
      `${metric},1793606400,${value},,,GET,w,200,https://x.execute-api/,bytes=7`;
    const path = await aFile('one.csv', [
      header,
      row('http_reqs', 1),
      row('http_req_duration', 100),
      row('http_req_blocked', 50),
      row('http_req_failed', 0),
    ]);
    const { rows } = await anImport(k6(path));
    const shape = z.object({ at: z.number(), latency: z.number(), bytes: z.number() });
    expect(
      await rows('at_us / 1e6 as at, latency_ms as latency, payload_bytes as bytes', shape),
    ).toEqual([{ at: 1793606399.85, latency: 150, bytes: 7 }]);
  });

  test('a timeout has no answer, and a 503 is an answer that is not good', async () => {
    const { rows } = await anImport(k6(sample));
    const bad = (await rows(outcomeColumns, outcome)).filter(
      ({ outcome: of, status }) => of !== 'answered' || status !== 200,
    );
    expect(bad).toEqual([
      { outcome: 'timeout', status: 0, error: 'request timeout' },
      { outcome: 'answered', status: 503, error: null },
    ]);
  });

  test('a file that was sorted is refused, as rows of a request no longer stand together', async () => {
    const [header = '', ...lines] = (await readFile(sample, 'utf8')).trim().split('\n');
    const byTime = lines.toSorted((one, other) => {
      const timeOf = (line: string) => line.split(',')[1] ?? '';
      return `${timeOf(one)}${one}` < `${timeOf(other)}${other}` ? -1 : 1;
    });
    for (const sorted of [lines.toSorted(), byTime]) {
      const { read } = await anImport(k6(await aFile('sorted.csv', [header, ...sorted])));
      const text = read.problems.map(({ message }) => message).join();
      expect(text).toMatch(/rows of several requests among|no http_req_duration row/);
    }
  });

  test('without a tag nothing is paired, and the notes say why', async () => {
    const { read, summary } = await anImport({
      ...k6(sample),
      columns: {},
      payloadBytes: { '*': 1 },
    });
    expect(read.notes.join(' ')).toContain('nothing in this output says which requests belong');
    expect(await summary()).toMatchObject({ pairs: 0, unpairedRows: 48 });
  });

  test('whole seconds are told, nanoseconds are not', async () => {
    const whole = await anImport(k6(sample));
    expect(whole.read.notes.join(' ')).toContain('times are whole seconds');
    const text = await readFile(sample, 'utf8');
    const path = await aFile('nano.csv', [
      text.trim().replaceAll(/,(179\d{7}),/g, ',$1123456789,'),
    ]);
    const exact = await anImport(k6(path));
    expect(exact.read.problems).toEqual([]);
    expect(exact.read.notes.join(' ')).not.toContain('times are whole seconds');
  });
});

describe('JMeter', () => {
  const jmeter = (path: string) =>
    aRequest(path, {
      preset: 'jmeter',
      platformFrom: { column: 'label', pattern: '^(lambda|ecs)-' },
      workloadFrom: { column: 'label', pattern: '^(?:lambda|ecs)-(.*)' },
    });

  test('transactions are left out, with a line that shows one', async () => {
    const { read, summary } = await anImport(jmeter(join(samples, 'results.jtl')));
    expect(read.problems).toEqual([]);
    expect(read.dropped).toEqual([
      {
        file: 1,
        reason: 'sums up a JMeter transaction and is no request',
        count: 4,
        line: 22,
        example: expect.stringContaining('Number of samples in transaction'),
      },
    ]);
    expect((await summary()).groups.map(({ workload, rows }) => [workload, rows])).toEqual([
      ['report', 20],
      ['report', 20],
      ['thumbnail', 20],
      ['thumbnail', 20],
    ]);
  });

  test('no HTTP code is no answer, and a failed assertion is no good one', async () => {
    const { rows } = await anImport(jmeter(join(samples, 'results.jtl')));
    const bad = (
      await rows(`${outcomeColumns}, is_good`, outcome.extend({ is_good: z.boolean() }))
    ).filter(({ is_good }) => !is_good);
    expect(bad).toEqual([
      {
        outcome: 'timeout',
        status: null,
        error: 'Non HTTP response code: java.net.SocketTimeoutException',
        is_good: false,
      },
      { outcome: 'answered', status: 502, error: null, is_good: false },
      expect.objectContaining({ outcome: 'timeout' }),
      {
        outcome: 'answered',
        status: 200,
        error: 'Test failed: text expected to contain /total/',
        is_good: false,
      },
    ]);
  });

  test('XML is refused with the setting that writes CSV', async () => {
    const path = await aFile('results.jtl', ['<?xml version="1.0"?>', '<testResults/>']);
    const { read } = await anImport(jmeter(path));
    expect(read.problems).toMatchObject([
      { kind: 'unreadable', message: expect.stringContaining('output_format=csv') },
    ]);
  });
});

test('a hook log of Artillery is read, and what is of no platform is left out', async () => {
  const { read, summary } = await anImport(
    aRequest(join(samples, 'artillery.ndjson'), { preset: 'artillery', platformPatterns: byUrl }),
  );
  expect(read.problems).toEqual([]);
  expect(read.dropped).toMatchObject([
    { reason: 'matches no pattern of a platform', count: 1, line: 6 },
  ]);
  const { rows, pairs, unpairedRows, groups } = await summary();
  expect({ rows, pairs, unpairedRows }).toEqual({ rows: 63, pairs: 31, unpairedRows: 1 });
  expect(groups.reduce((sum, { timeouts }) => sum + timeouts, 0)).toBe(1);
});
