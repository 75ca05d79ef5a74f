/** Whether an evaluation that may go on does (METHOD 6.5). */

import type { Plan } from '../plan.ts';
import { mostScoredBlocks, scoredBlocks } from '../schedule.ts';
import type { CostContrast } from './cost-contrast.ts';
import type { Extension, Verdict } from './verdict.ts';

/** For the sampling: how many scored blocks there can be, and after how many of them one looks. */
export function plannedExtension(
  plan: Plan,
): { readonly mostBlocks: number; readonly looks: number } | undefined {
  if (plan.evaluation.extendTo === undefined) return undefined;
  const mostBlocks = mostScoredBlocks(plan);
  return { mostBlocks, looks: mostBlocks - scoredBlocks(plan) + 1 };
}

/** Undefined when the plan does not ask for it. */
export function extensionOf(
  plan: Plan,
  verdict: Omit<Verdict, 'sentence'>,
  missing: Missing,
): Extension | undefined {
  const { blocks: planned, extendTo } = plan.evaluation;
  if (extendTo === undefined) return undefined;
  const ended = whyEnded(verdict, missing) ?? whyOver(missing.lastBlock, extendTo);
  return {
    planned,
    to: extendTo,
    isOpen: ended === undefined,
    reason: ended ?? 'It is undecided, and more blocks may decide it.',
  };
}

export interface Missing {
  /** Arms that were to be measured and were not. */
  readonly unmeasured: Verdict['skipped'];
  /** Number of the last block that was measured. */
  readonly lastBlock: number;
  /** In so many resamples an arm must be fast enough, or not, to be settled. */
  readonly stableShare: number;
  /** Contrasts to rivals that the answer does not beat. */
  readonly open: readonly Pick<CostContrast, 'against' | 'cost'>[];
}

function whyOver(lastBlock: number, extendTo: number): string | undefined {
  return lastBlock >= extendTo ? `It may have ${extendTo} blocks, and has had them.` : undefined;
}

/** What more blocks do not change; undefined when they may decide. */
function whyEnded(
  verdict: Omit<Verdict, 'sentence'>,
  { unmeasured, stableShare, open }: Missing,
): string | undefined {
  if (verdict.isDecided) return 'It is decided.';
  const [lost] = unmeasured;
  if (lost !== undefined) return `${lost.arm} could not be compared, and that will not change.`;
  const isSettled = verdict.arms.every((arm) => arm.fastEnoughStability >= stableShare);
  if (!isSettled) return undefined;
  if (verdict.answer === undefined) {
    const isTooSlow = verdict.arms.every(({ workloads }) =>
      workloads.some(({ finding }) => finding === 'missed'),
    );
    return isTooSlow ? 'No arm is fast enough.' : undefined;
  }
  if (open.length > 0) {
    return open.every(({ cost }) => cost.contrast === 'equivalent')
      ? `${open.map(({ against }) => against).join(' and ')} cost the same within the margin.`
      : undefined;
  }
  return 'What is missing is an arm, not blocks.';
}
