import { PermanentFailure } from '../domain/failures.ts';
import type { ModelArtifact, ModelMetrics } from '../domain/model.ts';
import type { Platform } from '../domain/platform.ts';
import { decodeScorer } from '../domain/scorer.ts';
import type { LabelledRows } from '../domain/training.ts';
import { artifactHash } from './artifact.ts';
import { differencesPerSlot, type Judgement, metricsOf, type Rivals, scoreRows } from './judge.ts';
import { findLeak } from './leak.ts';
import type { FamilyParams, FittedModel, ModelFamily } from './model-family.ts';
import { rowsToFit, rowsToJudge, type SlotSplit, slotsOf, splitSlots } from './slot-split.ts';

export interface TrainingRequest {
  /** Pairs of complete slots of the collection, of the workloads that have both platforms. */
  readonly rows: LabelledRows;
  readonly datasetFingerprint: string;
  readonly family: ModelFamily;
  readonly params: FamilyParams;
  readonly seed: number;
  readonly signal: AbortSignal;
  /** Fraction done, in [0, 1]. */
  readonly onProgress: (done: number) => void;
  /** METHOD 4.5. */
  readonly ceiling: readonly [crossFitted: number, inSample: number];
  /** Best-static platform per workload (METHOD 4.1). */
  readonly table: Readonly<Record<string, Platform>>;
}

export interface TrainedModel {
  /** Fitted on all slots. */
  readonly artifact: ModelArtifact;
  /** sha256 of `artifactText(artifact)`. */
  readonly hash: string;
  readonly judgement: Judgement;
}

/**
 * Fits the recipe on the first two thirds of the slots, judges it on the rest, then fits it again on
 * all of them (METHOD 5.3). A leak is a finding in the judgement, for the caller to act on. Throws
 * `TooFewObservations` when all rows together hold one class only.
 */
export async function trainAndJudge(request: TrainingRequest): Promise<TrainedModel> {
  const { rows, family, params, seed, signal, onProgress } = request;
  const judgement = await judgeRecipe(request);
  const model = await family.fit(rows, params, {
    seed,
    signal,
    onProgress: (done) => onProgress((1 + done) / 2),
  });
  const artifact = artifactOf(request, model, judgement);
  return { artifact, hash: artifactHash(artifact), judgement };
}

/** Above one half, Lambda has the lower expected u: the draw already weighs rows by the stake. */
const threshold = 0.5;

async function judgeRecipe(request: TrainingRequest): Promise<Judgement> {
  const { rows } = request;
  const split = splitSlots(rows);
  if (split === undefined) {
    const slots = slotsOf(rows).length;
    return notJudged(
      `it saw ${slots} complete ${slots === 1 ? 'slot' : 'slots'}, and holding some out takes at ` +
        'least 3.',
    );
  }
  const heldOut = rowsToJudge(rows, split.judged);
  if (heldOut.rowCount === 0) {
    return notJudged(`slots ${split.judged.join(', ')} have no pair outside their ladders.`);
  }
  const model = await fitPart(request, rowsToFit(rows, split.fitted));
  if (model instanceof PermanentFailure) {
    return notJudged(`slots ${split.fitted.join(', ')} alone cannot be fitted: ${model.message}`);
  }
  return await judge(request, split, heldOut, model);
}

async function judge(
  { ceiling, table }: TrainingRequest,
  { fitted, judged }: SlotSplit,
  heldOut: LabelledRows,
  model: FittedModel,
): Promise<Judgement> {
  const pLambda = await scoreRows(decodeScorer(model.scorer, heldOut.features.length), heldOut);
  const rivals: Rivals = { threshold, table };
  const metrics = metricsOf(heldOut, pLambda, rivals, ceiling);
  const finding = findLeak(heldOut, {
    accuracy: metrics.accuracy,
    ceilingInSample: ceiling[1],
    importance: model.importance,
  });
  return {
    kind: 'judged',
    fittedSlots: fitted,
    judgedSlots: judged,
    metrics,
    challengerVsStatic: differencesPerSlot(heldOut, pLambda, rivals),
    ...(finding === undefined ? {} : { finding }),
  };
}

function notJudged(because: string): Judgement {
  return { kind: 'not-judged', reason: `The model was not judged: ${because}` };
}

/** One class in the earlier slots is no reason not to train on all of them. */
async function fitPart(
  { family, params, seed, signal, onProgress }: TrainingRequest,
  rows: LabelledRows,
): Promise<FittedModel | PermanentFailure> {
  try {
    return await family.fit(rows, params, {
      seed,
      signal,
      onProgress: (done) => onProgress(done / 2),
    });
  } catch (error) {
    if (error instanceof PermanentFailure && error.kind === 'TooFewObservations') return error;
    throw error;
  }
}

function artifactOf(
  { rows, family, params, seed, datasetFingerprint, ceiling }: TrainingRequest,
  model: FittedModel,
  judgement: Judgement,
): ModelArtifact {
  const isJudged = judgement.kind === 'judged';
  return {
    schema: 'crossover-model/2',
    family: family.name,
    features: rows.features,
    workloads: rows.workloads,
    classes: ['ecs', 'lambda'],
    threshold,
    scorer: model.scorer,
    importance: model.importance,
    metrics: isJudged ? judgement.metrics : metricsOfNothing(ceiling),
    ...(isJudged ? {} : { notJudged: judgement.reason }),
    lineage: {
      datasetFingerprint,
      slots: slotsOf(rows),
      rows: rows.rowCount,
      ...(model.rowsUsed === undefined ? {} : { rowsUsed: model.rowsUsed }),
      seed,
      params: { ...params },
      libraries: family.libraries,
    },
  };
}

/** Stands beside `notJudged` in the artifact, whose shape asks for figures. */
function metricsOfNothing(ceiling: ModelMetrics['ceiling']): ModelMetrics {
  return {
    testRows: 0,
    accuracy: 0,
    balancedAccuracy: 0,
    majorityAccuracy: 0,
    ceiling,
    rocAuc: 0,
    logLoss: 0,
    brier: 0,
    confusion: [
      [0, 0],
      [0, 0],
    ],
    vPair: 0,
    vPairBestStatic: 0,
  };
}
