import { labelledRows } from '../../dataset/training-rows.ts';
import type { EvaluationSetup } from '../../domain/evaluation.ts';
import type { ModelArtifact } from '../../domain/models/model.ts';
import { decodeScorer } from '../../domain/models/scorer.ts';
import { slotRun } from '../../domain/names.ts';
import type { Plan } from '../../domain/plan.ts';
import type { RunReceipt } from '../../domain/receipt.ts';
import type { IntendedRequest } from '../../domain/requests/requests.ts';
import { runLengthMs } from '../../domain/schedule.ts';
import type { ValuedPolicy } from '../../domain/simulation/policy-figures.ts';
import {
  type PolicyValueResult,
  type PolicyValues,
  policyValuesOf,
} from '../../domain/simulation/policy-value.ts';
import type { ReplayedRun } from '../../domain/simulation/simulated-replay.ts';
import { scoreRows } from '../../learning/judge.ts';
import type { ActivityPorts } from '../activity-ports.ts';
import type { CampaignStore } from '../campaign-store.ts';
import { joinedSlots } from '../joined-slots.ts';
import { findModel } from '../learning/stored-models.ts';
import { withSlots } from '../stored-observations.ts';
import { fittedCampaign } from '../what-if/fitted-campaign.ts';

/**
 * Stores V_self of the routers (METHOD 5.2). The verdict does not need it: whatever goes wrong here
 * is stored as the reason why there is none.
 */
export async function storePolicyValue(
  ports: Pick<ActivityPorts, 'testbeds'>,
  store: CampaignStore,
): Promise<void> {
  await store.putJson(store.keys.policyValue, await policyValueOf(ports, store));
}

async function policyValueOf(
  ports: Pick<ActivityPorts, 'testbeds'>,
  store: CampaignStore,
): Promise<PolicyValueResult> {
  try {
    return { status: 'valued', ...(await valued(ports, store)) };
  } catch (error) {
    return { status: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

async function valued(
  ports: Pick<ActivityPorts, 'testbeds'>,
  store: CampaignStore,
): Promise<PolicyValues> {
  const simulation = ports.testbeds.simulated?.simulation;
  if (simulation === undefined) throw new Error('This worker has no simulator.');
  const { complete } = await joinedSlots(store);
  if (complete.length === 0) throw new Error('There is no complete slot to replay.');
  const [measuredPlan, { cpuMs }, setup] = await Promise.all([
    store.plan(),
    store.deployment(),
    store.requireJson<EvaluationSetup>(store.keys.evaluation),
  ]);
  const { plan, notes } = await fittedCampaign(store, complete);
  const artifact = (await findModel(store, setup.modelHash))?.artifact;
  return await policyValuesOf({
    plan,
    cpuMs,
    setup,
    ...(artifact === undefined ? {} : { artifact }),
    slots: await Promise.all(complete.map((slot) => readSlot(store, plan, slot))),
    measuredPair: await measuredPairs(store, complete, {
      plan: measuredPlan,
      cpuMs,
      setup,
      ...(artifact === undefined ? {} : { artifact }),
    }),
    notes,
    replay: simulation.replay,
  });
}

async function readSlot(store: CampaignStore, plan: Plan, slot: number): Promise<ReplayedRun> {
  const run = slotRun(slot);
  const { startsAtMs } = await store.requireJson<RunReceipt>(store.keys.receipt(run));
  const lines = new TextDecoder().decode(await store.requireBytes(store.keys.requests(run)));
  const requests = lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as IntendedRequest);
  // Whoever is still on the way gets as long as the client would wait.
  const endsBeforeMs = startsAtMs + runLengthMs(plan) + plan.load.gapMs + 2 * plan.load.timeoutMs;
  return { run, startsAtMs, requests, endsBeforeMs };
}

interface MeasuredPolicies {
  readonly plan: Plan;
  readonly cpuMs: Readonly<Record<string, number>>;
  readonly setup: EvaluationSetup;
  readonly artifact?: ModelArtifact;
}

/** V_pair as it was measured: what each policy would have chosen of every collected pair. */
async function measuredPairs(
  store: CampaignStore,
  slots: readonly number[],
  { plan, cpuMs, setup, artifact }: MeasuredPolicies,
): Promise<Partial<Record<ValuedPolicy, number>>> {
  const rows = await withSlots(store, slots, (parquet) =>
    labelledRows({ parquet, plan, cpuMs, withCapacity: undefined }),
  );
  const scores =
    artifact === undefined
      ? undefined
      : await scoreRows(decodeScorer(artifact.scorer, artifact.features.length), rows);
  const sums: Record<ValuedPolicy, number> = {
    hybrid: 0,
    'best-static': 0,
    'lambda-only': 0,
    'ecs-only': 0,
  };
  for (let row = 0; row < rows.rowCount; row += 1) {
    const workload = rows.workloads[rows.workload[row] ?? 0] ?? '';
    const share = rows.share[row] ?? 0;
    const [lambda, ecs] = [rows.utilityLambda[row] ?? 0, rows.utilityEcs[row] ?? 0];
    const prefersLambda = (scores?.[row] ?? 0) > (artifact?.threshold ?? 0);
    const onLambda = prefersLambda || !setup.withCapacity.includes(workload);
    sums.hybrid += share * (onLambda ? lambda : ecs);
    sums['best-static'] += share * (setup.table[workload] === 'ecs' ? ecs : lambda);
    sums['lambda-only'] += share * lambda;
    sums['ecs-only'] += share * ecs;
  }
  const { hybrid, ...others } = sums;
  return artifact === undefined ? others : { hybrid, ...others };
}
