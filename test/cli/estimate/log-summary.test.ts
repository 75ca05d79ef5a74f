import { describe, expect, test } from 'vitest';

import { type LogSummary, summariseLog } from '../../../src/cli/estimate/log-summary.ts';
import { logOf, type ReportedInvocation, reportLine } from './log-lines.ts';

async function summaryOf(invocations: readonly ReportedInvocation[]): Promise<LogSummary> {
  const lines = invocations.map((each, index) => reportLine({ id: `r${index}`, ...each }));
  const summary = summariseLog(await logOf(lines.join('\n')));
  if (!('functions' in summary)) throw new Error('Memory is missing.');
  return summary;
}

const second = (index: number): string =>
  new Date(Date.UTC(2026, 10, 20) + 1000 * index).toISOString();

describe('the summary of a log', () => {
  test('has means of durations and of what is billed, cold starts and their init', async () => {
    const { functions } = await summaryOf([
      { durationMs: 10 },
      { durationMs: 20.5 },
      { durationMs: 30, initMs: 200.5 },
    ]);
    expect(functions).toMatchObject([
      {
        name: '256MB',
        invocations: 3,
        durationMs: { mean: expect.closeTo(20.167, 3), p50: 20.5, max: 30 },
        // 10, 21 and ceil(30 + 200.5).
        billedMs: { mean: (10 + 21 + 231) / 3 },
        coldStarts: 1,
        initMs: { p50: 200.5 },
        usedMb: 80,
      },
    ]);
  });

  test('prices the init of older lines by the rule of today', async () => {
    const summary = await summaryOf([{ durationMs: 30, billedMs: 30, initMs: 200.5 }]);
    expect(summary.billedWithoutInit).toBe(1);
    expect(summary.functions[0]?.billedMs.mean).toBe(231);
  });

  test('has one entry for each memory size, the most invocations first', async () => {
    const { functions } = await summaryOf([
      { memoryMb: 512 },
      { memoryMb: 256 },
      { memoryMb: 256 },
    ]);
    expect(functions.map(({ name, invocations }) => [name, invocations])).toEqual([
      ['256MB', 2],
      ['512MB', 1],
    ]);
  });

  test('leaves out quantiles that fewer than ten values lie above', async () => {
    const of = async (count: number) =>
      (await summaryOf(Array.from({ length: count }, (_, index) => ({ durationMs: index + 1 }))))
        .functions[0]?.durationMs;
    expect(await of(199)).not.toHaveProperty('p95');
    expect(await of(200)).toMatchObject({ p95: 190 });
    expect(await of(200)).not.toHaveProperty('p99');
    expect(await of(1000)).toMatchObject({ p95: 950, p99: 990 });
  });

  test('has the rate of the gaps between the first and the last invocation', async () => {
    const { time } = await summaryOf([{ at: second(10) }, { at: second(0) }, { at: second(20) }]);
    expect(time).toMatchObject({ ratePerS: 0.1, untimed: 0 });
  });

  test('has no rate without two different times', async () => {
    expect((await summaryOf([{}, {}])).time).toBeUndefined();
    expect((await summaryOf([{ at: second(1) }])).time).toBeUndefined();
  });

  test('finds the busiest hour', async () => {
    const hours = [10, 10, 40, 20];
    const invocations = hours.flatMap((count, hour) =>
      Array.from({ length: count }, (_, index) => ({
        at: second(3600 * hour + (3600 * index) / count),
      })),
    );
    const { time } = await summaryOf([...invocations, { at: second(4 * 3600) }]);
    expect(time?.busiest.unit).toBe('hour');
    expect(time?.busiest.times).toBeCloseTo(40 / (81 / 4), 6);
  });

  test('asks for the memory where no line says it', async () => {
    const log = await logOf('@requestId,@duration\na,10\nb,20\n');
    expect(summariseLog(log)).toEqual({ withoutMemory: 2 });
    expect(summariseLog(log, { memoryMb: 512 })).toMatchObject({ functions: [{ memoryMb: 512 }] });
  });
});
