import { Context, log } from '@temporalio/activity';

import { largestBodies } from '../dataset/figures/largest-bodies.ts';
import {
  type CampaignProgress,
  type CampaignResult,
  noProgress,
  outcomeOf,
  type SlotOutcome,
} from '../domain/campaign.ts';
import { summarise, whyNoVerdict } from '../domain/campaign-summary.ts';
import { campaignWorkflowId, parseSummaryKey } from '../domain/names.ts';
import type { RunReceipt, RunSummary } from '../domain/receipt.ts';
import type { PolicyValueResult } from '../domain/simulation/policy-value.ts';
import type { Verdict } from '../domain/verdict/verdict.ts';
import { renderMethodology } from '../report/cards/methodology/methodology.ts';
import { renderModelCard } from '../report/cards/model-card.ts';
import { type ReportFigure, renderReport } from '../report/report.ts';
import type { IrregularRun, ReportInput } from '../report/report-input.ts';
import type { DeploymentRecord } from '../testbeds/testbed.ts';
import type { ActivityPorts } from './activity-ports.ts';
import { CampaignStore, toJson } from './campaign-store.ts';
import { writeDatasetCard } from './dataset-card.ts';
import { storedTrust } from './evaluation/simulation-trust.ts';
import { beating } from './heartbeats.ts';
import { findModel, lastModels, storedRetrainings } from './learning/stored-models.ts';
import { storedFigures } from './report-figures.ts';
import { withSlots } from './stored-observations.ts';

export type ReportActivities = ReturnType<typeof createReportActivities>;

export interface ReportRequest extends CampaignResult {
  /** What was left on the testbed after its release; absent while it still stands. */
  readonly leftovers?: readonly string[];
}

/** What a report is made from besides the store: with it the same report can be written again. */
export interface ReportSource {
  readonly request: ReportRequest;
  readonly progress: CampaignProgress;
}

/** A worker that is at work answers within a second; nobody else is worth waiting for. */
const askWithinMs = 10_000;

export function createReportActivities(ports: ActivityPorts) {
  const write = createReportWriter(ports);
  return { writeReport };

  /** Writes report, summary and verdict of a campaign, however it ended. Can be written again. */
  async function writeReport(request: ReportRequest): Promise<{ readonly reportKey: string }> {
    const progress = await askCampaign(request.campaignId);
    await beating(() => write(request, progress));
    const store = new CampaignStore(ports.objects, request.campaignId);
    return { reportKey: store.keys.report('report.html') };
  }

  /** The workflow knows what no receipt says: what was missed, skipped and failed, and the notes. */
  async function askCampaign(campaignId: string): Promise<CampaignProgress | undefined> {
    const { client } = Context.current();
    try {
      return await client.withDeadline(Date.now() + askWithinMs, () =>
        client.workflow.getHandle(campaignWorkflowId(campaignId)).query('progress'),
      );
    } catch (error) {
      log.warn('The campaign could not be asked; the report is made from its receipts', { error });
      return undefined;
    }
  }
}

/** Writes a report from the store; without the workflow's progress from the receipts alone. */
export function createReportWriter(ports: Pick<ActivityPorts, 'objects' | 'testbeds'>) {
  return async (request: ReportRequest, known?: CampaignProgress): Promise<void> => {
    const store = new CampaignStore(ports.objects, request.campaignId);
    const progress = known ?? (await progressFromReceipts(store));
    const input = await reportInput(ports, store, request, progress);
    const { markdown, html, json, figures } = await renderReport(input);
    await store.putJson(store.keys.reportProgress, { request, progress } satisfies ReportSource);
    await replaceFigures(store, figures);
    await store.objects.put(store.keys.report('report.md'), markdown);
    await store.objects.put(store.keys.report('report.html'), html);
    await store.putJson(store.keys.report('report.json'), json);
    await store.objects.put(store.keys.report('model-card.md'), renderModelCard(input));
    const methodology = renderMethodology(input);
    await store.objects.put(store.keys.report('methodology.md'), methodology.markdown);
    await store.objects.put(store.keys.report('references.bib'), methodology.bibliography);
    await writeDatasetCard(store, progress, input.simulation ?? {});
    await store.objects.put(
      store.keys.report('summary.json'),
      toJson(summarise(request, progress, endFacts(input))),
    );
  };
}

/** A figure of an earlier report that this one no longer has would pass for one of its own. */
async function replaceFigures(
  store: CampaignStore,
  figures: readonly ReportFigure[],
): Promise<void> {
  const keys = new Set(figures.map(({ name }) => store.keys.figure(name)));
  for (const { name, svg } of figures) await store.objects.put(store.keys.figure(name), svg);
  for (const key of await store.objects.list(store.keys.report('figures/'))) {
    if (!keys.has(key)) await store.objects.remove(key);
  }
}

