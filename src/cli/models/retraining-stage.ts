import { type Client, WorkflowNotFoundError } from '@temporalio/client';

import { isServiceFailure } from '../campaign-client.ts';

/** What a retraining is doing. */
export interface RetrainingStage {
  readonly stage: string;
  /** Of a training, from its last heartbeat. */
  readonly percent?: number;
}

const askWithinMs = 2_000;

/** Activities by what they do; one that is not here is called by its name. */
const words: Readonly<Record<string, string>> = {
  findNightlyWork: 'Looking for what there is to retrain on',
  buildDataset: 'Merging the complete slots',
  trainModel: 'Training',
  tryCombination: 'Tuning',
  promoteModel: 'Deciding which router is in use',
};

/** Read from what Temporal knows to be pending, in the workflow or the child it waits for. */
export async function retrainingStage(
  client: Client,
  workflowId: string,
): Promise<RetrainingStage> {
  for (const id of [...(await childrenOf(client, workflowId)), workflowId]) {
    const description = await describe(client, id);
    const [activity] = description?.raw.pendingActivities ?? [];
    if (activity === undefined) continue;
    const name = activity.activityType?.name ?? '';
    const beat = beatOf(activity.heartbeatDetails?.payloads?.[0]?.data);
    const family = typeof beat['family'] === 'string' ? ` ${beat['family']}` : '';
    const percent = beat['percent'];
    return {
      stage: `${words[name] ?? name}${family}`,
      ...(typeof percent === 'number' ? { percent } : {}),
    };
  }
  return { stage: 'Retraining' };
}

async function childrenOf(client: Client, workflowId: string): Promise<string[]> {
  const description = await describe(client, workflowId);
  const children = description?.raw.pendingChildren ?? [];
  return children.flatMap(({ workflowId: id }) => (typeof id === 'string' ? [id] : []));
}

/** A decoration: when it cannot be had, the view goes without. */
async function describe(client: Client, workflowId: string) {
  try {
    return await client.withDeadline(Date.now() + askWithinMs, () =>
      client.workflow.getHandle(workflowId).describe(),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || isServiceFailure(error)) return undefined;
    throw error;
  }
}

function beatOf(payload: Uint8Array | null | undefined): Readonly<Record<string, unknown>> {
  if (payload === undefined || payload === null || payload.length === 0) return {};
  const beat: unknown = JSON.parse(new TextDecoder().decode(payload));
  return typeof beat === 'object' && beat !== null ? { ...beat } : {};
}
