/**
 * The decision rule, tried on evaluations whose truth is known. Everything is seeded, so a result
 * is always the same; the bands are those of a binomial count.
 */
import { describe, expect, it } from 'vitest';
import { decideVerdict } from '../../src/domain/decide.ts';
import { randomFor } from '../../src/domain/random.ts';
import type { Verdict } from '../../src/domain/verdict.ts';
import { aPlan, aWorkload, measuredArms, normalFrom } from './evaluation-builders.ts';

const experiments = 300;
const blockSd = 0.1;
const commonSd = 0.1;
const plan = aPlan({
  workloads: [aWorkload({ slo: { latencyMs: 500, attainment: 0.95 } })],
});

/** Blocks with a disturbance that all arms share and one of their own. */
function verdicts(blocks: number, logRatio: number, count = experiments): Verdict[] {
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
    return decideVerdict({ ...measured, plan, skipped: [], seed: experiment, resamples: 400 });
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

describe('a real difference', () => {
  it('of the minimum detectable effect is found in about three quarters of evaluations', () => {
    // 2.8·SE, SE = √2·0.1/√24, is 80 % power for a normal; t with 23 degrees leaves 76 %.
    const effect = (2.8 * Math.SQRT2 * blockSd) / Math.sqrt(24);
    const found = verdicts(24, -effect);
    const right = shareOf(found, ({ isDecided, answer }) => isDecided && answer === 'lambda-only');
    expect(right).toBeGreaterThan(0.68);
    expect(right).toBeLessThan(0.84);
    expect(shareOf(found, ({ isDecided, answer }) => isDecided && answer === 'ecs-only')).toBe(0);
    const measured = found.map((verdict) => verdict.minimumDetectableEffect).sort((a, b) => a - b);
    expect(measured[experiments / 2]).toBeCloseTo(effect, 2);
  });

  it('of a third is found nearly always, with an interval that holds it', () => {
    const found = verdicts(24, -0.3, 100);
    expect(shareOf(found, ({ isDecided }) => isDecided)).toBeGreaterThan(0.99);
    const coverage = shareOf(found, (verdict) => coversLogRatio(verdict, -0.3));
    expect(coverage).toBeGreaterThan(0.9);
  });
});
