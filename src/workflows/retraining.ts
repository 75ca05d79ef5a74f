import {
  CancellationScope,
  log,
  proxyActivities,
  rootCause,
  setCurrentDetails,
} from '@temporalio/workflow';

import type { DatasetActivities } from '../activities/datasets.ts';
import type { ModelActivities, PromotionInput, TrainingResult } from '../activities/models.ts';
import type { RetrainingResult } from '../domain/campaign.ts';
import type { FamilyName } from '../domain/plan.ts';
import { analysisOptions } from './activity-options.ts';

const datasets = proxyActivities<DatasetActivities>(analysisOptions);
const models = proxyActivities<ModelActivities>(analysisOptions);

export interface RetrainingInput {
  readonly campaignId: string;
  /** Slots that are complete; degraded ones are kept and shown, not trained on. */
  readonly slots: readonly number[];
  readonly slotsSeen: number;
  readonly families: readonly FamilyName[];
}

/** Merges what was collected, trains each family, and decides which router is in use. */
export async function retraining(input: RetrainingInput): Promise<RetrainingResult> {
  const { campaignId, slots, slotsSeen, families } = input;
  setCurrentDetails(`Retraining on ${slots.length} complete slots.`);
  if (slots.length === 0) {
    return await promote({ campaignId, slotsSeen, trainings: [] });
  }

  const dataset = await datasets.buildDataset.executeWithOptions(
    { summary: `merge ${slots.length} slots` },
    [{ campaignId, slots }],
  );
  const trainings: TrainingResult[] = [];
  for (const family of families) {
    trainings.push(await train(campaignId, dataset.fingerprint, family));
  }
  const result = await promote({ campaignId, slotsSeen, dataset, trainings });
  setCurrentDetails(
    `${dataset.pairs} pairs of ${slots.length} slots. In use: **${result.championKind}**. ` +
      result.championReason,
  );
  return result;
}

async function promote(input: PromotionInput): Promise<RetrainingResult> {
  return await models.promoteModel.executeWithOptions(
    { summary: 'decide which router is in use' },
    [input],
  );
}

/** A family that cannot learn from this data is a finding; the others still get their turn. */
async function train(
  campaignId: string,
  fingerprint: string,
  family: FamilyName,
): Promise<TrainingResult> {
  try {
    return await models.trainModel.executeWithOptions({ summary: family }, [
      { campaignId, fingerprint, family },
    ]);
  } catch (error) {
    if (CancellationScope.current().consideredCancelled) throw error;
    const reason = rootCause(error) ?? 'unknown cause';
    log.warn('Training failed', { family, reason });
    return { family, kind: 'failed', reason };
  }
}
