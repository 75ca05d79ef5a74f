import {
  CancellationScope,
  CancelledFailure,
  ChildWorkflowFailure,
  getExternalWorkflowHandle,
  log,
  ParentClosePolicy,
  proxyActivities,
  rootCause,
  setCurrentDetails,
  startChild,
  TerminatedFailure,
} from '@temporalio/workflow';

import type { ReportActivities } from '../activities/reports.ts';
import type { ScheduleActivities } from '../activities/schedules.ts';
import type { TestbedActivities } from '../activities/testbeds.ts';
import type { CampaignResult } from '../domain/campaign.ts';
import { campaignWorkflowId, nightlyId } from '../domain/names.ts';
import type { Plan } from '../domain/plan.ts';
import { releaseOptions, reportOptions, scheduleOptions } from './activity-options.ts';
import { campaign } from './campaign.ts';
import { campaignAttributes } from './campaign-attributes.ts';
import { isNotRunning } from './external-workflows.ts';

const testbeds = proxyActivities<TestbedActivities>(releaseOptions);
const reports = proxyActivities<ReportActivities>(reportOptions);
const schedules = proxyActivities<ScheduleActivities>(scheduleOptions);

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
    await startNights(plan, campaignId);
    try {
      ended = await runCampaign(plan, campaignId, own);
    } catch (error) {
      failure = error;
      ended = resultOf(campaignId, error);
    }

    const released = await testbeds.releaseTestbed.executeWithOptions(
      { summary: 'remove what was deployed' },
      [{ campaignId }],
    );
    const leftovers = [...released.leftovers, ...(await endNights(plan, campaignId))];
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

/** By the clock only: in nominal time the campaign counts its nights itself. */
function hasNights({ learning, schedule }: Plan): boolean {
  return learning.retrain !== undefined && schedule.pace === 'wall-clock';
}

/** A campaign without its nights still measures, and retrains at its end. */
async function startNights(plan: Plan, campaignId: string): Promise<void> {
  if (!hasNights(plan)) return;
  try {
    await schedules.createNightlySchedule.executeWithOptions(
      { summary: `retrain every night at ${plan.learning.retrain}` },
      [{ campaignId }],
    );
  } catch (error) {
    log.warn('Nightly schedule not created', { campaignId, reason: rootCause(error) });
  }
}

/** What could not be removed is told with the rest that is left. */
async function endNights(plan: Plan, campaignId: string): Promise<readonly string[]> {
  if (!hasNights(plan) || plan.learning.keepSchedule) return [];
  try {
    await schedules.deleteNightlySchedule.executeWithOptions(
      { summary: 'end the nightly retraining' },
      [{ campaignId }],
    );
    return [];
  } catch (error) {
    log.warn('Nightly schedule not deleted', { campaignId, reason: rootCause(error) });
    return [`Temporal schedule ${nightlyId(campaignId)}`];
  }
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
      if (!isNotRunning(error)) throw error;
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
