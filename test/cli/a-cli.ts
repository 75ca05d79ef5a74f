import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createRecomputer } from '../../src/activities/evidence/recompute.ts';
import { createWhatIf } from '../../src/activities/what-if/what-if.ts';
import type { CliServices } from '../../src/cli/services.ts';
import { loadConfig } from '../../src/config.ts';
import type { CampaignSummary } from '../../src/domain/campaign-summary.ts';
import { keysOf } from '../../src/domain/names.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { openPorts } from '../../src/ports.ts';
import { predict } from '../../src/predict.ts';
import { FsObjectStore } from '../../src/stores/fs-object-store.ts';
import { scorecardOf } from '../../src/testbeds/simulated/scorecard.ts';
import { aPlan } from '../support/a-plan.ts';

/** The commands of one installation, with a store and folders of its own and no server. */
export interface Cli {
  readonly services: CliServices;
  readonly stateFolder: string;
  readonly objects: FsObjectStore;
  /** What was printed for people, and for machines. */
  readonly lines: string[];
  readonly json: unknown[];
  write(path: string, body: string | Uint8Array): Promise<void>;
}

export async function aCli(stateFolder?: string): Promise<Cli> {
  const folder = stateFolder ?? (await mkdtemp(join(tmpdir(), 'crossover-cli-')));
  if (stateFolder === undefined) {
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
  }
  const config = loadConfig({ CROSSOVER_STATE: folder }, join(import.meta.dirname, '../..'));
  const objects = new FsObjectStore(config.storeFolder);
  const lines: string[] = [];
  const json: unknown[] = [];
  const services: CliServices = {
    config,
    environment: {},
    objects,
    output: {
      isJson: false,
      isTerminal: false,
      line: (text) => lines.push(text),
      json: (value) => json.push(value),
      redraw: () => undefined,
    },
    campaignFolders: (campaignId) => [join(folder, 'work', campaignId)],
    payloadBytesOf: async () => 0,
    suspendTestbed: async () => undefined,
    scorecard: scorecardOf,
    predict,
    whatIf: createWhatIf(openPorts(config)),
    writeReport: async () => undefined,
    openStore: (root) => new FsObjectStore(root),
    recompute: createRecomputer(openPorts(config)),
  };
  return {
    services,
    stateFolder: folder,
    objects,
    lines,
    json,
    write: async (path, body) => {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), body);
    },
  };
}

/** Puts a campaign into a store: its plan, receipts of its runs, and its end if it has one. */
export async function storeCampaign(
  objects: FsObjectStore,
  campaignId: string,
  campaign: {
    readonly plan?: Partial<Plan>;
    readonly runs?: Readonly<Record<string, string>>;
    readonly outcome?: CampaignSummary['outcome'];
  } = {},
): Promise<void> {
  const keys = keysOf(campaignId);
  const plan = aPlan({ ...campaign.plan, campaign: campaignId });
  await objects.put(keys.plan, JSON.stringify({ plan, planHash: 'h' }));
  for (const [run, finishedAt] of Object.entries(campaign.runs ?? {})) {
    await objects.put(keys.receipt(run), JSON.stringify({ finishedAtMs: Date.parse(finishedAt) }));
    await objects.put(keys.summary(run), '{}');
  }
  if (campaign.outcome === undefined) return;
  const summary: CampaignSummary = {
    campaignId,
    outcome: campaign.outcome,
    slots: { complete: 2, degraded: 1, missed: 1, skipped: 0, failed: 0 },
    intendedRequests: 10,
    observedRequests: 10,
    joinedShare: 1,
    verdict: { none: 'The plan has no evaluation.' },
  };
  await objects.put(keys.report('summary.json'), JSON.stringify(summary));
}
