import {
  CancellationScope,
  CancelledFailure,
  ChildWorkflowFailure,
  getExternalWorkflowHandle,
  ParentClosePolicy,
  proxyActivities,
  rootCause,
  setCurrentDetails,
  startChild,
  TerminatedFailure,
} from '@temporalio/workflow';

import type { ReportActivities } from '../activities/reports.ts';
import type { TestbedActivities } from '../activities/testbeds.ts';
import type { CampaignResult } from '../domain/campaign.ts';
import { campaignWorkflowId } from '../domain/names.ts';
import type { Plan } from '../domain/plan.ts';
import { releaseOptions, reportOptions } from './activity-options.ts';
import { campaign } from './campaign.ts';
import { campaignAttributes } from './campaign-attributes.ts';

const testbeds = proxyActivities<TestbedActivities>(releaseOptions);
const reports = proxyActivities<ReportActivities>(reportOptions);

/**
 * Holds a testbed for one campaign: its id is the lock. It runs the campaign as its only child and
 * releases the testbed however that child ends, terminated included; the campaign itself may
 * continue as new as often as it likes and releases nothing.
 */
export async function testbed(plan: Plan, campaignId: string): Promise<CampaignResult> {
  const own = CancellationScope.current();
  setCurrentDetails(`The testbed **${plan.testbed}** is held by campaign **${campaignId}**.`);

  return await CancellationScope.nonCancellable(async () => {
    let ended: CampaignResult;
    let failure: unknown;
    try {
      ended = await runCampaign(plan, campaignId, own);
    } catch (error) {
      failure = error;
      ended = resultOf(campaignId, error);
    }

    const { leftovers } = await testbeds.releaseTestbed.executeWithOptions(
      { summary: 'remove what was deployed' },
      [{ campaignId }],
    );
    // Once more, now with the proof of what is left; after a terminate it is the only report.
    const { reportKey } = await reports.writeReport.executeWithOptions(
      { summary: 'write the report, with the proof of the release' },
      [{ ...ended, leftovers }],
    );
    setCurrentDetails(
      leftovers.length === 0
        ? `Released: nothing of campaign **${campaignId}** is left.`
        : `Released, but these are left: ${leftovers.join(', ')}.`,
    );
    if (failure !== undefined) throw failure;
    return { ...ended, reportKey };
  });
}

async function runCampaign(
  plan: Plan,
  campaignId: string,
  own: CancellationScope,
): Promise<CampaignResult> {
  const child = await startChild(campaign, {
    workflowId: campaignWorkflowId(campaignId),
    args: [plan, campaignId],
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    staticSummary: `${plan.schedule.slots} slots, ${plan.evaluation.blocks} blocks`,
    typedSearchAttributes: campaignAttributes({
      campaignId,
      testbed: plan.testbed,
      phase: 'collecting',
    }),
  });
  const cancelled = own.cancelRequested.catch(() => cancelCampaign(campaignId));
  // The promise of a scope that is never cancelled stays pending; it must not be awaited.
  void cancelled;
  return await child.result();
}

/**
 * Cancels by workflow id: the SDK cancels a child by its first run id, which reaches nobody once
 * the campaign has continued as new.
 */
async function cancelCampaign(campaignId: string): Promise<void> {
  await CancellationScope.nonCancellable(async () => {
    try {
      await getExternalWorkflowHandle(campaignWorkflowId(campaignId)).cancel();
    } catch (error) {
      // It has ended in the meantime, which is what a cancel wants.
      const type = (error as { readonly type?: unknown }).type;
      if (type !== 'ExternalWorkflowExecutionNotFound') throw error;
    }
  });
}

function resultOf(campaignId: string, error: unknown): CampaignResult {
  const cause = error instanceof ChildWorkflowFailure ? error.cause : error;
  if (cause instanceof CancelledFailure) {
    return { campaignId, outcome: 'cancelled', reason: 'The campaign was cancelled.' };
  }
  if (cause instanceof TerminatedFailure) {
    return { campaignId, outcome: 'failed', reason: 'The campaign was terminated.' };
  }
  return { campaignId, outcome: 'failed', reason: rootCause(error) ?? 'unknown cause' };
}
