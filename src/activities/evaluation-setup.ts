import { labelledRows } from '../dataset/training-rows.ts';
import { workloadEstimates } from '../dataset/workload-estimates.ts';
import { chooseArms, type EvaluationSetup } from '../domain/evaluation.ts';
import type { Champion } from '../domain/model.ts';
import type { Plan } from '../domain/plan.ts';
import { decodeScorer } from '../domain/scorer.ts';
import { readArtifact } from '../learning/artifact.ts';
import { scoreRows } from '../learning/judge.ts';
import { type CampaignStore, toJson } from './campaign-store.ts';
import { capacityFrom } from './capacity.ts';
import { joinedSlots } from './joined-slots.ts';
import { type StoredSlot, withSlots } from './stored-observations.ts';

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
  const [plan, { cpuMs }] = await Promise.all([store.plan(), store.deployment()]);
  const { table, withCapacity, learnedModelHash } = champion;
  const agreement =
    learnedModelHash === undefined || withCapacity.length === 0
      ? undefined
      : await agreementOf(store, champion, learnedModelHash, { plan, cpuMs, parquet });
  return {
    ...chooseArms({
      table,
      withCapacity,
      hasModel: learnedModelHash !== undefined,
      noModelReason: champion.reason,
      ...(agreement === undefined ? {} : { agreement }),
    }),
    table,
    withCapacity,
    ...(learnedModelHash === undefined ? {} : { modelHash: learnedModelHash }),
    estimates: await workloadEstimates(parquet, plan, cpuMs),
  };
}

/** Share of the collected requests (ladders aside) that hybrid and best-static would treat alike. */
async function agreementOf(
  store: CampaignStore,
  { table, withCapacity }: Champion,
  modelHash: string,
  input: {
    readonly plan: Plan;
    readonly cpuMs: Readonly<Record<string, number>>;
    readonly parquet: readonly StoredSlot[];
  },
): Promise<number> {
  const text = new TextDecoder().decode(await store.requireBytes(store.keys.model(modelHash)));
  const artifact = readArtifact(text, modelHash);
  const rows = await labelledRows({ ...input, withCapacity: undefined });
  const scores = await scoreRows(decodeScorer(artifact.scorer, artifact.features.length), rows);
  let same = 0;
  let all = 0;
  for (let row = 0; row < rows.rowCount; row += 1) {
    const workload = rows.workloads[rows.workload[row] ?? 0] ?? '';
    const share = rows.share[row] ?? 0;
    const learned = (scores[row] ?? 0) > artifact.threshold ? 'lambda' : 'ecs';
    const routed = withCapacity.includes(workload) ? learned : 'lambda';
    all += share;
    if (routed === table[workload]) same += share;
  }
  return all === 0 ? 0 : same / all;
}
