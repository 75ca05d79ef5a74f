/**
 * The decision rule, tried on evaluations whose truth is known. Everything is seeded, so a result
 * is always the same; the bands are those of a binomial count.
 */
import { describe, expect, it } from 'vitest';
import { randomFor } from '../../../src/domain/statistics/random.ts';
import { decideVerdict } from '../../../src/domain/verdict/decide.ts';
import type { Verdict } from '../../../src/domain/verdict/verdict.ts';
import { mannWhitneyP } from '../../support/mann-whitney.ts';
import {
  aCell,
  aCost,
  aPlan,
  aWorkload,
  measuredArms,
  normalFrom,
} from '../evaluation-builders.ts';

/**
 * CROSSOVER_SIMULATIONS=full: 1,000 experiments of 2,000 resamples each, about a minute. Otherwise
 * fewer, in bands that are wider by what fewer experiments are uncertain.
 */
const isFull = process.env['CROSSOVER_SIMULATIONS'] === 'full';
const experiments = 300;
const blockSd = 0.1;
const commonSd = 0.15;
const plan = aPlan({
  workloads: [aWorkload({ slo: { latencyMs: 500, attainment: 0.95 } })],
});

/** Blocks with a disturbance that all arms share and one of their own. */
function verdicts(
  blocks: number,
  logRatio: number,
  { count = experiments, resamples = 400 }: { count?: number; resamples?: number } = {},
): Verdict[] {
  return Array.from({ length: count }, (_, experiment) => {
    const normal = normalFrom(randomFor(7, 'simulation', blocks, logRatio, experiment));
    const common = Array.from({ length: blocks }, () => commonSd * normal());
    const costs = (logUsd: number): ((block: number) => number) => {
      const usd = common.map((shared) => Math.exp(logUsd + shared + blockSd * normal()));
      return (block) => usd[block - 1] ?? 0;
    };
    const requests = Math.ceil(100 / blocks);
    const measured = measuredArms(
      blocks,
      { 'lambda-only': costs(logRatio), 'ecs-only': costs(0) },
      { requests },
    );
    return decideVerdict({ ...measured, plan, skipped: [], seed: experiment, resamples });
  });
}

function shareOf(all: readonly Verdict[], holds: (verdict: Verdict) => boolean): number {
  return all.filter(holds).length / all.length;
}

/** ln(lambda-only / ecs-only), whichever of them is named first. */
function coversLogRatio(verdict: Verdict, logRatio: number): boolean {
  const contrast = verdict.contrasts[0];
  if (contrast === undefined) return false;
  const truth = Math.exp(contrast.arm === 'lambda-only' ? logRatio : -logRatio);
  return contrast.cost.lower <= truth && truth <= contrast.cost.upper;
}

describe.each([
  { blocks: 24, interval: 'bootstrap' },
  { blocks: 8, interval: 'bootstrap' },
  { blocks: 4, interval: 't' },
])('over $blocks blocks, with a $interval interval', ({ blocks }) => {
  const identical = verdicts(blocks, 0);

  it('the 95 % interval holds the truth in about 95 % of evaluations', () => {
    const coverage = shareOf(identical, (verdict) => coversLogRatio(verdict, 0));
    // Standard error 1.3 %.
    expect(coverage).toBeGreaterThan(0.91);
    expect(coverage).toBeLessThan(0.99);
  });

  it('two identical arms are seldom decided', () => {
    expect(shareOf(identical, (verdict) => verdict.isDecided)).toBeLessThan(0.09);
  });

  it('two identical arms are never called materially different', () => {
    const isMaterial = ({ contrasts }: Verdict) =>
      contrasts[0]?.cost.contrast === 'materially-better';
    expect(shareOf(identical, isMaterial)).toBeLessThan(0.01);
  });
});

describe.each([
  { blocks: 8, least: 0.92, most: 0.98 },
  { blocks: 12, least: 0.92, most: 0.98 },
  { blocks: 24, least: 0.93, most: 0.97 },
  { blocks: 168, least: 0.93, most: 0.97 },
])('over $blocks blocks', ({ blocks, least, most }) => {
  const count = isFull ? 1_000 : blocks === 168 ? 100 : 250;
  // Of the share of so many experiments; 1,000 are enough for the marks themselves.
  const uncertain = isFull ? 0 : 2 * Math.sqrt((0.95 * 0.05) / count);
  const identical = verdicts(blocks, 0, { count, resamples: isFull ? 2_000 : 400 });

  it(`the 95 % interval covers the truth in ${100 * least} to ${100 * most} %`, () => {
    const coverage = shareOf(identical, (verdict) => coversLogRatio(verdict, 0));
    expect(coverage).toBeGreaterThan(least - uncertain);
    expect(coverage).toBeLessThan(Math.min(1, most + uncertain));
  });

  it('two identical arms are decided in at most 7 %', () => {
    expect(shareOf(identical, ({ isDecided }) => isDecided)).toBeLessThan(0.07 + uncertain);
  });
});

