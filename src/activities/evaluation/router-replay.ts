import { labelledRows } from '../../dataset/training-rows.ts';
import type { Champion } from '../../domain/models/model.ts';
import { decodeScorer } from '../../domain/models/scorer.ts';
import type { LabelledRows } from '../../domain/models/training.ts';
import type { Plan } from '../../domain/plan.ts';
import { readArtifact } from '../../learning/artifact.ts';
import { scoreRows } from '../../learning/judge.ts';
import type { CampaignStore } from '../campaign-store.ts';
import type { StoredSlot } from '../stored-observations.ts';

/** What the hybrid's router would have done with the collected requests, ladders aside. */
export interface RouterReplay {
  /** Share of the load that hybrid and best-static would treat alike. */
  readonly agreement: number;
  /** Part of each workload's requests that it sends to Fargate; of workloads that have rows. */
  readonly ecsShares: Readonly<Record<string, number>>;
}

/** On complete slots, with the load that the two platforms had there (METHOD 4.1, 6.1). */
export async function replayRouter(
  store: CampaignStore,
  { table, withCapacity }: Champion,
  modelHash: string,
  input: {
    readonly plan: Plan;
    readonly cpuMs: Readonly<Record<string, number>>;
    readonly parquet: readonly StoredSlot[];
  },
): Promise<RouterReplay> {
  const text = new TextDecoder().decode(await store.requireBytes(store.keys.model(modelHash)));
  const artifact = readArtifact(text, modelHash);
  const rows = await labelledRows({ ...input, withCapacity: undefined });
  const scores = await scoreRows(decodeScorer(artifact.scorer, artifact.features.length), rows);
  return tally(rows, table, (row, workload) => {
    const isLambda = (scores[row] ?? 0) > artifact.threshold;
    return withCapacity.includes(workload) && !isLambda ? 'ecs' : 'lambda';
  });
}

type Routed = (row: number, workload: string) => 'lambda' | 'ecs';

function tally(rows: LabelledRows, table: Champion['table'], routed: Routed): RouterReplay {
  const all = rows.workloads.map(() => 0);
  const onEcs = rows.workloads.map(() => 0);
  let same = 0;
  for (let row = 0; row < rows.rowCount; row += 1) {
    const workload = rows.workload[row] ?? 0;
    const name = rows.workloads[workload] ?? '';
    const share = rows.share[row] ?? 0;
    const platform = routed(row, name);
    all[workload] = (all[workload] ?? 0) + share;
    if (platform === 'ecs') onEcs[workload] = (onEcs[workload] ?? 0) + share;
    if (platform === table[name]) same += share;
  }
  const total = all.reduce((sum, share) => sum + share, 0);
  const shares = rows.workloads.flatMap((name, workload): [string, number][] => {
    const own = all[workload] ?? 0;
    return own === 0 ? [] : [[name, (onEcs[workload] ?? 0) / own]];
  });
  return { agreement: total === 0 ? 0 : same / total, ecsShares: Object.fromEntries(shares) };
}
