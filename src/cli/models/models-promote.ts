import {
  type NextChampion,
  type PastChampion,
  promotedByRequest,
  type RequestedRouter,
  rolledBack,
} from '../../domain/models/champion-history.ts';
import { featureNames } from '../../domain/models/feature.ts';
import { type Champion, type ModelArtifact, modelInUse } from '../../domain/models/model.ts';
import { keysOf } from '../../domain/names.ts';
import type { Plan } from '../../domain/plan.ts';
import { entry } from '../check/check-text.ts';
import type { CliServices } from '../services.ts';
import { requirePlan } from '../stored-campaign.ts';
import { UsageError } from '../usage-error.ts';
import { routerText } from './model-text.ts';
import { findChampion, requireStoredModel, resolveModel, shortHash } from './stored-models.ts';

/** Puts a model, or best-static, to use instead of what a retraining has chosen. */
export async function promoteModel(
  services: CliServices,
  campaignId: string,
  wanted: string,
): Promise<number> {
  const plan = await requirePlan(services, campaignId);
  const current = await requireChampion(services, campaignId);
  const router = await requestedRouter(services, { campaignId, plan, wanted });
  if (modelInUse(current.champion) === (router.kind === 'learned' ? router.modelHash : undefined)) {
    return say(services, { campaignId, now: current.champion, before: current.champion });
  }
  const historyKeys = await services.objects.list(keysOf(campaignId).champions);
  const next = promotedByRequest({
    campaignId,
    current: current.champion,
    historyKeys,
    router,
    reason: `Promoted by request${judgedText(router, current.champion)}.`,
  });
  await replace(services, campaignId, { next, version: current.version });
  return say(services, { campaignId, now: next.champion, before: current.champion });
}

/** Brings back the router that was in use before this one; again, and it goes further back. */
export async function rollBackModel(services: CliServices, campaignId: string): Promise<number> {
  await requirePlan(services, campaignId);
  const current = await requireChampion(services, campaignId);
  const history = await readHistory(services, campaignId);
  const next = rolledBack({
    campaignId,
    current: current.champion,
    history,
    reason: 'Brought back by request.',
  });
  if (next === undefined) {
    throw new UsageError(
      `Campaign "${campaignId}" has used no other router before this one ` +
        `(${routerText(current.champion)}), so there is nothing to go back to. ` +
        `"crossover models promote ${campaignId} MODEL" puts another one to use.`,
    );
  }
  await replace(services, campaignId, { next, version: current.version });
  return say(services, { campaignId, now: next.champion, before: current.champion });
}

async function requireChampion(
  services: CliServices,
  campaignId: string,
): Promise<{ readonly champion: Champion; readonly version: string }> {
  const found = await findChampion(services, campaignId);
  if (found !== undefined) return found;
  throw new UsageError(
    `Campaign "${campaignId}" has no router in use yet, since no retraining has chosen one. ` +
      `"crossover retrain ${campaignId}" does that.`,
  );
}

async function requestedRouter(
  services: CliServices,
  {
    campaignId,
    plan,
    wanted,
  }: { readonly campaignId: string; readonly plan: Plan; readonly wanted: string },
): Promise<RequestedRouter> {
  if (wanted === 'best-static') return { kind: 'best-static' };
  const modelHash = await resolveModel(services, campaignId, wanted);
  const { artifact } = await requireStoredModel(services, campaignId, modelHash);
  const reason = whyUnfit(artifact, plan);
  if (reason !== undefined) {
    throw new UsageError(
      `Model ${shortHash(modelHash)} does not fit campaign "${campaignId}": ${reason}. ` +
        'The router in use stays. Train the model again with this plan and version.',
    );
  }
  return { kind: 'learned', family: artifact.family, modelHash };
}

/** Why a model cannot route the requests of a plan, or undefined. Exported for its test. */
export function whyUnfit(
  { workloads, features }: Pick<ModelArtifact, 'workloads' | 'features'>,
  plan: Plan,
): string | undefined {
  const ofPlan = plan.workloads.map(({ name }) => name);
  if (workloads.join() !== ofPlan.join()) {
    return `it was trained for ${workloads.join(', ')}, and the plan has ${ofPlan.join(', ')}`;
  }
  const expected = featureNames(workloads);
  const place = expected.findIndex((name, index) => name !== features[index]);
  if (place === -1 && features.length === expected.length) return undefined;
  if (place === -1)
    return `it scores ${features.length} features, and there are ${expected.length}`;
  return `its feature ${place + 1} is ${features[place] ?? 'missing'}, and here that is ${expected[place]}`;
}

/** Who promotes by hand should see what the retraining had found, so that it stands in the history. */
function judgedText(router: RequestedRouter, { kind, reason, by }: Champion): string {
  if (router.kind === 'best-static' || kind === 'learned' || by === 'request') return '';
  return `, against what the last retraining had found: ${reason.replace(/\.$/, '')}`;
}

async function readHistory(
  { objects }: CliServices,
  campaignId: string,
): Promise<readonly PastChampion[]> {
  const history: PastChampion[] = [];
  for (const key of await objects.list(keysOf(campaignId).champions)) {
    const stored = await objects.get(key);
    if (stored === undefined) continue;
    history.push({ key, champion: JSON.parse(new TextDecoder().decode(stored.body)) as Champion });
  }
  return history;
}

/** The history entry first, then the one conditional write that counts; what lost is taken back. */
async function replace(
  { objects }: CliServices,
  campaignId: string,
  { next, version }: { readonly next: NextChampion; readonly version: string },
): Promise<void> {
  const text = `${JSON.stringify(next.champion, undefined, 2)}\n`;
  const isOurs = await objects.putIfAbsent(next.historyKey, text);
  if (isOurs && (await objects.putIfMatch(keysOf(campaignId).champion, text, version))) return;
  if (isOurs) await objects.remove(next.historyKey);
  throw new UsageError(
    `The router of campaign "${campaignId}" was changed by somebody else in between, so nothing ` +
      `was written. Look at "crossover models list ${campaignId}" and decide again.`,
  );
}

/** Rolling back once more would go further back. */
function undoing({ campaignId, now, before }: Change): string {
  if (now.restoredFrom === undefined) return `rollback ${campaignId}`;
  const hash = modelInUse(before);
  return `promote ${campaignId} ${hash === undefined ? 'best-static' : shortHash(hash)}`;
}

interface Change {
  readonly campaignId: string;
  readonly now: Champion;
  readonly before: Champion;
}

function say({ output }: CliServices, change: Change): number {
  const { now, before } = change;
  const lines =
    now === before
      ? [...entry('In use', `already: ${routerText(now)}`), 'Nothing was changed.']
      : [
          ...entry('In use', routerText(now)),
          ...entry('Before', routerText(before)),
          ...entry('Undo', `crossover models ${undoing(change)}`),
        ];
  if (now.kind === 'learned' && now.withCapacity.length === 0) {
    lines.push(
      ...entry(
        'Note',
        'No workload has a Fargate service at the rate of the evaluation, so every request goes to Lambda.',
      ),
    );
  }
  for (const line of lines) output.line(line);
  output.json({ ...change, isChanged: now !== before });
  return 0;
}
