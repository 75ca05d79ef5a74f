import { blockRun, slotRun } from '../names.ts';
import type { SchedulePlan } from '../plan.ts';

/** A load run of a campaign: the load of one slot, or of one block of the evaluation. */
export type LoadRunRef =
  | { readonly campaignId: string; readonly run: string; readonly slot: number }
  | { readonly campaignId: string; readonly run: string; readonly block: number };

export function slotRunRef(campaignId: string, slot: number): LoadRunRef {
  return { campaignId, run: slotRun(slot), slot };
}

export function blockRunRef(campaignId: string, block: number): LoadRunRef {
  return { campaignId, run: blockRun(block), block };
}

/** When a run begins, until when it may still begin, and when it is cut off. Epoch milliseconds. */
export interface RunWindow {
  /** `immediate`: these are nominal times of a simulated run, which waits for no clock. */
  readonly pace: SchedulePlan['pace'];
  readonly startsAtMs: number;
  /** A first attempt that begins later than this is refused: load is not catch-up work (METHOD 1.5). */
  readonly latestStartMs: number;
  /** What is unanswered then stays unanswered; what is unsent is `not-issued`. */
  readonly endsBeforeMs: number;
  /** From when the next window needs the testbed; its expiry lies behind this. */
  readonly keepUntilMs: number;
}

/** Time for the last answers, for writing and storing, behind the last planned send. */
const settleMs = 8_000;

/**
 * The window of a run of `lengthMs` that begins at `startsAtMs`. It ends before the next slot's
 * lead, so that a retry can never run into the next hour; where slots are shorter than that (a
 * local demo, whose grid may move), it ends when the run's own last answers are due.
 */
export function runWindow(input: {
  readonly pace: SchedulePlan['pace'];
  readonly startsAtMs: number;
  readonly lengthMs: number;
  readonly everyMs: number;
  readonly leadMs: number;
  readonly graceMs: number;
  readonly timeoutMs: number;
}): RunWindow {
  const { pace, startsAtMs, lengthMs, everyMs, leadMs, graceMs, timeoutMs } = input;
  const ownEndMs = startsAtMs + lengthMs + Math.min(timeoutMs, settleMs) + settleMs;
  return {
    pace,
    startsAtMs,
    latestStartMs: startsAtMs + graceMs,
    endsBeforeMs: Math.max(startsAtMs + everyMs - 2 * leadMs, ownEndMs),
    keepUntilMs: Math.max(startsAtMs + everyMs, ownEndMs),
  };
}
