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
import { leadMs, stretchLengthMs } from '../domain/schedule.ts';
import { campaignAttributes } from './campaign-attributes.ts';
import type { ProgressBook } from './campaign-progress.ts';
import { evaluation } from './evaluation.ts';
import { retraining } from './retraining.ts';

/** A failed retraining keeps the router in use; the evaluation then runs with that one. */
export async function retrain(plan: Plan, campaignId: string, book: ProgressBook): Promise<void> {
  if (book.current.retraining !== undefined) return;
  book.enter('retraining');
  const slotsSeen = book.current.outcomes.length;
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
          stretchMs: stretchLengthMs(plan.evaluation),
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
