import {
  CancellationScope,
  condition,
  executeChild,
  log,
  ParentClosePolicy,
  rootCause,
} from '@temporalio/workflow';

import { completeSlots, shortened, withNote } from '../domain/campaign.ts';
import { isNothingNew } from '../domain/models/retrain-request.ts';
import { retrainingWorkflowId } from '../domain/names.ts';
import type { Plan } from '../domain/plan.ts';
import { campaignAttributes } from './campaign-attributes.ts';
import type { ProgressBook } from './campaign-progress.ts';
import { type RetrainingInput, retraining } from './retraining.ts';

/** After the last slot. What was still asked for is this one. */
export async function retrainAtTheEnd(
  plan: Plan,
  campaignId: string,
  book: ProgressBook,
): Promise<void> {
  withdrawRequest(book, 'It is the last retraining.');
  await retrain(plan, campaignId, book, {
    slotsSeen: book.current.outcomes.length,
    occasion: 'last',
  });
}

/** In simulated time, where nothing waits for it. */
export async function retrainAtNight(
  plan: Plan,
  campaignId: string,
  book: ProgressBook,
): Promise<void> {
  withdrawRequest(book, 'It is that of the night.');
  await retrain(plan, campaignId, book, {
    slotsSeen: book.current.outcomes.length,
    occasion: 'night',
  });
}

/** When a retraining that was asked for must give way. */
export interface Gap {
  readonly isOver: () => boolean;
  /** At most so long; absent: until `isOver`. */
  readonly withinMs?: number;
}

/**
 * Retrains because a night or a person has asked for it, as far as the gap between two slots lasts.
 * One that is cut off goes on in the next gap, on the same slots: only then are the families that
 * are finished found again.
 */
export async function retrainOnRequest(
  plan: Plan,
  campaignId: string,
  book: ProgressBook,
  gap: Gap,
): Promise<void> {
  const request = book.current.retrainRequest;
  if (request === undefined) return;
  const slotsSeen = request.slotsSeen ?? book.current.outcomes.length;
  if (isNothingNew(book.current, slotsSeen)) {
    withdrawRequest(book, 'The last one has seen these very slots, so there is nothing new.');
    return;
  }
  book.replace((progress) => ({ ...progress, retrainRequest: { ...request, slotsSeen } }));
  const hasEnded = await hasEndedWithin(gap, () =>
    retrain(plan, campaignId, book, { slotsSeen, occasion: 'night' }),
  );
  if (!hasEnded) return;
  book.replace(({ retrainRequest: _done, ...progress }) => progress);
}

/** Cuts work off at the end of a gap, and waits until it has ended. */
async function hasEndedWithin(gap: Gap, run: () => Promise<void>): Promise<boolean> {
  const work = new CancellationScope();
  const watch = new CancellationScope();
  const over = watch.run(async () => {
    if (gap.withinMs === undefined) await condition(gap.isOver);
    else await condition(gap.isOver, gap.withinMs, { summary: 'until retraining must give way' });
  });
  over.then(
    () => work.cancel(),
    // The watch itself is cancelled when the work has ended, and with the campaign.
    () => undefined,
  );
  try {
    await work.run(run);
    return true;
  } catch (error) {
    if (CancellationScope.current().consideredCancelled) throw error;
    log.info('Retraining cut off by the next slot');
    return false;
  } finally {
    watch.cancel();
  }
}

/** A failed retraining keeps the router in use; the evaluation then runs with that one. */
async function retrain(
  plan: Plan,
  campaignId: string,
  book: ProgressBook,
  { slotsSeen, occasion }: Pick<RetrainingInput, 'slotsSeen' | 'occasion'>,
): Promise<void> {
  // The same slots again would be nothing new: the last night has seen them.
  if (book.current.retraining?.slotsSeen === slotsSeen) return;
  book.enter('retraining');
  try {
    const result = await executeChild(retraining, {
      workflowId: retrainingWorkflowId(campaignId, slotsSeen),
      args: [
        {
          campaignId,
          slots: completeSlots(book.current, slotsSeen),
          slotsSeen,
          families: plan.learning.families,
          ...(occasion === undefined ? {} : { occasion }),
        },
      ],
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      staticSummary: `retraining after ${slotsSeen} slots`,
      typedSearchAttributes: campaignAttributes({
        campaignId,
        testbed: plan.testbed,
        phase: 'retraining',
      }),
    });
    book.replace(({ retrainingFailure: _earlier, ...progress }) => ({
      ...progress,
      retraining: result,
    }));
  } catch (error) {
    if (CancellationScope.current().consideredCancelled) throw error;
    const reason = shortened(rootCause(error) ?? 'unknown cause');
    log.warn('Retraining failed', { slotsSeen, reason });
    book.replace((progress) => ({ ...progress, retrainingFailure: reason }));
    // A later one that succeeds takes the failure's place, and the lab book keeps it.
    if (occasion === 'night') {
      const text = `The retraining after ${slotsSeen} slots failed: ${reason}`;
      book.replace((progress) => withNote(progress, { atMs: Date.now(), text }));
    }
  }
}

function withdrawRequest(book: ProgressBook, because: string): void {
  const { retrainRequest } = book.current;
  if (retrainRequest === undefined) return;
  const text = `Retraining, asked for by ${retrainRequest.by}: ${because}`;
  book.replace(({ retrainRequest: _withdrawn, ...progress }) =>
    withNote(progress, { atMs: Date.now(), text }),
  );
}
