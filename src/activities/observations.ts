import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { log } from '@temporalio/activity';

import { joinRun } from '../dataset/join.ts';
import { PermanentFailure } from '../domain/failures.ts';
import type { LoadRunRef } from '../domain/load-run.ts';
import { blockRun, slotRun } from '../domain/names.ts';
import type { RunReceipt, RunSummary } from '../domain/receipt.ts';
import { type ActivityPorts, requireTestbed } from './activity-ports.ts';
import { CampaignStore, toJson } from './campaign-store.ts';
import { beating } from './heartbeats.ts';
import { servicesOf, type WindowInput } from './testbeds.ts';

export type ObservationActivities = ReturnType<typeof createObservationActivities>;

export function createObservationActivities(ports: ActivityPorts) {
  return { joinObservations };

  /**
   * Collects the platforms' records of a run, joins them to what was sent, and stores one row per
   * intended request and target. A run that is joined already is not joined again.
   */
  async function joinObservations({ run, window }: WindowInput): Promise<RunSummary> {
    const store = new CampaignStore(ports.objects, run.campaignId);
    const earlier = await store.json<RunSummary>(store.keys.summary(run.run));
    if (earlier !== undefined) return earlier;
    const receipt = await store.json<RunReceipt>(store.keys.receipt(run.run));
    if (receipt === undefined) {
      throw new PermanentFailure('MissingObject', `No receipt, no run: ${run.run} has none.`);
    }

    const folder = await mkdtemp(join(tmpdir(), 'crossover-join-'));
    try {
      const summary = await beating(async ({ signal }) => {
        await collect(store, run, receipt.attempts, signal);
        await fetchInto(folder, store, run, receipt);
        return await joinFiles(folder, store, run, window.startsAtMs);
      });
      await ports.objects.put(
        observationsKey(store, run),
        await readFile(join(folder, 'part.parquet')),
      );
      // Last: no summary, no observations.
      await ports.objects.putIfAbsent(store.keys.summary(run.run), toJson(summary));
      log.info('Observations joined', { run: run.run, rows: summary.rows });
      return summary;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async function collect(
    store: CampaignStore,
    run: LoadRunRef,
    attempts: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { testbed: name } = await store.plan();
    const { testbed } = requireTestbed(ports, name);
    const records = await testbed.collect({ campaignId: run.campaignId, run: run.run }, { signal });
    const lines = records.map((record) => `${JSON.stringify(record)}\n`).join('');
    await ports.objects.put(store.keys.platform(run.run, attempts), lines);
  }

  async function joinFiles(
    folder: string,
    store: CampaignStore,
    run: LoadRunRef,
    startsAtMs: number,
  ): Promise<RunSummary> {
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

function observationsKey(store: CampaignStore, run: LoadRunRef): string {
  return 'slot' in run
    ? store.keys.slotObservations(run.slot)
    : store.keys.blockObservations(run.block);
}