describe('latency of two identical arms, each with blocks of its own', () => {
  const count = isFull ? 1_000 : 120;
  const blocks = 24;
  const trials = Array.from({ length: count }, (_, experiment) => latencies(experiment, blocks));

  it('is covered by the interval of the quantile in about 95 %', () => {
    const coverage = trials.filter(({ verdict }) => {
      const { lower = Number.NaN, upper = Number.NaN } = verdict.contrasts[0]?.latency ?? {};
      return lower <= 1 && 1 <= upper;
    });
    expect(coverage.length / count).toBeGreaterThan(0.95 - 2.5 * Math.sqrt(0.0475 / count));
  });

  it('is told apart in more than a quarter by a Mann-Whitney test of pooled requests', () => {
    // Requests of one block are no independent draws: thousands of them are 24 blocks.
    const found = trials.filter(
      ({ pooled: [first, second] }) => mannWhitneyP(first, second) < 0.05,
    );
    expect(found.length / count).toBeGreaterThan(0.25);
  });
});

/** Log-normal requests around a level that both arms share (15 %) and one of the arm's own (10 %). */
function latencies(experiment: number, blocks: number) {
  const normal = normalFrom(randomFor(12, 'latency', blocks, experiment));
  const common = Array.from({ length: blocks }, () => commonSd * normal());
  const arms = ['lambda-only', 'ecs-only'] as const;
  const rows = arms.flatMap((arm) =>
    common.map((shared, index) => {
      const level = shared + blockSd * normal();
      const latenciesMs = Array.from({ length: 40 }, () => 100 * Math.exp(level + 0.25 * normal()));
      return { arm, block: index + 1, latenciesMs };
    }),
  );
  const cells = rows.map(({ arm, block, latenciesMs }) =>
    aCell({
      arm,
      block,
      latenciesMs,
      lambdaRequests: arm === 'lambda-only' ? 40 : 0,
      ecsRequests: arm === 'lambda-only' ? 0 : 40,
    }),
  );
  const costs = rows.map(({ arm, block }) => aCost({ arm, block, good: 40 }));
  const question = { plan, cells, costs, arms, skipped: [], seed: experiment, resamples: 400 };
  const pooledOf = (name: string) =>
    rows.filter(({ arm }) => arm === name).flatMap(({ latenciesMs }) => latenciesMs);
  return {
    verdict: decideVerdict(question),
    pooled: [pooledOf('lambda-only'), pooledOf('ecs-only')] as const,
  };
}

describe('blocks that are alike from one to the next', () => {
  const count = 200;

  /** First-order autoregressive, r = 0.6: 24 blocks are worth about six. */
  function alike(experiment: number): Verdict {
    const normal = normalFrom(randomFor(13, 'alike', experiment));
    const usdOf = () => {
      let level = blockSd * normal();
      const usd = Array.from({ length: 24 }, () => {
        level = 0.6 * level + Math.sqrt(1 - 0.6 ** 2) * blockSd * normal();
        return Math.exp(level);
      });
      return (block: number) => usd[block - 1] ?? 0;
    };
    const measured = measuredArms(24, { 'lambda-only': usdOf(), 'ecs-only': usdOf() });
    return decideVerdict({ ...measured, plan, skipped: [], seed: experiment, resamples: 200 });
  }

  it('widen the intervals, which would else cover the truth in two thirds', () => {
    const all = Array.from({ length: count }, (_, experiment) => alike(experiment));
    // 88 % of 400: what is left is that 24 blocks do not always show that they are alike.
    expect(shareOf(all, (verdict) => coversLogRatio(verdict, 0))).toBeGreaterThan(0.82);
    expect(shareOf(all, ({ widening = 1 }) => widening > 1.4)).toBeGreaterThan(0.7);
  });
});

describe('a real difference', () => {
  it('of the minimum detectable effect is found in about 70 % of evaluations', () => {
    // 2.8·SE, SE = √2·0.1/√24, is 80 % power for a normal; t with 23 degrees leaves 76 %, and the
    // tenth of evaluations whose blocks look alike by chance, and are widened, leaves 69 % of 2,000.
    const effect = (2.8 * Math.SQRT2 * blockSd) / Math.sqrt(24);
    const found = verdicts(24, -effect);
    const right = shareOf(found, ({ isDecided, answer }) => isDecided && answer === 'lambda-only');
    expect(right).toBeGreaterThan(0.63);
    expect(right).toBeLessThan(0.78);
    expect(shareOf(found, ({ isDecided, answer }) => isDecided && answer === 'ecs-only')).toBe(0);
    const measured = found.map((verdict) => verdict.minimumDetectableEffect).sort((a, b) => a - b);
    expect(measured[experiments / 2]).toBeCloseTo(effect, 2);
  });

  it('of a third is found nearly always, with an interval that holds it', () => {
    const found = verdicts(24, -0.3, { count: 100 });
    expect(shareOf(found, ({ isDecided }) => isDecided)).toBeGreaterThan(0.99);
    const coverage = shareOf(found, (verdict) => coversLogRatio(verdict, -0.3));
    expect(coverage).toBeGreaterThan(0.9);
  });
});
