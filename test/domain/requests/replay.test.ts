import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SourcePlan } from '../../../src/domain/plan.ts';
import { logLengthMs, replaySlot, replayWindows } from '../../../src/domain/requests/replay.ts';
import { aLoadPlan, aLog } from '../load-builders.ts';

/** Slots of 45 s, one a minute. */
function aReplay(source: Partial<SourcePlan> = {}) {
  const plan = aLoadPlan({
    load: {
      durationMs: 45_000,
      source: {
        file: '/logs/requests.csv',
        sha256: 'f'.repeat(64),
        columns: { time: 'at', workload: 'what' },
        speed: 1,
        repeat: true,
        ...source,
      },
    },
  });
  return { ...plan, schedule: { ...plan.schedule, everyMs: 60_000 } };
}

/** A row every second, of which the number is the payload's size. */
const everySecond = (rows: number) =>
  aLog(
    Array.from({ length: rows }, (_, index) => ({
      atMs: index * 1000,
      workload: 'light',
      payloadBytes: index,
    })),
  );

const rowsOf = async (...input: Parameters<typeof replaySlot>) =>
  (await replaySlot(...input)).map(({ payloadBytes }) => payloadBytes);

test('a slot has the rows of its own time, from its own start', async () => {
  const second = await replaySlot(aReplay(), 2, everySecond(600));
  expect(second).toHaveLength(45);
  expect(second[0]).toEqual({ atMs: 0, workload: 'light', payloadBytes: 60 });
  expect(second.at(-1)).toEqual({ atMs: 44_000, workload: 'light', payloadBytes: 104 });
});

test('at twice the speed it has twice the rows, in the same time', async () => {
  const second = await replaySlot(aReplay({ speed: 2 }), 2, everySecond(600));
  expect(second.map(({ payloadBytes }) => payloadBytes)).toEqual(
    Array.from({ length: 90 }, (_, index) => 120 + index),
  );
  expect(second[1]?.atMs).toBe(500);
});

describe('a log that ends', () => {
  test('begins again one mean gap after its last row', async () => {
    expect(logLengthMs(everySecond(50))).toBe(50_000);
    // Slot 2 begins at 60 s: ten seconds into the second round.
    expect(await rowsOf(aReplay(), 2, everySecond(50))).toEqual([
      ...Array.from({ length: 40 }, (_, index) => 10 + index),
      ...[0, 1, 2, 3, 4],
    ]);
  });

  test('is over where it is not to be repeated', async () => {
    expect(await rowsOf(aReplay({ repeat: false }), 1, everySecond(30))).toHaveLength(30);
    expect(await rowsOf(aReplay({ repeat: false }), 2, everySecond(30))).toEqual([]);
  });

  test('with rows of one time is sent once: it has no length to be repeated by', async () => {
    const rows = [{ atMs: 0, workload: 'light' }];
    expect(await replaySlot(aReplay(), 1, aLog(rows))).toEqual(rows);
    expect(await replaySlot(aReplay(), 2, aLog(rows))).toEqual([]);
    expect(await replaySlot(aReplay(), 1, aLog([]))).toEqual([]);
  });
});

test('rows are in order and inside the slot, for every log, speed and slot', async () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 40_000 }), { minLength: 1, maxLength: 60 });
  const speeds = fc.double({ min: 0.05, max: 20, noNaN: true });
  const slots = fc.integer({ min: 1, max: 30 });
  await fc.assert(
    fc.asyncProperty(gaps, speeds, fc.boolean(), slots, async (spans, speed, repeat, slot) => {
      let atMs = 0;
      const later = spans.map((span) => {
        atMs += span;
        return { atMs, workload: 'light' };
      });
      const log = aLog([{ atMs: 0, workload: 'light' }, ...later]);
      fc.pre(!repeat || logLengthMs(log) > 1000);
      const replayed = await replaySlot(aReplay({ speed, repeat }), slot, log);
      const times = replayed.map((row) => row.atMs);
      // The last digits of a double are lost where rounds meet.
      expect(times.every((at, index) => at >= (times[index - 1] ?? 0) - 1e-6)).toBe(true);
      expect(times.every((at) => at > -1e-6 && at < 45_000 + 1e-6)).toBe(true);
    }),
  );
});

test.each([100, 7])(
  'of a log of %d rows none is left out where slots have no pause',
  async (rows) => {
    const plan = { ...aReplay(), schedule: { ...aReplay().schedule, everyMs: 45_000 } };
    const sent: (number | undefined)[] = [];
    for (let slot = 1; slot <= 8; slot += 1) {
      sent.push(...(await rowsOf(plan, slot, everySecond(rows))));
    }
    expect(sent).toEqual(Array.from({ length: 360 }, (_, index) => index % rows));
  },
);

test('the windows of a slot cover its time without gaps', () => {
  expect(replayWindows(aReplay({ speed: 3 }), 2, everySecond(50))).toEqual([
    { fromMs: 30_000, toMs: 50_000, startsAtMs: 0 },
    { fromMs: 0, toMs: 50_000, startsAtMs: 20_000 / 3 },
    { fromMs: 0, toMs: 50_000, startsAtMs: 70_000 / 3 },
    { fromMs: 0, toMs: 15_000, startsAtMs: 40_000 },
  ]);
});

test('a log that would make more requests than a run can have is refused with its file', async () => {
  const refusal = /99999 requests of \/logs\/requests.csv/;
  // 45 s at 1000 times the speed are 45,000 rows, at 2500 times 112,500.
  expect(await rowsOf(aReplay({ speed: 1000 }), 1, everySecond(10))).toHaveLength(45_000);
  await expect(rowsOf(aReplay({ speed: 2500 }), 1, everySecond(10))).rejects.toThrow(refusal);
  const crowded = aLog([0, 0.001, 0.002].map((atMs) => ({ atMs, workload: 'light' })));
  await expect(rowsOf(aReplay(), 1, crowded)).rejects.toThrow(refusal);
});
