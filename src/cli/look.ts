import { countByStatus } from '../domain/campaign.ts';
import type { Plan } from '../domain/plan.ts';
import { findHolder, readProgress, webUiLink } from './campaign-client.ts';
import { endLines, printEnd } from './campaign-end.ts';
import { listenForInterrupts } from './interruption.ts';
import type { CliServices } from './services.ts';
import { findSession, openSession } from './session.ts';
import { findSummary, reportPath, requirePlan } from './stored-campaign.ts';
import { UsageError } from './usage-error.ts';
import { viewLines } from './watch/campaign-view.ts';
import { watchCampaign } from './watch/watch-campaign.ts';

/** Prints where a campaign is: one look, nothing is changed. */
export async function showStatus(services: CliServices, campaignId: string): Promise<number> {
  const { output } = services;
  const plan = await requirePlan(services, campaignId);
  const summary = await findSummary(services, campaignId);
  if (summary !== undefined) {
    for (const line of endLines(summary)) output.line(line);
    output.json({ ...summary, phase: 'ended' });
    return 0;
  }
  const session = await openSession(services);
  try {
    const progress = await readProgress(session.client, campaignId);
    const { uiAddress, namespace } = session.endpoint;
    const nowMs = Date.now();
    const webUi = webUiLink(uiAddress, namespace, campaignId);
    for (const line of viewLines({
      campaignId,
      plan,
      progress,
      startedAtMs: progress?.startsAtMs ?? nowMs,
      nowMs,
      webUi,
    })) {
      output.line(line);
    }
    output.json(
      progress === undefined
        ? { campaignId, phase: 'unknown', reason: 'no worker is polling' }
        : { campaignId, phase: progress.phase, slots: countByStatus(progress.outcomes), progress },
    );
    return 0;
  } finally {
    await session.close();
  }
}

/** Shows a running campaign until it ends or Ctrl-C; leaving changes nothing. */
export async function watch(services: CliServices, campaignId: string): Promise<number> {
  const startedAtMs = Date.now();
  const plan = await requirePlan(services, campaignId);
  const session = await openSession(services);
  const interruption = listenForInterrupts();
  try {
    const holder = await findHolder(session.client, plan.testbed, campaignId);
    if (holder?.campaignId !== campaignId) {
      return await printEnd(services, campaignId, startedAtMs);
    }
    const { uiAddress, namespace } = session.endpoint;
    const end = await watchCampaign({
      client: session.client,
      output: services.output,
      campaignId,
      plan,
      runId: holder.runId,
      webUi: webUiLink(uiAddress, namespace, campaignId),
      signal: interruption.signal,
    });
    if (end === 'ended') return await printEnd(services, campaignId, startedAtMs);
    services.output.line(`Left. The campaign goes on; "crossover watch ${campaignId}" is back.`);
    return 0;
  } finally {
    interruption.close();
    await session.close();
  }
}

/** Says where the report is; writes it from the store when the campaign could not. */
export async function showReport(services: CliServices, campaignId: string): Promise<number> {
  const startedAtMs = Date.now();
  const plan = await requirePlan(services, campaignId);
  if ((await findSummary(services, campaignId)) === undefined) {
    await refuseWhileRunning(services, plan, campaignId);
    services.output.line(`No report of ${campaignId} is stored yet; writing it from the store.`);
    await services.writeReport({
      campaignId,
      outcome: 'failed',
      reason: 'The campaign has not ended, or was terminated; this report is of what is stored.',
    });
    services.output.line(`Report: ${reportPath(services, campaignId)}`);
  }
  return await printEnd(services, campaignId, startedAtMs);
}

/** A report written now would say of a running campaign that it has ended. */
async function refuseWhileRunning(
  services: CliServices,
  plan: Plan,
  campaignId: string,
): Promise<void> {
  const session = await findSession(services);
  if (session === undefined) return;
  try {
    const holder = await findHolder(session.client, plan.testbed, campaignId);
    if (holder?.campaignId !== campaignId) return;
    throw new UsageError(
      `Campaign "${campaignId}" is still running, and writes its report when it ends. ` +
        `"crossover watch ${campaignId}" shows it; "crossover stop ${campaignId}" ends it now.`,
    );
  } finally {
    await session.close();
  }
}
