import { log } from '@temporalio/activity';

import type { RetrainingResult } from '../../domain/campaign.ts';
import type { DatasetRef } from '../../domain/dataset/dataset.ts';
import type { Champion } from '../../domain/models/model.ts';
import { notableDrift } from '../../domain/models/model.ts';
import type { ActivityPorts } from '../activity-ports.ts';
import { CampaignStore, toJson } from '../campaign-store.ts';
import { beating } from '../heartbeats.ts';
import { capacityOf } from './capacity.ts';
import { labelledDataset } from './labelled-dataset.ts';
import type { TrainingResult } from './models.ts';
import { findingsIn, nextChampion, trainedOf } from './next-champion.ts';
import { type PrequentialEvidence, prequentialEvidence } from './prequential-evidence.ts';

export type PromotionActivities = ReturnType<typeof createPromotionActivities>;

export interface PromotionInput {
  readonly campaignId: string;
  readonly slotsSeen: number;
  /** Absent when no slot was complete. */
  readonly dataset?: DatasetRef;
  readonly trainings: readonly TrainingResult[];
}

export function createPromotionActivities(ports: ActivityPorts) {
  return { promoteModel };

  /**
   * Decides which router is in use (METHOD 5.3) and writes it in one conditional write; the earlier
   * ones stay beside it. What was written is not decided again: the challengers are by then those
   * of this retraining, and no longer those that it has judged.
   */
  async function promoteModel(input: PromotionInput): Promise<RetrainingResult> {
    const store = new CampaignStore(ports.objects, input.campaignId);
    const stored = await ports.objects.get(store.keys.champion);
    const current = await store.champion();
    const historyKey = store.keys.championHistory(input.slotsSeen);
    if (current !== undefined && current.slotsSeen >= input.slotsSeen) {
      const written = await store.json<Champion>(historyKey);
      if (written !== undefined) return resultOf(input, written);
    }
    const champion = await beating(() => choose(store, input, current));
    // Beside it first: a champion in use must be in its history, whatever happens in between.
    await ports.objects.put(historyKey, toJson(champion));
    const isWritten =
      stored === undefined
        ? await ports.objects.putIfAbsent(store.keys.champion, toJson(champion))
        : await ports.objects.putIfMatch(store.keys.champion, toJson(champion), stored.version);
    // Somebody else has promoted in between; the retry looks again.
    if (!isWritten) throw new Error('The champion was replaced by another writer meanwhile.');
    log.info('Router chosen', { kind: champion.kind, family: champion.family });
    return resultOf(input, champion);
  }
}

async function choose(
  store: CampaignStore,
  input: PromotionInput,
  current: Champion | undefined,
): Promise<Champion> {
  const { dataset, trainings, slotsSeen } = input;
  const { question } = await store.plan();
  const slots = dataset?.slots ?? [];
  return nextChampion({
    trainings,
    slotsSeen,
    capacity: await capacityOf(store, slots),
    current,
    evidence: await evidenceFor(store, input, current),
    margin: question.margin,
    slots: slots.length,
  });
}

async function evidenceFor(
  store: CampaignStore,
  { dataset, trainings }: PromotionInput,
  champion: Champion | undefined,
): Promise<PrequentialEvidence | undefined> {
  if (champion === undefined || dataset === undefined) return undefined;
  if (trainedOf(trainings).length === 0) return undefined;
  const hasEarlier = (champion.challengers ?? []).length > 0 || champion.kind === 'learned';
  if (!hasEarlier) return undefined;
  const { rows } = await labelledDataset(store, dataset.fingerprint);
  return await prequentialEvidence(store, { champion, rows, slots: dataset.slots });
}

function resultOf(
  { slotsSeen, dataset, trainings }: PromotionInput,
  champion: Champion,
): RetrainingResult {
  const { family, learnedModelHash, drift } = champion;
  const hashes = trainedOf(trainings).map(({ modelHash }) => modelHash);
  const challengers = champion.challengers?.filter(({ modelHash }) => hashes.includes(modelHash));
  const driftWarnings = drift?.filter(({ psi }) => psi > notableDrift).length;
  return {
    slotsSeen,
    ...(dataset === undefined ? {} : { dataset }),
    ...(learnedModelHash === undefined ? {} : { modelHash: learnedModelHash }),
    championKind: champion.kind,
    championReason: champion.reason,
    findings: findingsIn(trainings),
    ...(family === undefined ? {} : { championFamily: family }),
    ...(challengers === undefined || challengers.length === 0 ? {} : { challengers }),
    ...(driftWarnings === undefined ? {} : { driftWarnings }),
  };
}
