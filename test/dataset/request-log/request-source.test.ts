import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withDatabase } from '../../../src/dataset/duckdb.ts';
import { SourceProblems } from '../../../src/dataset/request-log/request-problems.ts';
import {
  openRequestSource,
  type RequestMapping,
} from '../../../src/dataset/request-log/request-source.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossover-requests-'));
});
afterAll(() => rm(folder, { recursive: true }));

const mapping: RequestMapping = {
  columns: { time: 'timestamp', workload: 'workload_category', payloadBytes: 'payload_size_bytes' },
  workloads: ['lightweight', 'heavy'],
};
const header = 'timestamp,workload_category,payload_size_bytes';

async function aFile(name: string, text: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return path;
}

let files = 0;
function aCsv(...lines: readonly string[]): Promise<string> {
  files += 1;
  return aFile(`log-${files}.csv`, `${lines.join('\n')}\n`);
}

async function read(path: string, changes: Partial<RequestMapping> = {}) {
  const source = await openRequestSource(path, { ...mapping, ...changes });
  try {
    const { problems, count, spanMs } = source;
    const rows = problems.length > 0 ? [] : await source.windowRows(0, Number.POSITIVE_INFINITY);
    return { problems, count, spanMs, rows };
  } finally {
    source.close();
  }
}

/** Kind and places of every problem. */
async function problemsOf(path: string, changes: Partial<RequestMapping> = {}) {
  const { problems } = await read(path, changes);
  return problems.map(({ kind, rows, count }) => ({ kind, rows, count }));
}

const threeRows = [
  { atMs: 0, workload: 'lightweight', payloadBytes: 100 },
  { atMs: 1500, workload: 'heavy', payloadBytes: 0 },
  { atMs: 60_000, workload: 'lightweight' },
];

