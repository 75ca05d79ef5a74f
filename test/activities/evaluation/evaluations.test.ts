import { describe, expect, test } from 'vitest';

import { createEvaluationActivities } from '../../../src/activities/evaluation/evaluations.ts';
import type { EvaluationSetup } from '../../../src/domain/evaluation.ts';
import type { Champion } from '../../../src/domain/models/model.ts';
import type { Verdict } from '../../../src/domain/verdict/verdict.ts';
import { aPlan, aWorkload } from '../../dataset/builders.ts';
import { type ActivityRig, aRig, campaignId, perform } from '../rig.ts';
import { storeBlock, storeSlot } from '../stored-runs.ts';

const plan = aPlan({
  workloads: [aWorkload({ slo: { latencyMs: 1000, attainment: 0.5 } })],
  evaluation: { leadInBlocks: 0 },
});

describe('planning an evaluation', () => {
  const twoWorkloads = aPlan({
    workloads: [aWorkload({ share: 0.5 }), aWorkload({ name: 'light', share: 0.5 })],
  });

  async function planned(rig: ActivityRig, champion: Champion) {
    await rig.store.putJson(rig.store.keys.champion, champion);
    const { planEvaluation } = createEvaluationActivities(rig.ports);
    return await perform(rig, planEvaluation, { campaignId });
  }

  function setupOf({ store }: ActivityRig): Promise<EvaluationSetup> {
    return store.requireJson<EvaluationSetup>(store.keys.evaluation);
  }

  const champion: Champion = {
    kind: 'best-static',
    table: { heavy: 'ecs', light: 'lambda' },
    withCapacity: ['heavy'],
    reason: 'Too few rows.',
    slotsSeen: 1,
  };

  test('leaves the hybrid out without a model, with the reason', async () => {
    const rig = await aRig({ plan: twoWorkloads });
    expect(await planned(rig, champion)).toMatchObject({
      arms: ['lambda-only', 'ecs-only', 'best-static'],
    });
    expect((await setupOf(rig)).skipped).toEqual([{ arm: 'hybrid', reason: 'Too few rows.' }]);
  });

  test('leaves best-static out where it is one platform, with the reason', async () => {
    const rig = await aRig({ plan: twoWorkloads });
    const oneSided: Champion = { ...champion, table: { heavy: 'ecs', light: 'ecs' } };
    expect(await planned(rig, oneSided)).toMatchObject({ arms: ['lambda-only', 'ecs-only'] });
    expect((await setupOf(rig)).skipped.map(({ arm }) => arm)).toEqual(['hybrid', 'best-static']);
  });

  test('begins with best-static when no retraining has chosen a router', async () => {
    const rig = await aRig({ plan: twoWorkloads });
    const { planEvaluation } = createEvaluationActivities(rig.ports);
    const { arms } = await perform(rig, planEvaluation, { campaignId });
    expect(arms).not.toContain('hybrid');
    expect(await rig.store.champion()).toMatchObject({
      kind: 'best-static',
      reason: 'No retraining has chosen a router.',
      capacityReason: expect.stringMatching(/^At /),
    });
  });

  test('is pinned by the first call: a promotion meanwhile changes nothing', async () => {
    const rig = await aRig({ plan: twoWorkloads });
    const first = await planned(rig, champion);
    const pinned = await setupOf(rig);
    const other: Champion = { ...champion, table: { heavy: 'lambda', light: 'lambda' } };
    expect(await planned(rig, other)).toEqual(first);
    expect(await setupOf(rig)).toEqual(pinned);
  });

  test('estimates workloads from complete slots alone', async () => {
    const rig = await aRig({ plan });
    await storeSlot(rig, 1, [{ lambda: { serverMs: 100 } }]);
    await storeSlot(rig, 2, [{ lambda: { serverMs: 9000 } }], { degradedBecause: ['a gap'] });
    await planned(rig, champion);
    expect((await setupOf(rig)).estimates).toMatchObject({
      heavy: { estimatedExecutionMs: expect.closeTo(100, 0) },
    });
  });
});

describe('the tasks of the arms', () => {
  // 10/s of 150 ms are 1.5 vCPUs: 3 tasks at 60 %.
  const busy = aPlan({ evaluation: { ratePerS: 10 } });
  const champion: Champion = {
    kind: 'best-static',
    table: { heavy: 'ecs' },
    withCapacity: ['heavy'],
    reason: 'Too few rows.',
    slotsSeen: 1,
  };

  async function tasksOn(cpuCount: number): Promise<EvaluationSetup['tasks']> {
    const rig = await aRig({ plan: busy, deployment: { cpuMs: { heavy: 150 }, cpuCount } });
    await rig.store.putJson(rig.store.keys.champion, champion);
    const { planEvaluation } = createEvaluationActivities(rig.ports);
    await perform(rig, planEvaluation, { campaignId });
    return (await rig.store.requireJson<EvaluationSetup>(rig.store.keys.evaluation)).tasks;
  }

  test('are pinned with the setup, as many as its traffic needs', async () => {
    expect(await tasksOn(4)).toEqual({ 'lambda-only': {}, 'ecs-only': { heavy: 3 } });
  });

  test('are the plan’s on a machine with too few CPUs', async () => {
    expect(await tasksOn(2)).toEqual({ 'lambda-only': {}, 'ecs-only': { heavy: 1 } });
  });
});

