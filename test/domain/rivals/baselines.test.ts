import { describe, expect, it } from 'vitest';
import {
  balancerHourUsd,
  fargateRequestUsd,
  taskHourUsd,
} from '../../../src/domain/money/fargate-price.ts';
import { priceBookOf } from '../../../src/domain/money/price-books.ts';
import { switchByRate } from '../../../src/domain/money/rate-switch.ts';
import type { BaselineName, Baselines } from '../../../src/domain/rivals/baselines.ts';
import { computeBaselines } from '../../../src/domain/rivals/compute-baselines.ts';
import type { BaselinesQuestion } from '../../../src/domain/rivals/evaluated-routing.ts';
import { randomFor } from '../../../src/domain/statistics/random.ts';
import { aCell, aCost, aPlan, aWorkload } from '../evaluation-builders.ts';
import { type MadeOutcome, pairColumns } from '../pair-builders.ts';

const heavy = aWorkload({ share: 0.5, slo: { latencyMs: 1000, attainment: 0.9 } });
const light = aWorkload({ name: 'light', share: 0.5 });
const plan = aPlan({ workloads: [heavy, light], evaluation: { ratePerS: 2 } });
const book = priceBookOf(plan.pricing);
const cpuMs = { heavy: 100, light: 10 };

/** Every arm has a cell and a cost in each block, so that all blocks count. */
function computed(
  made: readonly MadeOutcome[],
  changes: Partial<BaselinesQuestion> = {},
): Baselines {
  const pairs = pairColumns(made);
  const blocks = [...new Set(pairs.block)];
  const arms = pairs.arms.map(({ arm }) => arm);
  const baselines = computeBaselines({
    plan,
    setup: { arms, skipped: [], table: {}, withCapacity: ['heavy'], estimates: {} },
    cpuMs,
    book,
    pairs,
    cells: arms.flatMap((arm) => blocks.map((block) => aCell({ arm, block }))),
    costs: arms.flatMap((arm) => blocks.map((block) => aCost({ arm, block }))),
    switches: [],
    startsAtMs: {},
    resamples: 200,
    ...changes,
  });
  if (baselines === undefined) throw new Error('No pairs.');
  return baselines;
}

function rival({ baselines }: Baselines, name: BaselineName) {
  const found = baselines.find(({ baseline }) => baseline === name);
  if (found === undefined) throw new Error(`No baseline ${name}.`);
  return found;
}

function regret({ regrets }: Baselines, of: string) {
  const found = regrets.find((own) => own.of === of);
  if (found === undefined) throw new Error(`No regret of ${of}.`);
  return found;
}

/** Lambda is better for small payloads by 1 and worse for large ones by 3; 40 of each in a block. */
function byPayload(blocks = 2): MadeOutcome[] {
  return Array.from({ length: blocks * 80 }, (_, index): MadeOutcome => {
    const isSmall = index % 2 === 0;
    return {
      block: 1 + Math.floor(index / 80),
      payloadBytes: isSmall ? 1 : 9,
      lambdaMs: isSmall ? 1 : 5,
      ecsMs: 2,
      hybrid: index % 8 === 0 ? 'lambda' : 'ecs',
    };
  });
}

