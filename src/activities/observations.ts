import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { log } from '@temporalio/activity';

import { PermanentFailure } from '../domain/failures.ts';
import type { RunReceipt, RunSummary } from '../domain/receipt.ts';
import type { LoadRunRef } from '../domain/requests/load-run.ts';
import { type ActivityPorts, requireTestbed } from './activity-ports.ts';
import { CampaignStore, toJson } from './campaign-store.ts';
import { beating } from './heartbeats.ts';
import { joinStoredRun } from './run-join.ts';
import type { WindowInput } from './testbeds.ts';

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
        return await joinStoredRun(store, run, { folder, receipt, startsAtMs: window.startsAtMs });
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
}

function observationsKey(store: CampaignStore, run: LoadRunRef): string {
  return 'slot' in run
    ? store.keys.slotObservations(run.slot)
    : store.keys.blockObservations(run.block);
}
