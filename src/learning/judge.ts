import { setImmediate } from 'node:timers/promises';
import { PermanentFailure } from '../domain/failures.ts';
import type { ModelMetrics } from '../domain/model.ts';
import type { Platform } from '../domain/platform.ts';
import type { Scorer } from '../domain/scorer.ts';
import type { Finding, LabelledRows } from '../domain/training.ts';
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
import { rowsToJudge, slotsOf } from './slot-split.ts';

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

/** The router that is judged decides by its threshold, best-static by its table (METHOD 4.1). */
export interface Rivals {
  readonly threshold: number;
  readonly table: Readonly<Record<string, Platform>>;
}

/** p_lambda of every row, giving way to other work of the thread every few milliseconds. */
export async function scoreRows(scorer: Scorer, rows: LabelledRows): Promise<Float64Array> {
  const scores = new Float64Array(rows.rowCount);
  const vector = new Float64Array(rows.features.length);
  for (let row = 0; row < rows.rowCount; row += 1) {
    for (let f = 0; f < vector.length; f += 1) {
      vector[f] = rows.values[f * rows.rowCount + row] ?? Number.NaN;
    }
    scores[row] = scorer.score(vector);
    if (row % 1000 === 999) await setImmediate();
  }
  return scores;
}

/**
 * The figures of METHOD 5.1 on rows that the forest was not fitted on and that have a share. Log loss and Brier score
 * weigh the rows as the training drew them, since that is what p_lambda is a probability of;
 * everything else counts rows, and V_pair shares.
 */
export function metricsOf(
  rows: LabelledRows,
  pLambda: Float64Array,
  rivals: Rivals,
  ceiling: readonly [crossFitted: number, inSample: number],
): ModelMetrics {
  const { labels, weights } = rows;
  const confusion = confusionOf(labels, pLambda, rivals.threshold);
  const [learned, fixed] = choices(rows, pLambda, rivals);
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
    vPair: valueOfChoices(rows, learned),
    vPairBestStatic: valueOfChoices(rows, fixed),
  };
}

/** Mean u of the router's choices minus best-static's, for each slot; see `Judgement`. */
export function differencesPerSlot(
  rows: LabelledRows,
  pLambda: Float64Array,
  rivals: Rivals,
): readonly number[] {
  return slotsOf(rows).map((slot) => {
    const ofSlot = rowsToJudge(rows, [slot]);
    const scores = pLambda.filter((_, row) => rows.slot[row] === slot);
    const [learned, fixed] = choices(ofSlot, scores, rivals);
    return valueOfChoices(ofSlot, learned) - valueOfChoices(ofSlot, fixed);
  });
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

type Choice = (row: number) => boolean;

/** Which rows the learned router and best-static send to Lambda. */
function choices(
  rows: LabelledRows,
  pLambda: Float64Array,
  { table, threshold }: Rivals,
): readonly [learned: Choice, fixed: Choice] {
  const isStaticLambda = rows.workloads.map((name) => requirePlatform(table, name) === 'lambda');
  return [
    (row) => (pLambda[row] ?? 0) > threshold,
    (row) => isStaticLambda[rows.workload[row] ?? 0] ?? false,
  ];
}

function valueOfChoices(rows: LabelledRows, isLambda: Choice): number {
  const { utilityLambda, utilityEcs, share } = rows;
  return pairValue({ utilityLambda, utilityEcs, weights: share }, isLambda);
}

function requirePlatform(table: Rivals['table'], workload: string): Platform {
  const platform = table[workload];
  if (platform === undefined) {
    throw new PermanentFailure(
      'ModelMismatch',
      `The best-static table has no platform for workload "${workload}"; it has ${
        Object.keys(table).join(', ') || 'none'
      }. Decide capacity for every workload of the plan first.`,
    );
  }
  return platform;
}
