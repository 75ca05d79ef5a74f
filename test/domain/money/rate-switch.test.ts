import { expect, test } from 'vitest';
import { breakEvenPerHour } from '../../../src/domain/money/break-even.ts';
import { priceBookOf } from '../../../src/domain/money/price-books.ts';
import { isFargateCheaper, switchByRate } from '../../../src/domain/money/rate-switch.ts';
import { aPlan, aWorkload, oneVcpu } from '../../support/a-plan.ts';

const workload = aWorkload({ name: 'heavy', share: 1, ...oneVcpu });
const cpuMs = 300;

/** A plan whose rate is a multiple of the break-even. */
function planAt(part: number, shape: 'steady' | 'diurnal' = 'steady') {
  const plan = aPlan({ workloads: [workload] });
  const book = priceBookOf(plan.pricing);
  const perHour = breakEvenPerHour(book, plan.pricing, workload, { cpuMs })?.requestsPerHour ?? 0;
  const load = { ratePerS: (part * perHour) / 3600, shape };
  return { book, perHour, plan: aPlan({ workloads: [workload], load }) };
}

test('all hours go to Lambda below the break-even, and to enough tasks above it', () => {
  const below = planAt(0.2);
  const above = planAt(3);
  const low = switchByRate(below.plan, below.book, { workload, cpuMs });
  const high = switchByRate(above.plan, above.book, { workload, cpuMs });
  expect(low.hours).toHaveLength(168);
  expect(low.breakEven?.requestsPerHour).toBeCloseTo(below.perHour);
  expect(new Set(low.hours.map(({ lambdaPercent, tasks }) => `${lambdaPercent} ${tasks}`))).toEqual(
    new Set(['100 0']),
  );
  expect(new Set(high.hours.map(({ ecsPercent }) => ecsPercent))).toEqual(new Set([100]));
  const capacityPerHour = (high.hours[0]?.tasks ?? 0) * ((3600 * 0.6) / 0.3);
  expect(capacityPerHour).toBeGreaterThanOrEqual(3 * above.perHour);
});

test('a diurnal load around the break-even is on Lambda at night and on Fargate by day', () => {
  const { plan, book } = planAt(1, 'diurnal');
  const { hours } = switchByRate(plan, book, { workload, cpuMs });
  const at = (day: number, hour: number) => hours[24 * day + hour];
  expect(at(0, 2)).toMatchObject({ day: 0, hour: 2, lambdaPercent: 100, ecsPercent: 0, tasks: 0 });
  expect(at(0, 14)).toMatchObject({ day: 0, hour: 14, lambdaPercent: 0, ecsPercent: 100 });
  expect(at(5, 14)?.requestsPerHour).toBeLessThan(at(4, 14)?.requestsPerHour ?? 0);
  const mean = hours.reduce((sum, { requestsPerHour }) => sum + requestsPerHour, 0) / 168;
  expect(mean).toBeCloseTo(3600 * plan.load.ratePerS, 6);
});

test('a measured billed time goes before the estimated one', () => {
  const { plan, book } = planAt(1);
  const estimated = switchByRate(plan, book, { workload, cpuMs });
  const measured = switchByRate(plan, book, { workload, cpuMs, lambdaBilledMs: 5_000 });
  expect(estimated.isBilledMeasured).toBe(false);
  expect(measured).toMatchObject({ isBilledMeasured: true, lambdaBilledMs: 5_000 });
  expect(measured.breakEven?.requestsPerHour).toBeLessThan(
    estimated.breakEven?.requestsPerHour ?? 0,
  );
});

test('where Fargate is never cheaper all goes to Lambda', () => {
  expect(isFargateCheaper(undefined, 1e9)).toBe(false);
  const { plan, book } = planAt(1);
  const one = switchByRate(plan, book, { workload, cpuMs, lambdaBilledMs: 1 });
  expect(one.breakEven).toBeUndefined();
  expect(one.hours.every(({ lambdaPercent }) => lambdaPercent === 100)).toBe(true);
});

test('below the break-even Fargate is cheaper where it needs no further task yet', () => {
  const earlier = [{ fromPerHour: 10, toPerHour: 20, tasks: 1 }];
  const breakEven = { requestsPerHour: 30, tasks: 2, upToPerHour: 40, earlier };
  expect([9, 10, 20, 21, 30, 31].map((rate) => isFargateCheaper(breakEven, rate))).toEqual([
    false,
    true,
    true,
    false,
    true,
    true,
  ]);
});
