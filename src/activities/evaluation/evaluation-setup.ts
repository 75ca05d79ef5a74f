import { workloadEstimates } from '../../dataset/workload-estimates.ts';
import { chooseArms, type EvaluationSetup, ecsWorkloadsOf } from '../../domain/evaluation.ts';
import type { Champion } from '../../domain/models/model.ts';
import { type ArmTasks, type Sizing, sizedArmTasks } from '../../domain/money/arm-tasks.ts';
import { type CampaignStore, toJson } from '../campaign-store.ts';
import { joinedSlots } from '../joined-slots.ts';
import { capacityFrom } from '../learning/capacity.ts';
import { type StoredSlot, withSlots } from '../stored-observations.ts';
import { replayRouter } from './router-replay.ts';

/** Arms, static table, model and estimates, from the champion and the complete slots of now. */
export async function chooseSetup(store: CampaignStore): Promise<EvaluationSetup> {
  const { complete } = await joinedSlots(store);
  return await withSlots(store, complete, async (parquet) =>
    setupOf(store, (await store.champion()) ?? (await firstChampion(store, parquet)), parquet),
  );
}

/** Best-static is in use until a retraining has chosen: also when the only one has failed. */
async function firstChampion(
  store: CampaignStore,
  parquet: readonly StoredSlot[],
): Promise<Champion> {
  const { table, withCapacity, reason } = await capacityFrom(store, parquet);
  const champion: Champion = {
    kind: 'best-static',
    table,
    withCapacity,
    reason: 'No retraining has chosen a router.',
    capacityReason: reason,
    slotsSeen: parquet.length,
  };
  await store.objects.putIfAbsent(store.keys.champion, toJson(champion));
  return champion;
}

async function setupOf(
  store: CampaignStore,
  champion: Champion,
  parquet: readonly StoredSlot[],
): Promise<EvaluationSetup> {
  const [plan, { cpuMs, cpuCount }] = await Promise.all([store.plan(), store.deployment()]);
  const { table, withCapacity, learnedModelHash } = champion;
  const replay =
    learnedModelHash === undefined || withCapacity.length === 0
      ? undefined
      : await replayRouter(store, champion, learnedModelHash, { plan, cpuMs, parquet });
  const setup: EvaluationSetup = {
    ...chooseArms({
      table,
      withCapacity,
      hasModel: learnedModelHash !== undefined,
      noModelReason: champion.reason,
      ...(plan.evaluation.aa === undefined ? {} : { aa: plan.evaluation.aa }),
      ...(plan.evaluation.aa === undefined ? {} : { aa: plan.evaluation.aa }),
      ...(replay === undefined ? {} : { agreement: replay.agreement }),
    }),
    table,
    withCapacity,
    ...(learnedModelHash === undefined ? {} : { modelHash: learnedModelHash }),
    estimates: await workloadEstimates(parquet, plan, cpuMs),
  };
  const sizing = { plan, cpuMs, ratePerS: plan.evaluation.ratePerS, machineCpus: cpuCount };
  return { ...setup, tasks: tasksOfArms(setup, sizing, replay?.ecsShares ?? {}) };
}

/** What an arm has on Fargate gets all of its workload's requests; the hybrid's what its router sends. */
function tasksOfArms(
  setup: EvaluationSetup,
  sizing: Sizing,
  hybridShares: Readonly<Record<string, number>>,
): ArmTasks {
  const services = setup.arms.map((arm) => ({
    arm,
    workloads: ecsWorkloadsOf(arm, setup, sizing.plan),
  }));
  return sizedArmTasks(sizing, services, (arm, workload) =>
    arm === 'hybrid' ? (hybridShares[workload] ?? 1) : 1,
  );
}
