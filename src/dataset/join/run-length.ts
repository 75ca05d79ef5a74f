import type { Plan } from '../../domain/plan.ts';

/**
 * For how long one owner's services serve in a run: a slot's window with its ladder, or an arm's
 * stretch of a block.
 */
export function runLengthMs(plan: Plan, kind: 'slot' | 'block'): number {
  if (kind === 'block') return plan.evaluation.blockDurationMs;
  const { durationMs, ladder } = plan.load;
  return durationMs + (ladder === undefined ? 0 : ladder.utilisation.length * ladder.stepMs);
}
