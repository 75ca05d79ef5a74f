import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { joinRun } from '../dataset/join/join.ts';
import { blockRun, slotRun } from '../domain/names.ts';
import type { RunReceipt, RunSummary } from '../domain/receipt.ts';
import type { LoadRunRef } from '../domain/requests/load-run.ts';
import type { CampaignStore } from './campaign-store.ts';
import { servicesOf } from './testbeds.ts';

/**
 * Joins the stored records of a run, its platforms' among them, into `part.parquet` of an empty
 * working folder. The same records give the same rows.
 */
export async function joinStoredRun(
  store: CampaignStore,
  run: LoadRunRef,
  {
    folder,
    receipt,
    startsAtMs,
  }: { readonly folder: string; readonly receipt: RunReceipt; readonly startsAtMs: number },
): Promise<RunSummary> {
  await fetchInto(folder, store, run, receipt);
  const [plan, deployment] = await Promise.all([store.plan(), store.deployment()]);
  // Simulated hours follow the plan's grid; when they were computed says nothing.
  const isSimulated = plan.schedule.pace === 'immediate';
  const previousLoadEndedAtMs = isSimulated ? undefined : await previousEnd(store, run);
  return await joinRun({
    folder,
    outputPath: join(folder, 'part.parquet'),
    campaignId: run.campaignId,
    run: run.run,
    ...('slot' in run ? { slot: run.slot } : { block: run.block }),
    startsAtMs,
    plan,
    cpuMs: deployment.cpuMs,
    services: (await servicesOf(store, run, plan)).filter(({ platform }) => platform === 'ecs'),
    ...(previousLoadEndedAtMs === undefined ? {} : { previousLoadEndedAtMs }),
  });
}

/** When the load before this run ended: an hour that was missed is a gap, too (METHOD 2.2). */
async function previousEnd(store: CampaignStore, run: LoadRunRef): Promise<number | undefined> {
  const isSlot = 'slot' in run;
  for (let number = (isSlot ? run.slot : run.block) - 1; number >= 1; number -= 1) {
    const name = isSlot ? slotRun(number) : blockRun(number);
    const receipt = await store.json<RunReceipt>(store.keys.receipt(name));
    if (receipt !== undefined) return receipt.finishedAtMs;
  }
  return undefined;
}

/** Lays out the files that `joinRun` reads. */
async function fetchInto(
  folder: string,
  store: CampaignStore,
  run: LoadRunRef,
  receipt: RunReceipt,
): Promise<void> {
  await mkdir(join(folder, 'raw'));
  const copy = async (key: string, path: string): Promise<void> =>
    writeFile(join(folder, path), await store.requireBytes(key));
  await copy(store.keys.requests(run.run), 'requests.ndjson');
  await copy(store.keys.platform(run.run, receipt.attempts), 'platform.ndjson');
  for (const [index, key] of receipt.segments.entries()) {
    await copy(key, join('raw', `${String(index).padStart(5, '0')}.ndjson`));
  }
}
