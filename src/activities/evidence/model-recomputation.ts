import { compareValues } from '../../domain/evidence/difference.ts';
import type { NumberDifference, RecomputedPart } from '../../domain/evidence/recomputation.ts';
import type { ModelEvaluation } from '../../domain/models/model-evaluation.ts';
import { readArtifact } from '../../learning/artifact.ts';
import type { ActivityPorts } from '../activity-ports.ts';
import type { CampaignStore } from '../campaign-store.ts';
import type { TrainingResult } from '../learning/models.ts';
import { recipeDigest, type TrainingRecipe, trainOnDataset } from '../learning/training.ts';

interface ModelsRecomputed {
  readonly recomputed: readonly RecomputedPart[];
  readonly differences: readonly NumberDifference[];
}

/**
 * Every training of the campaign again, with its seed: the model's hash, the judgement, and the
 * evaluation beside it, but for workloads that were left out one by one.
 */
export async function recomputeModels(
  ports: Pick<ActivityPorts, 'families'>,
  store: CampaignStore,
): Promise<ModelsRecomputed> {
  const parts: ModelsRecomputed[] = [];
  for (const key of await store.objects.list(store.keys.trainings)) {
    const result = await store.requireJson<TrainingResult>(key);
    if (result.kind !== 'trained') continue;
    parts.push(await recomputeModel(ports, store, { key, result }));
  }
  return {
    recomputed: parts.flatMap(({ recomputed }) => recomputed),
    differences: parts.flatMap(({ differences }) => differences),
  };
}

async function recomputeModel(
  ports: Pick<ActivityPorts, 'families'>,
  store: CampaignStore,
  {
    key,
    result,
  }: {
    readonly key: string;
    readonly result: Extract<TrainingResult, { readonly kind: 'trained' }>;
  },
): Promise<ModelsRecomputed> {
  const { family, modelHash } = result;
  const bytes = await store.requireBytes(store.keys.model(modelHash));
  const { lineage } = readArtifact(new TextDecoder().decode(bytes), modelHash);
  const outcome = await trainOnDataset(ports, store, {
    ...recipeOf(key, lineage.params),
    fingerprint: lineage.datasetFingerprint,
    family,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  const again =
    outcome.kind === 'static'
      ? { family, ...outcome }
      : {
          family,
          kind: 'trained',
          modelHash: outcome.model.hash,
          judgement: outcome.model.judgement,
        };
  const comparison = compareValues(result, plain(again));
  const evaluation = outcome.kind === 'static' ? undefined : outcome.model.evaluation;
  const evaluated = await compareEvaluation(store, modelHash, evaluation);
  return {
    recomputed: [
      { path: key, values: comparison.values, from: 'training again with the same seed' },
      ...evaluated.recomputed,
    ],
    differences: [
      ...comparison.differences.map((difference) => ({ file: key, ...difference })),
      ...evaluated.differences,
    ],
  };
}

async function compareEvaluation(
  store: CampaignStore,
  modelHash: string,
  evaluation: ModelEvaluation | undefined,
): Promise<ModelsRecomputed> {
  const key = store.keys.modelEvaluation(modelHash);
  const stored = await store.json<ModelEvaluation>(key);
  // A model that the next retraining judged has its evaluation from there.
  if (evaluation === undefined || stored === undefined) return { recomputed: [], differences: [] };
  const { leaveOneWorkloadOut: _later, ...judged } = stored;
  const { differences, values } = compareValues(judged, plain(evaluation));
  return {
    recomputed: [{ path: key, values, from: 'training again with the same seed' }],
    differences: differences.map((difference) => ({ file: key, ...difference })),
  };
}

/** A receipt's name has the digest of its recipe; the parameters stand in the model. */
function recipeOf(key: string, params: TrainingRecipe['params']): TrainingRecipe {
  const recipes = (['split', 'later'] as const).map((judge) => ({ params, judge }));
  const found = recipes.find((recipe) => key.endsWith(`.${recipeDigest(recipe)}.json`));
  if (found === undefined) {
    throw new Error(`The model of "${key}" has other parameters than its training's name says.`);
  }
  return found;
}

/** As it would be stored: without what is undefined. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
