import type { Champion, ModelArtifact } from '../../src/domain/models/model.ts';
import { keysOf } from '../../src/domain/names.ts';
import { artifactHash, artifactText } from '../../src/learning/artifact.ts';
import type { FsObjectStore } from '../../src/stores/fs-object-store.ts';
import { aRoutingModel } from '../support/routing-model.ts';

/** Static features of the workloads of `aRoutingModel`. */
export const estimates = {
  light: { estimatedExecutionMs: 50, estimatedMemoryMb: 100 },
  heavy: { estimatedExecutionMs: 2_000, estimatedMemoryMb: 300 },
};

/** A model that has seen the first slots of its campaign; the rest as `aRoutingModel`. */
export function aTrainedModel(slots: number, changes: Partial<ModelArtifact> = {}): ModelArtifact {
  const model = aRoutingModel(changes);
  const seen = Array.from({ length: slots }, (_, index) => index + 1);
  return {
    ...model,
    lineage: { ...model.lineage, slots: seen, rows: 100 * slots, estimates, ...changes.lineage },
  };
}

/** Puts a model into a campaign of the store. Resolves to its hash. */
export async function storeModel(
  objects: FsObjectStore,
  campaignId: string,
  model: ModelArtifact,
): Promise<string> {
  const hash = artifactHash(model);
  await objects.put(keysOf(campaignId).model(hash), artifactText(model));
  return hash;
}

export const bestStatic: Champion = {
  kind: 'best-static',
  table: { light: 'lambda', heavy: 'ecs' },
  withCapacity: ['heavy'],
  reason: 'The learned router is not shown to be better.',
  capacityReason: 'At 2 requests/s: heavy on Fargate.',
  slotsSeen: 4,
};

/** Puts a champion of a retraining into a campaign, and into its history. */
export async function storeChampion(
  objects: FsObjectStore,
  campaignId: string,
  champion: Champion,
): Promise<void> {
  const keys = keysOf(campaignId);
  await objects.put(keys.championHistory(champion.slotsSeen), JSON.stringify(champion));
  await objects.put(keys.champion, JSON.stringify(champion));
}