function endFacts({ verdict, simulation }: ReportInput): Parameters<typeof summarise>[2] {
  return {
    ...(verdict === undefined ? {} : { verdict }),
    ...(simulation === undefined ? {} : { stamp: simulation.stamp }),
  };
}

/** All that a report tells, from the store and the workflow's progress. */
export async function reportInput(
  ports: Pick<ActivityPorts, 'testbeds'>,
  store: CampaignStore,
  request: ReportRequest,
  progress: CampaignProgress,
): Promise<ReportInput> {
  const plan = await store.plan();
  const deployment = await store.json<DeploymentRecord>(store.keys.deployment);
  const verdict = await store.json<Verdict>(store.keys.report('verdict.json'));
  const champion = await store.champion();
  const model = await findModel(store, champion?.learnedModelHash);
  const retrainings = await storedRetrainings(store);
  const figures = await storedFigures(store, progress, deployment);
  const policyValue = await store.json<PolicyValueResult>(store.keys.policyValue);
  const trust = await storedTrust(ports, store, plan, deployment?.cpuMs ?? {});
  const { dataset, findings } = progress.retraining ?? {};
  const { retrainingFailure } = progress;
  return {
    campaignId: request.campaignId,
    plan,
    outcome: request.outcome,
    ...(request.reason === undefined ? {} : { reason: request.reason }),
    ...(deployment === undefined ? {} : { deployment }),
    slots: progress.outcomes,
    blocks: progress.evaluation?.blocks ?? [],
    blockFailures: progress.evaluation?.blockFailures ?? [],
    // Receipts alone know neither when the campaign began nor what was moved.
    ...(progress.startsAtMs === undefined ? {} : { shiftedMs: progress.shiftedMs }),
    irregularRuns: await irregularRuns(store),
    largestBytes: await storedBodies(store, progress),
    notes: progress.notes,
    ...(dataset === undefined ? {} : { dataset }),
    ...figures,
    ...trust,
    ...(policyValue === undefined ? {} : { policyValue }),
    findings: findings ?? [],
    ...(retrainingFailure === undefined ? {} : { retrainingFailure }),
    retrainings,
    ...(champion === undefined ? {} : { champion }),
    ...(model === undefined ? {} : { model }),
    models: await lastModels(store, champion),
    ...(verdict === undefined ? { noVerdict: whyNoVerdict(request, progress) } : { verdict }),
    ...(request.leftovers === undefined ? {} : { leftovers: request.leftovers }),
  };
}

/** A receipt knows what a summary does not: how often a run was begun, and how it ended. */
async function irregularRuns(store: CampaignStore): Promise<readonly IrregularRun[]> {
  const found: IrregularRun[] = [];
  for (const key of await store.objects.list(store.keys.receipts)) {
    const parsed = parseSummaryKey(key);
    if (parsed === undefined) continue;
    const receipt = await store.json<RunReceipt>(store.keys.receipt(parsed.run));
    if (receipt === undefined) continue;
    const { run, attempts, endReason } = receipt;
    if (attempts > 1 || endReason !== 'completed') found.push({ run, attempts, endReason });
  }
  return found;
}

/** What the limits of the edges are held against (METHOD 1.7); empty before any slot has rows. */
async function storedBodies(
  store: CampaignStore,
  { outcomes }: CampaignProgress,
): Promise<Readonly<Record<string, number>>> {
  const slots = outcomes.filter((outcome) => 'rows' in outcome).map(({ slot }) => slot);
  if (slots.length === 0) return {};
  return await withSlots(store, slots, (files) => largestBodies(files.map(({ path }) => path)));
}

/** What the store alone can tell, for example when Temporal's database is lost. */
async function progressFromReceipts(store: CampaignStore): Promise<CampaignProgress> {
  const outcomes: SlotOutcome[] = [];
  const blocks: RunSummary[] = [];
  for (const key of await store.objects.list(store.keys.receipts)) {
    const match = /\/(slot|block)-(\d+)\.joined\.json$/.exec(key);
    if (match === null) continue;
    const summary = await store.requireJson<RunSummary>(key);
    if (match[1] === 'slot') outcomes.push(outcomeOf(Number(match[2]), summary));
    else blocks.push(summary);
  }
  const hasVerdict = (await store.objects.get(store.keys.report('verdict.json'))) !== undefined;
  return {
    ...noProgress,
    phase: 'ended',
    outcomes,
    nextSlot: outcomes.length + 1,
    ...(blocks.length === 0 ? {} : { evaluation: { blocks, blockFailures: [], hasVerdict } }),
  };
}
