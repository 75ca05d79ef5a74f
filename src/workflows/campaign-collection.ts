import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  executeChild,
  log,
  ParentClosePolicy,
  rootCause,
  workflowInfo,
} from '@temporalio/workflow';

import { type SlotOutcome, shortened, withOutcome } from '../domain/campaign.ts';
import { isNightAfter } from '../domain/models/nights.ts';
import { slotWorkflowId } from '../domain/names.ts';
import type { Plan } from '../domain/plan.ts';
import { type RunWindow, runWindow } from '../domain/requests/load-run.ts';
import { leadMs, runLengthMs, slotStartMs } from '../domain/schedule.ts';
import { decideSlot } from '../domain/slot-decision.ts';
import type { campaign } from './campaign.ts';
import { campaignAttributes } from './campaign-attributes.ts';
import type { ProgressBook } from './campaign-progress.ts';
import { type Gap, retrainAtNight, retrainOnRequest } from './campaign-retraining.ts';
import { slot } from './slot.ts';

/** A day of hourly slots; every run of the campaign then shows one day in the Web UI. */
const slotsPerRun = 24;

/** Runs the slots that are left, each on its place in an absolute grid. */
export async function collectSlots(
  plan: Plan,
  campaignId: string,
  book: ProgressBook,
): Promise<void> {
  let slotsOfThisRun = 0;
  while (book.current.nextSlot <= plan.schedule.slots) {
    const isFull = slotsOfThisRun >= slotsPerRun || workflowInfo().continueAsNewSuggested;
    // A run that did nothing would only be followed by another one that does nothing.
    if (isFull && slotsOfThisRun > 0) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof campaign>(plan, campaignId, book.current);
    }
    const number = book.current.nextSlot;
    await waitForLead(plan, campaignId, book);
    const outcome = await takeSlot(plan, campaignId, book, number);
    book.replace((progress) => withOutcome(progress, outcome));
    book.publish();
    slotsOfThisRun += 1;
    if (isNightDue(plan, book, number)) {
      await retrainAtNight(plan, campaignId, book);
      book.enter('collecting');
    }
  }
}

/** Until the lead of the next slot begins; then holds while the campaign is paused. */
async function waitForLead(plan: Plan, campaignId: string, book: ProgressBook): Promise<void> {
  const retrain = async (gap: Gap) => {
    await retrainOnRequest(plan, campaignId, book, gap);
    book.enter(book.current.isPaused ? 'paused' : 'collecting');
  };
  if (plan.schedule.pace === 'wall-clock') await passGap(plan, book, retrain);
  else if (isAsked(book)) await retrain({ isOver: () => false });

  if (!book.current.isPaused) return;
  book.enter('paused');
  while (book.current.isPaused) {
    await condition(() => !book.current.isPaused || isAsked(book));
    if (book.current.isPaused) await retrain({ isOver: () => !book.current.isPaused });
  }
  book.replace((progress) => ({ ...progress, resumedAtMs: Date.now() }));
  book.enter('collecting');
}

/** A training ends within two seconds of being cancelled, and is told within one. */
const cancellingMs = 3_000;
/** Shorter gaps are left alone: nothing would come of them but starts and cancels. */
const leastRetrainingMs = 5_000;

/** Sleeps until the lead, and does meanwhile what is asked for, never at the cost of the slot. */
async function passGap(
  plan: Plan,
  book: ProgressBook,
  retrain: (gap: Gap) => Promise<void>,
): Promise<void> {
  const number = book.current.nextSlot;
  const leadsAtMs = startOf(plan, book, number) - leadMs(plan);
  const leftMs = () => leadsAtMs - cancellingMs - Date.now();
  // Every round uses up a request or the gap.
  while (leadsAtMs > Date.now()) {
    const canRetrain = await condition(
      () => isAsked(book) && leftMs() >= leastRetrainingMs,
      leadsAtMs - Date.now(),
      { summary: `until slot ${number}` },
    );
    if (!canRetrain) return;
    await retrain({ isOver: () => false, withinMs: leftMs() });
  }
}

function isAsked({ current }: ProgressBook): boolean {
  return current.retrainRequest !== undefined;
}

async function takeSlot(
  plan: Plan,
  campaignId: string,
  book: ProgressBook,
  number: number,
): Promise<SlotOutcome> {
  if (book.current.skips.includes(number)) {
    return { slot: number, status: 'skipped', reason: 'Skipped by request.' };
  }
  const startsAtMs = startOf(plan, book, number);
  const decision = decideSlot(plan, startsAtMs, Date.now());
  if (decision.kind === 'late') {
    return startsAtMs <= (book.current.resumedAtMs ?? 0)
      ? {
          slot: number,
          status: 'skipped',
          reason: 'Its time passed while the campaign was paused.',
        }
      : { slot: number, status: 'missed', reason: decision.reason };
  }
  const { moveMs } = decision;
  if (moveMs > 0) {
    book.replace((progress) => ({ ...progress, shiftedMs: progress.shiftedMs + moveMs }));
  }
  const window = windowOf(plan, startOf(plan, book, number));
  book.replace((progress) => ({ ...progress, running: `slot ${number}` }));
  return await runSlot(plan, campaignId, number, window);
}

/** A lost hour is a fact about the campaign: only the campaign's own cancellation is thrown. */
async function runSlot(
  plan: Plan,
  campaignId: string,
  number: number,
  window: RunWindow,
): Promise<SlotOutcome> {
  try {
    return await executeChild(slot, {
      workflowId: slotWorkflowId(campaignId, number),
      args: [{ campaignId, slot: number, window }],
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      // A stuck slot cannot stop the week: joining and settling take minutes at most.
      workflowRunTimeout: runTimeoutMs(window, Date.now()),
      staticSummary: `slot ${number} of ${plan.schedule.slots}`,
      typedSearchAttributes: campaignAttributes({
        campaignId,
        testbed: plan.testbed,
        phase: 'collecting',
      }),
    });
  } catch (error) {
    if (CancellationScope.current().consideredCancelled) throw error;
    const reason = shortened(rootCause(error) ?? 'unknown cause');
    log.warn('Slot failed', { slot: number, reason });
    return { slot: number, status: 'failed', reason };
  }
}

/** Joining and settling take minutes; a simulated slot all in all less than that. */
function runTimeoutMs(window: RunWindow, nowMs: number): number {
  const loadMs = window.pace === 'immediate' ? 3_600_000 : window.endsBeforeMs - nowMs;
  return Math.max(0, loadMs) + 600_000;
}

/** Simulated nights pass between slots, so the campaign itself asks for their retraining. */
function isNightDue(plan: Plan, book: ProgressBook, slot: number): boolean {
  const { startsAtMs } = book.current;
  if (plan.schedule.pace !== 'immediate' || startsAtMs === undefined) return false;
  return slot < plan.schedule.slots && isNightAfter(plan, startsAtMs, slot);
}

function windowOf(plan: Plan, startsAtMs: number): RunWindow {
  return runWindow({
    pace: plan.schedule.pace,
    startsAtMs,
    lengthMs: runLengthMs(plan),
    everyMs: plan.schedule.everyMs,
    leadMs: leadMs(plan),
    graceMs: plan.schedule.graceMs,
    timeoutMs: plan.load.timeoutMs,
  });
}

function startOf(plan: Plan, book: ProgressBook, number: number): number {
  const { startsAtMs, shiftedMs } = book.current;
  if (startsAtMs === undefined) throw new Error('The testbed must be deployed before slot 1.');
  return slotStartMs(plan.schedule, startsAtMs + shiftedMs, number);
}
