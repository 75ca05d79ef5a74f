import { describe, expect, it } from 'vitest';
import { describeDataset } from '../../../src/dataset/description/describe-dataset.ts';
import type { SlotOutcome } from '../../../src/domain/campaign.ts';
import type { DatasetDescription } from '../../../src/domain/dataset/dataset-description.ts';
import type { OutcomeRecord } from '../../../src/domain/observation.ts';
import type { PlanChanges } from '../../support/a-plan.ts';
import { aPlan, aWorkload } from '../builders.ts';
import { aCollection, type MadePair } from '../collection.ts';

const twoWorkloads: PlanChanges = {
  workloads: [aWorkload(), aWorkload({ name: 'light', share: 0.5 })],
};

async function described(
  slots: readonly (readonly MadePair[])[],
  { changes = {}, more = [] }: { changes?: PlanChanges; more?: readonly SlotOutcome[] } = {},
): Promise<DatasetDescription> {
  const plan = aPlan({ schedule: { slots: slots.length + more.length }, ...changes });
  const cpuMs = { heavy: 30, light: 30 };
  const parquet = await aCollection(slots, { plan, cpuMs });
  const outcomes = [...parquet.map(({ slot }) => complete(slot)), ...more];
  return await describeDataset({ campaignId: 'made', plan, cpuMs, parquet, outcomes });
}

function complete(slot: number): SlotOutcome {
  const none = { requests: 1, observed: 1, rows: 2, joined: 2, errors: 0, lagMsP99: 0, costUsd: 0 };
  return { slot, status: 'complete', ...none };
}

/** Far faster on one platform, so that the label does not hang on cost. */
const won = (platform: 'lambda' | 'ecs', pair: MadePair = {}): MadePair => ({
  ...pair,
  lambda: { latencyMs: platform === 'lambda' ? 1 : 900, ...pair.lambda },
  ecs: { latencyMs: platform === 'lambda' ? 900 : 1, ...pair.ecs },
});

const many = (count: number, make: (index: number) => MadePair): MadePair[] =>
  Array.from({ length: count }, (_, index) => make(index));

describe('labels', () => {
  it('are counted by workload without the ladder, and by the step of the ladder', async () => {
    const { labels } = await described(
      [
        [
          won('lambda', { workload: 'light' }),
          won('ecs', { workload: 'light' }),
          won('ecs', { workload: 'light' }),
          won('ecs'),
          won('ecs', { ladderStep: 1 }),
          won('lambda', { ladderStep: 2 }),
          won('lambda', { ladderStep: 2 }),
        ],
      ],
      { changes: twoWorkloads },
    );

    expect(labels?.pairs).toBe(7);
    expect(labels?.byWorkload).toMatchObject([
      { workload: 'heavy', pairs: 1, lambdaShare: 0 },
      { workload: 'light', pairs: 3, lambdaShare: 1 / 3 },
    ]);
    // 25 and 50 % of one vCPU at 30 ms a request.
    expect(labels?.byLadderStep).toMatchObject([
      { workload: 'heavy', step: 1, utilisation: 0.25, ratePerS: 0.25 / 0.03, pairs: 1 },
      { workload: 'heavy', step: 2, utilisation: 0.5, pairs: 2, lambdaShare: 1 },
    ]);
    expect(labels?.balance).toMatchObject({ lambda: { pairs: 3 }, ecs: { pairs: 4 } });
  });

  it('are counted by the rate of the own workload, in bins that show where they change', async () => {
    const at = (rate: number): Partial<OutcomeRecord> => ({ recentRateEcsPerS: rate });
    const { labels } = await described([
      many(120, (index) => {
        const rate = Math.floor(index / 30);
        return won(rate < 3 ? 'ecs' : 'lambda', { lambda: at(rate), ecs: at(rate) });
      }),
    ]);

    expect(labels?.byRate).toMatchObject([
      { fromPerS: 0, toPerS: 0, pairs: 30, lambdaShare: 0 },
      { fromPerS: 1, toPerS: 1, pairs: 30, lambdaShare: 0 },
      { fromPerS: 2, toPerS: 2, pairs: 30, lambdaShare: 0 },
      { fromPerS: 3, toPerS: 3, pairs: 30, lambdaShare: 1 },
    ]);
  });

  it('weigh more the further apart the platforms are', async () => {
    const near = { lambda: { latencyMs: 100 }, ecs: { latencyMs: 100 } };
    const { labels } = await described([[near, near, won('ecs')]]);
    const [heavy] = labels?.byWorkload ?? [];

    expect(heavy?.weightP90).toBeCloseTo((heavy?.weightP50 ?? 0) + 0.6 * Math.log(900), 1);
    expect(labels?.balance).toMatchObject({ lambda: { weight: 0 }, ecs: { weight: 1 } });
  });
});

