import { describe, expect, test } from 'vitest';
import {
  blockLengthMs,
  campaignStartMs,
  collectionLengthMs,
  leadMs,
  runLengthMs,
  scoredBlocks,
  slotStartMs,
} from '../../src/domain/schedule.ts';
import { decideSlot } from '../../src/domain/slot-decision.ts';
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

describe('a block', () => {
  const plan = aLoadPlan();

  test('is one stretch and one drain for each arm where the arms take turns', () => {
    expect(blockLengthMs(plan, 4)).toBe(19_200);
  });

  test('is as long as its load where they run at the same time', () => {
    expect(blockLengthMs({ ...plan, testbed: 'simulated' }, 4)).toBe(4000);
  });

  test('is scored unless it is lead-in, or over before the arms have settled', () => {
    const evaluation = { blocks: 9, leadInBlocks: 1, blockDurationMs: 240_000 };
    expect(scoredBlocks({ testbed: 'local', evaluation })).toBe(8);
    // Two blocks of four minutes lie in the first eleven, the third only in part.
    expect(scoredBlocks({ testbed: 'simulated', evaluation })).toBe(7);
    expect(scoredBlocks({ testbed: 'simulated', evaluation: { ...evaluation, blocks: 2 } })).toBe(
      0,
    );
  });
});

test('at an immediate pace nothing waits for a lead, and nothing is late', () => {
  const plan = aSchedule(3_600_000);
  const immediate = { ...plan, schedule: { ...plan.schedule, pace: 'immediate' as const } };
  expect(leadMs(immediate)).toBe(0);
  expect(decideSlot(immediate, 0, 1e12)).toEqual({ kind: 'run', moveMs: 0 });
  expect(decideSlot(plan, 0, 1e12).kind).toBe('late');
});
