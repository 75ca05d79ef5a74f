import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, ScheduleNotFoundError, WorkflowNotFoundError } from '@temporalio/client';

import { campaignWorkflowId, nightlyId, searchAttribute } from '../domain/names.ts';

/** As `crossover logs`: a week has some two hundred histories. */
const removeWithinMs = 60_000;
const askWithinMs = 5_000;
/** Temporal removes a history behind its answer: at once, or half a minute after its end. */
const forgetWithinMs = 2_000;
const atOnce = 8;

export interface RemovedHistories {
  readonly histories: number;
  /** False while Temporal still knows the campaign's workflow: until then its id is taken. */
  readonly isForgotten: boolean;
}

/** Removes what Temporal remembers of a campaign that has ended, and a schedule that was kept. */
export async function removeHistories(
  client: Client,
  campaignId: string,
): Promise<RemovedHistories> {
  const { workflow, workflowService, options } = client;
  // A running one would be terminated with its history.
  const query = `${searchAttribute.campaignId} = "${campaignId}" AND ExecutionStatus != "Running"`;
  return await client.withDeadline(Date.now() + removeWithinMs, async () => {
    await removeSchedule(client, campaignId);
    const found: { readonly workflowId: string; readonly runId: string }[] = [];
    for await (const { workflowId, runId } of workflow.list({ query })) {
      found.push({ workflowId, runId });
    }
    for (let start = 0; start < found.length; start += atOnce) {
      const some = found.slice(start, start + atOnce).map((workflowExecution) =>
        workflowService.deleteWorkflowExecution({
          namespace: options.namespace,
          workflowExecution,
        }),
      );
      await Promise.all(some);
    }
    return { histories: found.length, isForgotten: await becomesForgotten(client, campaignId) };
  });
}

/** Of the nights: without its campaign it would find nothing to retrain on. */
async function removeSchedule(client: Client, campaignId: string): Promise<void> {
  try {
    await client.schedule.getHandle(nightlyId(campaignId)).delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}

/** Whether Temporal knows a campaign of this id, running or ended. */
export async function isRemembered(client: Client, campaignId: string): Promise<boolean> {
  try {
    await client.withDeadline(Date.now() + askWithinMs, () =>
      client.workflow.getHandle(campaignWorkflowId(campaignId)).describe(),
    );
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

async function becomesForgotten(client: Client, campaignId: string): Promise<boolean> {
  const endMs = Date.now() + forgetWithinMs;
  while (await isRemembered(client, campaignId)) {
    if (Date.now() >= endMs) return false;
    await sleep(50);
  }
  return true;
}
