import {
  CancellationScope,
  log,
  proxyActivities,
  rootCause,
  setCurrentDetails,
} from '@temporalio/workflow';

import type { DatasetActivities } from '../activities/datasets.ts';
import type {
  ModelActivities,
  TrainingInput,
  TrainingResult,
} from '../activities/learning/models.ts';
import type { PromotionActivities, PromotionInput } from '../activities/learning/promotions.ts';
import type {
  PlannedRecipe,
  RetrainingPlan,
  TuningActivities,
} from '../activities/learning/tuning.ts';
import type { RetrainingResult } from '../domain/campaign.ts';
import type { DatasetRef } from '../domain/dataset/dataset.ts';
import type { FamilyName } from '../domain/plan.ts';
import { analysisOptions, trainingOptions } from './activity-options.ts';

const datasets = proxyActivities<DatasetActivities>(analysisOptions);
const models = proxyActivities<ModelActivities>(trainingOptions);
const tuning = proxyActivities<TuningActivities>(trainingOptions);
const promotions = proxyActivities<PromotionActivities>(analysisOptions);

export interface RetrainingInput {
  readonly campaignId: string;
  /** Slots that are complete; degraded ones are kept and shown, not trained on. */
  readonly slots: readonly number[];
  readonly slotsSeen: number;
  readonly families: readonly FamilyName[];
  /** Histories of 0.1.0 do not say; each family is then trained once and judged at once. */
  readonly occasion?: 'night' | 'last';
}

/** Merges what was collected, trains each family, and decides which router is in use. */
export async function retraining(input: RetrainingInput): Promise<RetrainingResult> {
  const { campaignId, slots, slotsSeen } = input;
  setCurrentDetails(`Retraining on ${slots.length} complete slots.`);
  if (slots.length === 0) {
    return await promote({ campaignId, slotsSeen, trainings: [] });
  }

  const dataset = await datasets.buildDataset.executeWithOptions(
    { summary: `merge ${slots.length} slots` },
    [{ campaignId, slots }],
  );
  const { judge, recipes } = await planFor(input, dataset);
  const trainings: TrainingResult[] = [];
  for (const recipe of recipes) {
    const on = { campaignId, fingerprint: dataset.fingerprint, family: recipe.family };
    const params = recipe.combinations === 0 ? recipe.params : await tune(on, recipe);
    const training = { ...on, judge, ...(params === undefined ? {} : { params }) };
    trainings.push(await train(training, input));
  }
  const result = await promote({ campaignId, slotsSeen, dataset, trainings });
  setCurrentDetails(
    `${dataset.pairs} pairs of ${slots.length} slots. In use: ` +
      `**${result.championFamily ?? result.championKind}**. ${result.championReason}`,
  );
  return result;
}

async function planFor(
  { campaignId, families, occasion }: RetrainingInput,
  { fingerprint }: DatasetRef,
): Promise<RetrainingPlan> {
  if (occasion === undefined) {
    return { judge: 'split', recipes: families.map((family) => ({ family, combinations: 0 })) };
  }
  return await tuning.planRetraining.executeWithOptions({ summary: 'settings of each family' }, [
    { campaignId, fingerprint, families, occasion },
  ]);
}

type TrainedOn = Pick<TrainingInput, 'campaignId' | 'fingerprint' | 'family'>;

/**
 * Tries a family's grid, one combination after the other, because a training uses both cores. A
 * combination that fails is left out; without any the family keeps to its settings.
 */
async function tune(
  on: TrainedOn,
  { params, combinations }: PlannedRecipe,
): Promise<TrainingInput['params']> {
  for (let combination = 1; combination <= combinations; combination += 1) {
    const name = `${on.family}, combination ${combination} of ${combinations}`;
    setCurrentDetails(`Tuning: ${name}.`);
    try {
      await tuning.tuneCombination.executeWithOptions({ summary: name }, [{ ...on, combination }]);
    } catch (error) {
      if (CancellationScope.current().consideredCancelled) throw error;
      log.warn('Combination failed', { ...on, combination, reason: rootCause(error) });
    }
  }
  const tuned = await tuning.chooseTunedParams.executeWithOptions(
    { summary: `${on.family}: the best of ${combinations}` },
    [{ ...on, combinations }],
  );
  return tuned ?? params;
}

/** A family that cannot learn from this data is a finding; the others still get their turn. */
async function train(
  on: TrainingInput,
  { occasion }: Pick<RetrainingInput, 'occasion'>,
): Promise<TrainingResult> {
  const { family } = on;
  try {
    const result = await models.trainModel.executeWithOptions({ summary: family }, [on]);
    if (occasion === 'last' && result.kind === 'trained') {
      await judgeUnseenWorkloads(on, result.modelHash);
    }
    return result;
  } catch (error) {
    if (CancellationScope.current().consideredCancelled) throw error;
    const reason = rootCause(error) ?? 'unknown cause';
    log.warn('Training failed', { family, reason });
    return { family, kind: 'failed', reason };
  }
}

/** A table of the model card less is no reason to lose the model. */
async function judgeUnseenWorkloads(
  { campaignId, fingerprint, family }: TrainedOn,
  modelHash: string,
): Promise<void> {
  try {
    await models.judgeUnseenWorkloads.executeWithOptions(
      { summary: `${family} on workloads that it has not seen` },
      [{ campaignId, fingerprint, modelHash }],
    );
  } catch (error) {
    if (CancellationScope.current().consideredCancelled) throw error;
    log.warn('Unseen workloads not judged', { family, reason: rootCause(error) });
  }
}

async function promote(input: PromotionInput): Promise<RetrainingResult> {
  return await promotions.promoteModel.executeWithOptions(
    { summary: 'decide which router is in use' },
    [input],
  );
}
