import type { Plan } from './plan.ts';
import { leadMs } from './schedule.ts';

export type SlotDecision =
  | { readonly kind: 'run'; readonly moveMs: number }
  | { readonly kind: 'late'; readonly reason: string };

/** Timers fire a little late; that much is not lateness. */
const timerToleranceMs = 500;

/**
 * Whether a slot may run now. Load is not catch-up work (METHOD 1.5): a slot that is late by more
 * than its grace is missed. Only a plan with `late: shift` moves its whole grid instead.
 */
export function decideSlot(
  plan: Pick<Plan, 'schedule' | 'load'>,
  startsAtMs: number,
  nowMs: number,
): SlotDecision {
  const { late, graceMs, pace } = plan.schedule;
  // A nominal hour cannot be missed: it comes when the slot does.
  if (pace === 'immediate') return { kind: 'run', moveMs: 0 };
  const shortOfLeadMs = nowMs + leadMs(plan) - startsAtMs;
  if (late === 'shift') {
    return { kind: 'run', moveMs: shortOfLeadMs > timerToleranceMs ? shortOfLeadMs : 0 };
  }
  const lateMs = nowMs - startsAtMs;
  if (lateMs <= graceMs) return { kind: 'run', moveMs: 0 };
  return {
    kind: 'late',
    reason: `${seconds(lateMs)} late, and the grace is ${seconds(graceMs)}.`,
  };
}

function seconds(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}
