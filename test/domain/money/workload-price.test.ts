import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { breakEvenPerHour, breakEvenUtilisation } from '../../../src/domain/money/break-even.ts';
import { costSensitivity } from '../../../src/domain/money/cost-sensitivity.ts';
import { tasksNeeded, utilisationOf } from '../../../src/domain/money/fargate-price.ts';
import { requirePriceBook } from '../../../src/domain/money/price-books.ts';
import { isFargateCheaper } from '../../../src/domain/money/rate-switch.ts';
import { type PriceQuestion, workloadPrice } from '../../../src/domain/money/workload-price.ts';
import { aPlan, aWorkload } from '../evaluation-builders.ts';

const book = requirePriceBook('us-east-1/x86_64/2026-11');
const { pricing } = aPlan();
const light = aWorkload({ lambdaMemoryMb: 128, ecsVcpu: 0.25, ecsMemoryMb: 512 });

function aQuestion(changes: Partial<PriceQuestion> = {}): PriceQuestion {
  return { book, pricing, workload: aWorkload(), ratePerS: 0.3, cpuMs: 1000, ...changes };
}

describe('a workload on Lambda', () => {
  it('costs its requests and its balancer, all parts added up', () => {
    const edge = { lambda: 'alb', ecs: 'alb' } as const;
    const { lambda } = workloadPrice(aQuestion({ pricing: { ...pricing, edge } }));
    const parts = Object.values(lambda.parts).reduce((sum, usd) => sum + usd, 0);
    expect(lambda.marginalUsd).toBeCloseTo(parts, 15);
    expect(lambda.entranceUsd).toBeCloseTo(0.0325, 10);
    expect(lambda.allInUsd).toBeCloseTo(0.0325 + 1080 * parts, 10);
    expect(lambda.averageUsd).toBeCloseTo(lambda.allInUsd / 1080, 12);
  });

  it('is billed as measured, where it was', () => {
    expect(workloadPrice(aQuestion()).lambda.billedMs).toBe(3456);
    const { lambda } = workloadPrice(aQuestion({ lambdaBilledMs: 2000 }));
    expect(lambda.billedMs).toBe(2000);
    expect(lambda.parts.computeUsd).toBeCloseTo(0.5 * 2 * 0.0000166667, 12);
  });

  it('costs more per good request when some are not', () => {
    const good = workloadPrice(aQuestion()).lambda.averageUsd ?? 0;
    expect(workloadPrice(aQuestion({ goodShare: 0.5 })).lambda.averageUsd).toBeCloseTo(2 * good);
    expect(workloadPrice(aQuestion({ goodShare: 0 })).lambda.averageUsd).toBeUndefined();
  });
});

describe('a workload on Fargate', () => {
  it('pays its part of the balancer, and its addresses within its tasks', () => {
    const { fargate } = workloadPrice(aQuestion({ entranceShare: 0.25 }));
    expect(fargate.balancerUsd).toBeCloseTo(0.25 * 0.0325, 12);
    expect(fargate.addressUsd).toBe(0.005);
    expect(fargate.busyUsd + fargate.idleUsd).toBeCloseTo(0.05437, 10);
    const rest = fargate.busyUsd + fargate.idleUsd + fargate.variableUsd;
    expect(fargate.allInUsd).toBeCloseTo(0.25 * 0.0325 + rest, 12);
  });

  it('has a marginal cost with its part of a task once the plan has too few', () => {
    const below = workloadPrice(aQuestion({ ratePerS: 0.6 })).fargate;
    const above = workloadPrice(aQuestion({ ratePerS: 0.61 })).fargate;
    expect([below.tasks, above.tasks]).toEqual([1, 2]);
    expect(above.marginalUsd - below.marginalUsd).toBeCloseTo(0.05437 / (3600 * 0.6), 12);
  });

  it.each([
    ['light', light, 7, 57],
    ['heavy', aWorkload(), 1000, 1.6],
  ])('billed by duration is off by N/(λ·d) for a %s one', (_name, workload, cpuMs, factor) => {
    // With room for the target, so that one task serves both.
    const roomy = { ...pricing, targetUtilisation: 0.9 };
    const { naive, fargate } = workloadPrice(
      aQuestion({ workload, cpuMs, ratePerS: 0.625, pricing: roomy }),
    );
    expect(naive.factor).toBeCloseTo(factor, factor > 10 ? 0 : 1);
    const tasksUsd = fargate.busyUsd + fargate.idleUsd;
    expect(tasksUsd / (3600 * 0.625 * naive.requestUsd)).toBeCloseTo(naive.factor, 8);
  });

  it('pays for network out as Lambda does, outside both totals', () => {
    const bytes = { request: 0, response: 2 ** 30 / 1000 };
    const price = workloadPrice(aQuestion({ bytes }));
    expect(price.egressHourUsd).toBeCloseTo(1.08 * 0.09, 10);
    expect(workloadPrice(aQuestion()).egressHourUsd).toBe(0);
  });
});

