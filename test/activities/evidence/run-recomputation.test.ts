import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';
import {
  joinedRuns,
  recountSummaries,
  rejoinRuns,
} from '../../../src/activities/evidence/run-recomputation.ts';
import { joinStoredRun } from '../../../src/activities/run-join.ts';
import type { RunReceipt } from '../../../src/domain/receipt.ts';
import { slotRunRef } from '../../../src/domain/requests/load-run.ts';
import {
  anOutcome,
  aPair,
  aPlan,
  aSent,
  platformRecords,
  startsAtMs,
} from '../../dataset/builders.ts';
import { type ActivityRig, aRig, campaignId, linesOf } from '../rig.ts';

const run = slotRunRef(campaignId, 1);
const rawKey = (rig: ActivityRig): string => rig.store.keys.raw(run.run, 1, 1);

/** One slot of two pairs with its raw records, joined as an activity joins it. */
async function aJoinedSlot(): Promise<ActivityRig> {
  const rig = await aRig({ plan: aPlan() });
  const { store, ports } = rig;
  const { objects } = ports;
  const ids = ['slot-001.00000', 'slot-001.00001'];
  const targets = ['lambda', 'ecs'] as const;
  const client = ids.flatMap((id) =>
    targets.flatMap((target) => [aSent(id, target), anOutcome(id, target)]),
  );
  const platform = ids.flatMap((id) => targets.flatMap((target) => platformRecords(id, target)));
  await objects.put(store.keys.requests(run.run), linesOf(ids.map((id) => aPair(id))));
  await objects.put(rawKey(rig), linesOf(client));
  await objects.put(store.keys.platform(run.run, 1), linesOf(platform));
  const receipt: RunReceipt = {
    run: run.run,
    attempts: 1,
    startsAtMs,
    finishedAtMs: startsAtMs + 1,
    endReason: 'completed',
    segments: [rawKey(rig)],
  };
  await store.putJson(store.keys.receipt(run.run), receipt);
  const folder = await mkdtemp(join(tmpdir(), 'crossover-rejoin-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const summary = await joinStoredRun(store, run, { folder, receipt, startsAtMs });
  await objects.put(store.keys.slotObservations(1), await readFile(join(folder, 'part.parquet')));
  await store.putJson(store.keys.summary(run.run), summary);
  return rig;
}

test('raw records give the same observations and the same summary again', async () => {
  const { store } = await aJoinedSlot();
  const { recomputed, differences } = await rejoinRuns(store, await joinedRuns(store));
  expect(differences).toEqual([]);
  expect(recomputed.map(({ path }) => path)).toEqual([
    store.keys.summary(run.run),
    store.keys.slotObservations(1),
  ]);
});

test('a latency that is another in the raw records is found in its column', async () => {
  const rig = await aJoinedSlot();
  const text = new TextDecoder().decode(await rig.store.requireBytes(rawKey(rig)));
  await rig.ports.objects.put(rawKey(rig), text.replace('"latencyMs":120.5', '"latencyMs":12.5'));
  const { differences } = await rejoinRuns(rig.store, await joinedRuns(rig.store));
  expect(differences).toContainEqual({
    file: rig.store.keys.slotObservations(1),
    path: 'latency_ms',
    second: 'another value in 1 row',
  });
});

test('a count that was changed in a summary is counted again', async () => {
  const { store } = await aJoinedSlot();
  const summary = await store.requireJson<object>(store.keys.summary(run.run));
  await store.putJson(store.keys.summary(run.run), { ...summary, goodRows: 3, costUsd: 99 });
  const { differences } = await recountSummaries(store, await joinedRuns(store));
  expect(differences).toEqual([
    { file: store.keys.summary(run.run), path: 'goodRows', first: 3, second: 4 },
  ]);
});
