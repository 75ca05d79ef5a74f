import {
  CancellationScope,
  executeChild,
  log,
  ParentClosePolicy,
  rootCause,
} from '@temporalio/workflow';

import { completeSlots, shortened } from '../domain/campaign.ts';
import { evaluationWorkflowId, retrainingWorkflowId } from '../domain/names.ts';
import type { Plan } from '../domain/plan.ts';
import { leadMs, slotStartMs } from '../domain/schedule.ts';
import { campaignAttributes } from './campaign-attributes.ts';
import type { ProgressBook } from './campaign-progress.ts';
import { evaluation } from './evaluation.ts';
import { retraining } from './retraining.ts';

/** A failed retraining keeps the router in use; the evaluation then runs with that one. */
export async function retrain(plan: Plan, campaignId: string, book: ProgressBook): Promise<void> {
  const slotsSeen = book.current.outcomes.length;
  // The same slots again would be nothing new: the last night has seen them.
  if (book.current.retraining?.slotsSeen === slotsSeen) return;
  book.enter('retraining');
  try {
    const result = await executeChild(retraining, {
      workflowId: retrainingWorkflowId(campaignId, slotsSeen),
      args: [
        {
          campaignId,
          slots: completeSlots(book.current),
          slotsSeen,
          families: plan.learning.families,
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
    book.replace((progress) => ({ ...progress, retraining: result }));
  } catch (error) {
    if (CancellationScope.current().consideredCancelled) throw error;
    const reason = shortened(rootCause(error) ?? 'unknown cause');
    log.warn('Retraining failed', { reason });
    book.replace((progress) => ({ ...progress, retrainingFailure: reason }));
  }
}

/** The hour after the last slot's: where simulated blocks begin. */
function nominalEndMs(plan: Plan, book: ProgressBook): number {
  const { startsAtMs = Date.now(), shiftedMs } = book.current;
  return slotStartMs(plan.schedule, startsAtMs + shiftedMs, plan.schedule.slots + 1);
}

/** Tests the arms against each other; without blocks in the plan there is nothing to do. */
export async function evaluate(plan: Plan, campaignId: string, book: ProgressBook): Promise<void> {
  const { blocks } = plan.evaluation;
  if (blocks === 0 || book.current.evaluation !== undefined) return;
  book.enter('evaluating');
  try {
    const result = await executeChild(evaluation, {
      workflowId: evaluationWorkflowId(campaignId),
      args: [
        {
          campaignId,
          blocks,
          pace: plan.schedule.pace,
          nominalStartMs: nominalEndMs(plan, book),
          leadMs: leadMs(plan),
          timeoutMs: plan.load.timeoutMs,
          isHeld: book.current.isPaused,
        },
      ],
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      staticSummary: `evaluation, ${blocks} blocks`,
      typedSearchAttributes: campaignAttributes({
        campaignId,
        testbed: plan.testbed,
        phase: 'evaluating',
      }),
    });
    book.replace((progress) => ({ ...progress, evaluation: result }));
    book.publish();
  } catch (error) {
    if (CancellationScope.current().consideredCancelled) throw error;
    const reason = shortened(rootCause(error) ?? 'unknown cause');
    log.warn('Evaluation failed', { reason });
    book.replace((progress) => ({ ...progress, evaluationFailure: reason }));
  }
}
