import { withObjectFiles } from '../../dataset/object-files.ts';
import { outcomeOf, type SlotOutcome } from '../../domain/campaign.ts';
import { PermanentFailure } from '../../domain/failures.ts';
import { keysOf } from '../../domain/names.ts';
import type { Plan } from '../../domain/plan.ts';
import type { RunSummary } from '../../domain/receipt.ts';
import type { SimulationTrust } from '../../domain/simulation/scorecard.ts';
import type { DeploymentRecord } from '../../testbeds/testbed.ts';
import { findHolder, readProgress } from '../campaign-client.ts';
import type { CliServices } from '../services.ts';
import { findReachableSession } from '../session.ts';
import { parseSlots } from '../steer.ts';
import { requirePlan } from '../stored-campaign.ts';
import { UsageError } from '../usage-error.ts';

/** Complete slots of a campaign with what reading them needs. */
export interface CampaignDataset {
  readonly campaignId: string;
  readonly plan: Plan;
  /** Busy time of one request on one vCPU, per workload; empty before the deployment. */
  readonly cpuMs: Readonly<Record<string, number>>;
  /** Of the machine that was deployed on. */
  readonly machineCpus?: number;
  readonly parquet: readonly { readonly slot: number; readonly path: string }[];
  /** What became of every slot that is over. */
  readonly outcomes: readonly SlotOutcome[];
  readonly stamp?: string;
}

/**
 * Fetches the complete slots of a campaign, or those of them that `slots` names (`1-6,8`), for the
 * time of `use`. A campaign that is still running has the slots that are joined by now.
 */
export async function withCampaignDataset<Result>(
  services: CliServices,
  { campaignId, slots }: { readonly campaignId: string; readonly slots?: string },
  use: (dataset: CampaignDataset) => Promise<Result>,
): Promise<Result> {
  const plan = await requirePlan(services, campaignId);
  const keys = keysOf(campaignId);
  const outcomes = await slotOutcomes(services, plan, campaignId);
  const chosen = chooseSlots(outcomes, plan, slots);
  const deployment = await findJson<DeploymentRecord>(services, keys.deployment);
  const trust = await findJson<SimulationTrust>(services, keys.report('scorecard.json'));
  return await withObjectFiles(
    (key) => requireBytes(services, key),
    chosen.map((slot) => keys.slotObservations(slot)),
    (paths) =>
      use({
        campaignId,
        plan,
        cpuMs: deployment?.cpuMs ?? {},
        ...(deployment === undefined ? {} : { machineCpus: deployment.cpuCount }),
        parquet: chosen.map((slot, index) => ({ slot, path: paths[index] ?? '' })),
        outcomes,
        ...(trust === undefined ? {} : { stamp: trust.stamp }),
      }),
  );
}

/** A dataset without a slot is none. */
export function refuseEmpty({ campaignId, parquet, outcomes }: CampaignDataset): void {
  if (parquet.length > 0) return;
  const over =
    outcomes.length === 0 ? 'none is over yet' : `none of ${outcomes.length} is complete`;
  throw new UsageError(
    `Campaign "${campaignId}" has no complete slot: ${over}. ` +
      `"crossover dataset describe ${campaignId}" says what became of them.`,
  );
}

function chooseSlots(outcomes: readonly SlotOutcome[], plan: Plan, slots?: string): number[] {
  const complete = outcomes.filter(({ status }) => status === 'complete').map(({ slot }) => slot);
  if (slots === undefined) return complete;
  const wanted = [...new Set(parseSlots(slots))].sort((a, b) => a - b);
  const wrong = wanted.filter((slot) => !complete.includes(slot));
  const [first] = wrong;
  if (first === undefined) return wanted;
  const found = outcomes.find(({ slot }) => slot === first);
  const why =
    found === undefined
      ? `it is not over yet, or not in the plan, which has ${plan.schedule.slots}`
      : `it is ${found.status}${found.reason === undefined ? '' : `: ${found.reason}`}`;
  throw new UsageError(
    `Slot ${first} cannot be in a dataset: ${why}. Only complete slots can; ` +
      'leave out --slots to take all of them.',
  );
}

/**
 * Receipts say what was joined; what was missed, skipped or failed only the report knows, or the
 * campaign itself while it runs.
 */
async function slotOutcomes(
  services: CliServices,
  plan: Plan,
  campaignId: string,
): Promise<readonly SlotOutcome[]> {
  const joined = await joinedOutcomes(services, campaignId);
  const reported = await findJson<{ readonly slots?: readonly SlotOutcome[] }>(
    services,
    keysOf(campaignId).report('report.json'),
  );
  const told = reported?.slots ?? (await askCampaign(services, plan, campaignId));
  const others = told.filter((outcome) => !joined.some(({ slot }) => slot === outcome.slot));
  return [...joined, ...others].sort((a, b) => a.slot - b.slot);
}

async function joinedOutcomes(
  services: CliServices,
  campaignId: string,
): Promise<readonly SlotOutcome[]> {
  const outcomes: SlotOutcome[] = [];
  for (const key of await services.objects.list(keysOf(campaignId).receipts)) {
    const match = /\/slot-(\d+)\.joined\.json$/.exec(key);
    if (match === null) continue;
    const summary = await findJson<RunSummary>(services, key);
    if (summary !== undefined) outcomes.push(outcomeOf(Number(match[1]), summary));
  }
  return outcomes;
}

async function askCampaign(
  services: CliServices,
  plan: Plan,
  campaignId: string,
): Promise<readonly SlotOutcome[]> {
  const session = await findReachableSession(services);
  if (session === undefined) return [];
  try {
    const holder = await findHolder(session.client, plan.testbed, campaignId);
    if (holder?.campaignId !== campaignId) return [];
    const progress = await readProgress(session.client, campaignId);
    return progress?.outcomes ?? [];
  } finally {
    await session.close();
  }
}

async function findJson<Value>({ objects }: CliServices, key: string): Promise<Value | undefined> {
  const stored = await objects.get(key);
  if (stored === undefined) return undefined;
  return JSON.parse(new TextDecoder().decode(stored.body)) as Value;
}

async function requireBytes({ objects }: CliServices, key: string): Promise<Uint8Array> {
  const stored = await objects.get(key);
  if (stored !== undefined) return stored.body;
  throw new PermanentFailure(
    'MissingObject',
    `The store has no object "${key}", although the slot's receipt says that it was joined. ` +
      'Was the store moved or cleared?',
  );
}
