import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isNightAfter, nightSlots, nightsPassed } from '../../../src/domain/models/nights.ts';

const hourMs = 3_600_000;

function aNightPlan({ retrain = '03:17', timezone = 'UTC', everyMs = hourMs } = {}) {
  return { schedule: { everyMs, timezone }, learning: { retrain } };
}

const at = (text: string) => Date.parse(`${text}Z`);

test('a week of hours has seven nights, each after the slot in whose hour it lies', () => {
  const slots = nightSlots(aNightPlan(), at('2026-01-05T00:00'), 168);
  expect(slots).toEqual([4, 28, 52, 76, 100, 124, 148]);
});

test('a night lies after the slot that begins at its minute', () => {
  expect(nightSlots(aNightPlan({ retrain: '03:00' }), at('2026-01-05T00:00'), 24)).toEqual([4]);
  expect(nightSlots(aNightPlan({ retrain: '02:59' }), at('2026-01-05T00:00'), 24)).toEqual([3]);
});

test('the night is that of the time zone', () => {
  const kolkata = aNightPlan({ timezone: 'Asia/Kolkata' });
  // 03:17 in India is 21:47 UTC.
  expect(nightSlots(kolkata, at('2026-01-05T00:00'), 24)).toEqual([22]);
});

test('slots longer than a day have one retraining, however many nights pass', () => {
  const plan = aNightPlan({ everyMs: 72 * hourMs });
  expect(nightSlots(plan, at('2026-01-05T00:00'), 3)).toEqual([1, 2, 3]);
  expect(nightsPassed(plan, at('2026-01-05T00:00'), 2)).toBe(6);
});

test('without a retraining there are no nights', () => {
  const plan = { ...aNightPlan(), learning: {} };
  expect(isNightAfter(plan, at('2026-01-05T03:00'), 1)).toBe(false);
  expect(nightsPassed(plan, at('2026-01-05T03:00'), 100)).toBe(0);
});

describe('on the days on which the clock is changed', () => {
  test.each([
    ['an hour that is left out', '2026-03-28T12:00', '02:30'],
    ['an hour that comes twice', '2026-10-24T12:00', '02:30'],
    ['an hour as any other', '2026-03-28T12:00', '03:17'],
  ])('%s has one night', (_what, start, retrain) => {
    const plan = aNightPlan({ timezone: 'Europe/Berlin', retrain });
    expect(nightSlots(plan, at(start), 24)).toHaveLength(1);
    expect(nightSlots(plan, at(start), 72)).toHaveLength(3);
  });

  test('of the hour that comes twice the first is meant', () => {
    const plan = aNightPlan({ timezone: 'Europe/Berlin', retrain: '02:30' });
    // 02:30 is shown at 00:30 and at 01:30 UTC.
    expect(nightSlots(plan, at('2026-10-25T00:00'), 4)).toEqual([1]);
  });
});

test('nights are counted the same slot by slot and all at once', () => {
  const zones = fc.constantFrom('UTC', 'America/New_York', 'Pacific/Chatham');
  const starts = fc.integer({ min: at('2026-01-01T00:00'), max: at('2027-01-01T00:00') });
  const minutes = fc.integer({ min: 0, max: 1439 });
  fc.assert(
    fc.property(
      zones,
      starts,
      minutes,
      fc.integer({ min: 1, max: 60 }),
      (zone, start, minute, n) => {
        const clock = [Math.floor(minute / 60), minute % 60].map((part) =>
          `${part}`.padStart(2, '0'),
        );
        const plan = aNightPlan({ timezone: zone, retrain: clock.join(':') });
        const nights = nightSlots(plan, start, n);
        expect(nightsPassed(plan, start, n)).toBe(nights.length);
        // 25 hours: the longest day.
        for (const [index, slot] of nights.entries()) {
          const before = nights[index - 1];
          if (before !== undefined) expect(slot - before).toBeGreaterThanOrEqual(23);
          if (before !== undefined) expect(slot - before).toBeLessThanOrEqual(25);
        }
      },
    ),
    { numRuns: 60 },
  );
});
