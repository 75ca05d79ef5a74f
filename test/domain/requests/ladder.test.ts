import { describe, expect, test } from 'vitest';
import {
  ladderSteps,
  ladderWorkload,
  rateAtUtilisation,
} from '../../../src/domain/requests/ladder.ts';
import { aLoadPlan, mixCpuMs } from '../load-builders.ts';

test('the workloads take turns, the heaviest first, then from the top again', () => {
  const turns = [1, 2, 3, 4, 5].map((slot) => ladderWorkload(aLoadPlan(), slot, mixCpuMs));
  expect(turns).toEqual(['heavy', 'medium', 'light', 'heavy', 'medium']);
});

test('a step keeps all tasks of the service busy for its part of the time', () => {
  // 50 % of 2 tasks of 1 vCPU is one busy vCPU: five requests of 200 ms a second.
  expect(rateAtUtilisation({ ecsTasks: 2, ecsVcpu: 1 }, 0.5, 200)).toBeCloseTo(5);
});

describe('the steps of a slot', () => {
  test('follow the mixed load one after the other', () => {
    const starts = ladderSteps(aLoadPlan(), 1, mixCpuMs).map((step) => step.startsAtMs);
    expect(starts).toEqual([10_000, 14_000]);
  });

  test('are numbered as in the plan, in whatever order they run', () => {
    const plan = aLoadPlan();
    const orders = new Set<string>();
    for (let slot = 1; slot <= 20; slot += 1) {
      const steps = ladderSteps(plan, slot, mixCpuMs);
      orders.add(steps.map((step) => step.step).join());
      for (const step of steps) {
        expect(step.utilisation).toBe(plan.load.ladder?.utilisation[step.step - 1]);
      }
    }
    expect(orders).toEqual(new Set(['1,2', '2,1']));
  });

  test('keep their rate and end early when the cap on pairs is reached', () => {
    // Light at 50 % of a quarter vCPU: 62.5/s, of which 30 pairs take 0.48 s.
    const step = ladderSteps(aLoadPlan(), 3, mixCpuMs).find((candidate) => candidate.step === 2);
    expect(step).toMatchObject({ workload: 'light', pairs: 30 });
    expect(step?.ratePerS).toBeCloseTo(62.5);
    expect(step?.activeMs).toBeCloseTo(480);
  });

  test('last their whole time below the cap', () => {
    const step = ladderSteps(aLoadPlan(), 1, mixCpuMs).find((candidate) => candidate.step === 1);
    expect(step).toMatchObject({ workload: 'heavy', activeMs: 4000, pairs: 10 });
  });

  test('are none without a ladder', () => {
    const { ladder: _ladder, ...load } = aLoadPlan().load;
    expect(ladderSteps({ ...aLoadPlan(), load }, 1, {})).toEqual([]);
  });
});

test('a missing CPU time is refused with the workload and what to do', () => {
  expect(() => ladderSteps(aLoadPlan(), 1, { light: 2, heavy: 200 })).toThrow(
    /"medium" is undefined.*deploy/,
  );
});
