import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { atTimes, estimate } from '../../../src/domain/estimate/estimate.ts';
import { type EstimateQuestion, monthOf } from '../../../src/domain/estimate/estimate-month.ts';
import { aQuestion, aService, usEast } from '../estimate-builders.ts';

describe('a month of 26 million requests of 200 ms with 256 MB', () => {
  const { month, naive, otherRates, cheaper } = estimate(aQuestion());

  test('costs on Lambda its requests, GB-seconds, HTTP API and four log lines each', () => {
    expect(month.requests).toBeCloseTo(26e6, 3);
    expect(month.lambda.requestsUsd).toBeCloseTo(5.2, 6);
    // 26M · 0.25 GB · 0.2 s = 1.3M GB-s.
    expect(month.lambda.computeUsd).toBeCloseTo(21.66671, 5);
    expect(month.lambda.edgeUsd).toBeCloseTo(26, 6);
    expect(month.lambda.logsUsd).toBeCloseTo((26e6 * 665 * 0.5) / 2 ** 30, 6);
    expect(month.lambda.totalUsd).toBeCloseTo(60.918, 3);
  });

  test('costs on Fargate one task, a balancer with two addresses, LCUs and one log line each', () => {
    const taskHourUsd = 0.25 * 0.04048 + 0.5 * 0.004445 + 0.005;
    expect(month.fargate.busyUsd + month.fargate.idleUsd).toBeCloseTo(730 * taskHourUsd, 8);
    expect(month.fargate.balancerUsd).toBeCloseTo(730 * (0.0225 + 0.01), 8);
    expect(month.fargate.edgeUsd).toBeCloseTo((26e6 / 90_000) * 0.008, 6);
    expect(month.fargate.logsUsd).toBeCloseTo((26e6 * 326 * 0.5) / 2 ** 30, 6);
    expect(month.fargate.totalUsd).toBeCloseTo(42.643, 3);
    expect(cheaper).toBe('ecs');
  });

  test('needs one task, which is busy for two fifths of the time', () => {
    const [need] = month.needs;
    expect(need?.tasks).toBe(1);
    // 9.893/s · 10 ms / (0.25 · 60 %).
    expect(need?.exactTasks).toBeCloseTo(0.6596, 4);
    expect(need?.utilisation).toBeCloseTo(0.3957, 4);
    expect(need?.perTaskPerS).toBeCloseTo(15, 9);
    expect(month.fargate.busyUsd).toBeCloseTo(0.3957 * 12.66, 2);
  });

  test('has 1.7 requests open at a time: 131 ms of waiting and 40 ms on a quarter of a vCPU', () => {
    const onLambdaMs = 10 / (256 / 1769);
    const openMs = 200 - onLambdaMs + 40;
    expect(month.needs[0]?.openPerTask).toBeCloseTo((9.8935 * openMs) / 1000, 3);
  });

  test('is dearer on Fargate at half the rate, and needs a second task at double', () => {
    expect(otherRates.map(({ tasks }) => tasks)).toEqual([1, 1, 2]);
    expect(otherRates[0]?.lambdaUsd).toBeCloseTo(30.459, 3);
    expect(otherRates[0]?.fargateUsd).toBeCloseTo(39.514, 3);
  });

  test('would cost too much if its task were billed by request duration', () => {
    expect(naive.tasksUsd).toBeCloseTo(12.66, 2);
    expect(naive.factor).toBeCloseTo(1 / (9.8935 * 0.1709), 2);
    expect(naive.usd * naive.factor).toBeCloseTo(naive.tasksUsd, 9);
  });
});

