import type { ModelArtifact, ModelLineage, ModelMetrics } from '../domain/models/model.ts';
import type { LabelledRows } from '../domain/models/training.ts';
import { artifactHash } from './artifact.ts';
import { checkTraining } from './check-training.ts';
import type { Judgement } from './judge.ts';
import { type JudgedRecipe, judgeRecipe, notJudged } from './judge-recipe.ts';
import type { FamilyParams, FittedModel, ModelFamily } from './model-family.ts';
import { lambdaThreshold, type StaticTable } from './rivals.ts';
import { slotsOf } from './slot-split.ts';

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
  /**
   * The cell of each row, for the attainable oracle (METHOD 6.1): those of the ceiling, which
   * `ceilingOf` of the dataset gives. A cell lies within one workload.
   */
  readonly cells: ArrayLike<number>;
  /** Static features of each workload, kept with the model for who uses it elsewhere. */
  readonly estimates?: ModelLineage['estimates'];
  /** Best-static platform per workload (METHOD 4.1). */
  readonly table: StaticTable;
  /**
   * `split`: fitted on the first two thirds of the slots, judged on the rest, fitted again on all.
   * `later`: fitted once on all slots; the next retraining judges it on those in between.
   */
  readonly judge: 'split' | 'later';
}

/** The model, and the judgement and evaluation of the fit on the first two thirds of the slots. */
export interface TrainedModel extends JudgedRecipe {
  /** Fitted on all slots. */
  readonly artifact: ModelArtifact;
  /** sha256 of `artifactText(artifact)`. */
  readonly hash: string;
}

/**
 * Trains a recipe and judges it (METHOD 5.3). A leak is a finding in the judgement, for the caller to
 * act on. Throws `TooFewObservations` for too few rows, one class or nothing but constant features,
 * and `CorruptObject` for a feature that is no number.
 */
export async function trainAndJudge(request: TrainingRequest): Promise<TrainedModel> {
  const { rows, family, params, seed, signal, onProgress } = request;
  checkTraining(rows);
  const { judgement, evaluation } = await judgeAs(request);
  const begun = request.judge === 'split' ? 1 / 2 : 0;
  const model = await family.fit(rows, params, {
    seed,
    signal,
    onProgress: (done) => onProgress(begun + (1 - begun) * done),
  });
  const artifact = artifactOf(request, model, judgement);
  return {
    artifact,
    hash: artifactHash(artifact),
    judgement,
    ...(evaluation === undefined ? {} : { evaluation }),
  };
}

async function judgeAs(request: TrainingRequest): Promise<JudgedRecipe> {
  switch (request.judge) {
    case 'split':
      return await judgeRecipe(request);
    case 'later':
      return notJudged(
        'the next retraining judges it, on the slots that come until then (METHOD 5.3).',
      );
    default:
      return request.judge satisfies never;
  }
}

function artifactOf(
  { rows, family, params, seed, datasetFingerprint, ceiling, estimates }: TrainingRequest,
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
    threshold: lambdaThreshold,
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
      ...(estimates === undefined ? {} : { estimates }),
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
