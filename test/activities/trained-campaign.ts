import { readFile } from 'node:fs/promises';

import { createDatasetActivities } from '../../src/activities/datasets.ts';
import {
  createModelActivities,
  type TrainingInput,
  type TrainingResult,
} from '../../src/activities/learning/models.ts';
import {
  createPromotionActivities,
  type PromotionInput,
} from '../../src/activities/learning/promotions.ts';
import type { DatasetRef } from '../../src/domain/dataset/dataset.ts';
import type { Champion } from '../../src/domain/models/model.ts';
import { slotRun } from '../../src/domain/names.ts';
import type { FamilyName, Plan } from '../../src/domain/plan.ts';
import type { ModelFamily } from '../../src/learning/model-family.ts';
import { aPlan, aWorkload } from '../dataset/builders.ts';
import { aCollection, type MadePair } from '../dataset/collection.ts';
import { aStumpFamily } from '../learning/stump-family.ts';
import type { PlanChanges } from '../support/a-plan.ts';
import { aRunSummary } from '../support/a-run-summary.ts';
import { type ActivityRig, aRig, campaignId, perform } from './rig.ts';

export type Stump = ReturnType<typeof aStumpFamily>;

/** A stump under another family's name, so that several can compete without their libraries. */
export function stumpNamed(name: FamilyName, changes: Partial<ModelFamily> = {}): Stump {
  return { ...aStumpFamily(), name, ...changes };
}

/** A campaign whose workload has both platforms, and families that train in no time. */
export async function aTrainableRig(
  families: readonly ModelFamily[] = [stumpNamed('random-forest')],
  changes: PlanChanges = {},
): Promise<ActivityRig> {
  const rig = await aRig({ plan: trainablePlan(changes) });
  const byName = Object.fromEntries(families.map((family) => [family.name, family]));
  return { ...rig, ports: { ...rig.ports, families: byName } };
}

function trainablePlan(changes: PlanChanges = {}): Plan {
  return aPlan({
    workloads: [aWorkload({ ecsTasks: 5 })],
    labels: { rule: 'utility', latencyWeight: 1 },
    ...changes,
    evaluation: { ratePerS: 100 },
  });
}

/**
 * Sixty pairs a slot, half of them with large payloads: Lambda is faster for the small ones, Fargate
 * for the large ones, with an exception in seven. Reversed, it is the other way round.
 */
export async function storePairs(
  { store, ports }: ActivityRig,
  slots: readonly number[],
  order: Order = 'usual',
): Promise<void> {
  for (const slot of slots) {
    const run = slotRun(slot);
    await ports.objects.put(store.keys.slotObservations(slot), await slotFile(order, slot));
    await store.putJson(store.keys.summary(run), aRunSummary({ run }));
  }
}

type Order = 'usual' | 'reversed';

const slotsMade = 8;
const made = new Map<Order, Promise<readonly Uint8Array[]>>();

/** Joining takes longer than everything else here, and all campaigns collect the same. */
async function slotFile(order: Order, slot: number): Promise<Uint8Array> {
  const files = made.get(order) ?? makeSlots(order);
  made.set(order, files);
  const file = (await files)[slot - 1];
  if (file === undefined) throw new Error(`Only ${slotsMade} slots are made; got slot ${slot}.`);
  return file;
}

async function makeSlots(order: Order): Promise<readonly Uint8Array[]> {
  const slots = Array.from({ length: slotsMade }, () => pairsOf(order));
  const files = await aCollection(slots, { plan: trainablePlan(), cpuMs: { heavy: 30 } });
  return await Promise.all(files.map(({ path }) => readFile(path)));
}

function pairsOf(order: Order): readonly MadePair[] {
  return Array.from({ length: 60 }, (_, index): MadePair => {
    const isSmall = index % 2 === 0;
    const isException = index % 7 === 3;
    const isLambdaFaster = (isSmall !== isException) === (order === 'usual');
    const [lambdaMs, ecsMs] = isLambdaFaster ? [50, 150] : [150, 50];
    return {
      payloadBytes: isSmall ? 100 : 900,
      lambda: { latencyMs: lambdaMs },
      ecs: { latencyMs: ecsMs },
    };
  });
}

export function datasetOf(rig: ActivityRig, slots: readonly number[]): Promise<DatasetRef> {
  return perform(rig, createDatasetActivities(rig.ports).buildDataset, { campaignId, slots });
}

export function trained(
  rig: ActivityRig,
  dataset: DatasetRef,
  input: Pick<TrainingInput, 'family'> & Partial<TrainingInput>,
): Promise<TrainingResult> {
  const { fingerprint } = dataset;
  return perform(rig, createModelActivities(rig.ports).trainModel, {
    campaignId,
    fingerprint,
    ...input,
  });
}

/** One retraining with every family of the rig, as the workflow does it. */
export async function retrained(
  rig: ActivityRig,
  slots: readonly number[],
  { judge = 'later' as 'split' | 'later' } = {},
) {
  const dataset = await datasetOf(rig, slots);
  const trainings: TrainingResult[] = [];
  for (const family of Object.values(rig.ports.families)) {
    trainings.push(await trained(rig, dataset, { family: family.name, judge }));
  }
  return await promoted(rig, { slotsSeen: slots.length, dataset, trainings });
}

export async function promoted<Input extends Omit<PromotionInput, 'campaignId'>>(
  rig: ActivityRig,
  input: Input,
) {
  const { promoteModel } = createPromotionActivities(rig.ports);
  const result = await perform(rig, promoteModel, { campaignId, ...input });
  const champion = await rig.store.requireJson<Champion>(rig.store.keys.champion);
  return { result, champion, input };
}
