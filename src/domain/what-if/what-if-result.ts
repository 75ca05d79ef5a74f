import type { Arm } from '../arm.ts';
import type { EvaluationSetup } from '../evaluation.ts';
import type { PriceBook } from '../money/price-books.ts';
import type { Plan } from '../plan.ts';
import type { ResimulatedCell } from '../simulation/sensitivity.ts';
import { scoreCells } from '../verdict/score-cells.ts';
import type { ArmCell, ArmResult, Verdict } from '../verdict/verdict.ts';
import {
  type ArmMarks,
  answerMark,
  type Changes,
  changesTasksAlone,
  isAffected,
  marksOf,
  type WhatIf,
} from './what-if.ts';

export interface WhatIfEvidence {
  readonly campaign: { readonly plan: Plan; readonly baseline: Verdict };
  readonly changed: {
    readonly plan: Plan;
    readonly setup: EvaluationSetup;
    readonly cpuMs: Readonly<Record<string, number>>;
    readonly book: PriceBook;
  };
  readonly changes: Changes;
  /** What was measured, under the changed prices and limits. */
  readonly repriced: readonly ArmCell[];
  /** Absent where nothing had to be simulated. */
  readonly simulated: { readonly cells: readonly ResimulatedCell[] } | undefined;
}

/**
 * Decides on the figures that are shown: of an arm that the changes do not touch those that were
 * measured, of the others the simulated ones.
 */
export function whatIfResult(
  evidence: WhatIfEvidence,
): Pick<WhatIf, 'baseline' | 'changed' | 'marks' | 'answerMark' | 'flips'> {
  const { campaign, changed, changes, repriced, simulated } = evidence;
  const { baseline } = campaign;
  const isTouched = (arm: Arm): boolean =>
    simulated !== undefined && isAffected(arm, changes, changed);
  const blocks = new Set((simulated?.cells ?? repriced).map(({ block }) => block));
  const cells = changed.setup.arms.flatMap((arm) =>
    (isTouched(arm) ? (simulated?.cells ?? []) : repriced).filter(
      (cell) => cell.arm === arm && blocks.has(cell.block),
    ),
  );
  const verdict = scoreCells({ ...changed, cells });
  const marks = new Map<Arm, ArmMarks>(
    changed.setup.arms.map((arm) => [
      arm,
      marksOf(isTouched(arm) ? 'affected' : 'unaffected', changes),
    ]),
  );
  const billed = changesTasksAlone(changes)
    ? billedByTasks(verdict, scoreCells({ ...changed, cells: repriced }))
    : verdict;
  for (const [index, { arm, cost }] of billed.arms.entries()) {
    const own = marks.get(arm);
    if (cost === verdict.arms[index]?.cost || own === undefined || !isTouched(arm)) continue;
    marks.set(arm, { ...own, cost: 're-priced' });
  }
  return {
    baseline,
    changed: billed,
    marks: Object.fromEntries(marks),
    answerMark: answerMark([...marks.values()]),
    flips: verdict.answer !== baseline.answer,
  };
}

/** Below this, the bill per good request is another one, because fewer are good. */
const sameGoodShare = 0.995;

/**
 * With other tasks the bill of an arm that routes by a table is known without a simulator, as long
 * as requests stay good: what is paid by the hour, over what was answered.
 */
function billedByTasks(simulated: Verdict, repriced: Verdict): Verdict {
  const goodShare = ({ good, requests }: ArmResult): number => good / requests;
  return {
    ...simulated,
    arms: simulated.arms.map((own) => {
      const measured = repriced.arms.find(({ arm }) => arm === own.arm);
      if (measured === undefined || own.arm === 'hybrid') return own;
      if (goodShare(own) < sameGoodShare * goodShare(measured)) return own;
      const { costPer1000Usd, costPer1000Lower, costPer1000Upper, cost } = measured;
      return { ...own, costPer1000Usd, costPer1000Lower, costPer1000Upper, cost };
    }),
  };
}
