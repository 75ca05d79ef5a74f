import { describe, expect, it } from 'vitest';
import { randomFor } from '../../../src/domain/statistics/random.ts';
import { decideVerdict } from '../../../src/domain/verdict/decide.ts';
import { aCell, aCost, aPlan, aWorkload, normalFrom } from '../evaluation-builders.ts';

const plan = aPlan({ workloads: [aWorkload({ slo: { latencyMs: 5000, attainment: 0.95 } })] });
const blocks = 200;

/** Blocks whose cost and latency have a level that both arms share, and one of the arm's own. */
function gains({ commonSd, ownSd }: { readonly commonSd: number; readonly ownSd: number }) {
  const normal = normalFrom(randomFor(5, 'pairing', commonSd, ownSd));
  const common = Array.from({ length: blocks }, () => commonSd * normal());
  const arms = ['lambda-only', 'ecs-only'] as const;
  const rows = arms.flatMap((arm, index) =>
    common.map((shared, at) => ({
      arm,
      block: at + 1,
      level: Math.exp(index + shared + ownSd * normal()),
    })),
  );
  const cells = rows.map(({ arm, block, level }) =>
    aCell({ arm, block, latenciesMs: Array.from({ length: 20 }, () => 100 * level) }),
  );
  const costs = rows.map(({ arm, block, level }) => aCost({ arm, block, allInUsd: level }));
  const question = { plan, cells, costs, arms, skipped: [], seed: 1, resamples: 1000 };
  return decideVerdict(question).pairing ?? [];
}

describe('the gain from pairing', () => {
  it('is the share of the variance that the arms have of their own', () => {
    // Own 0.1² against 0.1² + 0.15²: the paired difference has 31 % of the variance.
    const found = gains({ commonSd: 0.15, ownSd: 0.1 });
    expect(found.map(({ measure }) => measure)).toEqual(['cost', 'latency']);
    const [cost] = found;
    expect(cost).toMatchObject({ arm: 'lambda-only', against: 'ecs-only' });
    expect(cost?.varianceRatio).toBeCloseTo(0.01 / (0.01 + 0.0225), 1);
    expect(cost?.blocksFactor).toBeCloseTo(1 / (cost?.varianceRatio ?? 0), 10);
  });

  it('is seen in latencies too, which have no value per block', () => {
    const [, latency] = gains({ commonSd: 0.3, ownSd: 0.05 });
    expect(latency?.blocksFactor).toBeGreaterThan(2);
  });

  it('is none where nothing is shared', () => {
    for (const { varianceRatio } of gains({ commonSd: 0, ownSd: 0.1 })) {
      expect(Math.abs(varianceRatio - 1)).toBeLessThan(0.3);
    }
  });

  it('is not told where nothing varies', () => {
    expect(gains({ commonSd: 0, ownSd: 0 })).toEqual([]);
  });
});
