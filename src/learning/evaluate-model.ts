import { setImmediate } from 'node:timers/promises';
import type { ModelEvaluation } from '../domain/models/model-evaluation.ts';
import type { Scorer } from '../domain/models/scorer.ts';
import type { LabelledRows } from '../domain/models/training.ts';
import type { FamilyName } from '../domain/plan.ts';
import { calibrationBins } from './calibration.ts';
import { figuresOf } from './figures.ts';
import { confusionOf, majorityAccuracy } from './metrics.ts';
import { permutationImportance } from './permutation.ts';
import { learnedChoice, type Rivals, staticChoice } from './rivals.ts';
import { rocCurve } from './roc-curve.ts';
import { type SlotIntervals, slotIntervals } from './slot-intervals.ts';
import {
  allSlotsOnce,
  type Choice,
  groupBySlot,
  pairValueOf,
  type SlotGroups,
  utilitySums,
} from './slot-sums.ts';

export interface EvaluationRequest {
  readonly family: FamilyName;
  readonly fittedSlots: readonly number[];
  readonly constantFeatures: readonly string[];
  /** Rows of slots that the model was not fitted on, all with a share. At least one. */
  readonly heldOut: LabelledRows;
  readonly scorer: Scorer;
  /** Of the held-out rows. */
  readonly pLambda: Float64Array;
  /** The family's own, per feature. */
  readonly importance: Readonly<Record<string, number>>;
  readonly rivals: Rivals;
  /** METHOD 4.5. */
  readonly ceiling: readonly [crossFitted: number, inSample: number];
  /** The attainable oracle's choice of the held-out rows (METHOD 6.1). */
  readonly isOracleLambda: Choice;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/**
 * What can be said about a model from slots that it has not seen (METHOD 5.1), every figure with its
 * interval over slots. Gives way to other work of the thread; ends with the signal's reason.
 */
export async function evaluateModel(request: EvaluationRequest): Promise<ModelEvaluation> {
  const { heldOut, pLambda, rivals, seed, signal } = request;
  const groups = groupBySlot(heldOut);
  const intervals = slotIntervals({ slots: groups.slots.length, seed, signal });
  const learned = learnedChoice(pLambda, rivals.threshold);
  const learnedSums = utilitySums(heldOut, groups, learned);
  const weights = drawWeights(heldOut);
  await setImmediate();
  const confusion = confusionOf(heldOut.labels, pLambda, rivals.threshold);
  const figures = await figuresOf(
    { rows: heldOut, groups, pLambda, threshold: rivals.threshold, learnedSums, weights },
    intervals,
  );
  const permuted = await permutationImportance({
    ...request,
    rows: heldOut,
    threshold: rivals.threshold,
    intervals,
  });
  const regrets = await regretsOf(request, groups, { learnedSums, intervals });
  await setImmediate();
  return {
    family: request.family,
    fittedSlots: request.fittedSlots,
    judgedSlots: groups.slots,
    rows: heldOut.rowCount,
    constantFeatures: request.constantFeatures,
    figures,
    confusion,
    roc: rocCurve(heldOut.labels, pLambda),
    calibration: calibrationBins(heldOut.labels, pLambda, weights),
    importance: permuted.importance,
    importanceRows: permuted.rows,
    baselines: {
      majorityAccuracy: majorityAccuracy(confusion),
      ceiling: request.ceiling,
      vPairBestStatic: regrets.vPairBestStatic,
      vPairOracle: regrets.vPairOracle,
    },
    regret: regrets.regret,
    regretBestStatic: regrets.regretBestStatic,
  };
}

/** The weights that the training drew with; where every pair is a tie, all rows alike. */
function drawWeights({ weights }: LabelledRows): Float64Array {
  return weights.some((weight) => weight > 0) ? weights : new Float64Array(weights.length).fill(1);
}

/** The oracle's value over the same resamples as the router's: the slots' differences cancel. */
async function regretsOf(
  { heldOut, rivals, isOracleLambda }: EvaluationRequest,
  groups: SlotGroups,
  of: { readonly learnedSums: Float64Array; readonly intervals: SlotIntervals },
): Promise<
  Pick<ModelEvaluation, 'regret' | 'regretBestStatic'> &
    Pick<ModelEvaluation['baselines'], 'vPairBestStatic' | 'vPairOracle'>
> {
  const oracleSums = utilitySums(heldOut, groups, isOracleLambda);
  const staticSums = utilitySums(heldOut, groups, staticChoice(heldOut, rivals.table));
  const regret = async (sums: Float64Array) =>
    (await of.intervals.estimate(
      (drawn) => pairValueOf(groups, sums, drawn) - pairValueOf(groups, oracleSums, drawn),
    )) ?? { value: Number.NaN };
  return {
    vPairBestStatic: pairValueOf(groups, staticSums, allSlotsOnce(groups)),
    vPairOracle: pairValueOf(groups, oracleSums, allSlotsOnce(groups)),
    regret: await regret(of.learnedSums),
    regretBestStatic: await regret(staticSums),
  };
}
