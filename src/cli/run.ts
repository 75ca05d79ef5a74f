import { openRequestSource } from '../dataset/request-log/request-source.ts';
import { type CheckedPlan, loadPlan } from '../plan/load-plan.ts';
import { webUiLink } from './campaign-client.ts';
import { printEnd } from './campaign-end.ts';
import { type StartedCampaign, startOrContinue } from './campaign-start.ts';
import { checkSummary } from './check/check-summary.ts';
import { type Interruption, listenForInterrupts } from './interruption.ts';
import type { CliServices } from './services.ts';
import { openOrStartSession, type Session } from './session.ts';
import { watchCampaign } from './watch/watch-campaign.ts';
import { startWorker, type WorkerProcess } from './worker-process.ts';
import { wrap } from './wrap.ts';

/** Exit code of a campaign that was suspended by Ctrl-C and can be continued. */
const suspendedExitCode = 130;

/**
 * Runs a plan from here to its report: server if none, worker, campaign, live view. Everything that
 * it starts ends with it. Ctrl-C suspends; the same command continues. Returns the exit code.
 */
export async function runPlan(services: CliServices, planPath: string): Promise<number> {
  const startedAtMs = Date.now();
  const { output } = services;
  const checked = await readPlan(services, planPath);
  for (const warning of checkSummary(checked).warnings) {
    for (const line of wrap(`warning: ${warning}`, { indent: '  ' })) output.line(line);
  }

  const interruption = listenForInterrupts();
  const started: Started = {};
  try {
    const ended = await execute(services, checked, interruption, started);
    if (!ended) return suspendedExitCode;
    return await printEnd(services, requireCampaign(started).campaignId, startedAtMs);
  } finally {
    try {
      if (interruption.signal.aborted) output.line('Suspending ...');
      await started.worker?.stop();
      if (interruption.signal.aborted) await suspend(services, planPath, started);
    } finally {
      // A testbed that cannot be suspended ends by its expiry; our server would stay for ever.
      await started.session?.close();
      interruption.close();
    }
  }
}

async function suspend(
  services: CliServices,
  planPath: string,
  { campaign }: Started,
): Promise<void> {
  if (campaign === undefined) return;
  await services.suspendTestbed(campaign.campaignId);
  services.output.line(`Suspended. "crossover run ${planPath}" continues it.`);
  services.output.json({ campaignId: campaign.campaignId, outcome: 'suspended' });
}

/** Reads a plan; what is wrong with it is one error with all problems, before anything starts. */
export async function readPlan(services: CliServices, planPath: string): Promise<CheckedPlan> {
  return await loadPlan(planPath, {
    root: services.config.checkoutFolder,
    payloadBytesOf: services.payloadBytesOf,
    openLog: (source, workloads) => openRequestSource(source.file, { ...source, workloads }),
  });
}

/** What has been started so far, and so must end. */
interface Started {
  session?: Session;
  worker?: WorkerProcess;
  campaign?: StartedCampaign;
}

/** True when the campaign has ended, false when it was interrupted. */
async function execute(
  services: CliServices,
  checked: CheckedPlan,
  interruption: Interruption,
  started: Started,
): Promise<boolean> {
  const { output, objects } = services;
  const session = await openOrStartSession(services);
  started.session = session;
  const worker = await startWorker(services);
  started.worker = worker;
  if (interruption.signal.aborted) return false;
  const campaign = await startOrContinue(session.client, objects, checked);
  started.campaign = campaign;

  const { uiAddress, namespace } = session.endpoint;
  const webUi = webUiLink(uiAddress, namespace, campaign.campaignId);
  output.line(
    `Campaign ${campaign.campaignId} ${campaign.isNew ? 'starts' : 'goes on'}: ` +
      `${checked.plan.schedule.slots} slots, then ${checked.plan.evaluation.blocks} blocks.`,
  );
  if (webUi !== undefined) output.line(`Web UI: ${webUi}`);

  const seen = watchCampaign({
    client: session.client,
    output,
    campaignId: campaign.campaignId,
    runId: campaign.runId,
    plan: checked.plan,
    webUi,
    signal: interruption.signal,
  });
  return (await Promise.race([seen, worker.crashed])) === 'ended';
}

function requireCampaign({ campaign }: Started): StartedCampaign {
  if (campaign === undefined) throw new Error('A campaign ended that was never started.');
  return campaign;
}
