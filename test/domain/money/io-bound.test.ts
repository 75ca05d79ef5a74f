import { expect, test } from 'vitest';
import { armBlockCosts } from '../../../src/domain/money/arm-cost.ts';
import {
  requestsPerTaskHour,
  tasksNeeded,
  utilisationOf,
} from '../../../src/domain/money/fargate-price.ts';
import { expectedBilledMs } from '../../../src/domain/money/lambda-price.ts';
import { priceBookOf } from '../../../src/domain/money/price-books.ts';
import { rateAtUtilisation } from '../../../src/domain/requests/ladder.ts';
import { aCell, aPlan, aWorkload } from '../evaluation-builders.ts';

/** Two tasks of half a vCPU, each of which serves 40 requests at once. */
const waiting = aWorkload({
  name: 'heavy',
  ecsVcpu: 0.5,
  ecsMemoryMb: 1024,
  ecsTasks: 2,
  lambdaMemoryMb: 256,
  bound: 'io',
  slotsPerTask: 40,
});
const { pricing } = aPlan();

test('a workload that waits fills the slots of its tasks, not their CPUs', () => {
  // 40 requests a second that wait half a second hold 20 of the 80 slots.
  expect(utilisationOf(waiting, { ratePerS: 40, cpuMs: 500 })).toBeCloseTo(0.25);
  expect(rateAtUtilisation(waiting, 0.25, 500)).toBeCloseTo(40);
  // At 60 % a task holds 24: 48 a second.
  expect(requestsPerTaskHour(pricing, waiting, 500)).toBeCloseTo(48 * 3600);
  expect(tasksNeeded(pricing, waiting, { ratePerS: 100, cpuMs: 500 })).toBe(3);
});

test('it waits as long in any memory', () => {
  expect(expectedBilledMs(waiting, 500)).toBe(500);
  expect(expectedBilledMs({ ...waiting, bound: 'cpu' }, 500)).toBeGreaterThan(3000);
});

test('what an arm pays for it is busy by its slots', () => {
  const plan = aPlan({ workloads: [waiting] });
  const [cost] = armBlockCosts({
    cells: [aCell({ arm: 'ecs-only', requests: 36_000 })],
    plan,
    cpuMs: { heavy: 500 },
    book: priceBookOf(plan.pricing),
    hoursOf: () => 0.5,
    services: { 'lambda-only': [], 'ecs-only': ['heavy'], hybrid: [], 'best-static': [] },
  });
  // 18,000 slot-seconds of 80 · 1,800.
  expect(cost?.utilisation).toBeCloseTo(0.125);
});
