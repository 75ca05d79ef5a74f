import { describe, expect, it } from 'vitest';
import { randomFor } from '../../../src/domain/statistics/random.ts';
import { decideVerdict, type VerdictQuestion } from '../../../src/domain/verdict/decide.ts';
import { aPlan, aWorkload, measuredArms, normalFrom } from '../evaluation-builders.ts';

const sameRate = { load: { ratePerS: 0.1, shape: 'steady' as const } };
const plan = aPlan({
  ...sameRate,
  workloads: [aWorkload({ slo: { latencyMs: 500, attainment: 0.95 } })],
});

/** Slots or blocks in which Lambda costs `ratio` times as much as Fargate, and 20 % of noise. */
function measured(blocks: number, ratio: number, name: string) {
  const normal = normalFrom(randomFor(1, name));
  const usd = Array.from({ length: blocks }, () => Math.exp(0.2 * normal()));
  return measuredArms(blocks, {
    'lambda-only': (block) => ratio * (usd[block - 1] ?? 1),
    'ecs-only': () => 1,
  });
}

function decide(changes: Partial<VerdictQuestion>) {
  const blocks = measured(12, 0.95, 'blocks');
  return decideVerdict({ ...blocks, plan, skipped: [], seed: 1, resamples: 400, ...changes });
}

describe('Lambda against Fargate', () => {
  it('stands on slots, on blocks, and on both together, which is the surest', () => {
    const { platforms } = decide({ collection: measured(168, 0.9, 'slots') });
    expect(platforms?.collection).toMatchObject({ slots: 168, blocks: 0 });
    expect(platforms?.evaluation).toMatchObject({ slots: 0, blocks: 12 });
    expect(platforms?.together).toMatchObject({ slots: 168, blocks: 12 });
    const width = (found: { cost: { lower: number; upper: number } } | undefined) =>
      Math.log((found?.cost.upper ?? 0) / (found?.cost.lower ?? 0));
    expect(width(platforms?.together)).toBeLessThan(width(platforms?.collection));
    expect(width(platforms?.collection)).toBeLessThan(width(platforms?.evaluation) / 2);
    expect(platforms?.together?.latency?.ratio).toBe(1);
  });

  it('is decided by both together where blocks alone are undecided', () => {
    const alone = decide({});
    expect(alone.isDecided).toBe(false);
    const verdict = decide({ collection: measured(168, 0.9, 'slots') });
    expect(verdict).toMatchObject({ answer: 'lambda-only', isDecided: true });
    expect(verdict.contrasts[0]?.cost).toEqual(verdict.platforms?.together?.cost);
    expect(verdict.sentence).toContain('compared on 168 slots of the collection as well');
  });

  it('may be turned round by the slots', () => {
    const verdict = decide({ collection: measured(168, 1.3, 'slots') });
    expect(verdict).toMatchObject({ answer: 'ecs-only', isDecided: true });
    expect(verdict.contrasts[0]).toMatchObject({ arm: 'ecs-only', against: 'lambda-only' });
    const together = verdict.platforms?.together?.cost;
    expect(verdict.contrasts[0]?.cost.ratio).toBeCloseTo(1 / (together?.ratio ?? 0), 10);
  });

  it.each([
    ['another rate', { load: { ratePerS: 0.2 } }, /ran at 0.2 requests\/s/],
    ['another shape', { load: { ratePerS: 0.1, shape: 'burst' as const } }, /was burst/],
  ])('is not put together at %s', (_, changes, reason) => {
    const other = aPlan({ ...changes, workloads: plan.workloads });
    const verdict = decide({ plan: other, collection: measured(168, 0.9, 'slots') });
    expect(verdict.platforms?.together).toBeUndefined();
    expect(verdict.platforms?.apartBecause).toMatch(reason);
    expect(verdict.platforms?.collection).toBeDefined();
    expect(verdict.isDecided).toBe(false);
  });

  it('is not put together with a deployment of another size', () => {
    const collection = { ...measured(168, 0.9, 'slots'), apartBecause: 'Other tasks.' };
    expect(decide({ collection }).platforms).toMatchObject({ apartBecause: 'Other tasks.' });
  });

  it('leaves the other contrasts to the blocks', () => {
    const usd = { 'lambda-only': () => 1, 'ecs-only': () => 1.2, hybrid: () => 0.9 };
    const blocks = measuredArms(12, usd);
    const alone = decide(blocks);
    const both = decide({ ...blocks, collection: measured(168, 0.9, 'slots') });
    const ofHybrid = (verdict: typeof alone) =>
      verdict.contrasts.filter(({ arm }) => arm === 'hybrid');
    expect(ofHybrid(both)).toEqual(ofHybrid(alone));
  });
});
