import { PermanentFailure } from '../domain/failures.ts';
import { decodeScorer } from '../domain/models/scorer.ts';
import type { LabelledRows } from '../domain/models/training.ts';
import { scoreRows } from './judge.ts';
import type { FamilyParams, FittedModel, ModelFamily, TuningCombination } from './model-family.ts';
import { lambdaThreshold, learnedChoice } from './rivals.ts';
import { indexesToJudge, rowsAt, rowsToFit, slotFolds, slotsOf, splitSlots } from './slot-split.ts';
import { allSlotsOnce, groupBySlot, pairValueOf, utilitySums } from './slot-sums.ts';

/** How one setting did in the cross-validation. */
export interface TuningScore {
  readonly params: FamilyParams;
  /** Over all rows that judge, each scored by the fold that had not seen its slot. */
  readonly vPair: number;
  readonly rows: number;
}

export interface TuningRequest {
  /** Of the slots to tune on; see `rowsToTuneOn`. */
  readonly rows: LabelledRows;
  readonly family: ModelFamily;
  readonly combination: TuningCombination;
  readonly seed: number;
  readonly signal: AbortSignal;
  /** Fraction done, in [0, 1]. */
  readonly onProgress: (done: number) => void;
}

/**
 * What may be tuned on before a recipe is judged by `trainAndJudge` with `judge: 'split'`: the slots
 * that it is fitted on. Tuned on the judged ones as well, a recipe would look better than it is
 * (METHOD 5.1). With fewer than three slots nothing is judged, and all rows may be used.
 */
export function rowsToTuneOn(rows: LabelledRows): LabelledRows {
  const split = splitSlots(rows);
  return split === undefined ? rows : rowsToFit(rows, split.fitted);
}

/**
 * Cross-validates one combination over folds of whole slots (METHOD 4.6), from one training per fold
 * for all of its sizes: one score per size, in their order. The folds follow from the seed and the
 * slots, so that all combinations meet the same ones. A fold whose other slots cannot be fitted is
 * left out; `TooFewObservations` when that is every fold, or when there are fewer than two slots.
 */
export async function tryCombination(request: TuningRequest): Promise<readonly TuningScore[]> {
  const { rows, family, combination, seed, signal, onProgress } = request;
  const folds = slotFolds(slotsOf(rows), seed);
  const pLambda = combination.sizes.map(() => new Float64Array(rows.rowCount));
  const judgedSlots: number[] = [];
  let problem: PermanentFailure | undefined;
  for (const [fold, { fitted, judged }] of folds.entries()) {
    signal.throwIfAborted();
    const models = await fitFold(request, rowsToFit(rows, fitted), (done) =>
      onProgress((fold + done) / folds.length),
    );
    if (models instanceof PermanentFailure) {
      problem = models;
      continue;
    }
    const indexes = indexesToJudge(rows, judged);
    judgedSlots.push(...judged);
    for (const [size, model] of models.entries()) {
      scatter(await scoresAt(model, rowsAt(rows, indexes), signal), indexes, pLambda[size]);
    }
    onProgress((fold + 1) / folds.length);
  }
  const indexes = indexesToJudge(rows, judgedSlots);
  if (indexes.length === 0) throw nothingToTuneOn(family, folds.length, problem);
  const scored = rowsAt(rows, indexes);
  return combination.sizes.map((size, at) => ({
    params: { ...combination.params, [family.sizeParam]: size },
    vPair: pairValueAt(
      scored,
      Float64Array.from(indexes, (row) => pLambda[at]?.[row] ?? Number.NaN),
    ),
    rows: scored.rowCount,
  }));
}

/**
 * The best V_pair. Settings within rounding of it are equals, and the simplest of them wins: a
 * smaller model answers faster and has less room to learn noise. Throws `TooFewObservations` when
 * there is no score.
 */
export function chooseParams(scores: readonly TuningScore[]): TuningScore {
  const best = Math.min(...scores.map((score) => score.vPair));
  const [chosen] = scores
    .filter((score) => score.vPair <= best + roundingOfU)
    .sort((a, b) => compareComplexity(a.params, b.params));
  if (chosen === undefined) {
    throw new PermanentFailure(
      'TooFewObservations',
      'No combination of settings was scored, so none can be chosen. Use the settings of the plan, ' +
        'or collect more slots and tune again.',
    );
  }
  return chosen;
}

const roundingOfU = 1e-9;

async function fitFold(
  { family, combination, seed, signal }: TuningRequest,
  rows: LabelledRows,
  onProgress: (done: number) => void,
): Promise<readonly FittedModel[] | PermanentFailure> {
  try {
    const { params, sizes } = combination;
    return await family.fitSizes(rows, params, sizes, { seed, signal, onProgress });
  } catch (error) {
    if (error instanceof PermanentFailure && error.kind === 'TooFewObservations') return error;
    throw error;
  }
}

async function scoresAt(
  model: FittedModel,
  rows: LabelledRows,
  signal: AbortSignal,
): Promise<Float64Array> {
  return await scoreRows(decodeScorer(model.scorer, rows.features.length), rows, signal);
}

function scatter(scores: Float64Array, indexes: Int32Array, into: Float64Array | undefined): void {
  if (into === undefined) return;
  for (const [at, row] of indexes.entries()) into[row] = scores[at] ?? Number.NaN;
}

function pairValueAt(rows: LabelledRows, pLambda: Float64Array): number {
  const groups = groupBySlot(rows);
  const sums = utilitySums(rows, groups, learnedChoice(pLambda, lambdaThreshold));
  return pairValueOf(groups, sums, allSlotsOnce(groups));
}

function nothingToTuneOn(
  family: ModelFamily,
  folds: number,
  cause: PermanentFailure | undefined,
): PermanentFailure {
  const because =
    folds === 0
      ? 'leaving slots out takes at least 2 complete slots'
      : (cause?.message ?? 'no slot has a pair outside its ladder');
  return new PermanentFailure(
    'TooFewObservations',
    `The ${family.name} cannot be tuned: ${because}. Collect more slots, or set "tune: false".`,
    { cause },
  );
}

/** What makes a model larger (1) or smaller (−1) as it grows, the heaviest first. */
const complexity: readonly (readonly [name: string, direction: 1 | -1])[] = [
  ['maxDepth', 1],
  ['trees', 1],
  ['epochs', 1],
  ['minRows', -1],
  ['minChildWeight', -1],
  ['learningRate', 1],
];

function compareComplexity(a: FamilyParams, b: FamilyParams): number {
  for (const [name, direction] of complexity) {
    const difference = direction * ((a[name] ?? 0) - (b[name] ?? 0));
    if (difference !== 0) return difference;
  }
  return 0;
}
