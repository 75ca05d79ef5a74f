import {
  type Client,
  isGrpcServiceError,
  QueryNotRegisteredError,
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';

import type { CampaignProgress } from '../domain/campaign.ts';
import { campaignWorkflowId, testbedWorkflowId } from '../domain/names.ts';
import type { TestbedName } from '../domain/platform.ts';
import { progressQuery } from '../workflows/messages.ts';
import { UsageError } from './usage-error.ts';

/** Every call has a deadline: without one, a missing worker would hold the caller for ever. */
const deadlineMs = 5_000;

/** The campaign's progress, or undefined when no worker answers in time. */
export async function readProgress(
  client: Client,
  campaignId: string,
): Promise<CampaignProgress | undefined> {
  try {
    return await client.withDeadline(Date.now() + deadlineMs, () =>
      client.workflow.getHandle(campaignWorkflowId(campaignId)).query(progressQuery),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw unknownCampaign(campaignId);
    // No worker answered: a deadline, or a first workflow task that nobody has taken yet.
    if (isServiceFailure(error) || error instanceof QueryNotRegisteredError) return undefined;
    throw error;
  }
}

/** Whether a call has failed on its way: the client wraps most such failures, and not all. */
export function isServiceFailure(error: unknown): boolean {
  return error instanceof ServiceError || isGrpcServiceError(error);
}

/** Performs an update and turns a refusal into one line; says in words when no worker is polling. */
export async function steer<Result>(
  client: Client,
  campaignId: string,
  update: () => Promise<Result>,
): Promise<Result> {
  try {
    return await client.withDeadline(Date.now() + 2 * deadlineMs, update);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw unknownCampaign(campaignId, error);
    if (error instanceof WorkflowUpdateFailedError) {
      throw new UsageError(error.cause?.message ?? error.message, { cause: error });
    }
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
      throw new UsageError(
        `No worker is polling for campaign "${campaignId}", so nobody could answer. ` +
          'Start one with "crossover worker", or continue with "crossover run PLAN".',
        { cause: error },
      );
    }
    throw error;
  }
}

/** The holder of a testbed: the running workflow that is its lock. */
export interface Holder {
  readonly campaignId: string;
  readonly runId: string;
}

/** Who holds the testbed now, or undefined when it is free. */
export async function findHolder(
  client: Client,
  testbed: TestbedName,
  campaignId: string,
): Promise<Holder | undefined> {
  try {
    const description = await client.withDeadline(Date.now() + deadlineMs, () =>
      client.workflow.getHandle(testbedWorkflowId(testbed, campaignId)).describe(),
    );
    if (description.status.name !== 'RUNNING') return undefined;
    const held = description.memo?.['campaignId'];
    return { campaignId: typeof held === 'string' ? held : 'unknown', runId: description.runId };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** The link to everything of a campaign in the Web UI. */
export function webUiLink(
  uiAddress: string | undefined,
  namespace: string,
  campaignId: string,
): string | undefined {
  if (uiAddress === undefined) return undefined;
  const query = encodeURIComponent(`CampaignId="${campaignId}"`);
  const base = uiAddress.startsWith('http') ? uiAddress : `http://${uiAddress}`;
  return `${base}/namespaces/${namespace}/workflows?query=${query}`;
}

function unknownCampaign(campaignId: string, cause?: unknown): UsageError {
  return new UsageError(
    `Campaign "${campaignId}" is not running on this Temporal server. ` +
      'Campaigns that have ended keep their report: "crossover report CAMPAIGN".',
    { cause },
  );
}