describe('tasks', () => {
  const tasksOf = (changes: Partial<EstimateQuestion>): number | undefined =>
    monthOf(aQuestion(changes)).needs[0]?.tasks;

  test('are fixed for the peak, and idle outside it', () => {
    // 3 · 0.66 = 1.98.
    expect(tasksOf({ peak: 3 })).toBe(2);
    expect(tasksOf({ peak: 3.1 })).toBe(3);
    expect(monthOf(aQuestion({ peak: 3 })).needs[0]?.utilisation).toBeCloseTo(0.3957 / 2, 4);
  });

  test('average 30 % when they are fixed for twice the mean at a target of 60 %', () => {
    const service = aService({ ratePerS: 750, busy: { cpuMs: 10 } });
    const [need] = monthOf(aQuestion({ peak: 2, services: [service] })).needs;
    expect(need?.tasks).toBe(100);
    expect(need?.utilisation).toBeCloseTo(0.3, 6);
  });

  test('follow the slots where these are scarcer than the CPU, else the CPU', () => {
    const waiting = { bound: 'io', slotsPerTask: 2 } as const;
    const few = aService({ workload: waiting, busy: { cpuMs: 10, slotMs: 200 } });
    const many = aService({
      workload: { ...waiting, slotsPerTask: 100 },
      busy: { cpuMs: 10, slotMs: 200 },
    });
    const needs = [few, many].map(
      (service) => monthOf(aQuestion({ services: [service] })).needs[0],
    );
    // 9.893/s · 200 ms / (2 · 60 %) = 1.65.
    expect(needs[0]).toMatchObject({ tasks: 2, limit: { by: 'slots' } });
    expect(needs[1]).toMatchObject({ tasks: 1, limit: { by: 'cpu' } });
  });

  test('are the smallest number for requests that only wait', () => {
    const service = aService({ ratePerS: 5000, busy: { cpuMs: 0 }, workload: { ecsTasks: 2 } });
    expect(monthOf(aQuestion({ services: [service] })).needs[0]).toMatchObject({
      tasks: 2,
      exactTasks: 0,
      utilisation: 0,
    });
  });
});

describe('the most CPU time that Fargate bears', () => {
  test('is where its cost passes that of Lambda', () => {
    const { mostCpuMs } = estimate(aQuestion());
    const at = (cpuMs: number) =>
      estimate(aQuestion({ services: [aService({ busy: { cpuMs } })] })).cheaper;
    expect(mostCpuMs).toBeGreaterThan(10);
    expect(at((mostCpuMs ?? 0) * 0.999)).toBe('ecs');
    expect(at((mostCpuMs ?? 0) * 1.001)).toBe('lambda');
  });

  test('does not exist where even one task costs more', () => {
    const rare = aService({ ratePerS: 0.1 });
    expect(estimate(aQuestion({ services: [rare] })).mostCpuMs).toBeUndefined();
  });
});

describe('free tier, tiers and network', () => {
  test('a million requests and 400,000 GB-s are taken off with the free tier only', () => {
    const free = estimate(aQuestion({ hasFreeTier: true })).month.lambda;
    const full = estimate(aQuestion()).month.lambda;
    expect(free.freeUsd).toBeCloseTo(0.2 + 400_000 * 0.0000166667, 6);
    expect(full.totalUsd - free.totalUsd).toBeCloseTo(free.freeUsd, 9);
  });

  test('GB-seconds above six billion a month cost less', () => {
    const huge = aService({ ratePerS: 100_000, workload: { lambdaMemoryMb: 1024 } });
    const { computeUsd } = monthOf(aQuestion({ services: [huge] })).lambda;
    const gbSeconds = 100_000 * 3600 * 730 * 0.2;
    const tiered = 6e9 * 0.0000166667 + 9e9 * 0.000015 + (gbSeconds - 15e9) * 0.0000133334;
    expect(computeUsd).toBeCloseTo(tiered, 3);
  });

  test('network out costs both the same and changes no break-even', () => {
    const with10Kb = estimate(aQuestion({ bytes: { request: 0, response: 10_000 } }));
    const { lambda, fargate } = with10Kb.month;
    expect(lambda.networkUsd).toBeCloseTo((26e10 / 2 ** 30) * 0.09, 6);
    expect(fargate.networkUsd).toBe(lambda.networkUsd);
    const small = estimate(aQuestion());
    expect(with10Kb.ranges.breakEvenPerS).toBeCloseTo(small.ranges.breakEvenPerS ?? 0, 9);
  });

  test('means of billed time are not rounded up again', () => {
    const usd = (billedMs: number): number =>
      monthOf(aQuestion({ services: [aService({ billedMs })] })).lambda.computeUsd;
    expect(usd(1.5)).toBeCloseTo((usd(1) + usd(2)) / 2, 9);
  });
});

