import { expect, test } from 'vitest';

import { recomputeModels } from '../../../src/activities/evidence/model-recomputation.ts';
import type { TrainingResult } from '../../../src/activities/learning/models.ts';
import { aTrainableRig, datasetOf, storePairs, trained } from '../trained-campaign.ts';

async function aTrainedCampaign() {
  const rig = await aTrainableRig();
  await storePairs(rig, [1, 2, 3]);
  const dataset = await datasetOf(rig, [1, 2, 3]);
  await trained(rig, dataset, { family: 'random-forest', judge: 'split' });
  return rig;
}

test('training again with the same seed gives the model, its judgement and its evaluation', async () => {
  const { ports, store } = await aTrainedCampaign();
  const { recomputed, differences } = await recomputeModels(ports, store);
  expect(differences).toEqual([]);
  expect(recomputed.map(({ path }) => path)).toEqual([
    expect.stringContaining('/trainings/'),
    expect.stringContaining('/evaluations/'),
  ]);
});

test('a judgement and an evaluation that were changed are found by their paths', async () => {
  const { ports, store } = await aTrainedCampaign();
  const [receipt = ''] = await store.objects.list(store.keys.trainings);
  const result = await store.requireJson<TrainingResult>(receipt);
  if (result.kind !== 'trained') throw new Error('Nothing was trained.');
  await store.putJson(receipt, { ...result, judgement: { kind: 'not-judged', reason: 'x' } });
  const key = store.keys.modelEvaluation(result.modelHash);
  await store.putJson(key, { ...(await store.requireJson<object>(key)), rows: 1 });
  const { differences } = await recomputeModels(ports, store);
  expect(differences.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['judgement.kind', 'rows']),
  );
});