describe('a request log', () => {
  test('is read from CSV, times counted from the first row, a blank size unknown', async () => {
    const path = await aCsv(
      header,
      '2026-11-02T00:00:00Z,lightweight,100',
      '2026-11-02T00:00:01.5Z,heavy,0',
      '2026-11-02 00:01:00,lightweight,',
    );
    const { problems, count, spanMs, rows } = await read(path);
    expect(problems).toEqual([]);
    expect({ count, spanMs }).toEqual({ count: 3, spanMs: 60_000 });
    expect(rows).toEqual(threeRows);
  });

  test('is read from JSON lines with blank lines and with numbers as numbers', async () => {
    const path = await aFile(
      'log.jsonl',
      [
        '{"workload_category":"lightweight","timestamp":1793577600,"payload_size_bytes":100}',
        '',
        '{"timestamp":1793577601.5,"workload_category":"heavy","payload_size_bytes":0,"x":{}}',
        '{"timestamp":"2026-11-02T01:01:00+01:00","workload_category":"lightweight"}',
      ].join('\n'),
    );
    expect((await read(path)).rows).toEqual(threeRows);
  });

  test('is read from Parquet with times as times', async () => {
    const path = join(folder, 'log.parquet');
    await withDatabase((database) =>
      database.run(`copy (
        select timestamp '2026-11-02' + to_milliseconds(ms) as timestamp,
          workload as workload_category, bytes as payload_size_bytes
        from (values (0, 'lightweight', 100), (1500, 'heavy', 0), (60000, 'lightweight', null))
          as rows(ms, workload, bytes)
      ) to '${path}' (format parquet)`),
    );
    expect((await read(path)).rows).toEqual(threeRows);
  });

  test.each([
    ['seconds', '1793577600', '1793577601.5'],
    ['milliseconds', '1793577600000', '1793577601500'],
    ['microseconds', '1793577600000000', '1793577601500000'],
    ['ISO 8601 with an offset', '2026-11-02T02:00:00+02:00', '2026-11-02T00:00:01.500Z'],
    ['seconds from its own beginning', '0', '1.5'],
    ['ISO 8601 without seconds', '2026-11-02 00:00', '2026-11-02T00:00:01,5z'],
    ['ISO 8601 without seconds but an offset', '2026-11-02T02:00+02:00', '2026-11-02T00:00:01.5'],
  ])('may have its times in %s', async (_, first, second) => {
    const path = await aCsv(header, `"${first}",heavy,1`, `"${second}",heavy,1`);
    expect((await read(path)).rows.map(({ atMs }) => atMs)).toEqual([0, 1500]);
  });

  test('may have other columns, in any order, quoted, separated by semicolons', async () => {
    const path = await aCsv(
      '\uFEFF"note; of mine";Kind Of Work;"when"',
      '"a ""good"" one;\nin two lines";Heavy;5',
      ';LIGHT weight;6',
    );
    const { problems, rows } = await read(path, {
      columns: { time: 'when', workload: 'kind of work' },
    });
    expect(problems).toEqual([]);
    expect(rows).toEqual([
      { atMs: 0, workload: 'heavy' },
      { atMs: 1000, workload: 'lightweight' },
    ]);
  });

  test('has no sizes when the plan asks for none', async () => {
    const path = await aCsv(header, '1,heavy,12');
    const { rows } = await read(path, {
      columns: { time: 'timestamp', workload: 'workload_category' },
    });
    expect(rows).toEqual([{ atMs: 0, workload: 'heavy' }]);
  });

  test('may call its workloads otherwise than the plan', async () => {
    const path = await aCsv(header, '1,Lightweight API,1', '2,HEAVY,1', '3,batch,1');
    const names = { 'lightweight-api': 'lightweight', batch: 'heavy' };
    const { rows } = await read(path, { names });
    expect(rows.map(({ workload }) => workload)).toEqual(['lightweight', 'heavy', 'heavy']);
  });

  test('may lie in a folder whose name looks like a pattern', async () => {
    const path = await aFile('logs [1]*/a?.csv', `${header}\n1,heavy,1\n`);
    expect((await read(path)).count).toBe(1);
  });

  test('gives the rows from a time until before another, in the order of the file', async () => {
    const path = await aCsv(header, '10,heavy,1', '11,heavy,2', '11,heavy,3', '12,heavy,4');
    const source = await openRequestSource(path, mapping);
    const sizes = async (from: number, to: number) =>
      (await source.windowRows(from, to)).map(({ payloadBytes }) => payloadBytes);
    expect(await sizes(0, 1000)).toEqual([1]);
    expect(await sizes(1000, 2000)).toEqual([2, 3]);
    expect(await sizes(1000.001, 1999.999)).toEqual([]);
    expect(await sizes(2000, 1e12)).toEqual([4]);
    source.close();
  });

  test('keeps its order over many thousand rows', async () => {
    const lines = Array.from({ length: 150_000 }, (_, n) => `{"t":${n},"w":"heavy","b":${n}}`);
    const path = await aFile('long.ndjson', lines.join('\n'));
    const { problems, rows } = await read(path, {
      columns: { time: 't', workload: 'w', payloadBytes: 'b' },
    });
    expect(problems).toEqual([]);
    expect(rows).toHaveLength(150_000);
    expect(rows.every(({ payloadBytes, atMs }, n) => payloadBytes === n && atMs === n * 1000)).toBe(
      true,
    );
  });
});