describe('the ratio rule', () => {
  // Faster on Lambda, but more than a tenth dearer there: only utility weighs the two.
  const fastAndDear = { lambda: { latencyMs: 1 }, ecs: { latencyMs: 900 }, billedMs: 5000 };

  it('is told beside the utility rule with its disagreement and what it loses', async () => {
    const { labels } = await described([[fastAndDear, fastAndDear, won('ecs'), won('ecs')]]);
    const all = labels?.ratioRule.find(({ workload }) => workload === undefined);

    expect(all).toMatchObject({
      pairs: 4,
      utilityLambdaShare: 0.5,
      ratioLambdaShare: 0,
      disagreeShare: 0.5,
    });
    expect(all?.lostUtility).toBeGreaterThan(0.1);
    expect(labels?.ratioRule[0]).toMatchObject({ workload: 'heavy', disagreeShare: 0.5 });
  });

  it('is compared with utility also where the plan labels by it', async () => {
    const changes = { labels: { rule: 'ratio', latencyWeight: 0.6 } } as const;
    const { labels } = await described([[fastAndDear, won('ecs')]], { changes });

    expect(labels?.balance.lambda.pairs).toBe(0);
    expect(labels?.ratioRule.at(-1)).toMatchObject({ disagreeShare: 0.5, utilityLambdaShare: 0.5 });
  });
});

describe('detectors', () => {
  it('are all told with their numbers, whether they found something or not', async () => {
    const { labels, findings } = await described([many(20, () => won('ecs'))]);
    const [run] = labels?.detectors ?? [];
    const found = run?.checks.map(({ detector, value, finding }) => [
      detector,
      value,
      finding?.kind,
    ]);

    expect(run).toMatchObject({ on: 'all-pairs', pairs: 20 });
    expect(found?.slice(0, 4)).toEqual([
      ['too-few-pairs', 20, 'too-few-rows'],
      ['one-class', 0, 'static'],
      ['function-of-workload', 1, 'static'],
      ['too-few-of-a-class', 0, 'too-few-rows'],
    ]);
    expect(run?.checks.filter(({ detector }) => detector === 'leak')).toHaveLength(13);
    expect(findings.filter(({ kind }) => kind === 'detector')).toHaveLength(4);
    expect(findings[0]).toMatchObject({ isSerious: true });
  });

  it('find a feature that knows the answer', async () => {
    const { labels } = await described([
      many(200, (index) => {
        const platform = (index * 7) % 10 < 5 ? 'lambda' : 'ecs';
        const since = { sincePreviousLambdaMs: platform === 'lambda' ? 10 : 5000 };
        return won(platform, { lambda: since, ecs: since });
      }),
    ]);
    const leaks = labels?.detectors[0]?.checks.filter(({ finding }) => finding?.kind === 'leak');

    expect(leaks).toMatchObject([{ feature: 'since_previous_lambda_ms', value: 1 }]);
  });

  it('run on the pairs that a training would see as well, where only some workloads earn a service', async () => {
    // At 8 requests a second one service of 1 vCPU is cheaper for what computes for a second.
    const changes: PlanChanges = {
      workloads: [
        aWorkload({ name: 'heavy', share: 0.5, ecsTasks: 5 }),
        aWorkload({ name: 'light', share: 0.5 }),
      ],
      evaluation: { ratePerS: 4 },
    };
    const plan = aPlan({ schedule: { slots: 1 }, ...changes });
    const cpuMs = { heavy: 1000, light: 1 };
    const pairs = many(4, (index) => won('ecs', { workload: index % 2 === 0 ? 'heavy' : 'light' }));
    const slow = pairs.map((pair) =>
      pair.workload === 'heavy' ? { ...pair, billedMs: 60_000 } : pair,
    );
    const parquet = await aCollection([slow], { plan, cpuMs });
    const { labels } = await describeDataset({
      campaignId: 'made',
      plan,
      cpuMs,
      parquet,
      outcomes: [complete(1)],
    });

    expect(labels?.capacity.withCapacity).toEqual(['heavy']);
    expect(labels?.detectors).toMatchObject([
      { on: 'all-pairs', pairs: 4 },
      { on: 'with-capacity', workloads: ['heavy'], pairs: 2 },
    ]);
  });
});

