import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';

import { keysOf, taskQueue, testbedWorkflowId } from '../domain/names.ts';
import type { Plan } from '../domain/plan.ts';
import type { CheckedPlan } from '../plan/load-plan.ts';
import type { ObjectStore } from '../stores/object-store.ts';
import { campaignAttributes } from '../workflows/campaign-attributes.ts';
import type { testbed } from '../workflows/testbed.ts';
import { findHolder } from './campaign-client.ts';
import { isRemembered } from './campaign-histories.ts';
import { UsageError } from './usage-error.ts';

export interface StartedCampaign {
  readonly campaignId: string;
  /** False: the same plan was running, and goes on. */
  readonly isNew: boolean;
  /** Run id of the testbed workflow that holds it. */
  readonly runId: string;
}

const startWithinMs = 15_000;

/** A thousand campaigns of one name are a mistake in a loop, not a week's work. */
const mostOfOneName = 1000;

/**
 * Continues the campaign of this plan when it has not ended, else starts a new one under an id that
 * was never used: `demo`, `demo-2`, … The stored plan takes the id, for longer than Temporal's
 * retention lasts.
 */
export async function startOrContinue(
  client: Client,
  objects: ObjectStore,
  checked: CheckedPlan,
): Promise<StartedCampaign> {
  for (let number = 1; number <= mostOfOneName; number += 1) {
    const campaignId = number === 1 ? checked.plan.campaign : `${checked.plan.campaign}-${number}`;
    const holder = await findHolder(client, checked.plan.testbed, campaignId);
    const takenHash = await storedHash(objects, campaignId);
    if (takenHash === checked.hash && holder?.campaignId === campaignId) {
      return { campaignId, isNew: false, runId: holder.runId };
    }
    if (takenHash !== undefined) continue;
    if (holder !== undefined) throw busy(checked.plan, holder.campaignId);
    // Removed while no server answered, or of another store: Temporal would refuse the id.
    if (await isRemembered(client, campaignId)) continue;

    const stored = `${JSON.stringify({ plan: checked.plan, planHash: checked.hash }, undefined, 2)}\n`;
    if (!(await objects.putIfAbsent(keysOf(campaignId).plan, stored))) continue;
    return await start(client, objects, checked.plan, campaignId);
  }
  throw new UsageError(
    `All ids from "${checked.plan.campaign}" on are taken. Rename the campaign.`,
  );
}

async function start(
  client: Client,
  objects: ObjectStore,
  plan: Plan,
  campaignId: string,
): Promise<StartedCampaign> {
  try {
    const handle = await client.withDeadline(Date.now() + startWithinMs, () =>
      client.workflow.start<typeof testbed>('testbed', {
        workflowId: testbedWorkflowId(plan.testbed, campaignId),
        taskQueue: taskQueue.campaign,
        args: [plan, campaignId],
        workflowIdConflictPolicy: 'FAIL',
        memo: { campaignId },
        staticSummary: `held by campaign ${campaignId}`,
        typedSearchAttributes: campaignAttributes({
          campaignId,
          testbed: plan.testbed,
          phase: 'collecting',
        }),
      }),
    );
    return { campaignId, isNew: true, runId: handle.firstExecutionRunId };
  } catch (error) {
    // Any other failure may have come behind a start that succeeded: then the plan must stay.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    // Nothing has begun, so the id is free again for the next try.
    await objects.remove(keysOf(campaignId).plan);
    const holder = await findHolder(client, plan.testbed, campaignId);
    throw busy(plan, holder?.campaignId ?? 'unknown');
  }
}

function busy(plan: Plan, holder: string): UsageError {
  return new UsageError(
    `The testbed "${plan.testbed}" is held by campaign "${holder}", and two campaigns on it would ` +
      `measure each other. Wait for it ("crossover watch ${holder}"), or end it ` +
      `("crossover stop ${holder}"). If it is suspended, "crossover dev" lets it go on.`,
  );
}

async function storedHash(objects: ObjectStore, campaignId: string): Promise<string | undefined> {
  const stored = await objects.get(keysOf(campaignId).plan);
  if (stored === undefined) return undefined;
  const { planHash } = JSON.parse(new TextDecoder().decode(stored.body)) as {
    readonly planHash: string;
  };
  return planHash;
}