describe('a request log that cannot be used', () => {
  test('has a message for each kind of problem, with the first ten lines and the rest counted', async () => {
    const good = Array.from({ length: 12 }, (_, n) => `${100 + n},heavy,-${n + 1}`);
    const path = await aCsv(header, ...good, 'soon,heavy,1', '50,huge,x');
    const { problems } = await read(path);
    expect(problems.map(({ message }) => message)).toEqual([
      '1 row has no time that can be read (column "timestamp"): line 14, "soon". ' +
        'Times are ISO 8601, or seconds or milliseconds since 1970.',
      '1 row is earlier than the row before it (column "timestamp"): line 15. ' +
        'Sort the file by time.',
      '1 row has a workload that the plan does not have (column "workload_category"): line 15. ' +
        'Unknown: "huge". The plan has lightweight, heavy; a name may differ in case and spaces ' +
        'only. Others are translated in load.source.workloads, as in { "huge": lightweight }.',
      '1 row has a size that is no number of bytes (column "payload_size_bytes"): line 15, "x". ' +
        'An unknown size is left blank.',
      '12 rows have a negative size (column "payload_size_bytes"): ' +
        'lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more, first "-1".',
    ]);
  });

  test('has lines as an editor counts them: behind blank lines and lines in quotes', async () => {
    const path = await aCsv(
      `note,${header}`,
      '"two\nlines, ""and"" a comma",1,heavy,1',
      '',
      'too short,2',
      '"a"" quote",3,heavy,-1',
      'too long,4,heavy,5,6',
      '',
      '"no end"x,5,heavy,1',
      'in "quotes",6,,1',
    );
    expect(await problemsOf(path)).toEqual([
      { kind: 'unparsable-row', rows: [5, 7, 9], count: 3 },
      { kind: 'missing-workload', rows: [10], count: 1 },
      { kind: 'negative-size', rows: [6], count: 1 },
    ]);
  });

  test('may have bytes that are not UTF-8', async () => {
    const latin = Buffer.concat([
      Buffer.from(`${header}\n1,heavy,1\n2,l`),
      Buffer.from([0xe9]),
      Buffer.from('ger,1\n3,heavy,-1\n'),
    ]);
    expect(await problemsOf(await aFile('latin.csv', latin))).toEqual([
      { kind: 'unparsable-row', rows: [3], count: 1 },
      { kind: 'negative-size', rows: [4], count: 1 },
    ]);
  });

  test('has lines of JSON that are none', async () => {
    const path = await aFile(
      'broken.jsonl',
      [
        '{"timestamp":1,"workload_category":"heavy","payload_size_bytes":1}',
        '',
        '{"timestamp":2,"workload_category":',
        '[1, 2]',
        '{"timestamp":3,"workload_category":"heavy","payload_size_bytes":-4}',
      ].join('\n'),
    );
    expect(await problemsOf(path)).toEqual([
      { kind: 'unparsable-row', rows: [3, 4], count: 2 },
      { kind: 'negative-size', rows: [5], count: 1 },
    ]);
  });

  test('has rows in Parquet, which has no lines', async () => {
    const path = join(folder, 'negative.parquet');
    await withDatabase((database) =>
      database.run(`copy (
        select n as timestamp, 'heavy' as workload_category, 5 - n as payload_size_bytes
        from range(8) as rows(n)
      ) to '${path}' (format parquet)`),
    );
    const { problems } = await read(path);
    expect(problems.map(({ message }) => message)).toEqual([
      '2 rows have a negative size (column "payload_size_bytes"): rows 7, 8, first "-1".',
    ]);
  });

  test('one late row is one problem, however far ahead the row before it was', async () => {
    const path = await aCsv(header, '1,heavy,1', '900,heavy,1', '2,heavy,1', '3,heavy,1');
    expect(await problemsOf(path)).toEqual([{ kind: 'out-of-order', rows: [4], count: 1 }]);
  });

  test('without its columns says which it has, and still checks the others', async () => {
    const path = await aCsv('when,workload_category,payload_size_bytes', '1,heavy,-1');
    const { problems } = await read(path);
    expect(problems.map(({ message }) => message)).toEqual([
      'There is no column "timestamp" for the time. The file has the columns when, ' +
        'workload_category, payload_size_bytes. Say with load.source.columns.time what it is called.',
      '1 row has a negative size (column "payload_size_bytes"): line 2, "-1".',
    ]);
  });

  test('without sizes says that a plan can do without them', async () => {
    const path = await aCsv('timestamp,workload_category', '1,heavy');
    const { problems } = await read(path);
    expect(problems[0]?.message).toContain('or give load.source.columns without payloadBytes');
  });

  test.each([
    ['header only', `${header}\n`],
    ['header and blank lines', `${header}\n\n\n`],
  ])('with its %s has no rows', async (name, text) => {
    expect(await problemsOf(await aFile(`${name}.csv`, text))).toEqual([
      { kind: 'no-rows', rows: undefined, count: undefined },
    ]);
  });

  test.each([
    ['empty.csv', '', 'is empty'],
    ['blank.csv', '\n\n', 'is empty'],
    ['empty.jsonl', '', 'is empty'],
    ['no-header.csv', `\n${header}\n1,heavy,1\n`, 'first line is empty'],
    ['utf-16.csv', Buffer.from(`\uFEFF${header}\n1,heavy,1\n`, 'utf16le'), 'no text in UTF-8'],
    ['utf-16.jsonl', Buffer.from('{"a":1}\n', 'utf16le'), 'no text in UTF-8'],
    ['zero.csv', `${header}\n${'1,heavy,1\n'.repeat(9000)}1,hea\0vy,1\n`, 'line 9002 has a zero'],
    ['mark.jsonl', '\uFEFF{"timestamp":1,"workload_category":"heavy"}\n', 'byte order mark'],
    ['packed.csv.gz', 'x', 'Unpack it first'],
    ['tabs.tsv', 'x', 'is called .csv'],
    [
      'mixed.csv',
      `${header}\r\n1,heavy,1\r\n2,heavy,1\n`,
      'line 3 ends with a line feed, and the header ends with a carriage return and a line feed',
    ],
    ['lone.csv', `${header}\n1,heavy,1\r2,heavy,1\n`, 'line 2 has a carriage return alone'],
  ])('%s cannot be read, and it is said why', async (name, text, reason) => {
    const { problems } = await read(await aFile(name, text));
    expect(problems).toMatchObject([{ kind: 'unreadable' }]);
    expect(problems[0]?.message).toContain(reason);
  });

  test('may be a folder', async () => {
    await mkdir(join(folder, 'folder.jsonl'));
    expect((await read(join(folder, 'folder.jsonl'))).problems[0]?.message).toContain('a folder');
  });

  test.each([
    ['begins a record', '"3,heavy,1'],
    ['is in the middle', '3,"heavy,1'],
    ['begins the last value', '3,heavy,"1'],
  ])('has a row that cannot be read where a quote that %s does not end', async (_, line) => {
    const path = await aCsv(header, '1,heavy,1', '2,heavy,1', line, '4,heavy,1', '5,heavy,1');
    expect(await problemsOf(path)).toEqual([{ kind: 'unparsable-row', rows: [4], count: 1 }]);
  });

  test('may have sizes that no computer counts', async () => {
    const sizes = ['1e400', '1e30', 'NaN', 'Infinity', '9007199254740992'];
    const path = await aCsv(header, ...sizes.map((size, n) => `${n},heavy,${size}`));
    expect(await problemsOf(path)).toEqual([
      { kind: 'unparsable-size', rows: [2, 3, 4, 5, 6], count: 5 },
    ]);
  });

  test('of another kind is not quoted at length', async () => {
    const names = Array.from({ length: 200 }, (_, n) => `column-${n}-${'x'.repeat(200)}`);
    const path = await aCsv(names.join(','), `${'y'.repeat(500)}${','.repeat(199)}`);
    const { problems } = await read(path, {
      columns: { time: names[0] ?? '', workload: 'workload_category' },
    });
    expect(problems.map(({ message }) => message.length < 1300)).toEqual([true, true]);
    expect(problems[0]?.message).toContain('and 180 more');
    expect(problems[1]?.message).toContain(`line 2, "${'y'.repeat(40)}..."`);
  });

  test.each([
    ['does-not-exist.csv', undefined],
    ['not-parquet.parquet', 'PAR1 or not'],
    ['table.xlsx', 'PK'],
  ])('%s cannot be opened', async (name, text) => {
    const path = text === undefined ? join(folder, name) : await aFile(name, text);
    const { problems } = await read(path);
    expect(problems).toMatchObject([{ kind: 'unreadable' }]);
    expect(problems[0]?.message).toContain(name);
  });

  test('is refused when it is no longer the one that the plan was checked with', async () => {
    const text = `${header}\n1,heavy,1\n`;
    const path = await aFile('changed.csv', text);
    const sha256 = createHash('sha256').update(text).digest('hex');
    expect(await problemsOf(path, { sha256 })).toEqual([]);
    await writeFile(path, `${text}2,heavy,1\n`);
    expect(await problemsOf(path, { sha256 })).toMatchObject([{ kind: 'changed' }]);
  });

  test('gives no rows but an error with all of it, which no retry cures', async () => {
    const path = await aCsv(header, '1,heavy,-1', '2,huge,1');
    const source = await openRequestSource(path, mapping);
    const error = await source.windowRows(0, 1).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SourceProblems);
    expect(error).toMatchObject({ kind: 'InvalidPlan', path, problems: source.problems });
    expect(String(error)).toMatch(/"huge"[\s\S]*negative size.*line 2/);
    source.close();
  });
});
