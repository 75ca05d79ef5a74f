import { minimumDetectableEffect } from '../money/forecast.ts';
import type { Plan } from '../plan.ts';
import type { VerdictQuestion } from './decide.ts';
import type { EvaluationTable } from './evaluation-table.ts';
import type { Verdict } from './verdict.ts';

/** The verdict where no block has every arm: nothing can be compared, and it says so. */
export function nothingMeasured(
  question: Pick<VerdictQuestion, 'plan' | 'skipped'>,
  table: EvaluationTable,
): Verdict {
  const planned = plannedEffect(question.plan);
  const lost = table.unmeasured.map(({ arm, reason }) => ` ${arm}: ${reason}.`).join('');
  return {
    isDecided: false,
    sentence: `Undecided: there is no block in which every arm was measured.${lost}`,
    share: 0,
    blocks: 0,
    arms: [],
    contrasts: [],
    minimumDetectableEffect: planned,
    plannedMinimumDetectableEffect: planned,
    isFewBlocks: true,
    skipped: [...question.skipped, ...table.unmeasured],
    ...extensionOfNothing(question.plan),
  };
}

/** Nothing was measured in the planned blocks; more of them would not be either. */
function extensionOfNothing({ evaluation }: Plan): Pick<Verdict, 'extension'> {
  const { blocks: planned, extendTo: to } = evaluation;
  if (to === undefined) return {};
  return { extension: { planned, to, isOpen: false, reason: 'No block has every arm.' } };
}

export function plannedEffect(plan: Plan): number {
  const planned = minimumDetectableEffect(plan);
  if (planned !== undefined) return planned;
  const { blocks, leadInBlocks } = plan.evaluation;
  throw new Error(
    `Plan "${plan.campaign}" has no scored block: evaluation.blocks is ${blocks}, of which ` +
      `${leadInBlocks} are lead-in. Raise evaluation.blocks.`,
  );
}
