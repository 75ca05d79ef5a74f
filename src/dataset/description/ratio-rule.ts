import type { RatioRuleRow } from '../../domain/dataset/dataset-description.ts';
import type { LabelledRows } from '../../domain/models/training.ts';
import type { PairMarks } from './pair-marks.ts';

/** The ratio rule beside the utility rule (METHOD 4.2): each workload with pairs, then all of them. */
export function compareWithRatioRule(rows: LabelledRows, marks: PairMarks): RatioRuleRow[] {
  const all = Array.from(rows.workload.keys());
  const perWorkload = rows.workloads.flatMap((workload, index) => {
    const own = all.filter((row) => rows.workload[row] === index);
    return own.length === 0 ? [] : [{ workload, ...compare(rows, marks, own) }];
  });
  return all.length === 0 ? [] : [...perWorkload, compare(rows, marks, all)];
}

function compare(
  rows: LabelledRows,
  { utilityLabels, ratioLabels }: PairMarks,
  own: readonly number[],
): Omit<RatioRuleRow, 'workload'> {
  const differing = own.filter((row) => utilityLabels[row] !== ratioLabels[row]);
  const lost = differing.reduce(
    (sum, row) => sum + Math.abs((rows.utilityEcs[row] ?? 0) - (rows.utilityLambda[row] ?? 0)),
    0,
  );
  const lambdaShare = (labels: ArrayLike<number>): number =>
    own.filter((row) => labels[row] === 1).length / own.length;
  return {
    pairs: own.length,
    utilityLambdaShare: lambdaShare(utilityLabels),
    ratioLambdaShare: lambdaShare(ratioLabels),
    disagreeShare: differing.length / own.length,
    lostUtility: lost / own.length,
  };
}
