import { describe, expect, test } from 'vitest';

import type { MeasuredArms } from '../../../src/domain/evidence/arm-measures.ts';
import { comparabilityOf } from '../../../src/domain/evidence/comparability.ts';
import { compareMetrics } from '../../../src/domain/evidence/comparison.ts';
import { requirePriceBook } from '../../../src/domain/money/price-books.ts';
import { randomFor } from '../../../src/domain/statistics/random.ts';
import { evaluationTable } from '../../../src/domain/verdict/evaluation-table.ts';
import { samplingOf } from '../../../src/domain/verdict/sampling.ts';
import { aPlan, aWorkload, measuredArms, normalFrom } from '../evaluation-builders.ts';

/** Blocks of one arm whose cost varies by `sd` around `usd`. */
function aCampaign({
  seed = 1,
  usd = 1,
  sd = 0.02,
  blocks = 24,
  arm = 'lambda-only' as 'lambda-only' | 'ecs-only',
}): MeasuredArms {
  const normal = normalFrom(randomFor(seed, 'costs'));
  const { cells, costs, arms } = measuredArms(blocks, {
    [arm]: () => usd * Math.exp(sd * normal()),
  });
  const table = evaluationTable({ arms, workloads: ['heavy'], cells, costs });
  const random = randomFor(seed, 'test');
  return { table, cells, sampling: samplingOf({ table, random, count: 500, timezone: 'UTC' }) };
}

function costOf(first: MeasuredArms, second: MeasuredArms) {
  const metrics = compareMetrics({ first, second, margin: 0.1 });
  const cost = metrics.find(({ metric }) => metric === 'cost-per-1000');
  return cost ?? expect.fail('There is no cost.');
}

describe('the ratio of two campaigns', () => {
  test('is in the words of the contrast table', () => {
    const first = aCampaign({ seed: 1 });
    const contrast = (usd: number) => costOf(first, aCampaign({ seed: 2, usd })).ratio?.contrast;
    expect(contrast(0.5)).toBe('materially-better');
    expect(contrast(0.95)).toBe('better');
    expect(contrast(1.0)).toBe('equivalent');
    expect(contrast(1.5)).toBe('worse');
  });

  test('has an interval in which the variances of both add', () => {
    const width = (sd: number, otherSd: number): number => {
      const { ratio } = costOf(aCampaign({ sd }), aCampaign({ seed: 2, sd: otherSd }));
      return Math.log((ratio?.upper ?? 0) / (ratio?.lower ?? 1));
    };
    const [one, both] = [width(0.1, 0.0001), width(0.1, 0.1)];
    expect(both / one).toBeGreaterThan(1.2);
    expect(both / one).toBeLessThan(1.6);
  });

  test('covers the truth in about 95 of 100 pairs of campaigns', () => {
    const covered = Array.from({ length: 200 }, (_, index) => {
      const first = aCampaign({ seed: 2 * index + 10, sd: 0.1 });
      const second = aCampaign({ seed: 2 * index + 11, sd: 0.1, usd: 1.2 });
      const { ratio } = costOf(first, second);
      return ratio !== undefined && ratio.lower <= 1.2 && ratio.upper >= 1.2 ? 1 : 0;
    });
    const share = covered.reduce<number>((sum, hit) => sum + hit, 0) / covered.length;
    expect(share).toBeGreaterThan(0.91);
    expect(share).toBeLessThan(0.99);
  });

  test('of a campaign and itself is one, with no interval around it', () => {
    const campaign = aCampaign({ sd: 0.5, blocks: 3 });
    for (const { ratio } of compareMetrics({ first: campaign, second: campaign, margin: 0.1 })) {
      if (ratio !== undefined) {
        expect(ratio).toMatchObject({ ratio: 1, lower: 1, upper: 1, contrast: 'equivalent' });
      }
    }
  });

  test('has no interval of one block', () => {
    const { unknown, ratio } = costOf(aCampaign({ blocks: 1, usd: 2 }), aCampaign({}));
    expect(ratio).toBeUndefined();
    expect(unknown).toContain('one block');
  });
});

test('an arm that only one campaign has stands alone', () => {
  const metrics = compareMetrics({
    first: aCampaign({}),
    second: aCampaign({ arm: 'ecs-only' }),
    margin: 0.1,
  });
  const cost = metrics.find(({ arm, metric }) => arm === 'ecs-only' && metric === 'cost-per-1000');
  expect(cost?.first).toBeUndefined();
  expect(cost?.second?.value).toBeGreaterThan(0);
  expect(cost?.unknown).toBe('first: ecs-only was not measured');
});

test('what differs is told apart: question, plan, prices, machine, code', () => {
  const prices = requirePriceBook('us-east-1/x86_64/2026-11');
  const code = { version: '0.1.0', node: 'v24.1.0' };
  const plan = aPlan({ campaign: 'a' });
  const first = { plan, prices, code };
  const same = comparabilityOf(first, { ...first, plan: aPlan({ campaign: 'b' }) });
  expect(same).toEqual({ question: [], plan: [], prices: [], machine: [], code: [] });

  const other = aPlan({
    question: { ...plan.question, margin: 0.05 },
    workloads: [aWorkload({ slo: { latencyMs: 500, attainment: 0.9 }, lambdaMemoryMb: 1024 })],
  });
  const found = comparabilityOf(first, {
    plan: other,
    prices: { ...prices, albHourUsd: 1 },
    code: { ...code, version: '0.2.0' },
  });
  expect(found.question.map(({ path }) => path)).toEqual([
    'question.margin',
    'workloads.heavy.slo',
  ]);
  expect(found.plan.map(({ path }) => path)).toEqual(['workloads.heavy.lambdaMemoryMb']);
  expect(found.prices).toEqual([{ path: 'albHourUsd', first: prices.albHourUsd, second: 1 }]);
  expect(found.code).toEqual(['Crossover 0.1.0 of A, 0.2.0 of B']);
});
