import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { Client } from '@temporalio/client';

import { keysOf } from '../domain/names.ts';
import type { TestbedName } from '../domain/platform.ts';
import { findHolder } from './campaign-client.ts';
import { type RemovedHistories, removeHistories } from './campaign-histories.ts';
import type { CliServices } from './services.ts';
import { findReachableSession } from './session.ts';
import { findSummary, requirePlan } from './stored-campaign.ts';
import { UsageError } from './usage-error.ts';
import { wrap } from './wrap.ts';

/**
 * Removes a campaign that has ended: from the store, its folders from this machine, and its
 * histories from Temporal where that answers. Its name is free when that has forgotten it.
 */
export async function removeCampaign(services: CliServices, campaignId: string): Promise<number> {
  const { testbed } = await requirePlan(services, campaignId);
  const session = await findReachableSession(services);
  try {
    await refuseUnended(services, { campaignId, testbed, client: session?.client });
    const removed = session && (await removeHistories(session.client, campaignId));
    return await removeStored(services, campaignId, removed);
  } finally {
    await session?.close();
  }
}

/** `removed`: what Temporal had; undefined when it could not be asked. */
async function removeStored(
  services: CliServices,
  campaignId: string,
  removed: RemovedHistories | undefined,
): Promise<number> {
  const { output, objects, config } = services;
  const { root, plan } = keysOf(campaignId);
  const storeFolder = join(config.storeFolder, root);
  const folders = await existing([storeFolder, ...services.campaignFolders(campaignId)]);
  const keys = await objects.list(root);
  // The plan last: while it is there, the name is taken, and the command can be repeated.
  for (const key of keys) if (key !== plan) await objects.remove(key);
  for (const { path } of folders) if (path !== storeFolder) await rm(path, { recursive: true });
  await objects.remove(plan);
  // What is left of it are empty folders.
  await rm(storeFolder, { recursive: true, force: true });

  const bytes = folders.reduce((sum, folder) => sum + folder.bytes, 0);
  const objectsText = keys.length === 1 ? '1 object' : `${keys.length} objects`;
  const historiesText = removed && `, ${historyCount(removed.histories)} of Temporal`;
  output.line(
    `Removed campaign ${campaignId}: ${objectsText}, ${sizeText(bytes)}${historiesText ?? ''}.`,
  );
  for (const folder of folders) {
    const line = `  ${sizeText(folder.bytes).padStart(8)}  ${folder.path}`;
    for (const part of wrap(line, { indent: ' '.repeat(12) })) output.line(part);
  }
  if (removed?.isForgotten !== true) {
    const why =
      removed === undefined ? 'does not answer here' : 'takes up to a minute to forget it';
    const until = `Temporal ${why}: as long as it remembers this campaign, a new one of its name gets a number behind it.`;
    for (const line of wrap(until)) output.line(line);
  }
  output.json({ campaignId, objects: keys.length, bytes, folders, ...removed });
  return 0;
}

function historyCount(count: number): string {
  return count === 1 ? '1 history' : `${count} histories`;
}

interface Candidate {
  readonly campaignId: string;
  readonly testbed: TestbedName;
  /** Undefined when no server answers. */
  readonly client: Client | undefined;
}

/** It runs, or nobody here can say that it does not: then nothing is removed. */
async function refuseUnended(
  services: CliServices,
  { campaignId, testbed, client }: Candidate,
): Promise<void> {
  const holder = client && (await findHolder(client, testbed, campaignId));
  if (holder?.campaignId === campaignId) {
    throw new UsageError(
      `Campaign "${campaignId}" is running. End it with "crossover stop ${campaignId}", wait for ` +
        `its report, and then remove it.`,
    );
  }
  if (client !== undefined || (await findSummary(services, campaignId)) !== undefined) return;
  throw new UsageError(
    `Campaign "${campaignId}" has no end in the store and no Temporal server answers here: it may ` +
      'be suspended. Start the server with "crossover dev" and ask again. If the server is lost, ' +
      `"crossover report ${campaignId}" ends it with a report of what is stored.`,
  );
}

interface Folder {
  readonly path: string;
  readonly bytes: number;
}

async function existing(paths: readonly string[]): Promise<Folder[]> {
  const found: Folder[] = [];
  for (const path of paths) {
    const bytes = await bytesOf(path);
    if (bytes !== undefined) found.push({ path, bytes });
  }
  return found;
}

/** Of all files below a folder; undefined where there is none. */
async function bytesOf(folder: string): Promise<number | undefined> {
  try {
    const entries = await readdir(folder, { withFileTypes: true, recursive: true });
    const files = entries.filter((entry) => !entry.isDirectory());
    const sizes = await Promise.all(
      files.map(async ({ parentPath, name }) => (await lstat(join(parentPath, name))).size),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  const step = Math.min(Math.floor(Math.log10(bytes) / 3), units.length);
  return `${(bytes / 1000 ** step).toFixed(1)} ${units[step - 1]}`;
}