describe('the break-even', () => {
  const measured = { cpuMs: 1000, lambdaBilledMs: 3455 };

  it('says up to which rate its tasks carry it', () => {
    const found = breakEvenPerHour(book, pricing, aWorkload(), measured);
    expect(found?.upToPerHour).toBeCloseTo((found?.tasks ?? 0) * 2160, 6);
    expect(found?.requestsPerHour).toBeLessThanOrEqual(found?.upToPerHour ?? 0);
  });

  it('is (N·h + F) / (C_lambda − x) as long as N tasks carry it', () => {
    const short = aWorkload({ lambdaMemoryMb: 1769 });
    const { lambda, fargate, breakEven } = workloadPrice(
      aQuestion({ workload: short, cpuMs: 100, lambdaBilledMs: 100 }),
    );
    const tasks = breakEven?.tasks ?? 0;
    const variableUsd = fargate.variableUsd / (3600 * 0.3);
    const expected = (tasks * 0.05437 + 0.0325) / (lambda.marginalUsd - variableUsd);
    expect(breakEven?.requestsPerHour).toBeCloseTo(expected, 6);
  });

  it('counts a balancer that only Lambda has for Fargate', () => {
    const edge = { lambda: 'alb', ecs: 'none' } as const;
    const found = breakEvenPerHour(book, { ...pricing, edge }, light, { cpuMs: 7 });
    // A task of 0.25 vCPU is cheaper than a balancer: Fargate is from the first request on.
    expect(found).toMatchObject({ requestsPerHour: 0, tasks: 1, earlier: [] });
  });

  it('of a workload that waits is divided by the overlap', () => {
    const request = { cpuMs: 500, memoryMb: 256 };
    const alone = breakEvenUtilisation(book, { ...request, overlap: 1 });
    expect(breakEvenUtilisation(book, { ...request, overlap: 80 })).toBeCloseTo(alone / 80, 12);
  });

  it('of a workload that waits agrees with the rate at which its slots are that full', () => {
    const waiting = aWorkload({ lambdaMemoryMb: 256, bound: 'io', slotsPerTask: 40 });
    const bare = { ...pricing, edge: { lambda: 'none', ecs: 'none' } } as const;
    const without = { ...book, logsGbUsd: 0, ipv4HourUsd: 0 };
    const found = breakEvenPerHour(without, bare, waiting, { cpuMs: 500 });
    const ratePerS = (found?.requestsPerHour ?? 0) / 3600;
    expect(utilisationOf(waiting, { ratePerS, cpuMs: 500 })).toBeCloseTo(
      breakEvenUtilisation(book, { cpuMs: 500, memoryMb: 256, overlap: 40 }),
      8,
    );
  });

  it('is 47.6 % at most for work that computes, whatever its size', () => {
    const most = breakEvenUtilisation(book, { cpuMs: 1e6, memoryMb: 1024 });
    expect(most).toBeCloseTo(0.476, 3);
  });

  test('a service sized for twice its mean rate is 30 % busy', () => {
    const peakPerS = 60;
    const demand = { ratePerS: peakPerS, cpuMs: 1000 };
    const ecsTasks = tasksNeeded(pricing, aWorkload(), demand);
    const utilisation = utilisationOf(aWorkload({ ecsTasks }), { ...demand, ratePerS: 30 });
    expect(utilisation).toBeCloseTo(0.3, 10);
  });
});

