import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { atTimes } from '../../../src/domain/estimate/estimate.ts';
import { type EstimateQuestion, monthOf } from '../../../src/domain/estimate/estimate-month.ts';
import { type CheaperRanges, cheaperRanges } from '../../../src/domain/estimate/estimate-ranges.ts';
import { breakEvenPerHour } from '../../../src/domain/money/break-even.ts';
import type { EdgeName } from '../../../src/domain/plan.ts';
import { aQuestion, aService, usEast } from '../estimate-builders.ts';

const untiered = { ...usEast, lambdaTiers: [] };

function withEdges(question: EstimateQuestion, lambda: EdgeName, ecs: EdgeName): EstimateQuestion {
  return { ...question, pricing: { ...question.pricing, edge: { lambda, ecs } } };
}

/** What Fargate saves in a month when all workloads together have a rate. */
function savedAt(question: EstimateQuestion, ratePerS: number): number {
  const own = question.services.reduce((sum, service) => sum + service.ratePerS, 0);
  const { lambda, fargate } = monthOf(atTimes(question, ratePerS / own));
  return lambda.totalUsd - fargate.totalUsd;
}

function isInside({ ranges }: CheaperRanges, ratePerS: number): boolean {
  return ranges.some(
    ({ fromPerS, toPerS }) =>
      ratePerS > fromPerS && ratePerS <= (toPerS ?? Number.POSITIVE_INFINITY),
  );
}

describe('the rates at which Fargate is cheaper', () => {
  test('begin at (h + F) / (C_lambda - x) where one task is enough', () => {
    // 0.0498425 $/h ÷ (2.34300e-6 − 2.40694e-7) $/request.
    expect(cheaperRanges(aQuestion())).toEqual({
      breakEvenPerS: expect.closeTo(6.5857, 4),
      ranges: [{ fromPerS: expect.closeTo(6.5857, 4), tasks: 1 }],
    });
  });

  test('are interrupted where a further task makes the cost jump', () => {
    const computing = aQuestion({ services: [aService({ busy: { cpuMs: 28.9 } })] });
    const found = cheaperRanges(computing);
    const [first, last, ...more] = found.ranges;
    expect(more).toEqual([]);
    // Two tasks serve 2 · 0.25 · 0.6 / 28.9 ms.
    expect(first).toMatchObject({ tasks: 2, endedBy: 'task', toPerS: expect.closeTo(10.381, 3) });
    expect(last).toMatchObject({ tasks: 3, fromPerS: found.breakEvenPerS });
    expect(savedAt(computing, (first?.toPerS ?? 0) * 1.0001)).toBeLessThan(0);
  });

  test('do not exist where a request costs less than its part of a task', () => {
    const dear = aService({ busy: { cpuMs: 200 }, billedMs: 200 });
    expect(cheaperRanges(aQuestion({ services: [dear] }))).toEqual({ ranges: [] });
  });

  test('begin at no request at all where only Lambda pays a balancer', () => {
    const question = withEdges(aQuestion(), 'alb', 'none');
    expect(cheaperRanges(question).breakEvenPerS).toBe(0);
  });

  test('begin later with the free tier, by what it is worth', () => {
    const [with_, without] = [true, false].map((hasFreeTier) =>
      cheaperRanges(aQuestion({ hasFreeTier })),
    );
    const freeUsd = 0.2 + 400_000 * 0.0000166667;
    const savedUsd = savedAt(aQuestion(), 10) - savedAt(aQuestion(), 9);
    expect((with_?.breakEvenPerS ?? 0) - (without?.breakEvenPerS ?? 0)).toBeCloseTo(
      freeUsd / savedUsd,
      6,
    );
  });

  test("end where large use makes Lambda's price fall below a task's", () => {
    const computing = aService({
      busy: { cpuMs: 52 },
      workload: { lambdaMemoryMb: 512, ecsVcpu: 0.5, ecsMemoryMb: 1024 },
    });
    const question = withEdges(aQuestion({ services: [computing], peak: 2 }), 'http-api', 'alb');
    const { ranges, breakEvenPerS } = cheaperRanges(question);
    const last = ranges.at(-1);
    expect(breakEvenPerS).toBeUndefined();
    expect(last?.endedBy).toBe('tier');
    // 6e9 GB-s of 0.1 GB-s each.
    expect(last?.toPerS).toBeGreaterThan(6e10 / (3600 * 730));
    expect(savedAt(question, (last?.toPerS ?? 0) * 0.99)).toBeGreaterThan(0);
    expect(savedAt(question, (last?.toPerS ?? 0) * 1.2)).toBeLessThan(0);
  });
});

