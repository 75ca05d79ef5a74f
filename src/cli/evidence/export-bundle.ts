import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { largestBodies } from '../../dataset/figures/largest-bodies.ts';
import { withObjectFiles } from '../../dataset/object-files.ts';
import {
  type Evidence,
  type EvidenceFile,
  evidenceContents,
  evidenceSchema,
} from '../../domain/evidence/evidence.ts';
import { auditFairness } from '../../domain/fairness/fairness.ts';
import { priceBookOf } from '../../domain/money/price-books.ts';
import { bundleFolder, evidenceFile, keysOf, parseSummaryKey } from '../../domain/names.ts';
import type { Plan } from '../../domain/plan.ts';
import type { RunReceipt } from '../../domain/receipt.ts';
import type { DeploymentRecord } from '../../testbeds/testbed.ts';
import { entry } from '../check/check-text.ts';
import type { CliServices } from '../services.ts';
import { findSummary, requirePlan } from '../stored-campaign.ts';
import { UsageError } from '../usage-error.ts';
import { wrap } from '../wrap.ts';
import { fileOf, filesOf, isBundle, openBundle } from './bundle-files.ts';
import { codeVersion } from './code-version.ts';
import { machineOf } from './compared-campaign.ts';
import { findObject, requireObject } from './stored-objects.ts';

export interface BundleOptions {
  /** Folder of the bundle; by default `<campaign>.bundle` here. */
  readonly to?: string;
  /** Raw records too, not only their hashes. */
  readonly raw?: true;
}

