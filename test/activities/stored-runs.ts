import { readFile } from 'node:fs/promises';

import { blockRun, slotRun } from '../../src/domain/names.ts';
import type { ClientRecord, PlatformRecord } from '../../src/domain/observation.ts';
import type { RunSummary } from '../../src/domain/receipt.ts';
import type { IntendedRequest } from '../../src/domain/requests/requests.ts';
import { anOutcome, aPair, aSent, joined, platformRecords } from '../dataset/builders.ts';
import { aCollection, type MadePair } from '../dataset/collection.ts';
import { aRunSummary } from '../support/a-run-summary.ts';
import type { ActivityRig } from './rig.ts';

/** Stores the observations of a slot and its joined receipt, as `joinObservations` leaves them. */
export async function storeSlot(
  { store, ports }: ActivityRig,
  slot: number,
  pairs: readonly MadePair[],
  summary: Partial<RunSummary> = {},
): Promise<void> {
  const plan = await store.plan();
  const { cpuMs } = await store.deployment();
  const named = pairs.map((pair) => ({ workload: plan.workloads[0]?.name ?? '', ...pair }));
  // The builder numbers slots from 1, so the earlier ones are empty.
  const earlier = Array.from({ length: slot - 1 }, () => []);
  const files = await aCollection([...earlier, named], { plan, cpuMs });
  const bytes = await readFile(files.at(-1)?.path ?? '');
  await ports.objects.put(store.keys.slotObservations(slot), bytes);
  const run = slotRun(slot);
  await store.putJson(store.keys.summary(run), aRunSummary({ run, ...summary }));
}

const requests = ['r1', 'r2', 'r3', 'r4', 'r5'];

/** Stores a block in which lambda-only and ecs-only answered five requests alike. */
export async function storeBlock(
  { store, ports }: ActivityRig,
  block: number,
  { billedMs = 50, degradedBecause = [] as readonly string[] } = {},
): Promise<void> {
  const run = blockRun(block);
  const intended = requests.map(
    (id): IntendedRequest =>
      aPair(id, {
        targets: [
          { target: 'lambda-only', owner: 'lambda-only', platform: 'lambda', offsetMs: 0 },
          { target: 'ecs-only', owner: 'ecs-only', platform: 'ecs', offsetMs: 5000 },
        ],
      }),
  );
  const client = requests.flatMap((id): ClientRecord[] => [
    aSent(id, 'lambda-only'),
    anOutcome(id, 'lambda-only', { platform: 'lambda' }),
    aSent(id, 'ecs-only'),
    anOutcome(id, 'ecs-only', { platform: 'ecs' }),
  ]);
  const platform = requests.flatMap((id): PlatformRecord[] =>
    platformRecords(id, 'lambda-only', { billedMs }),
  );
  const plan = await store.plan();
  const { cpuMs } = await store.deployment();
  const { path } = await joined({ intended, client, platform }, { block, run, plan, cpuMs });
  await ports.objects.put(store.keys.blockObservations(block), await readFile(path));
  await store.putJson(store.keys.summary(run), aRunSummary({ run, degradedBecause }));
}
