import { describe, expect, test } from 'vitest';

import { readReportLine, readTime } from '../../../src/cli/estimate/report-line.ts';

const id = '3604209a-e9a3-11e6-939a-754dd98c7be3';
const report =
  `REPORT RequestId: ${id}\tDuration: 12.34 ms\tBilled Duration: 13 ms\t` +
  'Memory Size: 128 MB\tMax Memory Used: 18 MB\t';

describe('a REPORT line', () => {
  test('has duration, billed time, memory and what was used of it', () => {
    expect(readReportLine(report)).toEqual({
      kind: 'invocation',
      invocation: { requestId: id, durationMs: 12.34, billedMs: 13, memoryMb: 128, usedMb: 18 },
    });
  });

  test('of a cold start has its init', () => {
    expect(readReportLine(`${report}Init Duration: 201.5 ms\t`)).toMatchObject({
      invocation: { durationMs: 12.34, billedMs: 13, initMs: 201.5 },
    });
  });

  test('of a snapshot has its restore, which is billed by itself', () => {
    const restored = `${report}Restore Duration: 302.1 ms\tBilled Restore Duration: 303 ms\t`;
    expect(readReportLine(restored)).toMatchObject({
      invocation: { durationMs: 12.34, billedMs: 13, initMs: 302.1, billedRestoreMs: 303 },
    });
  });

  test('is followed by tracing and by how it ended', () => {
    const timedOut = `${report}Status: timeout\nXRAY TraceId: 1-5e34a614-10bdxmplf1fb44f07bc535a1\tSegmentId: 07f5xmpl2d1f6f85\tSampled: true`;
    expect(readReportLine(timedOut)).toMatchObject({ invocation: { status: 'timeout' } });
  });

  test.each([
    ['aws logs tail', `2026-11-20T10:00:00.123000+00:00 2026/11/20/[$LATEST]0a1b ${report}`],
    ['aws logs tail --format short', `2026-11-20T10:00:00.123 ${report}`],
    ['sam logs', `2026/11/20/[$LATEST]0a1b 2026-11-20T10:00:00.123000 ${report}`],
    ['a zone of its own', `2026-11-20T11:00:00.123+01:00 ${report}`],
    [
      'filter-log-events --output text',
      `EVENTS\t38\t1795168801000\tstream\t${report}\t1795168800123`,
    ],
  ])('behind the prefix of %s keeps its time', (_name, line) => {
    const reading = readReportLine(line);
    expect(reading).toMatchObject({ kind: 'invocation', invocation: { durationMs: 12.34 } });
    if (reading.kind === 'invocation' && !line.startsWith('EVENTS')) {
      expect(reading.invocation.atMs).toBe(Date.UTC(2026, 10, 20, 10, 0, 0, 123));
    }
  });

  test('without a duration, or without a memory size, is damaged', () => {
    expect(readReportLine(`REPORT RequestId: ${id}\tDurat`)).toEqual({
      kind: 'bad',
      why: 'it has no Duration',
    });
    expect(readReportLine(`REPORT RequestId: ${id}\tDuration: 12.34 ms`)).toMatchObject({
      why: 'it has no Memory Size',
    });
  });

  test.each([
    '',
    `START RequestId: ${id} Version: $LATEST`,
    `END RequestId: ${id}`,
    'a REPORT by me',
  ])('is not %j', (line) => {
    expect(readReportLine(line)).toEqual({ kind: 'other' });
  });
});

describe('platform.report', () => {
  const event = {
    time: '2026-11-20T10:00:00.123Z',
    type: 'platform.report',
    record: {
      requestId: id,
      metrics: {
        durationMs: 101.51,
        billedDurationMs: 300,
        memorySizeMB: 512,
        maxMemoryUsedMB: 33,
        initDurationMs: 116.67,
      },
      status: 'success',
    },
  };

  test('says the same in JSON', () => {
    expect(readReportLine(JSON.stringify(event))).toEqual({
      kind: 'invocation',
      invocation: {
        requestId: id,
        atMs: Date.UTC(2026, 10, 20, 10, 0, 0, 123),
        durationMs: 101.51,
        billedMs: 300,
        memoryMb: 512,
        usedMb: 33,
        initMs: 116.67,
      },
    });
  });

  test('is found behind a prefix, and damaged when it is cut off', () => {
    const text = JSON.stringify(event);
    expect(readReportLine(`2026-11-20T10:00:00 stream ${text}`)).toMatchObject({
      invocation: { durationMs: 101.51 },
    });
    expect(readReportLine(text.slice(0, -20))).toMatchObject({ kind: 'bad' });
  });

  test('without metrics says what it lacks', () => {
    const bare = JSON.stringify({ type: 'platform.report', record: { requestId: id } });
    expect(readReportLine(bare)).toMatchObject({ why: 'it has no record.metrics.durationMs' });
  });
});

test('times are ISO 8601, UTC where nothing else is said, or milliseconds since 1970', () => {
  const expected = Date.UTC(2026, 10, 20, 10, 0, 0, 123);
  expect(readTime('2026-11-20 10:00:00.123')).toBe(expected);
  expect(readTime('2026-11-20T10:00:00.123Z')).toBe(expected);
  expect(readTime(expected)).toBe(expected);
  expect(readTime('yesterday')).toBeUndefined();
  expect(readTime(undefined)).toBeUndefined();
});
