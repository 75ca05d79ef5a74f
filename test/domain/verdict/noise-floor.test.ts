import { describe, expect, it } from 'vitest';
import type { Arm } from '../../../src/domain/arm.ts';
import { chooseArms, ecsWorkloadsOf, lambdaWorkloadsOf } from '../../../src/domain/evaluation.ts';
import { forecastCost } from '../../../src/domain/money/forecast.ts';
import { decideVerdict } from '../../../src/domain/verdict/decide.ts';
import { evaluationTable } from '../../../src/domain/verdict/evaluation-table.ts';
import { noiseLimit } from '../../../src/domain/verdict/noise-floor.ts';
import { findTwins } from '../../../src/domain/verdict/twins.ts';
import { aPlan, aWorkload, measuredArms } from '../evaluation-builders.ts';

const plan = aPlan({ workloads: [aWorkload({ slo: { latencyMs: 500, attainment: 0.95 } })] });

/** Up and down by `part` from block to block. */
function around(usd: number, part: number, phase: number): (block: number) => number {
  return (block) => usd * (1 + part * Math.sin(block * 2.4 + phase));
}

function decide(usd: Partial<Record<Arm, (block: number) => number>>) {
  const measured = measuredArms(12, usd);
  return decideVerdict({ ...measured, plan, skipped: [], seed: 1, resamples: 400 });
}

const pure = { 'lambda-only': around(1, 0.02, 0), 'ecs-only': around(1.05, 0.02, 2) };

describe('A/A copies', () => {
  it('are neither the answer nor a rival, however cheap', () => {
    const verdict = decide({
      ...pure,
      'lambda-only-again': () => 0.1,
      'ecs-only-again': () => 0.1,
    });
    expect(verdict).toMatchObject({ answer: 'lambda-only', isDecided: true });
    expect(verdict.arms.map(({ arm }) => arm)).toEqual(['lambda-only', 'ecs-only']);
    expect(verdict.contrasts).toHaveLength(1);
    expect(verdict.twins).toEqual([]);
  });

  it('change nothing of the verdict but the noise floor', () => {
    const { noiseFloor, sentence, ...withCopies } = decide({
      ...pure,
      'lambda-only-again': around(1, 0.02, 1),
      'ecs-only-again': around(1.05, 0.02, 4),
    });
    const { sentence: alone, ...without } = decide(pure);
    expect(withCopies).toEqual(without);
    expect(sentence).toBe(alone);
    expect(noiseFloor?.map(({ platform }) => platform)).toEqual(['lambda', 'ecs']);
    const [lambda] = noiseFloor ?? [];
    expect(lambda?.cost.lower).toBeLessThan(1);
    expect(lambda?.cost.upper).toBeGreaterThan(1);
    expect(lambda?.latency?.ratio).toBe(1);
  });

  it('that were lost leave the verdict to the others', () => {
    const measured = measuredArms(12, pure);
    const arms: Arm[] = [...measured.arms, 'lambda-only-again'];
    const question = { ...measured, arms, plan, skipped: [], seed: 1, resamples: 400 };
    const verdict = decideVerdict(question);
    expect(verdict.isDecided).toBe(true);
    expect(verdict.noiseFloor).toBeUndefined();
  });

  it('say so when the answer is ahead by less than they differ', () => {
    const noisy = decide({ ...pure, 'lambda-only-again': around(1.1, 0.02, 1) });
    expect(noisy.isDecided).toBe(true);
    expect(noisy.sentence).toMatch(
      /The difference to ecs-only is within the noise floor: copies of one deployment may differ by up to 1\d %\./,
    );
    const quiet = decide({ ...pure, 'lambda-only-again': around(1, 0.002, 1) });
    expect(quiet.sentence).not.toContain('noise floor');
  });

  it('own what their originals own, and are chosen only when asked for', () => {
    const choice = {
      table: { heavy: 'ecs' },
      hasModel: false,
      withCapacity: [],
      noModelReason: '',
    };
    const table = { heavy: 'ecs' as const };
    expect(chooseArms({ ...choice, table }).arms).toEqual(['lambda-only', 'ecs-only']);
    const { arms, skipped } = chooseArms({ ...choice, table, aa: true });
    expect(arms).toEqual(['lambda-only', 'ecs-only', 'lambda-only-again', 'ecs-only-again']);
    const setup = { arms, skipped, table, withCapacity: [], estimates: {} };
    expect(ecsWorkloadsOf('ecs-only-again', setup, plan)).toEqual(['heavy']);
    expect(lambdaWorkloadsOf('ecs-only-again', setup, plan)).toEqual([]);
    expect(lambdaWorkloadsOf('lambda-only-again', setup, plan)).toEqual(['heavy']);
  });

  it('cost what their originals cost, and the forecast counts them', () => {
    const none = aPlan({ workloads: [aWorkload({ cpuMs: 200 })], learning: { families: [] } });
    const copied = { ...none, evaluation: { ...none.evaluation, aa: true } };
    const [without, withCopies] = [none, copied].map((one) => forecastCost(one, undefined));
    const bare = { ...none, evaluation: { ...none.evaluation, blocks: 0 } };
    const collection = forecastCost(bare, undefined).lambdaUsd;
    // No capacity at this rate: best-static is a second lambda-only, its copy a third.
    expect((withCopies?.lambdaUsd ?? 0) - collection).toBeCloseTo(
      1.5 * ((without?.lambdaUsd ?? 0) - collection),
      8,
    );
    expect(withCopies?.balancerUsd).toBeGreaterThan(without?.balancerUsd ?? Number.NaN);
  });
});

it('the limit is the interval end that is furthest from no difference', () => {
  const floor = { platform: 'lambda' as const, cost: { ratio: 1, lower: 0.9, upper: 1.05 } };
  expect(noiseLimit([floor], 'cost')).toBeCloseTo(-Math.log(0.9), 10);
  expect(noiseLimit([floor], 'latency')).toBeUndefined();
});

it('a copy is no twin of its original', () => {
  const measured = measuredArms(6, { 'lambda-only': () => 1, 'lambda-only-again': () => 1 });
  const table = evaluationTable({ ...measured, workloads: ['heavy'] });
  expect(findTwins(table)).toEqual([]);
});
