/** Every identifier that crosses a process boundary is spelled here, once. */
import type { TestbedName } from './platform.ts';

export const taskQueue = {
  /** Workflow tasks and the short activities of testbeds and schedules. */
  campaign: 'campaign',
  /** One load run at a time per worker, so that runs never share a CPU. */
  load: 'load',
  /** CPU-bound joining, training and scoring. */
  analysis: 'analysis',
} as const;

export const searchAttribute = {
  campaignId: 'CampaignId',
  campaignPhase: 'CampaignPhase',
  testbed: 'Testbed',
  slotsDone: 'SlotsDone',
  spentUsd: 'SpentUsd',
} as const;

export const header = {
  /** `<request id>/<target>`: what every record of a send is joined by. */
  request: 'x-crossover-request',
  token: 'x-crossover-token',
  environment: 'x-crossover-environment',
  sequence: 'x-crossover-sequence',
  serverMs: 'x-crossover-server-ms',
  /** What a router service says about its own part of an answer. */
  routedTo: 'x-routed-to',
  /** Hash of the model that chose, or `best-static`. */
  routerModel: 'x-router-model',
  /** Why the static table stood in for the model; absent when it did not. */
  routerFallback: 'x-router-fallback',
  pLambda: 'x-router-p-lambda',
  /** Time to decide. */
  routerMs: 'x-router-ms',
  /** Everything else inside the router but waiting for the platform, the decision included. */
  routerAddedMs: 'x-router-added-ms',
  /** The load columns that the decision saw, `name=value` with commas. */
  routerLoad: 'x-router-load',
} as const;

/** One campaign at a time holds a testbed of this machine: the id is the lock. */
export function testbedWorkflowId(testbed: TestbedName, campaignId: string): string {
  return testbed === 'simulated' ? `testbed/simulated/${campaignId}` : `testbed/${testbed}`;
}

export function campaignWorkflowId(campaignId: string): string {
  return `campaign/${campaignId}`;
}

export function slotWorkflowId(campaignId: string, slot: number): string {
  return `${campaignWorkflowId(campaignId)}/slot/${padded(slot, 3)}`;
}

export function retrainingWorkflowId(campaignId: string, slotsSeen: number): string {
  return `${campaignWorkflowId(campaignId)}/retraining/${padded(slotsSeen, 3)}`;
}

/** The Temporal Schedule of the nightly retraining, and the workflow that it starts. */
export function nightlyId(campaignId: string): string {
  return `nightly/${campaignId}`;
}

/** The same workflow, started by a person. */
export function requestedNightlyId(campaignId: string, atMs: number): string {
  return `${nightlyId(campaignId)}/${new Date(atMs).toISOString()}`;
}

export function evaluationWorkflowId(campaignId: string): string {
  return `${campaignWorkflowId(campaignId)}/evaluation`;
}

export function slotRun(slot: number): string {
  return `slot-${padded(slot, 3)}`;
}

export function blockRun(block: number): string {
  return `block-${padded(block, 2)}`;
}

export function requestId(run: string, index: number): string {
  return `${run}.${padded(index, 5)}`;
}

/** The value of the request header, and back. */
export function requestHeader(id: string, target: string): string {
  return `${id}/${target}`;
}

export function parseRequestHeader(
  value: string,
): { readonly requestId: string; readonly target: string } | undefined {
  const slash = value.lastIndexOf('/');
  if (slash <= 0 || slash === value.length - 1) return undefined;
  return { requestId: value.slice(0, slash), target: value.slice(slash + 1) };
}

export const campaignsFolder = 'campaigns/';

