import { log } from '@temporalio/activity';

import type { ModelEvaluation } from '../../domain/models/model-evaluation.ts';
import type { Finding } from '../../domain/models/training.ts';
import type { FamilyName } from '../../domain/plan.ts';
import { artifactText, readArtifact } from '../../learning/artifact.ts';
import type { Judgement } from '../../learning/judge.ts';
import type { FamilyParams } from '../../learning/model-family.ts';
import { leaveOneWorkloadOut } from '../../learning/unseen-workload.ts';
import { type ActivityPorts, requireFamily } from '../activity-ports.ts';
import { CampaignStore, toJson } from '../campaign-store.ts';
import { beating } from '../heartbeats.ts';
import { labelledDataset } from './labelled-dataset.ts';
import { recipeDigest, type TrainingRecipe, trainOnDataset } from './training.ts';

export type ModelActivities = ReturnType<typeof createModelActivities>;

export interface TrainingInput {
  readonly campaignId: string;
  readonly fingerprint: string;
  readonly family: FamilyName;
  /** Of the family; its defaults for the plan when absent. */
  readonly params?: FamilyParams;
  /** Now, on slots that are held out (also when absent), or by the next retraining. */
  readonly judge?: 'split' | 'later';
}

/** What came of a training: a model, the finding that none is needed, or why it failed. */
export type TrainingResult =
  | {
      readonly family: FamilyName;
      readonly kind: 'trained';
      readonly modelHash: string;
      readonly judgement: Judgement;
    }
  | { readonly family: FamilyName; readonly kind: 'static'; readonly findings: readonly Finding[] }
  | { readonly family: FamilyName; readonly kind: 'failed'; readonly reason: string };

export interface UnseenWorkloadsInput {
  readonly campaignId: string;
  readonly fingerprint: string;
  readonly modelHash: string;
}

export function createModelActivities(ports: ActivityPorts) {
  return { judgeUnseenWorkloads, trainModel };

  /**
   * Trains one family on a dataset, judges it on slots it has not seen, and stores the model. A
   * training that has its receipt is not done again: a retraining that was cut off by the next slot
   * goes on with the families that are left.
   */
  async function trainModel(input: TrainingInput): Promise<TrainingResult> {
    const store = new CampaignStore(ports.objects, input.campaignId);
    const family = requireFamily(ports, input.family);
    const { learning } = await store.plan();
    const recipe = {
      params: input.params ?? family.defaults(learning),
      judge: input.judge ?? 'split',
    };
    const receipt = store.keys.training(input.fingerprint, input.family, recipeDigest(recipe));
    const earlier = await store.json<TrainingResult>(receipt);
    if (earlier !== undefined) return earlier;
    const result = await beating((work) => train(store, { ...input, ...recipe }, work));
    await ports.objects.putIfAbsent(receipt, toJson(result));
    return result;
  }

  async function train(
    store: CampaignStore,
    input: TrainingInput & TrainingRecipe,
    { signal, beat }: Work,
  ): Promise<TrainingResult> {
    const outcome = await trainOnDataset(ports, store, {
      ...input,
      signal,
      onProgress: (done) => beat({ family: input.family, percent: Math.round(100 * done) }),
    });
    if (outcome.kind === 'static') return { family: input.family, ...outcome };
    const { judgement, hash, artifact, evaluation } = outcome.model;
    await ports.objects.putIfAbsent(store.keys.model(hash), artifactText(artifact));
    if (evaluation !== undefined) {
      await ports.objects.putIfAbsent(store.keys.modelEvaluation(hash), toJson(evaluation));
    }
    log.info('Model trained', {
      family: input.family,
      modelHash: hash,
      rows: artifact.lineage.rows,
    });
    return { family: input.family, kind: 'trained', modelHash: hash, judgement };
  }

  /**
   * Judges a model's recipe on workloads that it was not fitted on, each in turn, and adds that to
   * the model's evaluation. A model that was not judged has none to add to.
   */
  async function judgeUnseenWorkloads(input: UnseenWorkloadsInput): Promise<void> {
    const store = new CampaignStore(ports.objects, input.campaignId);
    const key = store.keys.modelEvaluation(input.modelHash);
    const evaluation = await store.json<ModelEvaluation>(key);
    if (evaluation === undefined || evaluation.leaveOneWorkloadOut !== undefined) return;
    const text = await store.requireBytes(store.keys.model(input.modelHash));
    const artifact = readArtifact(new TextDecoder().decode(text), input.modelHash);
    const unseen = await beating(async ({ signal, beat }) => {
      const { plan, rows, table } = await labelledDataset(store, input.fingerprint);
      return await leaveOneWorkloadOut({
        rows,
        family: requireFamily(ports, artifact.family),
        params: artifact.lineage.params,
        seed: plan.seed,
        table,
        signal,
        onProgress: (done) => beat({ family: artifact.family, percent: Math.round(100 * done) }),
      });
    });
    await store.putJson(key, { ...evaluation, leaveOneWorkloadOut: unseen });
    log.info('Unseen workloads judged', { modelHash: input.modelHash, workloads: unseen.length });
  }
}

type Work = Parameters<Parameters<typeof beating>[0]>[0];
