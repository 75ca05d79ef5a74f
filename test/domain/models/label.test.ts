import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cappedWeights,
  costFloorUsd,
  type LabelRule,
  labelPair,
  type PairOutcome,
  penalty,
  ratiosOf,
  utilityOf,
} from '../../../src/domain/models/label.ts';

const rule: LabelRule = {
  rule: 'utility',
  latencyWeight: 0.6,
  timeoutMs: 29_000,
  sloLatencyMs: 1000,
};

function anOutcome(changes: Partial<PairOutcome> = {}): PairOutcome {
  return { latencyMs: 100, isGood: true, costUsd: 1e-6, ...changes };
}

const outcome = fc.record({
  latencyMs: fc.double({ min: 0.1, max: 29_000, noNaN: true }),
  isGood: fc.boolean(),
  costUsd: fc.double({ min: 0, max: 1e-2, noNaN: true }),
});
const slower = fc.double({ min: 1.01, max: 10, noNaN: true });

describe('u', () => {
  it('is w ln(latency) + (1 - w) ln(cost), plus ln 4 above the SLO', () => {
    const inside = 0.6 * Math.log(100) + 0.4 * Math.log(1e-6);
    const above = 0.6 * Math.log(1001) + 0.4 * Math.log(1e-6) + Math.log(4);

    expect(utilityOf(anOutcome(), rule)).toBeCloseTo(inside, 12);
    expect(utilityOf(anOutcome({ latencyMs: 1001 }), rule)).toBeCloseTo(above, 12);
  });

  it('gives a failure the deadline and the penalty, however fast it failed', () => {
    const deadline = 0.6 * Math.log(29_000) + 0.4 * Math.log(1e-6) + penalty;

    for (const latencyMs of [3, 29_000]) {
      expect(utilityOf(anOutcome({ latencyMs, isGood: false }), rule)).toBeCloseTo(deadline, 12);
    }
    expect(utilityOf({ isGood: false, costUsd: 1e-6 }, rule)).toBeCloseTo(deadline, 12);
  });

  it('floors the cost, so that a request for nothing is not infinitely good', () => {
    const free = utilityOf(anOutcome({ costUsd: 0 }), rule);

    expect(free).toBe(utilityOf(anOutcome({ costUsd: costFloorUsd }), rule));
    expect(free).toBeGreaterThan(utilityOf(anOutcome({ costUsd: 0, latencyMs: 50 }), rule));
  });

  it('is finite for whatever was measured', () => {
    fc.assert(fc.property(outcome, (any) => Number.isFinite(utilityOf(any, rule))));
    expect(utilityOf(anOutcome({ latencyMs: 0 }), rule)).toBeGreaterThan(Number.NEGATIVE_INFINITY);
  });

  it('never prefers a failure to a good answer of the same cost', () => {
    fc.assert(
      fc.property(outcome, (any) => {
        const good = utilityOf({ ...any, isGood: true }, rule);
        return good <= utilityOf({ ...any, isGood: false }, rule);
      }),
    );
  });
});

describe('a label', () => {
  it('is the platform with the lower u, and weighs its lead: the regret of the other choice', () => {
    fc.assert(
      fc.property(outcome, outcome, (lambda, ecs) => {
        const pair = labelPair(lambda, ecs, rule);
        const chosen = pair.label === 1 ? pair.utilityLambda : pair.utilityEcs;
        const other = pair.label === 1 ? pair.utilityEcs : pair.utilityLambda;
        expect(chosen).toBeLessThanOrEqual(other);
        expect(pair.weight).toBeCloseTo(other - chosen, 12);
      }),
    );
  });

  it('turns round when the platforms change places', () => {
    fc.assert(
      fc.property(outcome, outcome, (a, b) => {
        const pair = labelPair(a, b, rule);
        fc.pre(pair.weight > 0);
        expect(labelPair(b, a, rule)).toMatchObject({
          label: 1 - pair.label,
          weight: pair.weight,
        });
      }),
    );
  });

  it('does not change when both platforms get slower or dearer by the same factor', () => {
    const withoutSlo: LabelRule = { rule: 'utility', latencyWeight: 0.6, timeoutMs: 1e9 };
    const plain = fc.record({
      latencyMs: fc.double({ min: 1, max: 1000, noNaN: true }),
      isGood: fc.constant(true),
      costUsd: fc.double({ min: 1e-6, max: 1e-3, noNaN: true }),
    });
    fc.assert(
      fc.property(plain, plain, slower, (lambda, ecs, factor) => {
        const scaled = (one: PairOutcome): PairOutcome => ({
          latencyMs: (one.latencyMs ?? 0) * factor,
          isGood: true,
          costUsd: one.costUsd * factor,
        });
        const before = labelPair(lambda, ecs, withoutSlo);
        const after = labelPair(scaled(lambda), scaled(ecs), withoutSlo);
        expect(after.weight).toBeCloseTo(before.weight, 9);
        if (before.weight > 1e-9) expect(after.label).toBe(before.label);
      }),
    );
  });

  it('weighs nothing when both are the same', () => {
    expect(labelPair(anOutcome(), anOutcome(), rule)).toMatchObject({ label: 0, weight: 0 });
  });

  it('is not the same for every request of a workload: it follows what was measured', () => {
    const fast = labelPair(anOutcome({ latencyMs: 50 }), anOutcome(), rule);
    const slow = labelPair(anOutcome({ latencyMs: 200 }), anOutcome(), rule);

    expect([fast.label, slow.label]).toEqual([1, 0]);
  });
});

describe('the ratio rule', () => {
  const ratio: LabelRule = { ...rule, rule: 'ratio' };

  it.each([
    { latencyMs: 99, costUsd: 1.1e-6, label: 1 },
    { latencyMs: 99, costUsd: 1.11e-6, label: 0 },
    { latencyMs: 100, costUsd: 0.5e-6, label: 0 },
  ])('takes Lambda when it is faster and at most a tenth dearer: %o', ({ label, ...lambda }) => {
    expect(labelPair(anOutcome(lambda), anOutcome(), ratio)).toMatchObject({ label, weight: 1 });
  });

  it('does not call a fast failure fast', () => {
    const failed = anOutcome({ latencyMs: 1, isGood: false });

    expect(labelPair(failed, anOutcome(), ratio).label).toBe(0);
  });

  it('describes a pair by 0.6 latency ratio + 0.4 cost ratio', () => {
    const ratios = ratiosOf(anOutcome({ latencyMs: 200, costUsd: 3e-6 }), anOutcome(), rule);

    expect(ratios.latencyRatio).toBeCloseTo(2);
    expect(ratios.costRatio).toBeCloseTo(3);
    expect(ratios.costPerformanceScore).toBeCloseTo(2.4);
  });
});

describe('weights', () => {
  it('are cut at their 99.9 % quantile and left alone below', () => {
    const weights = Float64Array.from({ length: 2001 }, (_, index) => index);
    weights[0] = 1e9;

    const capped = cappedWeights(weights);

    expect(Math.max(...capped)).toBe(1999);
    expect(capped.filter((weight, index) => weight !== weights[index])).toHaveLength(2);
  });

  it('keep their order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 2 }),
        (values) => {
          const capped = cappedWeights(Float64Array.from(values));
          return values.every((value, i) =>
            values.every((other, j) => value > other || (capped[i] ?? 0) <= (capped[j] ?? 0)),
          );
        },
      ),
    );
  });
});
