import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { capacityFacts } from '../../dataset/capacity-facts.ts';
import { modelInUse } from '../../domain/models/model.ts';
import { decideCapacity } from '../../domain/money/capacity.ts';
import { type PriceBook, priceBookOf } from '../../domain/money/price-books.ts';
import { type RateSwitch, switchByRate } from '../../domain/money/rate-switch.ts';
import { keysOf } from '../../domain/names.ts';
import type { Plan } from '../../domain/plan.ts';
import { entry } from '../check/check-text.ts';
import { withCampaignDataset } from '../dataset/campaign-dataset.ts';
import { findChampion, requireStoredModel, shortHash } from '../models/stored-models.ts';
import type { CliServices } from '../services.ts';
import { UsageError } from '../usage-error.ts';
import { isModelUsed, type Policy } from './policy.ts';
import { policyFiles } from './policy-files.ts';

/** Writes what of a campaign can be used elsewhere: its model, best-static and switch by rate. */
export async function exportPolicy(
  services: CliServices,
  campaignId: string,
  out: string | undefined,
): Promise<number> {
  const policy = await policyOf(services, campaignId);
  const folder = resolve(out ?? `${campaignId}-policy`);
  const files = policyFiles(policy);
  await mkdir(folder, { recursive: true });
  for (const [name, body] of Object.entries(files)) await writeFile(join(folder, name), body);
  say(services, policy, { folder, names: Object.keys(files) });
  return 0;
}

/** Everything that the files are made from. */
async function policyOf(services: CliServices, campaignId: string): Promise<Policy> {
  const { plan, cpuMs, machineCpus, facts } = await withCampaignDataset(
    services,
    { campaignId },
    async ({ parquet, ...campaign }) => ({
      plan: campaign.plan,
      cpuMs: busyTimes(campaign.plan, campaign.cpuMs),
      machineCpus: campaign.machineCpus,
      facts: parquet.length === 0 ? undefined : await capacityFacts({ parquet, ...campaign }),
    }),
  );
  const book = priceBookOf(plan.pricing);
  const lambdaBilledMs = facts?.lambdaBilledMs ?? {};
  const champion = (await findChampion(services, campaignId))?.champion;
  const { table, reason } = decideCapacity({
    plan,
    cpuMs,
    book,
    ratePerS: plan.evaluation.ratePerS,
    lambdaBilledMs,
    isFastEnough: facts?.isFastEnough,
    ...(machineCpus === undefined ? {} : { machineCpus }),
  });
  const modelHash = champion && (modelInUse(champion) ?? champion.learnedModelHash);
  return {
    campaignId,
    plan,
    book,
    table: champion?.table ?? table,
    capacityReason: champion?.capacityReason ?? reason,
    switches: switchesOf(plan, book, { cpuMs, lambdaBilledMs }),
    ...(champion === undefined ? {} : { champion }),
    ...(modelHash === undefined ? {} : { model: await modelFile(services, campaignId, modelHash) }),
  };
}

/** Measured when the campaign was deployed, else those of the plan. */
function busyTimes(
  plan: Plan,
  deployed: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const known = plan.workloads.flatMap(({ name, cpuMs }) => {
    const found = deployed[name] ?? cpuMs;
    return found === undefined ? [] : [[name, found] as const];
  });
  if (known.length === plan.workloads.length) return Object.fromEntries(known);
  const missing = plan.workloads.filter(({ name }) => known.every(([one]) => one !== name));
  throw new UsageError(
    `The busy time of ${missing.map(({ name }) => name).join(', ')} is not known yet, so nothing ` +
      'can be priced. The campaign measures it when it starts; or give it as "cpu" in the plan.',
  );
}

function switchesOf(
  plan: Plan,
  book: PriceBook,
  measured: Readonly<Record<'cpuMs' | 'lambdaBilledMs', Readonly<Record<string, number>>>>,
): RateSwitch[] {
  return plan.workloads.flatMap((workload) => {
    const cpuMs = measured.cpuMs[workload.name];
    const lambdaBilledMs = measured.lambdaBilledMs[workload.name];
    if (cpuMs === undefined) return [];
    const billed = lambdaBilledMs === undefined ? {} : { lambdaBilledMs };
    return switchByRate(plan, book, { workload, cpuMs, ...billed });
  });
}

/** The stored bytes themselves, so that the hash still names them. */
async function modelFile(
  services: CliServices,
  campaignId: string,
  hash: string,
): Promise<NonNullable<Policy['model']>> {
  const { artifact } = await requireStoredModel(services, campaignId, hash);
  const stored = await services.objects.get(keysOf(campaignId).model(hash));
  if (stored === undefined) throw new Error(`Model ${hash} was removed while it was read.`);
  return { hash, artifact, body: stored.body };
}

function say(
  { output }: CliServices,
  policy: Policy,
  { folder, names }: { readonly folder: string; readonly names: readonly string[] },
): void {
  const { campaignId, model, champion, table } = policy;
  output.line(`Written to ${folder}:`);
  for (const name of names) output.line(`  ${name}`);
  const whichModel =
    model === undefined
      ? `none: ${champion?.reason ?? 'no retraining has chosen a router.'}`
      : `${shortHash(model.hash)}, ` +
        (isModelUsed(policy) ? 'the champion.' : 'the best learned router; best-static is in use.');
  for (const line of entry('Model', whichModel)) output.line(line);
  output.json({ campaignId, folder, files: names, modelHash: model?.hash, table });
}
