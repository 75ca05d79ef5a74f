import type { Champion } from '../../domain/models/model.ts';
import type { ModelEvaluation } from '../../domain/models/model-evaluation.ts';
import { readArtifact } from '../../learning/artifact.ts';
import type { EvaluatedModel, Retraining, StoredModel } from '../../report/report-input.ts';
import type { CampaignStore } from '../campaign-store.ts';

/** The model of a hash, checked; undefined without a hash. */
export async function findModel(
  store: CampaignStore,
  hash: string | undefined,
): Promise<StoredModel | undefined> {
  if (hash === undefined) return undefined;
  const text = new TextDecoder().decode(await store.requireBytes(store.keys.model(hash)));
  return { hash, artifact: readArtifact(text, hash) };
}

/** What the last retraining fitted, in the plan's order of families, with what it did unseen. */
export async function lastModels(
  store: CampaignStore,
  champion: Champion | undefined,
): Promise<readonly EvaluatedModel[]> {
  const learned = champion?.learnedModelHash;
  const hashes =
    champion?.challengers?.map(({ modelHash }) => modelHash) ??
    (learned === undefined ? [] : [learned]);
  const models: EvaluatedModel[] = [];
  for (const hash of hashes) {
    const model = await findModel(store, hash);
    const evaluation = await store.json<ModelEvaluation>(store.keys.modelEvaluation(hash));
    if (model === undefined) continue;
    models.push({ ...model, ...(evaluation === undefined ? {} : { evaluation }) });
  }
  return models;
}

/** Every retraining that has chosen, in their order; what was promoted by request is none. */
export async function storedRetrainings(store: CampaignStore): Promise<readonly Retraining[]> {
  const retrainings: Retraining[] = [];
  for (const key of await store.objects.list(store.keys.champions)) {
    const champion = await store.requireJson<Champion>(key);
    if (champion.by === 'request') continue;
    const model = await findModel(store, champion.learnedModelHash);
    retrainings.push({ champion, ...(model === undefined ? {} : { model }) });
  }
  return retrainings.sort((a, b) => a.champion.slotsSeen - b.champion.slotsSeen);
}
