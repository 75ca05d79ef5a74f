import { setImmediate } from 'node:timers/promises';
import type { ModelMetrics } from '../domain/models/model.ts';
import type { Scorer } from '../domain/models/scorer.ts';
import type { Finding, LabelledRows, TrainingRows } from '../domain/models/training.ts';
import {
  accuracy,
  balancedAccuracy,
  brier,
  type Confusion,
  confusionOf,
  f1,
  logLoss,
  majorityAccuracy,
  pairValue,
  precision,
  recall,
  rocAuc,
} from './metrics.ts';
import { learnedChoice, type Rivals, staticChoice } from './rivals.ts';
import { type Choice, groupBySlot, pairValuePerSlot, utilitySums } from './slot-sums.ts';

/** How a recipe did on slots that it had not seen (METHOD 5.3). */
export type Judgement =
  | {
      readonly kind: 'judged';
      readonly fittedSlots: readonly number[];
      readonly judgedSlots: readonly number[];
      readonly metrics: ModelMetrics;
      /**
       * Mean u of the router's choices minus best-static's, share-weighted, one per judged slot
       * that has rows: below 0 the router is better. What `decidePromotion` decides on.
       */
      readonly challengerVsStatic: readonly number[];
      readonly finding?: Finding;
    }
  | { readonly kind: 'not-judged'; readonly reason: string };

/** p_lambda of every row, giving way to other work of the thread every few milliseconds. */
export async function scoreRows(
  scorer: Scorer,
  rows: TrainingRows,
  signal?: AbortSignal,
): Promise<Float64Array> {
  const scores = new Float64Array(rows.rowCount);
  const vector = new Float64Array(rows.features.length);
  for (let row = 0; row < rows.rowCount; row += 1) {
    for (let f = 0; f < vector.length; f += 1) {
      vector[f] = rows.values[f * rows.rowCount + row] ?? Number.NaN;
    }
    scores[row] = scorer.score(vector);
    if (row % 1000 < 999) continue;
    await setImmediate();
    signal?.throwIfAborted();
  }
  return scores;
}

/**
 * The figures of METHOD 5.1 on rows that the model was not fitted on and that have a share. Log loss
 * and Brier score weigh the rows as the training drew them, since that is what p_lambda is a
 * probability of; everything else counts rows, and V_pair shares.
 */
export function metricsOf(
  rows: LabelledRows,
  pLambda: Float64Array,
  rivals: Rivals,
  ceiling: readonly [crossFitted: number, inSample: number],
): ModelMetrics {
  const { labels, weights } = rows;
  const confusion = confusionOf(labels, pLambda, rivals.threshold);
  const weighted = weights.some((weight) => weight > 0) ? weights : undefined;
  return {
    testRows: rows.rowCount,
    accuracy: accuracy(confusion),
    balancedAccuracy: balancedAccuracy(confusion),
    majorityAccuracy: majorityAccuracy(confusion),
    ceiling,
    ...ofLambda(confusion),
    // With one class there is nothing to rank, and the area is that of a coin.
    rocAuc: rocAuc(labels, pLambda) ?? 0.5,
    logLoss: logLoss(labels, pLambda, weighted),
    brier: brier(labels, pLambda, weighted),
    confusion,
    vPair: valueOfChoices(rows, learnedChoice(pLambda, rivals.threshold)),
    vPairBestStatic: valueOfChoices(rows, staticChoice(rows, rivals.table)),
  };
}

/** Mean u of the router's choices minus best-static's, for each slot; see `Judgement`. */
export function differencesPerSlot(
  rows: LabelledRows,
  pLambda: Float64Array,
  rivals: Rivals,
): readonly number[] {
  const groups = groupBySlot(rows);
  const valuesOf = (choice: Choice): readonly number[] =>
    pairValuePerSlot(groups, utilitySums(rows, groups, choice));
  const fixed = valuesOf(staticChoice(rows, rivals.table));
  return valuesOf(learnedChoice(pLambda, rivals.threshold)).map(
    (value, place) => value - (fixed[place] ?? Number.NaN),
  );
}

/** Absent where nothing can be divided by: JSON has no word for it. */
function ofLambda(confusion: Confusion): Pick<ModelMetrics, 'precision' | 'recall' | 'f1'> {
  const [precisionOrNone, recallOrNone, f1OrNone] = [
    precision(confusion),
    recall(confusion),
    f1(confusion),
  ];
  return {
    ...(precisionOrNone === undefined ? {} : { precision: precisionOrNone }),
    ...(recallOrNone === undefined ? {} : { recall: recallOrNone }),
    ...(f1OrNone === undefined ? {} : { f1: f1OrNone }),
  };
}

function valueOfChoices(rows: LabelledRows, isLambda: Choice): number {
  const { utilityLambda, utilityEcs, share } = rows;
  return pairValue({ utilityLambda, utilityEcs, weights: share }, isLambda);
}
