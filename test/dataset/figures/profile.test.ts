import { describe, expect, it } from 'vitest';
import { profileCampaign } from '../../../src/dataset/figures/profile.ts';
import type { CampaignProfile } from '../../../src/domain/dataset/profile.ts';
import { aPlan } from '../builders.ts';
import { aCollection, type MadePair } from '../collection.ts';

async function profileOf(
  slots: readonly (readonly MadePair[])[],
  plan = aPlan(),
): Promise<CampaignProfile> {
  const cpuMs = { heavy: 30 };
  return await profileCampaign({ parquet: await aCollection(slots), plan, cpuMs });
}

/** Latencies on Lambda from 1 ms upwards. */
function climbing(count: number, from = 1): MadePair[] {
  return Array.from({ length: count }, (_, index) => ({ lambda: { latencyMs: from + index } }));
}

const failed = {
  lambda: { outcome: 'failed', isGood: false, statusCode: 500, latencyMs: 1 },
  isUnreported: true,
} as const;

describe('latencies', () => {
  it('are quantiles over all slots together, not averages of slots', async () => {
    const { latencies } = await profileOf([climbing(30), climbing(170, 31)]);

    expect(latencies[0]).toMatchObject({
      workload: 'heavy',
      platform: 'lambda',
      requests: 200,
      p50: 100,
      p95: 190,
      serverMsP50: 100.25,
    });
    expect(latencies.map(({ platform }) => platform)).toEqual(['lambda', 'ecs']);
  });

  it('are shown only with ten requests above them', async () => {
    const few = (await profileOf([climbing(19)])).latencies[0];
    const enough = (await profileOf([climbing(20)])).latencies[0];
    const almost = (await profileOf([climbing(199)])).latencies[0];

    expect(few).not.toHaveProperty('p50');
    expect(enough).toHaveProperty('p50', 10);
    expect(almost).not.toHaveProperty('p95');
  });

  it('count a failure as slower than everything, however fast it failed', async () => {
    const [lambda] = (await profileOf([[...climbing(18), failed, failed]])).latencies;

    expect(lambda).toMatchObject({ requests: 20, good: 18, p50: 10 });
  });

  it('have no number where most requests failed', async () => {
    const [lambda] = (
      await profileOf([[...climbing(5), ...Array.from({ length: 25 }, () => failed)]])
    ).latencies;

    expect(lambda).toMatchObject({ requests: 30, good: 5 });
    expect(lambda).not.toHaveProperty('p50');
  });

  it('count cold starts and tell the price of a thousand requests', async () => {
    const cold = { lambda: { environmentSequence: 1 }, ecs: { environmentSequence: 1 } };
    const { latencies } = await profileOf([[{}, cold]]);

    expect(latencies.map(({ coldStarts }) => coldStarts)).toEqual([1, 0]);
    expect(latencies[0]?.marginalPer1000Usd).toBeGreaterThan(1e-3);
    expect(latencies[0]?.marginalPer1000Usd).toBeLessThan(1e-2);
  });
});

describe('the ladder', () => {
  it('stands apart, by step, with the utilisation and the rate of the plan', async () => {
    const ladder = climbing(40).map((pair, index) => ({ ...pair, ladderStep: 1 + (index % 2) }));
    const profile = await profileOf([[{}, ...ladder]]);

    expect(profile.ladder).toHaveLength(4);
    expect(profile.ladder[1]).toEqual({
      workload: 'heavy',
      platform: 'lambda',
      step: 2,
      utilisation: 0.5,
      ratePerS: 0.5 / 0.03,
      requests: 20,
      slots: 1,
      p50: 20,
    });
    expect(profile.latencies[0]).toMatchObject({ requests: 1 });
    expect(profile.labels).toEqual([expect.objectContaining({ workload: 'heavy', pairs: 1 })]);
    expect(profile).toMatchObject({ rows: 82, pairs: 41 });
  });
});

describe('labels', () => {
  it('are shares of what each platform won', async () => {
    const won = { lambda: { latencyMs: 1 }, ecs: { latencyMs: 900 } };
    const { labels } = await profileOf([[{}, {}, {}, won]]);

    expect(labels).toEqual([
      { workload: 'heavy', pairs: 4, lambdaShare: 0.25, weightMean: expect.any(Number) },
    ]);
  });
});

describe('records', () => {
  it('are counted with the reason for every one that is missing', async () => {
    const profile = await profileOf([[failed, {}, {}, { isUnreported: true }]]);

    expect(profile).toMatchObject({ rows: 8, joinedShare: 6 / 8, explainedShare: 7 / 8 });
    expect(profile.outcomes).toEqual([
      { outcome: 'answered', rows: 6 },
      { outcome: 'answered', reason: 'no-handler-line', rows: 1 },
      { outcome: 'failed', reason: 'failed-without-handler', rows: 1 },
    ]);
  });
});

describe('the position effect', () => {
  it('is the mean log ratio of second to first place, per platform', async () => {
    const { positionEffect } = await profileOf([
      [
        { first: 'lambda', lambda: { latencyMs: 100 }, ecs: { latencyMs: 80 } },
        { first: 'ecs', lambda: { latencyMs: 110 }, ecs: { latencyMs: 80 } },
      ],
    ]);

    expect(positionEffect[0]).toMatchObject({ platform: 'lambda', pairs: 2 });
    expect(positionEffect[0]?.logRatio).toBeCloseTo(Math.log(1.1), 12);
    expect(positionEffect[1]?.logRatio).toBeCloseTo(0, 12);
  });
});

it('a campaign without a slot has a profile of nothing', async () => {
  expect(await profileOf([])).toEqual({
    rows: 0,
    pairs: 0,
    joinedShare: 0,
    explainedShare: 0,
    latencies: [],
    ladder: [],
    labels: [],
    outcomes: [],
    positionEffect: [],
  });
});
