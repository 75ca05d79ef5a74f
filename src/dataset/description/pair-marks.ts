import { labelPair } from '../../domain/models/label.ts';
import type { LabelledRows } from '../../domain/models/training.ts';
import type { Plan } from '../../domain/plan.ts';
import { type LabelledRowsInput, labelRuleOf, workloadOf } from '../labelled-pairs.ts';
import type { Pair } from '../pairs.ts';
import { labelledRows } from '../training-rows.ts';

/** What a description needs of each pair beside its training row, in the same order. */
export interface PairMarks {
  /** From 1; 0 outside the ladder. */
  readonly ladderStep: ArrayLike<number>;
  /** 1 = lambda, by the utility rule and by the ratio rule of METHOD 4.2, whichever the plan uses. */
  readonly utilityLabels: ArrayLike<number>;
  readonly ratioLabels: ArrayLike<number>;
}

/** All pairs with their marks, read once. */
export async function readMarkedRows(
  input: Omit<LabelledRowsInput, 'withCapacity'>,
): Promise<{ readonly rows: LabelledRows; readonly marks: PairMarks }> {
  const ladderStep: number[] = [];
  const utilityLabels: number[] = [];
  const ratioLabels: number[] = [];
  const rows = await labelledRows({ ...input, withCapacity: undefined }, (pair) => {
    ladderStep.push(pair.ladderStep ?? 0);
    utilityLabels.push(labelBy('utility', pair, input.plan));
    ratioLabels.push(labelBy('ratio', pair, input.plan));
  });
  return { rows, marks: { ladderStep, utilityLabels, ratioLabels } };
}

function labelBy(rule: 'utility' | 'ratio', pair: Pair, plan: Plan): 0 | 1 {
  const own = labelRuleOf(workloadOf(pair, plan), plan);
  return labelPair(pair.lambda, pair.ecs, { ...own, rule }).label;
}