describe('the ceiling', () => {
  it('stands beside the majority, of all pairs and of each workload', async () => {
    const { labels } = await described(
      [
        many(90, (index) => {
          const workload = index % 3 === 0 ? 'light' : 'heavy';
          return won(workload === 'light' ? 'lambda' : 'ecs', { workload });
        }),
      ],
      { changes: twoWorkloads },
    );

    expect(labels?.ceiling).toEqual({
      rows: 90,
      majority: 2 / 3,
      workloadMajority: 1,
      crossFitted: 1,
      inSample: 1,
    });
  });
});

describe('features', () => {
  it('that never vary are found, over all pairs and within a workload', async () => {
    const { labels, findings } = await described(
      [
        [
          { workload: 'heavy', payloadBytes: 10 },
          { workload: 'heavy', payloadBytes: 20 },
          { workload: 'light', payloadBytes: 30 },
          { workload: 'light', payloadBytes: 30 },
        ],
      ],
      { changes: twoWorkloads },
    );
    const feature = (name: string) => labels?.features.find((one) => one.feature === name);

    expect(feature('payload_bytes')).toMatchObject({
      min: 10,
      p50: 20,
      max: 30,
      isConstant: false,
      constantWithin: ['light'],
    });
    expect(feature('in_flight_ecs')).toMatchObject({ isConstant: true });
    expect(findings.find(({ kind }) => kind === 'constant-feature')?.message).toMatch(
      /in all 4 pairs, .*features: .*in_flight_ecs \(0\)/,
    );
  });
});

describe('missing values', () => {
  it('are counted per platform, and of the answered rows by themselves', async () => {
    const timeout = { outcome: 'timeout', isGood: false } as const;
    const { missing, findings } = await described([
      [{ lambda: timeout, isUnreported: true }, { isUnreported: true }, {}, {}],
    ]);
    const column = (name: string) => missing.find((one) => one.column === name);

    expect(column('billed_ms')).toEqual({
      column: 'billed_ms',
      isInformative: false,
      platforms: { lambda: { rows: 4, blank: 2, answered: 3, blankOfAnswered: 1 } },
    });
    expect(column('task_id')?.platforms).not.toHaveProperty('lambda');
    expect(column('ladder_step')).toMatchObject({ isInformative: true });
    expect(findings).toContainEqual({
      kind: 'missing-values',
      message: '"billed_ms" is unknown in 33.3 % of 3 answered rows of lambda.',
      isSerious: false,
    });
  });
});

describe('coverage', () => {
  it('tells slots that are not in the dataset, requests without a pair, and outcomes', async () => {
    const { coverage, findings } = await described(
      [
        [
          {},
          { isLeadIn: true },
          { lambda: { outcome: 'failed', isGood: false, statusCode: 500 }, isUnreported: true },
        ],
      ],
      { more: [{ slot: 2, status: 'missed', reason: 'No load worker began the run.' }] },
    );

    expect(coverage).toMatchObject({
      plannedSlots: 2,
      slots: { complete: 1, missed: 1 },
      leftOut: [{ slot: 2, status: 'missed', reason: 'No load worker began the run.' }],
      requests: 3,
      rows: 6,
      pairs: 2,
      unpaired: [{ reason: 'lead-in', requests: 1 }],
    });
    expect(coverage.outcomes).toContainEqual({
      outcome: 'failed',
      reason: 'failed-without-handler',
      rows: 1,
    });
    expect(findings).toContainEqual({
      kind: 'coverage',
      message: '1 of 2 planned slots are in the dataset; left out: 1 missed.',
      isSerious: true,
    });
  });

  it('is all that there is to say while no slot is complete', async () => {
    const { dataset, labels, missing, findings } = await described([], {
      more: [{ slot: 1, status: 'failed', reason: 'The disk is full.' }],
    });

    expect({ dataset, labels, missing }).toEqual({
      dataset: undefined,
      labels: undefined,
      missing: [],
    });
    expect(findings.map(({ kind }) => kind)).toEqual(['coverage', 'coverage']);
  });
});

describe('the split by time', () => {
  it('fits on the first two thirds of the slots that have pairs', async () => {
    const { labels } = await described([[won('lambda')], [won('ecs')], [won('ecs')]]);

    expect(labels?.split).toEqual({
      fitted: { slots: [1, 2], pairs: 2, lambdaShare: 0.5 },
      judged: { slots: [3], pairs: 1, lambdaShare: 0 },
    });
  });

  it('needs three slots', async () => {
    const { labels } = await described([[won('lambda')], [won('ecs')]]);
    expect(labels).not.toHaveProperty('split');
  });
});