describe('scoring', () => {
  async function scored(rig: ActivityRig, blocks: readonly number[]) {
    const setup: EvaluationSetup = {
      arms: ['lambda-only', 'ecs-only'],
      skipped: [],
      table: { heavy: 'ecs' },
      withCapacity: ['heavy'],
      estimates: {},
    };
    await rig.store.putJson(rig.store.keys.evaluation, setup);
    const { scoreEvaluation } = createEvaluationActivities(rig.ports);
    const score = await perform(rig, scoreEvaluation, { campaignId, blocks });
    const verdict = await rig.store.json<Verdict>(rig.store.keys.report('verdict.json'));
    return { score, verdict };
  }

  const degradedBecause = ['5 of 10 requests were issued'];

  test('has no verdict without enforced limits', async () => {
    const rig = await aRig({ plan, deployment: { limits: 'none' } });
    await storeBlock(rig, 1);
    const { score, verdict } = await scored(rig, [1]);
    expect(score).toMatchObject({
      hasVerdict: false,
      noVerdict: expect.stringContaining('could not be enforced'),
    });
    expect(verdict).toBeUndefined();
  });

  test('has no verdict when no block behind the lead-in was measured', async () => {
    const rig = await aRig({ plan: aPlan({ evaluation: { leadInBlocks: 1 } }) });
    await storeBlock(rig, 1);
    expect((await scored(rig, [1])).score.hasVerdict).toBe(false);
  });

  test('is undecided when the degraded blocks change the answer', async () => {
    const rig = await aRig({ plan });
    for (const block of [1, 2]) await storeBlock(rig, block);
    for (const block of [3, 4])
      await storeBlock(rig, block, { billedMs: 100_000, degradedBecause });
    const { score, verdict } = await scored(rig, [1, 2, 3, 4]);
    expect(score).toEqual({ hasVerdict: true });
    expect(verdict?.isDecided).toBe(false);
    expect(verdict?.sentence).toContain('with the 2 degraded blocks the answer is another');
  });

  test('is what it was when the degraded blocks change nothing', async () => {
    const rig = await aRig({ plan });
    for (const block of [1, 2, 3]) await storeBlock(rig, block);
    await storeBlock(rig, 4, { degradedBecause });
    const { verdict } = await scored(rig, [1, 2, 3, 4]);
    expect(verdict).toMatchObject({ answer: 'lambda-only', isDecided: true, blocks: 4 });
  });

  test('computes the rivals beside the arms, from the pairs of the blocks', async () => {
    const rig = await aRig({ plan });
    for (const block of [1, 2, 3]) await storeBlock(rig, block);
    const { verdict } = await scored(rig, [1, 2, 3]);
    const baselines = verdict?.baselines;
    expect(baselines).toMatchObject({ pairs: 15, ofRequests: 15, routed: ['heavy'] });
    const lambda = verdict?.arms.find(({ arm }) => arm === 'lambda-only');
    const byRate = baselines?.baselines.find(({ baseline }) => baseline === 'switch-by-rate');
    // At this rate Lambda is cheaper, so that switching by rate is lambda-only.
    expect(baselines?.weights).toMatchObject([{ workload: 'heavy', lambdaPercent: 100 }]);
    expect(byRate?.costPer1000Usd).toBeCloseTo(lambda?.costPer1000Usd ?? 0, 12);
    expect(baselines?.regrets.map(({ of }) => of)).toEqual([
      'lambda-only',
      'ecs-only',
      'attainable-oracle',
      'hindsight',
      'switch-by-rate',
    ]);
  });

  test('takes the collection’s slots for the two platforms, and says when it may not', async () => {
    const rig = await aRig({ plan });
    for (const block of [1, 2]) await storeBlock(rig, block);
    for (const slot of [1, 2]) await storeSlot(rig, slot, [{}, {}]);
    const { verdict } = await scored(rig, [1, 2]);
    expect(verdict?.platforms?.collection).toMatchObject({ slots: 2, blocks: 0 });
    expect(verdict?.platforms?.evaluation).toMatchObject({ slots: 0, blocks: 2 });
    expect(verdict?.platforms?.apartBecause).toContain('The collection ran at 1 requests/s');
  });

  test('tells whether degraded slots change the answer', async () => {
    const rig = await aRig({ plan });
    for (const block of [1, 2]) await storeBlock(rig, block);
    await storeSlot(rig, 1, [{}]);
    await storeSlot(rig, 2, [{}], { degradedBecause });
    const { verdict } = await scored(rig, [1, 2]);
    expect(verdict?.degraded).toEqual({ blocks: 0, slots: 1, isSame: true });
  });

  test('is undecided when every block is degraded', async () => {
    const rig = await aRig({ plan });
    for (const block of [1, 2, 3]) await storeBlock(rig, block, { degradedBecause });
    const { verdict } = await scored(rig, [1, 2, 3]);
    expect(verdict?.isDecided).toBe(false);
    expect(verdict?.sentence).toMatch(/^Undecided: every scored block is degraded\./);
  });
});
