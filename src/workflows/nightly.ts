import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  executeChild,
  getExternalWorkflowHandle,
  ParentClosePolicy,
  proxyActivities,
  setCurrentDetails,
} from '@temporalio/workflow';

import type { NightlyWork, ScheduleActivities } from '../activities/schedules.ts';
import { campaignWorkflowId, nightlyId, retrainingWorkflowId } from '../domain/names.ts';
import { scheduleOptions } from './activity-options.ts';
import { campaignAttributes } from './campaign-attributes.ts';
import { isNotRunning } from './external-workflows.ts';
import { retrainSignal } from './messages.ts';
import { retraining } from './retraining.ts';

const schedules = proxyActivities<ScheduleActivities>(scheduleOptions);

export interface NightlyInput {
  readonly campaignId: string;
}

/** What a night has come to. */
export interface NightlyResult {
  readonly kind: 'asked' | 'retrained' | 'skipped';
  readonly details: string;
}

/**
 * One night of a campaign, started by its schedule. It only asks: a running campaign retrains when
 * no slot is at work. When none runs, the night retrains by itself.
 */
export async function nightly({ campaignId }: NightlyInput): Promise<NightlyResult> {
  if (await hasAsked(campaignId)) {
    return told({ kind: 'asked', details: 'The campaign was asked to retrain.' });
  }
  const work = await schedules.findNightlyWork.executeWithOptions(
    { summary: 'what there is to retrain on' },
    [{ campaignId }],
  );
  if (work.kind === 'none') {
    return told({ kind: 'skipped', details: `Nothing was retrained. ${work.reason}` });
  }
  return told(await retrainAlone(campaignId, work));
}

/** False when no campaign runs: it was never started, or has ended. */
async function hasAsked(campaignId: string): Promise<boolean> {
  try {
    await getExternalWorkflowHandle(campaignWorkflowId(campaignId)).signal(
      retrainSignal,
      nightlyId(campaignId),
    );
    return true;
  } catch (error) {
    if (isNotRunning(error)) return false;
    throw error;
  }
}

/** The retraining's id is the lock: whoever has started it already does this very work. */
async function retrainAlone(
  campaignId: string,
  { slots, slotsSeen, families, testbed }: Extract<NightlyWork, { kind: 'retrain' }>,
): Promise<NightlyResult> {
  try {
    const { championKind, championReason } = await executeChild(retraining, {
      workflowId: retrainingWorkflowId(campaignId, slotsSeen),
      args: [{ campaignId, slots, slotsSeen, families, occasion: 'night' }],
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      staticSummary: `retraining after ${slotsSeen} slots`,
      typedSearchAttributes: campaignAttributes({ campaignId, testbed, phase: 'retraining' }),
    });
    return { kind: 'retrained', details: `In use: **${championKind}**. ${championReason}` };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return { kind: 'skipped', details: 'Another retraining on the same slots is at work.' };
  }
}

function told(result: NightlyResult): NightlyResult {
  setCurrentDetails(result.details);
  return result;
}