describe('the computed rivals', () => {
  it('pay Lambda by request, and the whole service of a workload with any request on Fargate', () => {
    // Hindsight sends one of the two heavy requests to Lambda; light has no service.
    const made: MadeOutcome[] = [
      { lambdaMs: 1, ecsMs: 2, lambdaUsd: 0.03 },
      { lambdaMs: 2, ecsMs: 1, lambdaUsd: 0.05 },
      { workload: 'light', lambdaMs: 2, ecsMs: 1, lambdaUsd: 0.01 },
    ];
    const { costPer1000Usd, lambdaShare, workloads } = rival(computed(made), 'hindsight');
    // A block of an hour.
    const hourUsd = taskHourUsd(book, heavy) + balancerHourUsd(book, 'alb');
    const fixedUsd = hourUsd + fargateRequestUsd(book, 'alb');
    expect(costPer1000Usd).toBeCloseTo((1000 * (0.03 + 0.01 + fixedUsd)) / 3, 9);
    expect(lambdaShare).toBeCloseTo(2 / 3, 12);
    expect(workloads.map(({ tasks }) => tasks)).toEqual([1, 0]);
  });

  it('count failures as no good answer, and pay for them', () => {
    const made: MadeOutcome[] = [
      { workload: 'light', lambdaMs: Number.POSITIVE_INFINITY, ecsMs: 1, lambdaUsd: 0.02 },
      { workload: 'light', lambdaMs: 2, ecsMs: 1, lambdaUsd: 0.01 },
    ];
    const { good, requests, costPer1000Usd, workloads } = rival(computed(made), 'hindsight');
    expect([requests, good]).toEqual([2, 1]);
    expect(costPer1000Usd).toBeCloseTo(1000 * 0.03, 9);
    expect(workloads).toMatchObject([{ workload: 'light', attainment: 0.5 }]);
  });

  it('at random are the expectation at the share of the hybrid, not one draw', () => {
    // The hybrid sent one of four to Lambda: expected good is 0.25 · 2 + 0.75 · 4 of 4.
    const answers = [100, 100, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    const made = answers.map(
      (lambdaMs, index): MadeOutcome => ({
        lambdaMs,
        ecsMs: 1500,
        lambdaUsd: 0.04,
        lambdaU: 1,
        ecsU: 2,
        hybrid: index === 0 ? 'lambda' : 'ecs',
      }),
    );
    const baselines = computed(made);
    const { good, lambdaShare, workloads, costPer1000Usd } = rival(baselines, 'random');
    expect(good).toBeCloseTo(3.5, 12);
    expect(lambdaShare).toBe(0.25);
    // Inside the SLO of 1 s are only Lambda's two answers, a quarter of the time.
    expect(workloads[0]?.attainment).toBeCloseTo(0.125, 12);
    expect(regret(baselines, 'random').meanU).toBeCloseTo(1.75, 12);
    const fixedUsd = taskHourUsd(book, heavy) + balancerHourUsd(book, 'alb');
    const usd = fixedUsd + 3 * fargateRequestUsd(book, 'alb') + 0.04;
    expect(costPer1000Usd).toBeCloseTo((1000 * usd) / 3.5, 9);
  });

  it('have no random one without a hybrid', () => {
    const { baselines, hybridAgainst } = computed([{ lambdaMs: 1, ecsMs: 2 }]);
    expect(baselines.map(({ baseline }) => baseline)).not.toContain('random');
    expect(hybridAgainst).toEqual([]);
  });

  it('switch by rate where the price says, whatever the capacity decision was', () => {
    const asked = { ...plan, load: { ...plan.load, ratePerS: 20 } };
    const switches = plan.workloads.map((workload) =>
      switchByRate(asked, book, { workload, cpuMs: cpuMs[workload.name as keyof typeof cpuMs] }),
    );
    const made: MadeOutcome[] = [
      { lambdaMs: 1, ecsMs: 2 },
      { workload: 'light', lambdaMs: 1, ecsMs: 2 },
    ];
    const { weights, ...baselines } = computed(made, { switches });
    const shares = rival({ weights, ...baselines }, 'switch-by-rate').workloads;
    expect(weights.map(({ lambdaPercent }) => lambdaPercent / 100)).toEqual(
      shares.map(({ lambdaShare }) => lambdaShare),
    );
    expect(weights[0]).toMatchObject({ workload: 'heavy', ecsPercent: 100 });
    expect(weights[1]).toMatchObject({ workload: 'light', ecsPercent: 0, tasks: 0 });
  });

  it('have the tasks that their own share needs, where the arms have', () => {
    // Half of heavy's requests at 20/s: 10 · 0.1 s are 1 vCPU, two tasks at 60 %; all: four.
    const busy = { ...plan, evaluation: { ...plan.evaluation, ratePerS: 40 } };
    const made: MadeOutcome[] = [
      { lambdaMs: 1, ecsMs: 2 },
      { lambdaMs: 2, ecsMs: 1 },
    ];
    const arms = ['lambda-only', 'ecs-only'] as const;
    const setup = { arms, skipped: [], table: {}, withCapacity: ['heavy'], estimates: {} };
    const sized = computed(made, { plan: busy, setup: { ...setup, tasks: {} } });
    expect(rival(sized, 'hindsight').workloads[0]?.tasks).toBe(2);
    const older = computed(made, { plan: busy, setup });
    expect(rival(older, 'hindsight').workloads[0]?.tasks).toBe(1);
  });

  it('take along the tasks that ecs-only added, by the share of its requests', () => {
    const made: MadeOutcome[] = [
      { lambdaMs: 1, ecsMs: 2 },
      { lambdaMs: 2, ecsMs: 1 },
    ];
    const cells = (addedTaskS: number) => [
      aCell({ arm: 'lambda-only' }),
      aCell({ arm: 'ecs-only', addedTaskS }),
    ];
    const without = rival(computed(made, { cells: cells(0) }), 'hindsight').costPer1000Usd;
    const added = rival(computed(made, { cells: cells(7200) }), 'hindsight').costPer1000Usd;
    expect(added - without).toBeCloseTo((1000 / 2) * taskHourUsd(book, heavy), 9);
  });

  it('stand for all requests of their block, also for those without a pair', () => {
    const pairs = pairColumns([{ lambdaMs: 1, ecsMs: 2, lambdaUsd: 0.01 }]);
    const scored = [{ block: 1, workload: 'heavy', requests: 4 }];
    const baselines = computed([{ lambdaMs: 1, ecsMs: 2 }], { pairs: { ...pairs, scored } });
    expect(rival(baselines, 'hindsight')).toMatchObject({ requests: 4, good: 4 });
    expect(rival(baselines, 'hindsight').costPer1000Usd).toBeCloseTo(10, 9);
    expect(baselines).toMatchObject({ pairs: 1, ofRequests: 4 });
  });

  it('print a quantile with ten requests above it, each outcome by its probability', () => {
    // Lambda 1 to 100 ms, Fargate all 1,000 ms; half of them at random: p50 is Lambda's last.
    const made = Array.from(
      { length: 100 },
      (_, index): MadeOutcome => ({
        lambdaMs: index + 1,
        ecsMs: 1000,
        hybrid: index % 2 === 0 ? 'lambda' : 'ecs',
      }),
    );
    const median = computed(made, { quantile: 'p50' });
    expect(rival(median, 'random').workloads[0]?.quantileMs).toBe(100);
    expect(rival(median, 'hindsight').workloads[0]?.quantileMs).toBe(50);
    const p95 = computed(made, { quantile: 'p95' });
    expect(rival(p95, 'random').workloads[0]?.quantileMs).toBeUndefined();
  });

  it('are compared with the hybrid over the same blocks', () => {
    // Every rival sends light to Lambda for $0.01 a request; the hybrid pays twice as much.
    const made = [1, 2, 3, 4, 5, 6, 7, 8].map(
      (block): MadeOutcome => ({
        block,
        workload: 'light',
        lambdaMs: 1,
        ecsMs: 2,
        lambdaUsd: 0.01,
        hybrid: 'lambda',
      }),
    );
    const costs = made.map(({ block = 1 }) =>
      aCost({ arm: 'hybrid', block, allInUsd: 0.02, good: 1 }),
    );
    const others = (['lambda-only', 'ecs-only'] as const).flatMap((arm) =>
      made.map(({ block = 1 }) => aCost({ arm, block })),
    );
    const { hybridAgainst } = computed(made, { costs: [...costs, ...others] });
    expect(hybridAgainst.map(({ baseline }) => baseline)).toContain('random');
    for (const { ratio, lower, upper } of hybridAgainst) {
      expect(ratio).toBeCloseTo(2, 12);
      expect([lower, upper]).toEqual([expect.closeTo(2, 9), expect.closeTo(2, 9)]);
    }
  });
});

describe('regret', () => {
  it('is to the better platform of each cell, told from the other blocks', () => {
    const made = byPayload();
    const cells = Int32Array.from(made, ({ payloadBytes = 0 }) => payloadBytes);
    const baselines = computed(made, { pairs: { ...pairColumns(made), cells } });
    // The oracle: Lambda (1) for small ones, Fargate (2) for large ones.
    expect(regret(baselines, 'attainable-oracle')).toMatchObject({ meanU: 1.5, regret: 0 });
    expect(regret(baselines, 'lambda-only').regret).toBeCloseTo(1.5, 12);
    expect(regret(baselines, 'ecs-only').regret).toBeCloseTo(0.5, 12);
    // Of the small ones the hybrid sent a quarter to Lambda: 0.375 of 0.5 are lost.
    expect(regret(baselines, 'hybrid').regret).toBeCloseTo(0.375, 12);
    // At random an eighth goes to Lambda: 0.125 · 3 + 0.875 · 2 − 1.5.
    expect(regret(baselines, 'random').regret).toBeCloseTo(0.625, 12);
  });

  it('has an interval that shrinks to nothing where every block is alike', () => {
    const { lower, upper } = regret(computed(byPayload(8)), 'lambda-only');
    expect([lower, upper]).toEqual([expect.closeTo(1, 9), expect.closeTo(1, 9)]);
  });

  it('has a wider interval where blocks differ, around the estimate', () => {
    const random = randomFor(3, 'regret');
    const made = byPayload(12).map((own) => ({ ...own, ecsMs: 1 + (own.block ?? 1) / 6 }));
    const noisy = made.map((own) => ({ ...own, lambdaMs: own.lambdaMs + random() }));
    const { regret: estimate, lower, upper } = regret(computed(noisy), 'lambda-only');
    expect(lower).toBeLessThan(estimate - 0.1);
    expect(upper).toBeGreaterThan(estimate + 0.1);
  });

  it('weighs workloads by their share of the load, not by their rows, and only routed ones', () => {
    const both = (withCapacity: string[]) => {
      const made = [
        ...Array.from({ length: 90 }, (): MadeOutcome => ({ lambdaMs: 1, ecsMs: 2 })),
        ...Array.from(
          { length: 30 },
          (): MadeOutcome => ({
            workload: 'light',
            lambdaMs: 1,
            ecsMs: 5,
          }),
        ),
      ];
      const arms = ['lambda-only', 'ecs-only'] as const;
      const setup = { arms, skipped: [], table: {}, withCapacity, estimates: {} };
      return regret(computed(made, { setup }), 'ecs-only').regret;
    };
    expect(both(['heavy', 'light'])).toBeCloseTo(0.5 * 1 + 0.5 * 4, 12);
    expect(both(['heavy'])).toBeCloseTo(1, 12);
  });

  it('is not there when nothing is routed', () => {
    const arms = ['lambda-only', 'ecs-only'] as const;
    const setup = { arms, skipped: [], table: {}, withCapacity: [], estimates: {} };
    const baselines = computed([{ lambdaMs: 1, ecsMs: 2 }], { setup });
    expect(baselines.regrets).toEqual([]);
    expect(rival(baselines, 'attainable-oracle').lambdaShare).toBe(1);
  });

  it.each([1, 2, 3])('to hindsight is there between identical platforms (%i)', (seed) => {
    const random = randomFor(seed, 'identical');
    const made = Array.from(
      { length: 600 },
      (_, index): MadeOutcome => ({
        block: 1 + Math.floor(index / 100),
        lambdaMs: 100,
        ecsMs: 100,
        lambdaU: random(),
        ecsU: random(),
      }),
    );
    const baselines = computed(made);
    expect(Math.abs(regret(baselines, 'lambda-only').regret)).toBeLessThan(0.08);
    // Of two uniform draws the smaller is 1/3 on average, and either is 1/2.
    expect(regret(baselines, 'hindsight').regret).toBeCloseTo(-1 / 6, 1);
    for (const { of, meanU } of baselines.regrets) {
      expect(regret(baselines, 'hindsight').meanU, of).toBeLessThanOrEqual(meanU);
    }
  });
});
