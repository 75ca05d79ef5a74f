import { describe, expect, it } from 'vitest';
import { armServices, type EvaluationSetup } from '../../../src/domain/evaluation.ts';
import {
  type Sizing,
  shortOfCpus,
  sizedArmTasks,
  sizedTasks,
} from '../../../src/domain/money/arm-tasks.ts';
import { taskHourUsd } from '../../../src/domain/money/fargate-price.ts';
import { forecastCost } from '../../../src/domain/money/forecast.ts';
import { priceBookOf } from '../../../src/domain/money/price-books.ts';
import { aPlan, aWorkload } from '../evaluation-builders.ts';

const light = aWorkload({ name: 'light', share: 0.5, ecsVcpu: 0.5, ecsMemoryMb: 1024 });
const heavy = aWorkload({ share: 0.5 });
const plan = aPlan({ workloads: [light, heavy] });

/** 10/s: heavy needs 5 · 0.3 = 1.5 vCPUs, which are 3 tasks at 60 %; light needs 0.05 of half a vCPU. */
function sizing(changes: Partial<Sizing> = {}): Sizing {
  return { plan, cpuMs: { light: 10, heavy: 300 }, ratePerS: 10, ...changes };
}

describe('the tasks of an arm', () => {
  it('carry what the arm sends to Fargate at the target utilisation', () => {
    expect(sizedTasks(sizing(), heavy, 1)).toBe(3);
    expect(sizedTasks(sizing(), heavy, 0.5)).toBe(2);
    expect(sizedTasks(sizing(), light, 1)).toBe(1);
  });

  it('are never fewer than the plan’s', () => {
    expect(sizedTasks(sizing(), { ...heavy, ecsTasks: 4 }, 0.1)).toBe(4);
  });

  it('follow each arm’s own share', () => {
    const services = [
      { arm: 'ecs-only', workloads: ['light', 'heavy'] },
      { arm: 'hybrid', workloads: ['heavy'] },
    ] as const;
    const tasks = sizedArmTasks(sizing(), services, (arm) => (arm === 'hybrid' ? 0.3 : 1));
    expect(tasks).toEqual({ 'ecs-only': { light: 1, heavy: 3 }, hybrid: { heavy: 1 } });
  });

  it('are what a testbed is asked for; an older evaluation has the plan’s', () => {
    const setup: EvaluationSetup = {
      arms: ['ecs-only'],
      skipped: [],
      table: {},
      withCapacity: [],
      estimates: {},
    };
    const tasksIn = (own: EvaluationSetup): unknown => armServices(own, plan).map((s) => s.tasks);
    expect(tasksIn(setup)).toEqual([1, 1]);
    expect(tasksIn({ ...setup, tasks: { 'ecs-only': { heavy: 3 } } })).toEqual([1, 3]);
  });
});

it('the forecast pays the tasks that each arm will have', () => {
  // Lambda is cheaper for both, so that ecs-only alone has services: 3 tasks of heavy instead of 1.
  const evaluation = { blocks: 10, blockDurationMs: 3_600_000, ratePerS: 10 };
  const only = { schedule: { slots: 0 }, evaluation, learning: { families: [] } };
  const cpuMs = { light: 10, heavy: 300 };
  const usdOf = (targetUtilisation: number): number => {
    const own = aPlan({ workloads: [light, heavy], ...only });
    const pricing = { ...own.pricing, targetUtilisation };
    return forecastCost({ ...own, pricing }, cpuMs).fargateUsd;
  };
  const taskUsd = taskHourUsd(priceBookOf(plan.pricing), heavy);
  // 1.5 vCPUs at 60 % are 3 tasks, at 40 % 4: ten hours of one task more.
  expect(usdOf(0.4) - usdOf(0.6)).toBeCloseTo(10 * taskUsd, 9);
});

describe('one machine', () => {
  it('gives no arm more tasks than it has CPUs for, and says so', () => {
    const small = sizing({ machineCpus: 2 });
    expect(sizedTasks(small, heavy, 1)).toBe(1);
    expect(shortOfCpus(small)).toBe(
      '3 tasks of heavy would be below the target utilisation, but all services would then need ' +
        "3.5 vCPUs of a machine with 2: every service keeps the plan's tasks.",
    );
  });

  it('gives them where it has the CPUs', () => {
    const large = sizing({ machineCpus: 4 });
    expect(sizedTasks(large, heavy, 1)).toBe(3);
    expect(shortOfCpus(large)).toBeUndefined();
  });

  it('is no limit where tasks do not share one', () => {
    const simulated = aPlan({ workloads: [light, heavy], testbed: 'simulated' });
    expect(sizedTasks(sizing({ plan: simulated, machineCpus: 1 }), heavy, 1)).toBe(3);
  });

  it('is not blamed where nobody wants more tasks', () => {
    expect(shortOfCpus(sizing({ machineCpus: 1, ratePerS: 1 }))).toBeUndefined();
  });
});
