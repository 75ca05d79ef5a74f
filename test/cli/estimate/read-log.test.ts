import { describe, expect, test } from 'vitest';
import { readLog } from '../../../src/cli/estimate/read-log.ts';
import { linesOf, logOf, problemsOf, reportLine } from './log-lines.ts';

const header =
  '@timestamp,@requestId,@duration,@billedDuration,@memorySize,@maxMemoryUsed,@initDuration,@log';

describe('lines of a log', () => {
  test('are invocations, other lines and damaged lines, and none is lost', async () => {
    const log = await logOf(
      [
        'START RequestId: a Version: $LATEST',
        '2026-11-20T10:00:00.000Z INFO my own line',
        reportLine({ id: 'a' }),
        '',
        'REPORT RequestId: b\tDur',
        reportLine({ id: 'c' }),
      ].join('\n'),
    );
    expect(log).toMatchObject({
      lines: 6,
      otherLines: 2,
      badLines: 1,
      badExamples: ['line 5: it has no Duration'],
      repeatedLines: 0,
      isCut: false,
    });
    expect(log.invocations.map(({ requestId }) => requestId)).toEqual(['a', 'c']);
  });

  test('that are there twice count once, but a retry under the same id counts', async () => {
    const log = await logOf(
      [
        reportLine({ id: 'a', durationMs: 5 }),
        reportLine({ id: 'a', durationMs: 5 }),
        reportLine({ id: 'a', durationMs: 6 }),
      ].join('\n'),
    );
    expect(log.invocations).toHaveLength(2);
    expect(log.repeatedLines).toBe(1);
  });

  test('are read up to a limit, and it is said', async () => {
    const lines = Array.from({ length: 10 }, (_, index) => reportLine({ id: `r${index}` }));
    expect(await logOf(lines.join('\n'), 4)).toMatchObject({ isCut: true });
    expect((await logOf(lines.join('\n'), 4)).invocations).toHaveLength(4);
    expect((await logOf(lines.join('\n'), 10)).isCut).toBe(false);
  });

  test('of JSON hold the message of Lambda, or something else', async () => {
    const message = reportLine({ id: 'a' });
    const log = await logOf(
      [
        JSON.stringify({ timestamp: 1795168800123, message }),
        JSON.stringify({ level: 'INFO', message: 'hello' }),
      ].join('\n'),
    );
    expect(log.invocations).toMatchObject([{ requestId: 'a', atMs: 1795168800123 }]);
    expect(log.otherLines).toBe(1);
  });

  test('nothing of which is an invocation are refused with what would be right', async () => {
    expect(await problemsOf('hello\nworld')).toMatch(
      /None of 2 lines is a REPORT line[\s\S]*aws logs tail[\s\S]*filter @type = "REPORT"/,
    );
    expect(await problemsOf('')).toBe(
      'There is nothing on standard input, and no number was given.',
    );
  });
});

describe('a CSV of Logs Insights', () => {
  test('has its memory in bytes and its functions in @log', async () => {
    const log = await logOf(
      `${header}\n2026-11-20 10:00:00.123,a,12.3,13,1.28E8,6.7E7,,123456789012:/aws/lambda/orders\n`,
    );
    expect(log.invocations).toEqual([
      {
        requestId: 'a',
        atMs: Date.UTC(2026, 10, 20, 10, 0, 0, 123),
        functionName: 'orders',
        durationMs: 12.3,
        billedMs: 13,
        memoryMb: 128,
        usedMb: 67,
      },
    ]);
  });

  test('may have other rows, quotes, blank cells and cells that are no number', async () => {
    const log = await logOf(
      [
        '@type,@duration,@memorySize,@initDuration,@requestId',
        'START,,,,a',
        '"REPORT","10",256000000,"201.5","a"',
        'REPORT,fast,256000000,,b',
        'REPORT,,256000000,,c',
      ].join('\n'),
    );
    expect(log.invocations).toMatchObject([{ requestId: 'a', memoryMb: 256, initMs: 201.5 }]);
    expect(log).toMatchObject({
      otherLines: 1,
      badLines: 2,
      badExamples: ['line 4: "fast" is no duration', 'line 5: it has no @duration'],
    });
  });

  test('of log events has the REPORT line as a message over several lines', async () => {
    const log = await logOf(
      `timestamp,message\n1795168800123,"${reportLine({ id: 'a' })}\n"\n` +
        '1795168800124,"START RequestId: ""b"""\n',
    );
    expect(log.invocations).toMatchObject([{ requestId: 'a', atMs: 1795168800123 }]);
    expect(log.otherLines).toBe(1);
  });

  test('that ends within quotes has a damaged last row', async () => {
    const log = await logOf(`${header}\n,a,1,1,1.28E8,,,x\n,"b,1,1,1.28E8,,,x\n`);
    expect(log.invocations).toHaveLength(1);
    expect(log.badExamples).toEqual(['line 3: it ends inside its quotes']);
  });

  test('of averages is refused, because a row must be an invocation', async () => {
    expect(await problemsOf('bin(5m),avg(@duration)\n2026-11-20 10:00:00.000,12\n')).toMatch(
      /columns bin\(5m\), avg\(@duration\)[\s\S]*one invocation[\s\S]*filter @type/,
    );
  });
});

describe('answers of the AWS command line', () => {
  test('filter-log-events is a document of events', async () => {
    const events = [
      { timestamp: 1795168800123, message: reportLine({ id: 'a' }) },
      { timestamp: 1795168800124, message: 'END RequestId: a' },
    ];
    const log = await logOf(JSON.stringify({ events }, undefined, 2));
    expect(log.invocations).toMatchObject([{ requestId: 'a', atMs: 1795168800123 }]);
    expect(log.otherLines).toBe(1);
  });

  test('get-query-results is a document of fields', async () => {
    const row = Object.entries({
      '@requestId': 'a',
      '@duration': '10.5',
      '@memorySize': '2.56E8',
    }).map(([field, value]) => ({ field, value }));
    const log = await logOf(JSON.stringify({ results: [row], status: 'Complete' }));
    expect(log.invocations).toEqual([{ requestId: 'a', durationMs: 10.5, memoryMb: 256 }]);
  });

  test('that were cut off are refused', async () => {
    expect(await problemsOf('{\n  "events": [\n')).toMatch(/the JSON document is not whole/);
  });
});

test('a byte order mark and Windows line ends are no part of a log', async () => {
  const log = await readLog(linesOf(`\uFEFF${header}\r\n,a,1,1,1.28E8,,,x\r\n`));
  expect(log).toMatchObject({ invocations: [{ requestId: 'a', memoryMb: 128 }] });
});