describe('several workloads', () => {
  const question = aQuestion({
    services: [
      aService({ workload: { name: 'busy' }, ratePerS: 30 }),
      aService({ workload: { name: 'rare' }, ratePerS: 0.1 }),
    ],
  });

  test('have their own tasks and one balancer', () => {
    const { month, services } = estimate(question);
    const own = services.reduce((sum, { fargateUsd }) => sum + fargateUsd, 0);
    expect(month.fargate.balancerUsd).toBeCloseTo(730 * 0.0325, 9);
    expect(own + month.fargate.balancerUsd).toBeCloseTo(month.fargate.totalUsd, 9);
    const ownLambda = services.reduce((sum, { lambdaUsd }) => sum + lambdaUsd, 0);
    expect(ownLambda).toBeCloseTo(month.lambda.totalUsd, 9);
  });

  test('may be cheapest on different platforms', () => {
    const { split, month } = estimate(question);
    expect(split?.platforms).toEqual({ busy: 'ecs', rare: 'lambda' });
    expect(split?.totalUsd).toBeLessThan(Math.min(month.lambda.totalUsd, month.fargate.totalUsd));
  });

  test('stay on Lambda together when their savings do not pay the balancer', () => {
    const slow = question.services.map((service) => ({ ...service, ratePerS: 6 }));
    const { split, month } = estimate({
      ...question,
      services: slow.slice(0, 1).concat(question.services.slice(1)),
    });
    expect(split?.platforms).toEqual({ busy: 'lambda', rare: 'lambda' });
    expect(split?.totalUsd).toBeCloseTo(month.lambda.totalUsd, 9);
  });
});

describe('at any rate', () => {
  const questions = fc
    .record({
      ratePerS: fc.double({ min: 0.001, max: 2000, noNaN: true }),
      durationMs: fc.integer({ min: 1, max: 5000 }),
      lambdaMemoryMb: fc.constantFrom(128, 256, 1024, 1769, 3008),
      busyShare: fc.double({ min: 0, max: 1, noNaN: true }),
      peak: fc.double({ min: 1, max: 5, noNaN: true }),
      hasFreeTier: fc.boolean(),
      lambda: fc.constantFrom('none', 'function-url', 'http-api', 'rest-api', 'alb'),
    })
    .map(({ ratePerS, durationMs, lambdaMemoryMb, busyShare, peak, hasFreeTier, lambda }) => {
      const cpuMs = (busyShare * durationMs * lambdaMemoryMb) / 1769;
      const service = aService({
        ratePerS,
        durationMs,
        billedMs: durationMs,
        busy: { cpuMs },
        workload: { lambdaMemoryMb, ecsVcpu: 0.5, ecsMemoryMb: 1024 },
      });
      const question = aQuestion({ services: [service], peak, hasFreeTier });
      return {
        ...question,
        pricing: { ...question.pricing, edge: { lambda, ecs: 'alb' as const } },
      };
    });

  test('neither bill falls when the rate rises', () => {
    fc.assert(
      fc.property(questions, fc.double({ min: 1, max: 10, noNaN: true }), (question, times) => {
        const [less, more] = [monthOf(question), monthOf(atTimes(question, times))];
        expect(more.lambda.totalUsd).toBeGreaterThanOrEqual(less.lambda.totalUsd * (1 - 1e-12));
        expect(more.fargate.totalUsd).toBeGreaterThanOrEqual(less.fargate.totalUsd * (1 - 1e-12));
      }),
    );
  });

  test('the bill of Lambda is a straight line below the second tier', () => {
    fc.assert(
      fc.property(questions, (drawn) => {
        const question = { ...drawn, hasFreeTier: false, book: { ...usEast, lambdaTiers: [] } };
        const once = monthOf(question).lambda;
        const thrice = monthOf(atTimes(question, 3)).lambda;
        const fixed = once.balancerUsd;
        expect(thrice.totalUsd - fixed).toBeCloseTo(3 * (once.totalUsd - fixed), 6);
      }),
    );
  });

  test('the lines of both bills add up, and no task is asked for more than its target', () => {
    fc.assert(
      fc.property(questions, (question) => {
        const { lambda, fargate, needs } = monthOf(question);
        const { totalUsd, freeUsd: _taken, ...lines } = lambda;
        const sum = Object.values(lines).reduce((total, usd) => total + usd, 0);
        expect(sum).toBeCloseTo(totalUsd, 6);
        const { totalUsd: all, addressesUsd: _part, ...ofFargate } = fargate;
        expect(Object.values(ofFargate).reduce((total, usd) => total + usd, 0)).toBeCloseTo(all, 6);
        for (const { utilisation } of needs) {
          expect(utilisation * question.peak).toBeLessThanOrEqual(0.6 * (1 + 1e-9));
        }
      }),
    );
  });
});
