import {
  CancellationScope,
  executeChild,
  log,
  ParentClosePolicy,
  rootCause,
} from '@temporalio/workflow';

import { shortened } from '../domain/campaign.ts';
import { evaluationWorkflowId } from '../domain/names.ts';
import type { Plan } from '../domain/plan.ts';
import { leadMs, slotStartMs } from '../domain/schedule.ts';
import { campaignAttributes } from './campaign-attributes.ts';
import type { ProgressBook } from './campaign-progress.ts';
import { evaluation } from './evaluation.ts';

/** The hour after the last slot's: where simulated blocks begin. */
function nominalEndMs(plan: Plan, book: ProgressBook): number {
  const { startsAtMs = Date.now(), shiftedMs } = book.current;
  return slotStartMs(plan.schedule, startsAtMs + shiftedMs, plan.schedule.slots + 1);
}

/** Tests the arms against each other; without blocks in the plan there is nothing to do. */
export async function evaluate(plan: Plan, campaignId: string, book: ProgressBook): Promise<void> {
  const { blocks, extendTo } = plan.evaluation;
  if (blocks === 0 || book.current.evaluation !== undefined) return;
  book.enter('evaluating');
  try {
    const result = await executeChild(evaluation, {
      workflowId: evaluationWorkflowId(campaignId),
      args: [
        {
          campaignId,
          blocks,
          ...(extendTo === undefined ? {} : { extendTo }),
          pace: plan.schedule.pace,
          nominalStartMs: nominalEndMs(plan, book),
          leadMs: leadMs(plan),
          timeoutMs: plan.load.timeoutMs,
          isHeld: book.current.isPaused,
        },
      ],
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      staticSummary: `evaluation, ${blocks} blocks${extendTo === undefined ? '' : `, at most ${extendTo}`}`,
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
