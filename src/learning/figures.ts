import { setImmediate } from 'node:timers/promises';
import type { FigureName, ModelEvaluation } from '../domain/models/model-evaluation.ts';
import type { LabelledRows } from '../domain/models/training.ts';
import { weightedSum } from '../domain/verdict/bootstrap.ts';
import {
  accuracy,
  balancedAccuracy,
  type Confusion,
  f1,
  logLossOf,
  precision,
  recall,
  squaredErrorOf,
} from './metrics.ts';
import { rankSums, rocAucOf } from './rank-sums.ts';
import type { SlotFigure, SlotIntervals } from './slot-intervals.ts';
import { pairValueOf, type SlotGroups } from './slot-sums.ts';

export interface ScoredRows {
  readonly rows: LabelledRows;
  readonly groups: SlotGroups;
  readonly pLambda: Float64Array;
  readonly threshold: number;
  /** Of the learned router's choices, as `utilitySums` gives them. */
  readonly learnedSums: Float64Array;
  /** What log loss and Brier score weigh rows with. */
  readonly weights: Float64Array;
}

/** Each figure of METHOD 5.1 with its interval over slots. */
export async function figuresOf(
  scored: ScoredRows,
  intervals: SlotIntervals,
): Promise<ModelEvaluation['figures']> {
  const sums = classSums(scored);
  await setImmediate();
  const { groups, pLambda, rows, learnedSums } = scored;
  const ranks = rankSums(rows, pLambda, { place: groups.place, slots: groups.slots.length });
  await setImmediate();
  const ofConfusion =
    (figure: (confusion: Confusion) => number | undefined): SlotFigure =>
    (drawn) =>
      figure(confusionOf(sums, drawn)) ?? Number.NaN;
  const ofClasses: Readonly<Partial<Record<FigureName, SlotFigure>>> = {
    accuracy: ofConfusion(accuracy),
    balancedAccuracy: ofConfusion(balancedAccuracy),
    precision: ofConfusion(precision),
    recall: ofConfusion(recall),
    f1: ofConfusion(f1),
    rocAuc: (drawn) => rocAucOf(ranks, drawn),
    brier: (drawn) => weightedSum(sums.squaredError, drawn) / weightedSum(sums.weight, drawn),
  };
  const logLoss: SlotFigure = (drawn) =>
    weightedSum(sums.logLoss, drawn) / weightedSum(sums.weight, drawn);
  const vPair: SlotFigure = (drawn) => pairValueOf(groups, learnedSums, drawn);
  const noLess: readonly [number, number] = [0, Number.POSITIVE_INFINITY];
  return {
    ...(await estimates(ofClasses, (figure) => intervals.estimate(figure, [0, 1]))),
    ...(await estimates({ logLoss }, (figure) => intervals.estimate(figure, noLess))),
    ...(await estimates({ vPair }, (figure) => intervals.estimate(figure))),
  };
}

async function estimates(
  figures: Readonly<Partial<Record<FigureName, SlotFigure>>>,
  estimate: (figure: SlotFigure) => ReturnType<SlotIntervals['estimate']>,
): Promise<ModelEvaluation['figures']> {
  let result: ModelEvaluation['figures'] = {};
  for (const [name, figure] of Object.entries(figures)) {
    const found = await estimate(figure);
    if (found !== undefined) result = { ...result, [name]: found };
  }
  return result;
}

/** Per slot: rows by truth and prediction, and the weighted sums that two figures are means of. */
interface ClassSums {
  readonly ecsAsEcs: Float64Array;
  readonly ecsAsLambda: Float64Array;
  readonly lambdaAsEcs: Float64Array;
  readonly lambdaAsLambda: Float64Array;
  readonly weight: Float64Array;
  readonly logLoss: Float64Array;
  readonly squaredError: Float64Array;
}

function classSums({ rows, groups, pLambda, threshold, weights }: ScoredRows): ClassSums {
  const perSlot = (term: (row: number, label: number, score: number) => number): Float64Array => {
    const sums = new Float64Array(groups.slots.length);
    for (let row = 0; row < rows.rowCount; row += 1) {
      const slot = groups.place[row] ?? 0;
      sums[slot] = (sums[slot] ?? 0) + term(row, rows.labels[row] ?? 0, pLambda[row] ?? 0);
    }
    return sums;
  };
  const countOf = (truth: number, prediction: number): Float64Array =>
    perSlot((_, label, score) =>
      Number(label === truth && Number(score > threshold) === prediction),
    );
  return {
    ecsAsEcs: countOf(0, 0),
    ecsAsLambda: countOf(0, 1),
    lambdaAsEcs: countOf(1, 0),
    lambdaAsLambda: countOf(1, 1),
    weight: perSlot((row) => weights[row] ?? 0),
    logLoss: perSlot((row, label, score) => (weights[row] ?? 0) * logLossOf(label, score)),
    squaredError: perSlot(
      (row, label, score) => (weights[row] ?? 0) * squaredErrorOf(label, score),
    ),
  };
}

function confusionOf(sums: ClassSums, drawn: Uint16Array): Confusion {
  return [
    [weightedSum(sums.ecsAsEcs, drawn), weightedSum(sums.ecsAsLambda, drawn)],
    [weightedSum(sums.lambdaAsEcs, drawn), weightedSum(sums.lambdaAsLambda, drawn)],
  ];
}
