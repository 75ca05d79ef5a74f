import { describe, expect, test } from 'vitest';

import { createModelActivities } from '../../../src/activities/learning/models.ts';
import type { ModelEvaluation } from '../../../src/domain/models/model-evaluation.ts';
import { aPlan } from '../../dataset/builders.ts';
import { type ActivityRig, aRig, campaignId, perform } from '../rig.ts';
import { storeSlot } from '../stored-runs.ts';
import {
  aTrainableRig,
  datasetOf,
  type Stump,
  storePairs,
  stumpNamed,
  trained,
} from '../trained-campaign.ts';

const family = 'random-forest';
const slots = [1, 2, 3];

async function aStump(): Promise<{ rig: ActivityRig; stump: Stump }> {
  const stump = stumpNamed(family);
  const rig = await aTrainableRig([stump]);
  await storePairs(rig, slots);
  return { rig, stump };
}

function hashOf(training: Awaited<ReturnType<typeof trained>>): string {
  return training.kind === 'trained' ? training.modelHash : expect.fail(`It is ${training.kind}.`);
}

describe('training', () => {
  test('stores the model, and how it did on the slots that were held out', async () => {
    const { rig } = await aStump();
    const training = await trained(rig, await datasetOf(rig, slots), { family, judge: 'split' });
    expect(training).toMatchObject({ judgement: { kind: 'judged', judgedSlots: [3] } });
    const { keys } = rig.store;
    expect(await rig.store.json(keys.model(hashOf(training)))).toMatchObject({ family });
    expect(await rig.store.json(keys.modelEvaluation(hashOf(training)))).toMatchObject({
      judgedSlots: [3],
    });
  });

  test('that is to be judged later fits once, on all slots', async () => {
    const { rig, stump } = await aStump();
    const training = await trained(rig, await datasetOf(rig, slots), { family, judge: 'later' });
    expect(training).toMatchObject({ judgement: { kind: 'not-judged' } });
    expect(stump.seen.map(({ rowCount }) => rowCount)).toEqual([180]);
  });

  test('is not done twice for the same data and settings', async () => {
    const { rig, stump } = await aStump();
    const dataset = await datasetOf(rig, slots);
    const first = await trained(rig, dataset, { family, judge: 'split' });
    const fits = stump.seen.length;
    expect(await trained(rig, dataset, { family, judge: 'split' })).toEqual(first);
    // The defaults are settings like any others.
    const explicit = await trained(rig, dataset, { family, judge: 'split', params: { cut: 500 } });
    expect(explicit).toEqual(first);
    expect(stump.seen).toHaveLength(fits);
  });

  test.each([
    ['other settings', { params: { cut: 300 } }],
    ['another way of judging', { judge: 'later' }],
  ] as const)('is done again with %s', async (_what, changes) => {
    const { rig, stump } = await aStump();
    const dataset = await datasetOf(rig, slots);
    await trained(rig, dataset, { family, judge: 'split' });
    const fits = stump.seen.length;
    await trained(rig, dataset, { family, judge: 'split', ...changes });
    expect(stump.seen.length).toBeGreaterThan(fits);
  });

  test('ends as static where no workload earns a Fargate service', async () => {
    const rig = await aRig({ plan: aPlan({ evaluation: { ratePerS: 0.001 } }) });
    for (const slot of [1, 2]) await storeSlot(rig, slot, [{}, {}]);
    expect(await trained(rig, await datasetOf(rig, [1, 2]), { family })).toMatchObject({
      kind: 'static',
      findings: [{ kind: 'static', message: expect.stringContaining('nothing to route') }],
    });
  });

  test('on too few rows fails by name, and no retry would cure it', async () => {
    const rig = await aTrainableRig();
    for (const slot of [1, 2]) await storeSlot(rig, slot, [{}, {}]);
    await expect(trained(rig, await datasetOf(rig, [1, 2]), { family })).rejects.toMatchObject({
      type: 'TooFewObservations',
      nonRetryable: true,
    });
  });

  test('stops when it is cancelled, and leaves nothing behind', async () => {
    const { rig } = await aStump();
    const dataset = await datasetOf(rig, slots);
    rig.environment.cancel();
    await expect(trained(rig, dataset, { family })).rejects.toThrow();
    expect(await rig.ports.objects.list(rig.store.keys.models)).toEqual([]);
  });
});

describe('judging unseen workloads', () => {
  async function judged(judge: 'split' | 'later') {
    const { rig, stump } = await aStump();
    const dataset = await datasetOf(rig, slots);
    const modelHash = hashOf(await trained(rig, dataset, { family, judge }));
    const { judgeUnseenWorkloads } = createModelActivities(rig.ports);
    const input = { campaignId, fingerprint: dataset.fingerprint, modelHash };
    await perform(rig, judgeUnseenWorkloads, input);
    const key = rig.store.keys.modelEvaluation(modelHash);
    const again = () => perform(rig, judgeUnseenWorkloads, input);
    return { evaluation: await rig.store.json<ModelEvaluation>(key), stump, again };
  }

  test('adds to what the model did on held-out slots, once', async () => {
    const { evaluation, stump, again } = await judged('split');
    expect(evaluation?.judgedSlots).toEqual([3]);
    expect(evaluation?.leaveOneWorkloadOut?.map(({ workload }) => workload)).toEqual(['heavy']);
    const fits = stump.seen.length;
    await again();
    expect(stump.seen).toHaveLength(fits);
  });

  test('has nothing to add to for a model that was not judged', async () => {
    expect((await judged('later')).evaluation).toBeUndefined();
  });
});
