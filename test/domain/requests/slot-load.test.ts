import { describe, expect, test } from 'vitest';
import { slotLoad, slotLoads } from '../../../src/domain/requests/slot-load.ts';
import { aLoadPlan } from '../load-builders.ts';

const hourMs = 3_600_000;
const monday = Date.parse('2026-01-05T00:00:00Z');

function aWeek(shape: 'steady' | 'diurnal', ratePerS = 0.1) {
  const plan = aLoadPlan({ load: { shape, ratePerS, durationMs: 2_700_000 } });
  return { ...plan, schedule: { ...plan.schedule, slots: 168, everyMs: hourMs } };
}

test('every slot of a load that follows no hour has the same', () => {
  expect(slotLoad(aWeek('steady'), 7, undefined)).toEqual({ ratePerS: 0.1, requests: 270 });
  expect(new Set(slotLoads(aWeek('steady'), 0).map(({ requests }) => requests))).toEqual(
    new Set([270]),
  );
});

describe('a diurnal load', () => {
  test('adds up over a week to what its mean rate says, whenever the week begins', () => {
    for (const ratePerS of [0.1, 0.013, 3.7]) {
      for (const startMs of [monday, monday + 77 * hourMs]) {
        const loads = slotLoads(aWeek('diurnal', ratePerS), startMs);
        const total = loads.reduce((sum, { requests }) => sum + requests, 0);
        expect(total).toBe(Math.round(ratePerS * 2700 * 168));
      }
    }
  });

  test('is within one request of its rate in every slot', () => {
    for (const { ratePerS, requests } of slotLoads(aWeek('diurnal'), monday)) {
      expect(Math.abs(requests - ratePerS * 2700)).toBeLessThan(1);
    }
  });

  test('is the same slot by slot as all at once', () => {
    const plan = aWeek('diurnal');
    const all = slotLoads(plan, monday);
    for (const slot of [1, 2, 24, 90, 168]) {
      expect(slotLoad(plan, slot, monday + (slot - 1) * hourMs)).toEqual(all[slot - 1]);
    }
  });
});
