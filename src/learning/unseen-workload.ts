import { PermanentFailure } from '../domain/failures.ts';
import { isWorkloadFeature } from '../domain/models/feature.ts';
import type { UnseenWorkload } from '../domain/models/model-evaluation.ts';
import { decodeScorer } from '../domain/models/scorer.ts';
import type { LabelledRows } from '../domain/models/training.ts';
import { columnOf } from './columns.ts';
import { scoreRows } from './judge.ts';
import { accuracy, confusionOf, majorityAccuracy } from './metrics.ts';
import type { FamilyParams, FittedModel, ModelFamily } from './model-family.ts';
import { lambdaThreshold, learnedChoice, type StaticTable, staticChoice } from './rivals.ts';
import { indexesWhere, rowsAt, slotsOf, splitSlots } from './slot-split.ts';
import { allSlotsOnce, type Choice, groupBySlot, pairValueOf, utilitySums } from './slot-sums.ts';

export interface UnseenWorkloadRequest {
  readonly rows: LabelledRows;
  readonly family: ModelFamily;
  readonly params: FamilyParams;
  readonly seed: number;
  readonly table: StaticTable;
  readonly signal: AbortSignal;
  /** Fraction done, in [0, 1]. */
  readonly onProgress: (done: number) => void;
}

/**
 * How the recipe does on a workload that it never saw: for each one, fitted on the others in the
 * first two thirds of the slots and judged on its own pairs in the rest, without the one-hot columns
 * (METHOD 4.6). One entry per workload of the plan; where the rest cannot be fitted, or the workload
 * has nothing to be judged on, the entry says why. V_pair is the workload's alone.
 */
export async function leaveOneWorkloadOut(
  request: UnseenWorkloadRequest,
): Promise<readonly UnseenWorkload[]> {
  const { signal, onProgress } = request;
  const rows = withoutOneHot(request.rows);
  const results: UnseenWorkload[] = [];
  for (const [index, workload] of rows.workloads.entries()) {
    signal.throwIfAborted();
    const progress = (done: number): void => onProgress((index + done) / rows.workloads.length);
    results.push(await leaveOut({ ...request, rows, onProgress: progress }, index, workload));
    progress(1);
  }
  return results;
}

async function leaveOut(
  request: UnseenWorkloadRequest,
  index: number,
  workload: string,
): Promise<UnseenWorkload> {
  const { rows } = request;
  const split = splitSlots(rows);
  if (split === undefined) {
    const slots = slotsOf(rows).length;
    return notJudged(
      workload,
      `Holding slots out takes at least 3 complete ones; it saw ${slots}.`,
    );
  }
  const [fitted, judged] = [new Set(split.fitted), new Set(split.judged)];
  const slotOf = (row: number): number => rows.slot[row] ?? 0;
  const isOwn = (row: number): boolean => rows.workload[row] === index;
  const own = rowsAt(
    rows,
    indexesWhere(
      rows,
      (row) => isOwn(row) && judged.has(slotOf(row)) && (rows.share[row] ?? 0) > 0,
    ),
  );
  if (own.rowCount === 0) {
    return notJudged(workload, `It has no pair to judge on in slots ${split.judged.join(', ')}.`);
  }
  const others = rowsAt(
    rows,
    indexesWhere(rows, (row) => !isOwn(row) && fitted.has(slotOf(row))),
  );
  if (others.rowCount === 0) {
    return notJudged(workload, 'No other workload has pairs to learn from.');
  }
  const model = await fitOthers(request, others);
  if (model instanceof PermanentFailure) {
    return notJudged(workload, `The other workloads cannot be fitted: ${model.message}`);
  }
  return await judge(own, model, { ...request, workload });
}

async function judge(
  own: LabelledRows,
  model: FittedModel,
  { workload, table, signal }: UnseenWorkloadRequest & { readonly workload: string },
): Promise<UnseenWorkload> {
  const pLambda = await scoreRows(decodeScorer(model.scorer, own.features.length), own, signal);
  const confusion = confusionOf(own.labels, pLambda, lambdaThreshold);
  const groups = groupBySlot(own);
  const valueOfChoice = (choice: Choice): number =>
    pairValueOf(groups, utilitySums(own, groups, choice), allSlotsOnce(groups));
  return {
    workload,
    rows: own.rowCount,
    accuracy: accuracy(confusion),
    majorityAccuracy: majorityAccuracy(confusion),
    vPair: valueOfChoice(learnedChoice(pLambda, lambdaThreshold)),
    vPairBestStatic: valueOfChoice(staticChoice(own, table)),
  };
}

/** One class among the other workloads is an answer about this one, and no failure of the rest. */
async function fitOthers(
  { family, params, seed, signal, onProgress }: UnseenWorkloadRequest,
  others: LabelledRows,
): Promise<FittedModel | PermanentFailure> {
  try {
    return await family.fit(others, params, { seed, signal, onProgress });
  } catch (error) {
    if (error instanceof PermanentFailure && error.kind === 'TooFewObservations') return error;
    throw error;
  }
}

/** The one-hot of a workload that was never seen would be a column of zeros. */
function withoutOneHot(rows: LabelledRows): LabelledRows {
  const kept = [...rows.features.keys()].filter(
    (feature) => !isWorkloadFeature(rows.features[feature] ?? ''),
  );
  const values = new Float64Array(kept.length * rows.rowCount);
  for (const [at, feature] of kept.entries()) {
    values.set(columnOf(rows, feature), at * rows.rowCount);
  }
  return { ...rows, features: kept.map((feature) => rows.features[feature] ?? ''), values };
}

function notJudged(workload: string, reason: string): UnseenWorkload {
  return {
    workload,
    rows: 0,
    accuracy: 0,
    majorityAccuracy: 0,
    vPair: 0,
    vPairBestStatic: 0,
    notJudged: reason,
  };
}