/** Writes everything that the campaign's report can be computed from again, with a manifest. */
export async function exportBundle(
  services: CliServices,
  campaignId: string,
  options: BundleOptions,
): Promise<number> {
  const plan = await requirePlan(services, campaignId);
  await requireEnd(services, campaignId);
  const folder = resolve(options.to ?? bundleFolder(campaignId));
  const isOlder = await requireRoom(folder, campaignId);
  // Beside it, so that it can be renamed: nobody ever sees half a bundle under its name.
  const partial = `${folder}.partial-${process.pid}`;
  await mkdir(dirname(folder), { recursive: true });
  await mkdir(partial);
  try {
    const evidence = await writeFiles(services, { plan, campaignId, partial, options });
    const body = `${JSON.stringify(evidence, undefined, 2)}\n`;
    await writeFile(join(partial, evidenceFile), body);
    await publish(partial, folder, { replaces: isOlder });
    const { sha256 } = fileOf(evidenceFile, new TextEncoder().encode(body));
    say(services, evidence, { folder, sha256 });
    return 0;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** A bundle is evidence for a report, so there must be one, and it must not change any more. */
async function requireEnd(services: CliServices, campaignId: string): Promise<void> {
  if ((await findSummary(services, campaignId)) !== undefined) return;
  throw new UsageError(
    `Campaign "${campaignId}" has no report yet. When it has ended, or was terminated, ` +
      `"crossover report ${campaignId}" writes it; then export the bundle.`,
  );
}

/** Whether an older export of the same campaign stands there, which may be replaced. */
async function requireRoom(folder: string, campaignId: string): Promise<boolean> {
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  );
  if (!isThere) return false;
  const advice = 'Name another folder with --to, or move this one away.';
  if (!(await isBundle(folder))) {
    throw new UsageError(`${folder} exists and is no evidence bundle. ${advice}`);
  }
  const { evidence } = await openBundle(folder);
  if (evidence.campaignId !== campaignId) {
    throw new UsageError(`${folder} is the bundle of "${evidence.campaignId}". ${advice}`);
  }
  const listed = new Set([...evidence.files, ...evidence.raw].map(({ path }) => path));
  const own = (await filesOf(folder)).filter(({ path }) => !listed.has(path));
  if (own.length > 0) {
    const [first] = own;
    throw new UsageError(
      `${folder} has ${own.length} ${own.length === 1 ? 'file' : 'files'} that no export wrote, ` +
        `such as ${first?.path}; replacing it would lose them. ${advice}`,
    );
  }
  return true;
}

async function publish(
  partial: string,
  folder: string,
  { replaces }: { readonly replaces: boolean },
): Promise<void> {
  if (!replaces) return await rename(partial, folder);
  const older = `${folder}.older-${process.pid}`;
  await rename(folder, older);
  await rename(partial, folder);
  await rm(older, { recursive: true });
}

interface Export {
  readonly plan: Plan;
  readonly campaignId: string;
  readonly partial: string;
  readonly options: BundleOptions;
}

async function writeFiles(services: CliServices, exported: Export): Promise<Evidence> {
  const { plan, campaignId, partial, options } = exported;
  const { objects } = services;
  const keys = keysOf(campaignId);
  const files: EvidenceFile[] = [];
  const raw: EvidenceFile[] = [];
  for (const key of await objects.list(keys.root)) {
    const body = await requireObject(objects, key);
    const isRaw = key.startsWith(keys.rawFolder);
    (isRaw ? raw : files).push(fileOf(key, body));
    if (isRaw && options.raw === undefined) continue;
    await mkdir(dirname(join(partial, key)), { recursive: true });
    await writeFile(join(partial, key), body);
  }
  const deployment = await findObject<DeploymentRecord>(objects, keys.deployment);
  const { planHash = '' } = (await findObject<{ planHash?: string }>(objects, keys.plan)) ?? {};
  const measuredUntil = await lastEnd(services, campaignId);
  return {
    schema: evidenceSchema,
    campaignId,
    testbed: plan.testbed,
    ...(measuredUntil === undefined ? {} : { measuredUntil }),
    question: {
      ...plan.question,
      slos: Object.fromEntries(plan.workloads.map(({ name, slo }) => [name, slo ?? null])),
    },
    planHash,
    seeds: { plan: plan.seed },
    code: await codeVersion(services.config.checkoutFolder),
    ...(deployment === undefined ? {} : { machine: machineOf(deployment) }),
    prices: priceBookOf(plan.pricing),
    fairness: auditFairness(plan, {
      ...(deployment === undefined ? {} : { deployment }),
      ...(await bodiesOf(services, campaignId)),
    }),
    contents: evidenceContents(campaignId),
    files,
    raw,
    isRawIncluded: options.raw !== undefined,
  };
}

async function bodiesOf(services: CliServices, campaignId: string) {
  const observations = await services.objects.list(keysOf(campaignId).observations);
  if (observations.length === 0) return {};
  const read = (key: string): Promise<Uint8Array> => requireObject(services.objects, key);
  return { largestBytes: await withObjectFiles(read, observations, largestBodies) };
}

/** The campaign's own end: a bundle has no other clock. */
async function lastEnd(services: CliServices, campaignId: string): Promise<string | undefined> {
  let lastMs: number | undefined;
  for (const key of await services.objects.list(keysOf(campaignId).receipts)) {
    if (parseSummaryKey(key) !== undefined) continue;
    const { finishedAtMs } = (await findObject<Partial<RunReceipt>>(services.objects, key)) ?? {};
    if (finishedAtMs !== undefined) lastMs = Math.max(lastMs ?? 0, finishedAtMs);
  }
  return lastMs === undefined ? undefined : new Date(lastMs).toISOString();
}

function say(
  { output }: CliServices,
  { campaignId, files, raw, isRawIncluded, fairness, code }: Evidence,
  { folder, sha256 }: { readonly folder: string; readonly sha256: string },
): void {
  const listed = [...files, ...(isRawIncluded ? raw : [])];
  const bytes = listed.reduce((sum, file) => sum + file.bytes, 0);
  const rawText = isRawIncluded
    ? `${raw.length} raw files are among them.`
    : `Of ${raw.length} raw files it has the hashes alone; --raw takes them along.`;
  output.line(`Written to ${folder}.`);
  const lines = [
    entry('Files', `${listed.length}, ${(bytes / 1e6).toFixed(1)} MB. ${rawText}`),
    entry('sha256', `${sha256} (of ${evidenceFile}; cite it)`),
  ];
  for (const line of lines.flat()) output.line(line);
  if (code.dirty === true) {
    const warning =
      'The code of this checkout was changed since its commit: nobody else can get it by the ' +
      'commit that the bundle names.';
    for (const line of wrap(warning)) output.line(line);
  }
  for (const line of wrap(`"crossover verify ${folder}" computes its numbers again.`)) {
    output.line(line);
  }
  output.json({ campaignId, folder, sha256, files: listed.length, bytes, isRawIncluded, fairness });
}
