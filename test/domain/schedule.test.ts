import { describe, expect, test } from 'vitest';
import {
  blockLengthMs,
  campaignStartMs,
  collectionLengthMs,
  leadMs,
  runLengthMs,
  slotStartMs,
} from '../../src/domain/schedule.ts';
import { aLoadPlan } from './load-builders.ts';

function aSchedule(everyMs: number, start = 'now') {
  const plan = aLoadPlan();
  return { ...plan, schedule: { ...plan.schedule, everyMs, start, slots: 6 } };
}

test('slots lie on a grid that begins with slot 1', () => {
  expect(slotStartMs({ everyMs: 24_000 }, 1_000_000, 1)).toBe(1_000_000);
  expect(slotStartMs({ everyMs: 24_000 }, 1_000_000, 6)).toBe(1_120_000);
});

describe('the start of a campaign', () => {
  const nowMs = Date.parse('2026-11-05T14:59:56Z');

  test('"now" leaves the lead that preparing needs', () => {
    const plan = aSchedule(24_000);
    expect(campaignStartMs(plan, nowMs)).toBe(nowMs + leadMs(plan));
  });

  test('"next-hour" skips an hour that is too near to prepare for', () => {
    const plan = aSchedule(3_600_000, 'next-hour');
    expect(new Date(campaignStartMs(plan, nowMs)).toISOString()).toBe('2026-11-05T16:00:00.000Z');
    expect(new Date(campaignStartMs(plan, nowMs - 60_000)).toISOString()).toBe(
      '2026-11-05T15:00:00.000Z',
    );
  });

  test('a named time is kept, even one that is over', () => {
    const plan = aSchedule(3_600_000, '2026-11-05T03:00:00Z');
    expect(campaignStartMs(plan, nowMs)).toBe(Date.parse('2026-11-05T03:00:00Z'));
  });

  test('a start that is no time is refused with its value', () => {
    expect(() => campaignStartMs(aSchedule(24_000, 'soon'), nowMs)).toThrow('"soon"');
  });
});

describe('the lead', () => {
  test('is ten seconds where slots are far apart', () => {
    expect(leadMs(aSchedule(3_600_000))).toBe(10_000);
  });

  test('is half of the pause where slots are close', () => {
    expect(leadMs(aSchedule(30_000))).toBe(6000);
  });

  test('is never shorter than the generator needs to get ready', () => {
    expect(leadMs(aSchedule(20_000))).toBe(4000);
  });
});

test('a run is its mixed load and all steps of its ladder', () => {
  expect(runLengthMs(aLoadPlan())).toBe(18_000);
  expect(collectionLengthMs(aSchedule(24_000))).toBe(5 * 24_000 + 18_000);
});

test('a block is one stretch and one drain for each arm', () => {
  expect(blockLengthMs({ blockDurationMs: 4000, drainMs: 800 }, 4)).toBe(19_200);
});
