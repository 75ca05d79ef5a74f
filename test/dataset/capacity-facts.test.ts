import { describe, expect, it } from 'vitest';
import { capacityFacts } from '../../src/dataset/capacity-facts.ts';
import type { Platform } from '../../src/domain/platform.ts';
import { aPlan, aWorkload } from './builders.ts';
import { aCollection, type MadePair } from './collection.ts';

function pairs(count: number, pair: MadePair): MadePair[] {
  return Array.from({ length: count }, () => pair);
}

async function fastEnough(
  slot: readonly MadePair[],
  plan = aPlan(),
): Promise<Readonly<Record<Platform, boolean>> | undefined> {
  const { isFastEnough } = await capacityFacts({ parquet: await aCollection([slot]), plan });
  return new Map(Object.entries(isFastEnough)).get('heavy');
}

describe('the billed time of a workload', () => {
  it('is its mean outside the ladder, over all slots', async () => {
    const parquet = await aCollection([
      [{ billedMs: 100 }, { billedMs: 9000, ladderStep: 1 }],
      [{ billedMs: 300 }, { billedMs: 500 }, { isUnreported: true }],
    ]);

    expect((await capacityFacts({ parquet, plan: aPlan() })).lambdaBilledMs).toEqual({
      heavy: 300,
    });
  });

  it('is absent for a workload that was not measured', async () => {
    expect(await capacityFacts({ parquet: [], plan: aPlan() })).toEqual({
      lambdaBilledMs: {},
      isFastEnough: {},
    });
  });
});

describe('fast enough', () => {
  it('is an attainment that reaches the target, as a point estimate', async () => {
    const slow = { lambda: { latencyMs: 1001 } };

    expect(await fastEnough([...pairs(19, {}), slow])).toEqual({ lambda: true, ecs: true });
    expect(await fastEnough([...pairs(18, {}), slow])).toEqual({ lambda: false, ecs: true });
  });

  it('counts a failure as too slow, however fast it failed', async () => {
    const failed = { ecs: { outcome: 'failed', isGood: false, latencyMs: 1 } } as const;

    expect(await fastEnough([...pairs(9, {}), failed])).toEqual({ lambda: true, ecs: false });
  });

  it('does not look at the ladder', async () => {
    const onLadder = { ladderStep: 1, ecs: { latencyMs: 5000 } };

    expect(await fastEnough([{}, ...pairs(5, onLadder)])).toEqual({ lambda: true, ecs: true });
  });

  describe('without an SLO', () => {
    const { slo, ...withoutSlo } = aWorkload();
    const plan = aPlan({ workloads: [withoutSlo] });

    it.each([
      [109, true],
      [111, false],
    ])(
      'is within the margin of the faster platform: 100 ms and %d ms',
      async (latencyMs, isFast) => {
        const pair = { lambda: { latencyMs }, ecs: { latencyMs: 100 } };

        expect(await fastEnough([pair], plan)).toEqual({ lambda: isFast, ecs: true });
      },
    );

    it('looks at the highest quantile that both can show', async () => {
      const slot = [
        ...pairs(170, { lambda: { latencyMs: 100 }, ecs: { latencyMs: 100 } }),
        ...pairs(30, { lambda: { latencyMs: 100 }, ecs: { latencyMs: 400 } }),
      ];

      expect(await fastEnough(slot, plan)).toEqual({ lambda: true, ecs: false });
      expect(await fastEnough(slot.slice(150, 180), plan)).toEqual({ lambda: true, ecs: true });
    });
  });
});
