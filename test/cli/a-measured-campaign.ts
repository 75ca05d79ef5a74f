import { CampaignStore } from '../../src/activities/campaign-store.ts';
import { judgeCampaign } from '../../src/activities/evaluation/campaign-verdict.ts';
import { joinedRuns } from '../../src/activities/evidence/run-recomputation.ts';
import { createReportWriter } from '../../src/activities/reports.ts';
import { withSlots } from '../../src/activities/stored-observations.ts';
import { withObjectFiles } from '../../src/dataset/object-files.ts';
import { recountRuns } from '../../src/dataset/recount.ts';
import { storeDataset } from '../../src/dataset/stored-dataset.ts';
import { noProgress, outcomeOf } from '../../src/domain/campaign.ts';
import type { EvaluationSetup } from '../../src/domain/evaluation.ts';
import { blockRun, slotRun } from '../../src/domain/names.ts';
import type { RunSummary } from '../../src/domain/receipt.ts';
import { aRig, campaignId } from '../activities/rig.ts';
import { storeBlock, storeSlot } from '../activities/stored-runs.ts';
import { aPlan, aWorkload } from '../dataset/builders.ts';
import { aCli, type Cli } from './a-cli.ts';

export interface MeasuredCampaign extends Cli {
  readonly campaignId: string;
  readonly store: CampaignStore;
}

const slots = [1, 2];
const blocks = [1, 2, 3];

/**
 * A small campaign with observations, dataset, verdict and report, as its workflow leaves them. It
 * is measured once for all tests of a file, and stored for each of them.
 */
export async function aMeasuredCampaign(): Promise<MeasuredCampaign> {
  measured ??= measure();
  const stored = await measured;
  const cli = await aCli();
  for (const [key, body] of stored) await cli.write(`store/${key}`, body);
  return { ...cli, campaignId, store: new CampaignStore(cli.objects, campaignId) };
}

let measured: Promise<ReadonlyMap<string, Uint8Array>> | undefined;

async function measure(): Promise<ReadonlyMap<string, Uint8Array>> {
  const plan = aPlan({
    workloads: [aWorkload({ slo: { latencyMs: 1000, attainment: 0.5 } })],
    evaluation: { blocks: 3, leadInBlocks: 0 },
  });
  const rig = await aRig({ plan });
  const { store, ports } = rig;
  for (const slot of slots) await storeSlot(rig, slot, [{}, {}, {}]);
  for (const block of blocks) await storeBlock(rig, block, { billedMs: 50 + block });
  await trueSummaries(store);
  await withSlots(store, slots, (parquet) => storeDataset(ports.objects, campaignId, parquet));
  await store.putJson(store.keys.evaluation, setup);
  const judged = await judgeCampaign(store, blocks);
  if (!('verdict' in judged)) throw new Error(judged.noVerdict);
  await store.putJson(store.keys.report('verdict.json'), judged.verdict);
  const runs = await joinedRuns(store);
  const summaries = runs.map(({ summary }) => summary);
  await createReportWriter(ports)(
    { campaignId, outcome: 'completed', leftovers: [] },
    {
      ...noProgress,
      phase: 'reporting',
      outcomes: slots.map((slot) => outcomeOf(slot, summaryOf(summaries, slotRun(slot)))),
      evaluation: {
        blocks: blocks.map((block) => summaryOf(summaries, blockRun(block))),
        blockFailures: [],
        hasVerdict: true,
      },
    },
  );
  const bodies = new Map<string, Uint8Array>();
  for (const key of await ports.objects.list(store.keys.root)) {
    bodies.set(key, await store.requireBytes(key));
  }
  return bodies;
}

const setup: EvaluationSetup = {
  arms: ['lambda-only', 'ecs-only'],
  skipped: [{ arm: 'hybrid', reason: 'Too few rows.' }],
  table: { heavy: 'ecs' },
  withCapacity: ['heavy'],
  estimates: {},
};

/** The builders of runs write the same counts for all of them. */
async function trueSummaries(store: CampaignStore): Promise<void> {
  const runs = await joinedRuns(store);
  const keys = runs.map(({ observationsKey }) => observationsKey);
  const counted = await withObjectFiles(
    (key) => store.requireBytes(key),
    keys,
    (paths) => recountRuns(paths.map((path) => ({ path, repeatedOutcomes: 0 }))),
  );
  for (const [index, { run, summaryKey, summary }] of runs.entries()) {
    await store.putJson(summaryKey, { ...summary, ...counted[index] });
    const startsAtMs = Date.UTC(2026, 10, 2, 12) + index * 3_600_000;
    await store.putJson(store.keys.receipt(run.run), {
      run: run.run,
      attempts: 1,
      startsAtMs,
      finishedAtMs: startsAtMs + 60_000,
      endReason: 'completed',
      segments: [],
    });
  }
}

function summaryOf(summaries: readonly RunSummary[], run: string): RunSummary {
  const found = summaries.find((summary) => summary.run === run);
  if (found === undefined) throw new Error(`No summary of ${run}.`);
  return found;
}
