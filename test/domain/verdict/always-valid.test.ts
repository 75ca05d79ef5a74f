import { describe, expect, it } from 'vitest';
import { minimumDetectableEffect } from '../../../src/domain/money/forecast.ts';
import { randomFor } from '../../../src/domain/statistics/random.ts';
import { alwaysValidRadius } from '../../../src/domain/verdict/always-valid.ts';
import { decideVerdict } from '../../../src/domain/verdict/decide.ts';
import type { Verdict } from '../../../src/domain/verdict/verdict.ts';
import {
  aPlan,
  aWorkload,
  measuredArms,
  normalFrom,
  weekWorkloads,
} from '../evaluation-builders.ts';

describe('the radius of an always-valid interval', () => {
  it('is that of the formula: 3.035 standard errors at its end, 2.4 times the blocks of 1.96', () => {
    const errors = alwaysValidRadius({ units: 48, mostUnits: 48, alpha: 0.05 }) * Math.sqrt(48);
    expect(errors).toBeCloseTo(3.035, 3);
    expect((errors / 1.96) ** 2).toBeCloseTo(2.4, 1);
  });

  it('is wider before its end', () => {
    const errorsAt = (units: number) =>
      alwaysValidRadius({ units, mostUnits: 48, alpha: 0.05 }) * Math.sqrt(units);
    expect(errorsAt(12)).toBeGreaterThan(errorsAt(24));
    expect(errorsAt(24)).toBeGreaterThan(errorsAt(48));
    expect(alwaysValidRadius({ units: 1, mostUnits: 48, alpha: 0.05 })).toBe(
      Number.POSITIVE_INFINITY,
    );
  });

  it('costs power, which the plan knows before', () => {
    const week = aPlan({ workloads: weekWorkloads });
    const goingOn = aPlan({ workloads: weekWorkloads, evaluation: { extendTo: 48 } });
    const twice = aPlan({ workloads: weekWorkloads, evaluation: { blocks: 48 } });
    const effectOf = (plan: typeof week) => minimumDetectableEffect(plan) ?? Number.NaN;
    expect(effectOf(goingOn) / effectOf(twice)).toBeCloseTo((3.035 + 0.84) / 2.8, 2);
    expect(effectOf(goingOn)).toBeLessThan(effectOf(week));
  });
});

/** Blocks with a disturbance that the arms share (15 %) and one of their own (10 %). */
function series(experiment: number, blocks: number) {
  const normal = normalFrom(randomFor(11, 'stopping', experiment));
  const common = Array.from({ length: blocks }, () => 0.15 * normal());
  const usdOf = () => {
    const usd = common.map((shared) => Math.exp(shared + 0.1 * normal()));
    return (block: number) => usd[block - 1] ?? 0;
  };
  return { 'lambda-only': usdOf(), 'ecs-only': usdOf() };
}

const slo = { latencyMs: 500, attainment: 0.95 };
const planned = 8;
const most = 24;

function verdictAfter(
  blocks: number,
  usd: ReturnType<typeof series>,
  evaluation: { readonly blocks: number; readonly extendTo?: number },
): Verdict {
  const plan = aPlan({ testbed: 'local', workloads: [aWorkload({ slo })], evaluation });
  const measured = measuredArms(blocks, usd, { requests: 25 });
  return decideVerdict({ ...measured, plan, skipped: [], seed: 1, resamples: 100 });
}

type EvaluationAt = (blocks: number) => { readonly blocks: number; readonly extendTo?: number };

const alwaysValid: EvaluationAt = () => ({ blocks: planned, extendTo: most });
/** As if every look were the first and last. */
const asPlanned: EvaluationAt = (blocks) => ({ blocks });

/** Looked at after every block, until it is decided or over. */
function isDecidedOnce(experiment: number, evaluationAt: EvaluationAt): boolean {
  const usd = series(experiment, most);
  return Array.from({ length: most - planned + 1 }, (_, look) => planned + look).some(
    (blocks) => verdictAfter(blocks, usd, evaluationAt(blocks)).isDecided,
  );
}

describe('two identical arms, looked at after every block', () => {
  // CROSSOVER_SIMULATIONS=full: 1,000 experiments, half a minute.
  const isFull = process.env['CROSSOVER_SIMULATIONS'] === 'full';
  const experiments = isFull ? 1_000 : 150;
  const shareOf = (count: number, evaluationAt: EvaluationAt) =>
    Array.from({ length: count }, (_, at) => isDecidedOnce(at, evaluationAt)).filter(Boolean)
      .length / count;

  it('are told apart in at most 5 % of evaluations by always-valid intervals', () => {
    const standardError = Math.sqrt((0.05 * 0.95) / experiments);
    expect(shareOf(experiments, alwaysValid)).toBeLessThan(0.05 + 1.65 * standardError);
  }, 120_000);

  it('are told apart in far more by intervals that hold for one look', () => {
    expect(shareOf(60, asPlanned)).toBeGreaterThan(0.1);
  }, 60_000);
});

describe('an evaluation that may go on', () => {
  const goesOn = { blocks: planned, extendTo: most };

  it('is open while it is undecided, and over at its last block', () => {
    const usd = series(3, most);
    expect(verdictAfter(planned, usd, goesOn)).toMatchObject({
      isDecided: false,
      intervals: 'always-valid',
      extension: { planned, to: most, isOpen: true },
    });
    expect(verdictAfter(most, usd, goesOn).extension).toMatchObject({ isOpen: false });
  });

  it('is over when it is decided', () => {
    const usd = { ...series(3, most), 'lambda-only': () => 5 };
    const verdict = verdictAfter(planned, usd, goesOn);
    expect(verdict).toMatchObject({ isDecided: true, extension: { isOpen: false } });
    expect(verdict.sentence).toContain('The intervals are always-valid');
  });

  it('is over when the costs are the same within the margin, which more blocks do not change', () => {
    const wave = (phase: number) => (block: number) => 1 + 0.002 * Math.sin(2.4 * block + phase);
    const verdict = verdictAfter(planned, { 'lambda-only': wave(0), 'ecs-only': wave(2) }, goesOn);
    expect(verdict).toMatchObject({
      isDecided: false,
      extension: { isOpen: false, reason: expect.stringContaining('the same within the margin') },
    });
  });

  it('is over when an arm was lost, and when every arm is too slow', () => {
    const plan = aPlan({ testbed: 'local', workloads: [aWorkload({ slo })], evaluation: goesOn });
    const question = { plan, skipped: [], seed: 1, resamples: 100 };
    const measured = measuredArms(planned, series(3, most), { requests: 25 });
    const lost = decideVerdict({ ...question, ...measured, arms: [...measured.arms, 'hybrid'] });
    expect(lost.extension).toMatchObject({ isOpen: false });
    const slow = measuredArms(planned, series(3, most), { requests: 25, insideSlo: 5 });
    expect(decideVerdict({ ...question, ...slow }).extension).toMatchObject({
      isOpen: false,
      reason: 'No arm is fast enough.',
    });
  });

  it('claims an attainment only as surely as every look allows', () => {
    const usd = series(3, most);
    const boundOf = (evaluation: Parameters<typeof verdictAfter>[2]) =>
      verdictAfter(planned, usd, evaluation).arms[0]?.workloads[0]?.attainmentLower ?? 0;
    // 200 of 200: 0.05^(1/200) for one look, (0.05/17)^(1/200) for 17.
    expect(boundOf({ blocks: planned })).toBeCloseTo(0.05 ** (1 / 200), 6);
    expect(boundOf(goesOn)).toBeCloseTo((0.05 / 17) ** (1 / 200), 6);
  });
});
