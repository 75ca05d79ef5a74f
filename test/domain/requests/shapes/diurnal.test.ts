import { expect, test } from 'vitest';
import {
  busiestDiurnalFactor,
  diurnalFactor,
} from '../../../../src/domain/requests/shapes/diurnal.ts';

const hourMs = 3_600_000;
const monday = Date.parse('2026-01-05T00:00:00Z');
const at = (day: number, hour: number, timezone = 'UTC') =>
  diurnalFactor(monday + (24 * day + hour) * hourMs, timezone);

test('the mean over the hours of a week is one, wherever the week begins', () => {
  for (const [firstHour, timezone] of [
    [0, 'UTC'],
    [31, 'Asia/Kolkata'],
    [100, 'America/New_York'],
  ] as const) {
    const week = Array.from({ length: 168 }, (_, hour) => at(0, firstHour + hour, timezone));
    expect(week.reduce((sum, factor) => sum + factor, 0) / 168).toBeCloseTo(1, 12);
  }
});

test('afternoons are busy, nights are quiet, and half of the load never sleeps', () => {
  expect(at(0, 14)).toBeCloseTo(busiestDiurnalFactor);
  expect(at(0, 2) / at(0, 14)).toBeCloseTo(0.5);
  expect(at(0, 8)).toBeGreaterThan(at(0, 5));
  expect(at(0, 20)).toBeLessThan(at(0, 17));
});

test('weekends are quieter by day, and weekdays are alike', () => {
  expect(at(5, 14)).toBeLessThan(0.85 * at(4, 14));
  expect(at(6, 14)).toBe(at(5, 14));
  expect(at(3, 14)).toBe(at(0, 14));
});

test('hours are those of the time zone', () => {
  expect(at(0, 14 - 9, 'Asia/Tokyo')).toBe(at(0, 14));
  // Friday evening in London is Saturday morning in Tokyo.
  expect(at(4, 23, 'Asia/Tokyo')).toBe(at(5, 8));
});

test('nothing changes within an hour', () => {
  expect(diurnalFactor(monday + 59 * 60_000, 'UTC')).toBe(at(0, 0));
});
