import { createHash } from 'node:crypto';

import { ceilingOf } from '../../dataset/description/detectors.ts';
import type { Finding } from '../../domain/models/training.ts';
import type { FamilyName } from '../../domain/plan.ts';
import { canonicalJson } from '../../learning/artifact.ts';
import type { FamilyParams } from '../../learning/model-family.ts';
import { type TrainedModel, trainAndJudge } from '../../learning/train.ts';
import { type ActivityPorts, requireFamily } from '../activity-ports.ts';
import type { CampaignStore } from '../campaign-store.ts';
import { labelledDataset, refuseFindings } from './labelled-dataset.ts';

/** What of a training has a choice; the rest follows from the dataset and the plan. */
export interface TrainingRecipe {
  readonly params: FamilyParams;
  readonly judge: 'split' | 'later';
}

export type TrainingOutcome =
  | { readonly kind: 'static'; readonly findings: readonly Finding[] }
  | { readonly kind: 'trained'; readonly model: TrainedModel };

/**
 * Trains one family on a stored dataset with the plan's seed; nothing is stored. The same dataset
 * and recipe give the same model. Throws what `refuseFindings` says of too few rows and leaks.
 */
export async function trainOnDataset(
  ports: Pick<ActivityPorts, 'families'>,
  store: CampaignStore,
  input: TrainingRecipe & {
    readonly fingerprint: string;
    readonly family: FamilyName;
    readonly signal: AbortSignal;
    readonly onProgress: (done: number) => void;
  },
): Promise<TrainingOutcome> {
  const { plan, rows, table, findings, estimates } = await labelledDataset(
    store,
    input.fingerprint,
  );
  if (findings.some((finding) => finding.kind === 'static')) return { kind: 'static', findings };
  refuseFindings(findings);
  const { bracket, cells } = await ceilingOf(rows);
  const model = await trainAndJudge({
    rows,
    datasetFingerprint: input.fingerprint,
    family: requireFamily(ports, input.family),
    params: input.params,
    judge: input.judge,
    seed: plan.seed,
    ceiling: bracket,
    cells,
    estimates,
    table,
    signal: input.signal,
    onProgress: input.onProgress,
  });
  const { judgement } = model;
  if (judgement.kind === 'judged' && judgement.finding !== undefined) {
    refuseFindings([judgement.finding]);
  }
  return { kind: 'trained', model };
}

/** Same settings, same name; 16 hex digits tell a campaign's few recipes apart. */
export function recipeDigest({ params, judge }: TrainingRecipe): string {
  return createHash('sha256').update(canonicalJson({ params, judge })).digest('hex').slice(0, 16);
}
