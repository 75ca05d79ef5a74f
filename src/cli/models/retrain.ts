import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { whyNotRetrainable } from '../../domain/models/retrain-request.ts';
import { campaignWorkflowId, requestedNightlyId, taskQueue } from '../../domain/names.ts';
import type { Plan } from '../../domain/plan.ts';
import { campaignAttributes } from '../../workflows/campaign-attributes.ts';
import { retrainSignal } from '../../workflows/messages.ts';
import type { NightlyResult, nightly } from '../../workflows/nightly.ts';
import { findHolder, isServiceFailure, readProgress, steer } from '../campaign-client.ts';
import { entry } from '../check/check-text.ts';
import { type Interruption, listenForInterrupts } from '../interruption.ts';
import type { CliServices } from '../services.ts';
import { openOrStartSession } from '../session.ts';
import { requirePlan } from '../stored-campaign.ts';
import { UsageError } from '../usage-error.ts';
import { startWorker } from '../worker-process.ts';
import { wrap } from '../wrap.ts';
import { routerText } from './model-text.ts';
import { retrainingStage } from './retraining-stage.ts';
import { findChampion } from './stored-models.ts';

/** Exit code of a retraining that Ctrl-C has ended. */
const interruptedExitCode = 130;
const startWithinMs = 15_000;
const lookEveryMs = 500;

/**
 * Retrains now instead of in the night. A campaign that runs is only asked: it retrains when no slot
 * is at work. For one that has ended the workflow of the night is started, with a server and a
 * worker if need be, and waited for. Returns the exit code.
 */
export async function retrain(
  services: CliServices,
  campaignId: string,
  reason: string | undefined,
): Promise<number> {
  const plan = await requirePlan(services, campaignId);
  if (plan.learning.families.length === 0) {
    throw new UsageError(
      `The plan of campaign "${campaignId}" trains no router: learning.families is empty.`,
    );
  }
  const session = await openOrStartSession(services);
  try {
    const holder = await findHolder(session.client, plan.testbed, campaignId);
    return holder?.campaignId === campaignId
      ? await askCampaign(services, session.client, { plan, campaignId, reason })
      : await retrainAlone(services, session.client, { plan, campaignId, reason });
  } finally {
    await session.close();
  }
}

interface Wanted {
  readonly plan: Plan;
  readonly campaignId: string;
  readonly reason: string | undefined;
}

/** A signal comes back without an answer, so what speaks against it is said before. */
async function askCampaign(
  { output }: CliServices,
  client: Client,
  { plan, campaignId, reason }: Wanted,
): Promise<number> {
  const progress = await readProgress(client, campaignId);
  const refusal = progress && whyNotRetrainable(progress, plan);
  if (refusal !== undefined) {
    throw new UsageError(`Campaign "${campaignId}" does not retrain now. ${refusal}`);
  }
  const handle = client.workflow.getHandle(campaignWorkflowId(campaignId));
  await steer(client, campaignId, () => handle.signal(retrainSignal, requester(reason)));
  const when =
    progress === undefined
      ? `Campaign ${campaignId} is asked to retrain. No worker answers now; when it goes on, it does.`
      : `Campaign ${campaignId} is asked to retrain: it does when no slot is at work.`;
  const where = `"crossover watch ${campaignId}" shows it, "crossover models list ${campaignId}" what came of it.`;
  for (const line of wrap(`${when} ${where}`)) output.line(line);
  output.json({ campaignId, kind: 'asked' });
  return 0;
}

function requester(reason: string | undefined): string {
  return reason === undefined ? 'request' : `request (${reason})`;
}

async function retrainAlone(
  services: CliServices,
  client: Client,
  wanted: Wanted,
): Promise<number> {
  const interruption = listenForInterrupts();
  try {
    // Load runs stay with the worker of their campaign: they would be cut off when this one ends.
    const environment = { ...services.environment, CROSSOVER_ROLES: 'campaign,analysis' };
    const worker = await startWorker({ ...services, environment });
    try {
      const handle = await startNightly(client, wanted);
      const ended = await Promise.race([
        follow(services, client, handle, interruption),
        worker.crashed,
      ]);
      if (ended === undefined) return interruptedExitCode;
      return await say(services, wanted.campaignId, ended);
    } finally {
      await worker.stop();
    }
  } finally {
    interruption.close();
  }
}

type NightlyHandle = WorkflowHandle<typeof nightly>;

async function startNightly(
  client: Client,
  { plan, campaignId, reason }: Wanted,
): Promise<NightlyHandle> {
  const { testbed } = plan;
  return await client.withDeadline(Date.now() + startWithinMs, () =>
    client.workflow.start<typeof nightly>('nightly', {
      workflowId: requestedNightlyId(campaignId, Date.now()),
      taskQueue: taskQueue.campaign,
      args: [{ campaignId }],
      memo: { campaignId, requestedBy: requester(reason) },
      staticSummary: `retraining, asked for by ${requester(reason)}`,
      typedSearchAttributes: campaignAttributes({ campaignId, testbed, phase: 'retraining' }),
    }),
  );
}

/** Shows how far it is until it ends; undefined when Ctrl-C has ended it. Throws when it fails. */
async function follow(
  { output }: CliServices,
  client: Client,
  handle: NightlyHandle,
  { signal }: Interruption,
): Promise<NightlyResult | undefined> {
  let lastStage: string | undefined;
  while (!signal.aborted) {
    if (await hasEnded(client, handle)) {
      output.redraw([]);
      return await handle.result();
    }
    const { stage, percent } = await retrainingStage(client, handle.workflowId);
    if (output.isTerminal) {
      output.redraw([percent === undefined ? stage : `${stage}, ${percent} %`]);
    } else if (stage !== lastStage) {
      output.line(stage);
    }
    lastStage = stage;
    await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
  await handle.cancel();
  output.line('Interrupted: the retraining is cancelled, and the router in use stays.');
  return undefined;
}

async function hasEnded(client: Client, handle: NightlyHandle): Promise<boolean> {
  try {
    const { status } = await client.withDeadline(Date.now() + startWithinMs, () =>
      handle.describe(),
    );
    return status.name !== 'RUNNING';
  } catch (error) {
    // A server that is being restarted is not an answer; the next look asks again.
    if (isServiceFailure(error)) return false;
    throw error;
  }
}

async function say(
  services: CliServices,
  campaignId: string,
  { kind, details }: NightlyResult,
): Promise<number> {
  const { output } = services;
  const champion = (await findChampion(services, campaignId))?.champion;
  // The Web UI shows the details as Markdown. What they say of the champion stands below as well.
  if (champion === undefined || !details.includes(champion.reason)) {
    for (const line of entry('Retraining', details.replaceAll('**', ''))) output.line(line);
  }
  if (champion !== undefined) {
    for (const line of [
      ...entry('In use', routerText(champion)),
      ...entry('Why', champion.reason),
    ]) {
      output.line(line);
    }
  }
  output.json({ campaignId, kind, details, inUse: champion });
  return 0;
}
