import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeRequests, profileLines } from '../../../src/cli/dataset/dataset.ts';
import { profileRequests } from '../../../src/dataset/request-log/request-profile.ts';
import { aCli } from '../a-cli.ts';

const checkout = resolve(import.meta.dirname, '../../..');
const sample = join(checkout, 'plans/samples/requests.csv');
const flat = (lines: readonly string[]) => lines.join(' ').replaceAll(/\s+/g, ' ');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossover-describe-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function aLog(name: string, ...lines: readonly string[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

describe('what describe prints', () => {
  test('of the sample: time, categories, quantities, rate, gaps, and that it can be replayed', async () => {
    const { services, lines, json } = await aCli();
    expect(await describeRequests(services, sample, {})).toBe(0);
    const text = flat(lines);
    expect(text).toContain('300 rows, CSV');
    expect(text).toContain('2026-11-02 00:10:52 to 2026-11-02 23:57:33 UTC: 23.8 h');
    expect(text).toContain('Lightweight 159 53.0 % 1937 6.9');
    expect(text).toContain('payload_size_bytes 300 1037 3561 175191 333838 356639');
    expect(text).toMatch(/2026-11-02 09:00:00 33 #{45} /);
    expect(text).toContain('Gaps The longest: 87 min from 2026-11-02 00:54:05 (up to line 6)');
    expect(text).toContain('Duplicates None.');
    expect(text).toContain('Problems None: a plan can replay it.');
    expect(lines.slice(1).filter((line) => line.length > 80)).toEqual([]);
    expect(json).toMatchObject([{ rows: 300, problems: [] }]);
  });

  test('fits into 80 columns whatever the file calls things', async () => {
    const long = 'name-of-a-column-'.repeat(3);
    const path = await aLog(
      'long.csv',
      `timestamp,workload_category,${long},estimated_exec_time_ms`,
      ...Array.from(
        { length: 40 },
        (_, n) => `${n * 1e8},"${'kind '.repeat(20)}${n}\nx",1,${n * 1e9}`,
      ),
    );
    const lines = profileLines(await profileRequests(path, { payloadBytes: long }));
    expect(lines.slice(1).filter((line) => line.length > 80)).toEqual([]);
    expect(lines).toContain('and 25 more');
  });

  test('tells a plan the columns that it would not look for', async () => {
    const path = await aLog('other.csv', 'sent_at,kind of work', '1,a', '2,b');
    const { services, lines } = await aCli();
    expect(await describeRequests(services, path, { workload: 'kind of work' })).toBe(0);
    expect(flat(lines)).toContain(
      'with load.source.columns: { time: sent_at, workload: "kind of work" }.',
    );
  });

  test('of a log with problems has them, and the exit code 2', async () => {
    const path = await aLog('bad.csv', 'timestamp,workload_category', '2,a', '1,a', 'x');
    const { services, lines } = await aCli();
    expect(await describeRequests(services, path, {})).toBe(2);
    const text = flat(lines);
    expect(text).toContain('1 row cannot be read: line 4.');
    expect(text).toContain('1 row is earlier than the row before it (column "timestamp"): line 3.');
  });
});

describe('the command', () => {
  const crossover = (...args: readonly string[]) =>
    execa(process.execPath, [join(checkout, 'client.ts'), ...args], {
      reject: false,
      env: { CROSSOVER_STATE: join(folder, 'state'), TEMPORAL_ADDRESS: '' },
    });

  test('describes with the columns of its options, as one JSON object', async () => {
    const path = await aLog('options.csv', 't,k,b', '1,a,5', '2,b,6');
    const options = ['--time', 't', '--workload', 'k', '--bytes', 'b', '--json'];
    const { exitCode, stdout } = await crossover('dataset', 'describe', path, ...options);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      read: { time: 't', workload: 'k', payloadBytes: 'b' },
      rows: 2,
    });
  });

  test('says in one message without a trace that a file cannot be opened', async () => {
    const { exitCode, stderr } = await crossover('dataset', 'describe', join(folder, 'none.csv'));
    expect(exitCode).toBe(2);
    expect(flat([stderr])).toContain('cannot be used. Problems Cannot read');
    expect(stderr).not.toContain('    at ');
  });

  const aPlanWith = (source: string) =>
    aLog(
      'plan.yaml',
      'campaign: replayed',
      'testbed: simulated',
      'workloads:',
      '  lightweight: { run: workloads/lightweight/handler.ts, share: 100%, lambda: 256MB, ecs: 0.25vCPU/0.5GB, slo: { latency: 1s } }',
      'schedule: { slots: 2, every: 1h, pace: immediate }',
      `load: { duration: 45m, rate: 0.1/s, source: ${source} }`,
    );

  test('check refuses a plan for every kind of bad row in one message', async () => {
    await aLog(
      'replay.csv',
      'timestamp,workload_category,payload_size_bytes',
      '20,lightweight,-1',
      '10,huge,1',
      'noon,lightweight,1',
      'torn',
    );
    const plan = await aPlanWith('{ file: replay.csv }');
    const { exitCode, stderr } = await crossover('check', plan);
    expect(exitCode).toBe(2);
    const text = flat([stderr]);
    for (const line of [
      'cannot be read: line 5',
      'no time that can be read (column "timestamp"): line 4',
      'earlier than the row before it (column "timestamp"): line 3',
      'Unknown: "huge"',
      'negative size (column "payload_size_bytes"): line 2',
    ]) {
      expect(text).toContain(line);
    }
  });

  test('check accepts a log whose workloads the plan translates', async () => {
    await aLog(
      'replay.csv',
      'timestamp,workload_category,payload_size_bytes',
      '10,Lightweight API,5',
      '20,Lightweight,6',
    );
    const plan = await aPlanWith(
      '{ file: replay.csv, workloads: { "Lightweight API": lightweight } }',
    );
    const { exitCode, stderr } = await crossover('check', plan);
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
  });
});
