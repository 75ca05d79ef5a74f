import type { Client } from '@temporalio/client';

import type { CampaignSummary } from '../domain/campaign-summary.ts';
import { campaignsFolder, keysOf, searchAttribute } from '../domain/names.ts';
import type { Plan } from '../domain/plan.ts';
import type { RunReceipt } from '../domain/receipt.ts';
import type { ObjectStore } from '../stores/object-store.ts';

/** A campaign in one line of `crossover list`. */
export interface ListedCampaign {
  readonly campaignId: string;
  /** `unfinished`: has no end, and does not run on a server that answers here. */
  readonly outcome: CampaignSummary['outcome'] | 'running' | 'unfinished';
  /** What a running one does. */
  readonly phase?: string;
  readonly testbed: string;
  /** Of the plan; unknown for a campaign of another store. */
  readonly slots?: number;
  /** Complete and degraded ones. */
  readonly slotsDone?: number;
  /** ISO 8601, UTC. */
  readonly startedAt?: string;
  /** End of the campaign, else of its last run. */
  readonly endedAt?: string;
  readonly isInStore: boolean;
}

/** Campaigns of the store, and those that run on the server if there is one; the latest first. */
export async function collectCampaigns(
  objects: ObjectStore,
  client: Client | undefined,
): Promise<ListedCampaign[]> {
  const holders = client === undefined ? new Map<string, Execution>() : await findHolders(client);
  const work = client === undefined ? new Map<string, Work>() : await findWork(client);
  const keys = await objects.list(campaignsFolder);
  const stored = await Promise.all(
    campaignIds(keys).map(async (campaignId) => {
      const record = await readRecord(objects, campaignId, keys);
      return listed(campaignId, record, holders.get(campaignId), work.get(campaignId));
    }),
  );
  const known = new Set(stored.map(({ campaignId }) => campaignId));
  const elsewhere = [...holders]
    .filter(([campaignId, { isRunning }]) => isRunning && !known.has(campaignId))
    .map(([campaignId, holder]) => listed(campaignId, undefined, holder, work.get(campaignId)));
  return [...stored, ...elsewhere].sort(latestFirst);
}

function campaignIds(keys: readonly string[]): string[] {
  const ids = keys.map((key) => key.split('/')[1] ?? '');
  const unique = [...new Set(ids)];
  const all = new Set(keys);
  return unique.filter((id) => id !== '' && all.has(keysOf(id).plan));
}

interface StoredRecord {
  readonly plan: Plan;
  readonly summary: CampaignSummary | undefined;
  readonly lastRunAtMs: number | undefined;
}

async function readRecord(
  objects: ObjectStore,
  campaignId: string,
  keys: readonly string[],
): Promise<StoredRecord | undefined> {
  const of = keysOf(campaignId);
  const plan = await readJson<{ readonly plan: Plan }>(objects, of.plan);
  // Removed since its key was listed.
  if (plan === undefined) return undefined;
  const summary = await readJson<CampaignSummary>(objects, of.report('summary.json'));
  const receipts = keys.filter((key) => /^(slot|block)-\d+\.json$/.test(tail(key, of.receipts)));
  const last = receipts.find((key) => key.includes('/block-')) === undefined ? 'slot' : 'block';
  const lastKey = receipts.findLast((key) => tail(key, of.receipts).startsWith(last));
  const receipt = lastKey === undefined ? undefined : await readJson<RunReceipt>(objects, lastKey);
  return { plan: plan.plan, summary, lastRunAtMs: receipt?.finishedAtMs };
}

/** What a key has behind a prefix; nothing where it does not begin with it. */
function tail(key: string, prefix: string): string {
  return key.startsWith(prefix) ? key.slice(prefix.length) : '';
}

async function readJson<Value>(objects: ObjectStore, key: string): Promise<Value | undefined> {
  const stored = await objects.get(key);
  if (stored === undefined) return undefined;
  return JSON.parse(new TextDecoder().decode(stored.body)) as Value;
}

function listed(
  campaignId: string,
  record: StoredRecord | undefined,
  holder: Execution | undefined,
  work: Work | undefined,
): ListedCampaign {
  const isRunning = holder?.isRunning === true;
  const plan = record?.plan;
  const summary = record?.summary;
  const done =
    summary === undefined ? work?.slotsDone : summary.slots.complete + summary.slots.degraded;
  const endedAtMs = isRunning ? undefined : (holder?.closedAtMs ?? record?.lastRunAtMs);
  return {
    campaignId,
    outcome: isRunning ? 'running' : (summary?.outcome ?? 'unfinished'),
    ...(isRunning && work?.phase !== undefined ? { phase: work.phase } : {}),
    testbed: plan?.testbed ?? holder?.testbed ?? 'unknown',
    ...(plan === undefined ? {} : { slots: plan.schedule.slots }),
    ...(done === undefined ? {} : { slotsDone: done }),
    ...(holder === undefined ? {} : { startedAt: new Date(holder.startedAtMs).toISOString() }),
    ...(endedAtMs === undefined ? {} : { endedAt: new Date(endedAtMs).toISOString() }),
    isInStore: record !== undefined,
  };
}

function latestFirst(a: ListedCampaign, b: ListedCampaign): number {
  const rank = ({ outcome, startedAt, endedAt }: ListedCampaign): string =>
    outcome === 'running' ? `2${startedAt}` : `1${endedAt ?? startedAt ?? ''}`;
  return rank(b).localeCompare(rank(a)) || a.campaignId.localeCompare(b.campaignId);
}

const deadlineMs = 10_000;

/** The latest workflow that held a testbed for a campaign. */
interface Execution {
  readonly isRunning: boolean;
  readonly testbed: string | undefined;
  readonly startedAtMs: number;
  readonly closedAtMs: number | undefined;
}

async function findHolders(client: Client): Promise<Map<string, Execution>> {
  const found = new Map<string, Execution>();
  await client.withDeadline(Date.now() + deadlineMs, async () => {
    const query = 'WorkflowType = "testbed"';
    for await (const { memo, workflowId, status, startTime, closeTime } of client.workflow.list({
      query,
    })) {
      const campaignId = memo?.['campaignId'];
      if (typeof campaignId !== 'string') continue;
      const startedAtMs = startTime.getTime();
      // An id that was removed may have been taken again.
      if ((found.get(campaignId)?.startedAtMs ?? 0) > startedAtMs) continue;
      found.set(campaignId, {
        isRunning: status.name === 'RUNNING',
        testbed: workflowId.split('/')[1],
        startedAtMs,
        closedAtMs: closeTime?.getTime(),
      });
    }
  });
  return found;
}

/** What a running campaign has told the server; no worker need be there to answer. */
interface Work {
  readonly phase: string | undefined;
  readonly slotsDone: number | undefined;
}

async function findWork(client: Client): Promise<Map<string, Work>> {
  const found = new Map<string, Work>();
  await client.withDeadline(Date.now() + deadlineMs, async () => {
    const query = 'WorkflowType = "campaign" AND ExecutionStatus = "Running"';
    for await (const { typedSearchAttributes } of client.workflow.list({ query })) {
      const told = new Map(
        typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value] as const),
      );
      const campaignId = told.get(searchAttribute.campaignId);
      const phase = told.get(searchAttribute.campaignPhase);
      const slotsDone = told.get(searchAttribute.slotsDone);
      if (typeof campaignId !== 'string') continue;
      found.set(campaignId, {
        phase: typeof phase === 'string' ? phase : undefined,
        slotsDone: typeof slotsDone === 'number' ? slotsDone : undefined,
      });
    }
  });
  return found;
}