describe('the sensitivity of the cost', () => {
  const rows = costSensitivity(aQuestion());
  const at = (factor: string, value: string) => {
    const row = rows.find((one) => one.factor === factor && one.value === value);
    if (row === undefined) throw new Error(`No row ${factor} ${value}.`);
    return row;
  };
  const base = at('as it is', '');

  it('changes one thing at a time', () => {
    expect(rows.map(({ factor, value }) => `${factor} ${value}`.trim())).toEqual([
      'as it is',
      'Lambda price −20 %',
      'Lambda price +20 %',
      'Fargate price −20 %',
      'Fargate price +20 %',
      'rate x0.5',
      'rate x2',
    ]);
  });

  it('has a month of 730 hours of both platforms as the first row', () => {
    const { lambda, fargate } = workloadPrice(aQuestion());
    expect(base.lambdaMonthUsd).toBeCloseTo(730 * lambda.allInUsd, 6);
    expect(base.fargateMonthUsd).toBeCloseTo(730 * fargate.allInUsd, 8);
  });

  it('moves the break-even with the price and not with the rate', () => {
    const breakEven = base.breakEvenPerHour ?? 0;
    expect(at('Lambda price', '+20 %').breakEvenPerHour).toBeLessThan(breakEven);
    expect(at('Fargate price', '+20 %').breakEvenPerHour).toBeGreaterThan(breakEven);
    expect(at('rate', 'x2').breakEvenPerHour).toBe(breakEven);
  });

  it('doubles Lambda with the rate, and Fargate only as far as it needs tasks', () => {
    const double = at('rate', 'x2');
    expect(double.lambdaMonthUsd).toBeCloseTo(2 * base.lambdaMonthUsd, 8);
    expect(double.tasks).toBe(1);
    expect(double.fargateMonthUsd / base.fargateMonthUsd).toBeLessThan(1.01);
    expect(at('Fargate price', '−20 %').lambdaMonthUsd).toBe(base.lambdaMonthUsd);
  });

  it('counts the price tiers of a month of enormous load', () => {
    const huge = aQuestion({ ratePerS: 100_000, cpuMs: 100, lambdaBilledMs: 1000 });
    const [row] = costSensitivity(huge);
    const flat = 730 * workloadPrice(huge).lambda.allInUsd;
    expect(row?.lambdaMonthUsd).toBeLessThan(0.95 * flat);
  });
});

test('at any load the break-even and its intervals say which platform is cheaper', () => {
  const edges = fc.constantFrom('none', 'http-api', 'alb', 'rest-api');
  const questions = fc.record({
    cpuMs: fc.double({ min: 1, max: 2000, noNaN: true }),
    lambdaMemoryMb: fc.constantFrom(128, 512, 1769, 3008),
    ecsTasks: fc.integer({ min: 1, max: 4 }),
    lambda: edges,
    ecs: edges,
    busy: fc.double({ min: 0.01, max: 8, noNaN: true }),
  });
  fc.assert(
    fc.property(questions, ({ cpuMs, lambdaMemoryMb, ecsTasks, lambda, ecs, busy }) => {
      const price = workloadPrice(
        aQuestion({
          workload: aWorkload({ lambdaMemoryMb, ecsTasks }),
          pricing: { ...pricing, edge: { lambda, ecs } },
          cpuMs,
          ratePerS: (1000 * busy) / cpuMs,
        }),
      );
      const { breakEven } = price;
      const difference = price.fargate.allInUsd / price.lambda.allInUsd - 1;
      // At the border itself rounding decides; a list that is full does not name every interval.
      fc.pre(Math.abs(difference) > 1e-6 && (breakEven?.earlier.length ?? 0) < 20);
      fc.pre(breakEven !== undefined || lambda !== 'alb' || ecs === 'alb');
      expect(isFargateCheaper(breakEven, (3_600_000 * busy) / cpuMs)).toBe(difference < 0);
    }),
    { numRuns: 500, seed: 7 },
  );
});
