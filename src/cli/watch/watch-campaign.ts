import { setTimeout as sleep } from 'node:timers/promises';

import { type Client, WorkflowNotFoundError } from '@temporalio/client';

import type { CampaignProgress } from '../../domain/campaign.ts';
import {
  campaignWorkflowId,
  evaluationWorkflowId,
  slotWorkflowId,
  testbedWorkflowId,
} from '../../domain/names.ts';
import type { Plan } from '../../domain/plan.ts';
import type { LoadProgress } from '../../load/load-generator.ts';
import { type EvaluationProgress, evaluationProgressQuery } from '../../workflows/messages.ts';
import { isServiceFailure, readProgress } from '../campaign-client.ts';
import type { Output } from '../output.ts';
import { type CampaignView, phaseWords, viewLines } from './campaign-view.ts';

export interface WatchInput {
  readonly client: Client;
  readonly output: Output;
  readonly campaignId: string;
  readonly plan: Plan;
  /** Run of the testbed workflow that holds the campaign. */
  readonly runId: string;
  readonly webUi: string | undefined;
  readonly signal: AbortSignal;
}

const everyMs = 1_000;

/**
 * Shows a running campaign until its testbed is released, or until the signal: redrawn on a
 * terminal, a line for every change elsewhere.
 */
export async function watchCampaign(input: WatchInput): Promise<'ended' | 'left'> {
  const { client, output, campaignId, plan, signal, webUi } = input;
  const startedAtMs = Date.now();
  let lastWords = '';
  let slotsTold = 0;

  while (!signal.aborted) {
    const isOpen = await isRunning(client, plan, campaignId, input.runId);
    const progress = await readProgressIfThere(client, campaignId);
    const view: CampaignView = {
      campaignId,
      plan,
      progress,
      ...(await details(client, campaignId, progress)),
      startedAtMs,
      nowMs: Date.now(),
      webUi,
    };
    if (output.isTerminal) {
      output.redraw(viewLines(view));
    } else if (progress !== undefined) {
      slotsTold = tellSlots(output, progress, slotsTold);
      const words = phaseWords(view, progress);
      if (words !== lastWords) output.line(`${campaignId} · ${words}`);
      lastWords = words;
    }
    if (!isOpen) return 'ended';
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
  return 'left';
}

/** A line for every slot that has an outcome since the last look. */
function tellSlots(output: Output, progress: CampaignProgress, told: number): number {
  for (const outcome of progress.outcomes.slice(told)) {
    const figures =
      'rows' in outcome
        ? `, ${outcome.requests} requests, ${outcome.errors} errors, send lag p99 ${outcome.lagMsP99.toFixed(1)} ms`
        : '';
    const reason = outcome.reason === undefined ? '' : `: ${outcome.reason}`;
    output.line(`slot ${outcome.slot} is ${outcome.status}${figures}${reason}`);
  }
  return progress.outcomes.length;
}

async function isRunning(
  client: Client,
  plan: Plan,
  campaignId: string,
  runId: string,
): Promise<boolean> {
  const handle = client.workflow.getHandle(testbedWorkflowId(plan.testbed, campaignId), runId);
  try {
    const description = await client.withDeadline(Date.now() + 5_000, () => handle.describe());
    return description.status.name === 'RUNNING';
  } catch (error) {
    // A server that is being restarted is not an answer; the next look asks again.
    if (isServiceFailure(error)) return true;
    throw error;
  }
}

/** Undefined also in the first moment, in which the campaign's own workflow is not there yet. */
async function readProgressIfThere(
  client: Client,
  campaignId: string,
): Promise<CampaignProgress | undefined> {
  try {
    await client.withDeadline(Date.now() + 5_000, () =>
      client.workflow.getHandle(campaignWorkflowId(campaignId)).describe(),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || isServiceFailure(error)) return undefined;
    throw error;
  }
  return await readProgress(client, campaignId);
}

/** What only the workflow at work can say: its block, and the last beat of its load run. */
async function details(
  client: Client,
  campaignId: string,
  progress: CampaignProgress | undefined,
): Promise<{ evaluation?: EvaluationProgress; load?: LoadProgress }> {
  if (progress?.phase === 'evaluating') {
    const workflowId = evaluationWorkflowId(campaignId);
    const [evaluation, load] = await Promise.all([
      ask(client, () => client.workflow.getHandle(workflowId).query(evaluationProgressQuery)),
      loadProgress(client, workflowId),
    ]);
    return {
      ...(evaluation === undefined ? {} : { evaluation }),
      ...(load === undefined ? {} : { load }),
    };
  }
  if (progress?.phase !== 'collecting' || progress.running === undefined) return {};
  const load = await loadProgress(client, slotWorkflowId(campaignId, progress.nextSlot));
  return load === undefined ? {} : { load };
}

/** Temporal keeps the last heartbeat of a pending activity; no worker is needed to read it. */
async function loadProgress(client: Client, workflowId: string): Promise<LoadProgress | undefined> {
  const description = await ask(client, () => client.workflow.getHandle(workflowId).describe());
  const running = description?.raw.pendingActivities?.find(
    (activity) => activity.activityType?.name === 'runLoad',
  );
  const payload = running?.heartbeatDetails?.payloads?.[0]?.data;
  if (payload === undefined || payload === null || payload.length === 0) return undefined;
  const beat: unknown = JSON.parse(new TextDecoder().decode(payload));
  return isLoadProgress(beat) ? beat : undefined;
}

/** A decoration of the view: when it cannot be had, the view goes without. */
async function ask<Answer>(
  client: Client,
  question: () => Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await client.withDeadline(Date.now() + 2_000, question);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || isServiceFailure(error)) return undefined;
    throw error;
  }
}

function isLoadProgress(value: unknown): value is LoadProgress {
  return typeof value === 'object' && value !== null && 'sent' in value && 'lagMsP99' in value;
}