/** Object keys of one campaign. Raw data is written once; a receipt comes last. */
export function keysOf(campaignId: string) {
  const root = `${campaignsFolder}${campaignId}`;
  return {
    root: `${root}/`,
    plan: `${root}/plan.json`,
    deployment: `${root}/deployment.json`,
    champion: `${root}/champion.json`,
    champions: `${root}/champions/`,
    /** Kept beside the champion, one for each retraining that has chosen. */
    championHistory: (slotsSeen: number) => `${root}/champions/${padded(slotsSeen, 3)}.json`,
    /** As above, for the n-th request since that retraining. */
    requestedChampion: (slotsSeen: number, request: number) =>
      `${root}/champions/${padded(slotsSeen, 3)}.request-${request}.json`,
    /** What an evaluation has pinned at its start: arms, static table, model. */
    evaluation: `${root}/evaluation.json`,
    requests: (run: string) => `${root}/requests/${run}.ndjson`,
    requestsFolder: `${root}/requests/`,
    rawFolder: `${root}/raw/`,
    rawPrefix: (run: string) => `${root}/raw/${run}.`,
    raw: (run: string, attempt: number, segment: number) =>
      `${root}/raw/${run}.attempt-${attempt}.${padded(segment, 3)}.ndjson`,
    platformPrefix: (run: string) => `${root}/raw/${run}.platform-`,
    platform: (run: string, attempt: number) => `${root}/raw/${run}.platform-${attempt}.ndjson`,
    receipt: (run: string) => `${root}/receipts/${run}.json`,
    /** What joining the run found; written when its observations are stored. */
    summary: (run: string) => `${root}/receipts/${run}.joined.json`,
    receipts: `${root}/receipts/`,
    slotObservations: (slot: number) => `${root}/observations/slot=${padded(slot, 3)}/part.parquet`,
    blockObservations: (block: number) =>
      `${root}/observations/block=${padded(block, 2)}/part.parquet`,
    observations: `${root}/observations/`,
    dataset: (fingerprint: string) => `${root}/datasets/${fingerprint}.json`,
    datasets: `${root}/datasets/`,
    model: (hash: string) => `${root}/models/${hash}.json`,
    models: `${root}/models/`,
    /** How a model did on slots that it had not seen: figures, intervals, curves. */
    modelEvaluation: (hash: string) => `${root}/evaluations/${hash}.json`,
    modelEvaluations: `${root}/evaluations/`,
    /** What came of one training; `recipe` is a digest of its settings. Written last. */
    training: (fingerprint: string, family: string, recipe: string) =>
      `${root}/trainings/${fingerprint}/${family}.${recipe}.json`,
    trainings: `${root}/trainings/`,
    /** One combination of a grid, tried on a dataset. */
    tuning: (fingerprint: string, family: string, combination: number) =>
      `${root}/tuning/${fingerprint}/${family}/${padded(combination, 2)}.json`,
    tunings: `${root}/tuning/`,
    report: (file: string) => `${root}/report/${file}`,
    reportFolder: `${root}/report/`,
    figure: (name: string) => `${root}/report/figures/${name}.svg`,
    /** What only the workflow knew when the report was written: it can be written again from it. */
    reportProgress: `${root}/report/progress.json`,
    /** V_self of the routers (METHOD 5.2). */
    policyValue: `${root}/report/policy-value.json`,
  } as const;
}

/** The manifest of an evidence bundle, beside the `campaigns/` that it lists. */
export const evidenceFile = 'evidence.json';

/** An evidence bundle's folder where nobody names another. */
export function bundleFolder(campaignId: string): string {
  return `${campaignId}.bundle`;
}

/** Stored by `keysOf(id).receipt(run)` and `.summary(run)`: which run, of what kind. */
export function parseSummaryKey(
  key: string,
): { readonly run: string; readonly kind: 'slot' | 'block'; readonly number: number } | undefined {
  const match = /\/((slot|block)-(\d+))\.joined\.json$/.exec(key);
  const [, run, kind, digits] = match ?? [];
  if (run === undefined || (kind !== 'slot' && kind !== 'block')) return undefined;
  return { run, kind, number: Number(digits) };
}

export const importsFolder = 'imports/';

/** Object keys of results that were measured elsewhere (METHOD 4.7). The manifest comes last. */
export function importKeys(name: string) {
  const root = `${importsFolder}${name}`;
  return {
    root: `${root}/`,
    manifest: `${root}/manifest.json`,
    rows: (fingerprint: string) => `${root}/rows-${fingerprint.slice(0, 12)}.parquet`,
  } as const;
}

function padded(number: number, digits: number): string {
  return String(number).padStart(digits, '0');
}
