import { describe, expect, test } from 'vitest';

import { createDatasetActivities } from '../../src/activities/datasets.ts';
import { createModelActivities, type TrainingResult } from '../../src/activities/models.ts';
import type { Champion } from '../../src/domain/model.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { aPlan, aWorkload } from '../dataset/builders.ts';
import { type ActivityRig, aRig, campaignId, perform } from './rig.ts';
import { storeSlot } from './stored-runs.ts';

const trained: Extract<TrainingResult, { kind: 'trained' }> = {
  family: 'random-forest',
  kind: 'trained',
  modelHash: 'cafe',
  judgement: { kind: 'not-judged', reason: 'The model was not judged: 2 slots are too few.' },
};

function judged(challengerVsStatic: readonly number[]): TrainingResult {
  const figures = { fittedSlots: [1, 2], judgedSlots: [3, 4] };
  const metrics = {
    testRows: 10,
    accuracy: 1,
    balancedAccuracy: 1,
    majorityAccuracy: 0.5,
    ceiling: [1, 1],
    rocAuc: 1,
    logLoss: 0,
    brier: 0,
    confusion: [
      [5, 0],
      [0, 5],
    ],
    vPair: 0,
    vPairBestStatic: 0,
  } as const;
  return { ...trained, judgement: { kind: 'judged', metrics, challengerVsStatic, ...figures } };
}

describe('promoting', () => {
  async function promoted(rig: ActivityRig, trainings: readonly TrainingResult[]) {
    const { promoteModel } = createModelActivities(rig.ports);
    const result = await perform(rig, promoteModel, { campaignId, slotsSeen: 4, trainings });
    return { result, champion: await rig.store.requireJson<Champion>(rig.store.keys.champion) };
  }

  test('keeps best-static when the training failed, and says why', async () => {
    const failed: TrainingResult = { family: 'random-forest', kind: 'failed', reason: 'A leak.' };
    const { result, champion } = await promoted(await aRig(), [failed]);
    expect(result).toEqual({
      slotsSeen: 4,
      championKind: 'best-static',
      championReason: 'A leak.',
      findings: [],
    });
    expect(champion).toMatchObject({ kind: 'best-static', slotsSeen: 4 });
    expect(champion.learnedModelHash).toBeUndefined();
    expect(champion.table).toEqual({ light: 'lambda', heavy: expect.any(String) });
  });

  test('keeps best-static beside a model that was not judged: the hybrid still routes by it', async () => {
    const { result, champion } = await promoted(await aRig(), [trained]);
    expect(result.championReason).toBe('The model was not judged: 2 slots are too few.');
    expect(champion).toMatchObject({ kind: 'best-static', learnedModelHash: 'cafe' });
  });

  test('puts a model to use that was better on slots that it had not seen', async () => {
    const { champion } = await promoted(await aRig(), [judged([-0.5, -0.51, -0.49])]);
    expect(champion).toMatchObject({ kind: 'learned', learnedModelHash: 'cafe' });
  });

  test('twice is the same champion, and the earlier one stays beside it', async () => {
    const rig = await aRig();
    const { champion } = await promoted(rig, [trained]);
    expect((await promoted(rig, [trained])).champion).toEqual(champion);
    expect(await rig.store.json(rig.store.keys.championHistory(4))).toEqual(champion);
  });
});

describe('training', () => {
  async function trainedOn(plan: Plan) {
    const rig = await aRig({ plan });
    for (const slot of [1, 2]) await storeSlot(rig, slot, [{}, {}]);
    const { buildDataset } = createDatasetActivities(rig.ports);
    const { trainModel } = createModelActivities(rig.ports);
    const { fingerprint } = await perform(rig, buildDataset, { campaignId, slots: [1, 2] });
    const input = { campaignId, fingerprint, family: 'random-forest' } as const;
    return await perform(rig, trainModel, input);
  }

  test('ends as static where no workload earns a Fargate service', async () => {
    expect(await trainedOn(aPlan({ evaluation: { ratePerS: 0.001 } }))).toMatchObject({
      kind: 'static',
      findings: [{ kind: 'static', message: expect.stringContaining('nothing to route') }],
    });
  });

  test('on too few rows fails by name, and no retry would cure it', async () => {
    const workloads = [aWorkload({ ecsTasks: 5 })];
    const busy = aPlan({ workloads, evaluation: { ratePerS: 100 } });
    await expect(trainedOn(busy)).rejects.toMatchObject({
      type: 'TooFewObservations',
      nonRetryable: true,
    });
  });
});
