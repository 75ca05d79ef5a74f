import fc from 'fast-check';
import { expect, test } from 'vitest';
import { momentOf, wallClockMs } from '../../../src/domain/requests/local-time.ts';

const utc = (text: string) => Date.parse(`${text}Z`);
const berlin = 'Europe/Berlin';

test('a wall clock shows its zone, in summer and in winter', () => {
  expect(wallClockMs(utc('2026-01-05T12:00:00.250'), berlin)).toBe(utc('2026-01-05T13:00:00.250'));
  expect(wallClockMs(utc('2026-07-05T23:30:00'), berlin)).toBe(utc('2026-07-06T01:30:00'));
  expect(wallClockMs(utc('2026-07-05T23:30:00'), 'Asia/Kathmandu')).toBe(
    utc('2026-07-06T05:15:00'),
  );
});

test('what a wall clock shows leads back to its moment, except in the hour that it shows twice', () => {
  const zones = fc.constantFrom('UTC', 'America/New_York', 'Australia/Lord_Howe', berlin);
  const moments = fc.integer({ min: utc('2026-01-01T00:00:00'), max: utc('2027-01-01T00:00:00') });
  fc.assert(
    fc.property(zones, moments, (zone, atMs) => {
      const shown = wallClockMs(atMs, zone);
      const moment = momentOf(shown, zone);
      expect(wallClockMs(moment, zone)).toBe(shown);
      expect(moment).toBeLessThanOrEqual(atMs);
      expect(atMs - moment).toBeLessThanOrEqual(3_600_000);
    }),
  );
});

test('of a time that is shown twice the first counts', () => {
  expect(momentOf(utc('2026-10-25T02:30:00'), berlin)).toBe(utc('2026-10-25T00:30:00'));
});

test('a time that the clock leaps over comes after the leap', () => {
  expect(momentOf(utc('2026-03-29T02:30:00'), berlin)).toBe(utc('2026-03-29T01:30:00'));
});
