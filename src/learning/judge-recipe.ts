import { PermanentFailure } from '../domain/failures.ts';
import type { ModelEvaluation } from '../domain/models/model-evaluation.ts';
import { decodeScorer } from '../domain/models/scorer.ts';
import type { LabelledRows } from '../domain/models/training.ts';
import { oracleChoice } from '../domain/rivals/oracle.ts';
import { constantFeatures } from './columns.ts';
import { evaluateModel } from './evaluate-model.ts';
import { differencesPerSlot, type Judgement, metricsOf, scoreRows } from './judge.ts';
import { findLeak } from './leak.ts';
import type { FittedModel } from './model-family.ts';
import { lambdaThreshold, type Rivals } from './rivals.ts';
import {
  indexesToJudge,
  rowsAt,
  rowsToFit,
  type SlotSplit,
  slotsOf,
  splitSlots,
} from './slot-split.ts';
import type { TrainingRequest } from './train.ts';

export interface JudgedRecipe {
  readonly judgement: Judgement;
  /** Present when it was judged. */
  readonly evaluation?: ModelEvaluation;
}

/**
 * Fits the recipe on the first two thirds of the slots and judges it on the rest (METHOD 5.3). What
 * cannot be split or fitted is not judged, and says why.
 */
export async function judgeRecipe(request: TrainingRequest): Promise<JudgedRecipe> {
  const { rows } = request;
  const split = splitSlots(rows);
  if (split === undefined) {
    const slots = slotsOf(rows).length;
    return notJudged(
      `it saw ${slots} complete ${slots === 1 ? 'slot' : 'slots'}, and holding some out takes at ` +
        'least 3.',
    );
  }
  const indexes = indexesToJudge(rows, split.judged);
  if (indexes.length === 0) {
    return notJudged(`slots ${split.judged.join(', ')} have no pair outside their ladders.`);
  }
  const model = await fitPart(request, rowsToFit(rows, split.fitted));
  if (model instanceof PermanentFailure) {
    return notJudged(`slots ${split.fitted.join(', ')} alone cannot be fitted: ${model.message}`);
  }
  return await judge(request, { ...split, indexes }, model);
}

async function judge(
  request: TrainingRequest,
  { fitted, judged, indexes }: SlotSplit & { readonly indexes: Int32Array },
  model: FittedModel,
): Promise<Required<JudgedRecipe>> {
  const { rows, cells, ceiling, table, signal } = request;
  const heldOut = rowsAt(rows, indexes);
  const scorer = decodeScorer(model.scorer, heldOut.features.length);
  const pLambda = await scoreRows(scorer, heldOut, signal);
  const rivals: Rivals = { threshold: lambdaThreshold, table };
  const metrics = metricsOf(heldOut, pLambda, rivals, ceiling);
  const isOracleLambda = oracleChoice(rows, cells);
  const evaluation = await evaluateModel({
    family: request.family.name,
    fittedSlots: fitted,
    constantFeatures: constantFeatures(rows),
    heldOut,
    scorer,
    pLambda,
    importance: model.importance,
    rivals,
    ceiling,
    isOracleLambda: (row) => isOracleLambda(indexes[row] ?? 0),
    seed: request.seed,
    signal,
  });
  const finding = findLeak(heldOut, {
    accuracy: metrics.accuracy,
    ceilingInSample: ceiling[1],
    importance: whatDecides(model, evaluation),
  });
  return {
    judgement: {
      kind: 'judged',
      fittedSlots: fitted,
      judgedSlots: judged,
      metrics,
      challengerVsStatic: differencesPerSlot(heldOut, pLambda, rivals),
      ...(finding === undefined ? {} : { finding }),
    },
    evaluation,
  };
}

/** The family's own importance; the permutations' where it has none. */
function whatDecides(
  { importance }: FittedModel,
  evaluation: ModelEvaluation,
): Readonly<Record<string, number>> {
  if (Object.keys(importance).length > 0) return importance;
  return Object.fromEntries(
    evaluation.importance.map(({ feature, permutation }) => [feature, permutation.value]),
  );
}

/** Of a recipe that has nothing to be judged on, or not yet. */
export function notJudged(because: string): JudgedRecipe {
  return {
    judgement: { kind: 'not-judged', reason: `The model was not judged: ${because}` },
  };
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