describe('for any workloads', () => {
  const services = fc.array(
    fc.record({
      ratePerS: fc.double({ min: 0.1, max: 100, noNaN: true }),
      durationMs: fc.integer({ min: 5, max: 1000 }),
      lambdaMemoryMb: fc.constantFrom(128, 512, 1769),
      busyShare: fc.double({ min: 0.01, max: 1, noNaN: true }),
      ecsTasks: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 3 },
  );
  const questions = fc
    .record({
      services,
      hasFreeTier: fc.boolean(),
      peak: fc.constantFrom(1, 2.5),
      lambda: fc.constantFrom<EdgeName>('none', 'http-api', 'rest-api', 'alb'),
      ecs: fc.constantFrom<EdgeName>('none', 'alb'),
    })
    .map(({ services: drawn, hasFreeTier, peak, lambda, ecs }) =>
      withEdges(
        aQuestion({
          hasFreeTier,
          peak,
          services: drawn.map((each, index) =>
            aService({
              ratePerS: each.ratePerS,
              durationMs: each.durationMs,
              billedMs: each.durationMs,
              busy: { cpuMs: (each.busyShare * each.durationMs * each.lambdaMemoryMb) / 1769 },
              workload: {
                name: `w${index}`,
                lambdaMemoryMb: each.lambdaMemoryMb,
                ecsTasks: each.ecsTasks,
              },
            }),
          ),
        }),
        lambda,
        ecs,
      ),
    );

  test('both monthly bills say the same as the ranges, at every rate', () => {
    fc.assert(
      fc.property(
        questions,
        fc.double({ min: -2, max: 3.5, noNaN: true }),
        (question, exponent) => {
          const ratePerS = 10 ** exponent;
          const found = cheaperRanges(question);
          if (found.lookedUpToPerS !== undefined && ratePerS > found.lookedUpToPerS) return;
          const saved = savedAt(question, ratePerS);
          // On a border itself both cost the same.
          if (Math.abs(saved) < 1e-6) return;
          expect(isInside(found, ratePerS)).toBe(saved > 0);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('both bills are the same where a range begins without a task being added', () => {
    fc.assert(
      fc.property(questions, (question) => {
        for (const { fromPerS } of cheaperRanges(question).ranges) {
          if (fromPerS === 0) continue;
          const before = monthOf(atTimes(question, fromPerS / totalRate(question)));
          expect(Math.abs(before.lambda.totalUsd - before.fargate.totalUsd)).toBeLessThan(
            1e-6 * before.lambda.totalUsd + 1e-6,
          );
        }
      }),
    );
  });

  test('one workload without tiers and free tier has the break-even of METHOD 3.4', () => {
    fc.assert(
      fc.property(questions, (drawn) => {
        const [service] = drawn.services;
        if (service === undefined) return;
        const question = {
          ...drawn,
          book: untiered,
          services: [service],
          hasFreeTier: false,
          peak: 1,
        };
        const closed = breakEvenPerHour(untiered, question.pricing, service.workload, {
          cpuMs: service.busy.cpuMs ?? 0,
          lambdaBilledMs: service.billedMs,
        });
        const found = cheaperRanges(question);
        if (found.lookedUpToPerS !== undefined) return;
        if (closed === undefined) expect(found.breakEvenPerS).toBeUndefined();
        else {
          expect(found.breakEvenPerS).toBeDefined();
          const perHour = 3600 * (found.breakEvenPerS ?? 0);
          expect(perHour / Math.max(1e-9, closed.requestsPerHour)).toBeCloseTo(
            closed.requestsPerHour === 0 ? 0 : 1,
            6,
          );
        }
      }),
    );
  });
});

function totalRate({ services }: EstimateQuestion): number {
  return services.reduce((sum, { ratePerS }) => sum + ratePerS, 0);
}
