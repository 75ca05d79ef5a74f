import { evaluationCells } from '../dataset/evaluation-cells.ts';
import { labelledRows } from '../dataset/training-rows.ts';
import { workloadEstimates } from '../dataset/workload-estimates.ts';
import type { Arm } from '../domain/arm.ts';
import { armBlockCosts } from '../domain/arm-cost.ts';
import { decideVerdict } from '../domain/decide.ts';
import { chooseArms, type EvaluationSetup, ecsWorkloadsOf } from '../domain/evaluation.ts';
import { decodeForest } from '../domain/forest.ts';
import type { Champion } from '../domain/model.ts';
import { blockRun } from '../domain/names.ts';
import type { Plan } from '../domain/plan.ts';
import { requirePriceBook } from '../domain/pricing.ts';
import type { RunSummary } from '../domain/receipt.ts';
import { blockLengthMs, scoredMs } from '../domain/schedule.ts';
import type { Verdict } from '../domain/verdict.ts';
import { readArtifact } from '../learning/artifact.ts';
import { scoreRows } from '../learning/judge.ts';
import type { ActivityPorts } from './activity-ports.ts';
import { CampaignStore, toJson } from './campaign-store.ts';
import { capacityFrom } from './capacity.ts';
import { beating } from './heartbeats.ts';
import { storeSensitivity } from './simulation-trust.ts';
import { type StoredSlot, withBlocks, withSlots } from './stored-observations.ts';
import type { CampaignRef } from './testbeds.ts';

export type EvaluationActivities = ReturnType<typeof createEvaluationActivities>;

export interface ScoreInput {
  readonly campaignId: string;
  /** Blocks that were measured. */
  readonly blocks: readonly number[];
}

/** What the evaluation's workflow must know. */
export interface PlannedEvaluation {
  readonly arms: readonly Arm[];
  readonly blockLengthMs: number;
}

export interface Score {
  readonly hasVerdict: boolean;
  readonly noVerdict?: string;
}

const msPerHour = 3_600_000;

/** With a smaller share of its requests sent, an arm was not measured but sampled (METHOD 1.6). */
const leastIssuedShare = 0.98;

export function createEvaluationActivities(ports: ActivityPorts) {
  return { planEvaluation, scoreEvaluation };

  /** Pins arms, static table and model, so that a promotion meanwhile changes nothing. */
  async function planEvaluation({ campaignId }: CampaignRef): Promise<PlannedEvaluation> {
    const store = new CampaignStore(ports.objects, campaignId);
    const earlier = await store.json<EvaluationSetup>(store.keys.evaluation);
    const plan = await store.plan();
    if (earlier !== undefined) return planned(plan, earlier.arms);

    const slots = await completeSlots(store);
    const setup = await beating(() =>
      withSlots(store, slots, async (parquet) =>
        setupOf(store, (await store.champion()) ?? (await firstChampion(store, parquet)), parquet),
      ),
    );
    await ports.objects.putIfAbsent(store.keys.evaluation, toJson(setup));
    return planned(plan, setup.arms);
  }

  /** Costs, contrasts and the answer; without enforced limits there is no verdict (METHOD 1.7). */
  async function scoreEvaluation({ campaignId, blocks }: ScoreInput): Promise<Score> {
    const store = new CampaignStore(ports.objects, campaignId);
    const [plan, deployment, setup] = await Promise.all([
      store.plan(),
      store.deployment(),
      store.requireJson<EvaluationSetup>(store.keys.evaluation),
    ]);
    if (deployment.limits === 'none') {
      return {
        hasVerdict: false,
        noVerdict:
          'CPU and memory limits could not be enforced on this machine, so the sizes of the plan ' +
          'were not what was measured.',
      };
    }
    const scored = blocks.filter((block) => block > plan.evaluation.leadInBlocks);
    if (scored.length === 0) {
      return { hasVerdict: false, noVerdict: 'No block behind the lead-in was measured.' };
    }
    const score = (chosen: readonly number[]): Promise<Verdict> =>
      beating(() => verdictOf({ store, plan, setup, cpuMs: deployment.cpuMs, blocks: chosen }));
    const verdict = await score(scored);
    const complete = await completeBlocks(store, scored);
    const believed =
      complete.length === scored.length
        ? verdict
        : complete.length === 0
          ? doubted(verdict, 'every scored block is degraded.')
          : agreement(verdict, await score(complete), scored.length - complete.length);
    await store.putJson(store.keys.report('verdict.json'), believed);
    await beating(() =>
      storeSensitivity(ports, store, { plan, cpuMs: deployment.cpuMs, setup, blocks }),
    );
    return { hasVerdict: true };
  }
}

function planned(plan: Plan, arms: readonly Arm[]): PlannedEvaluation {
  return { arms, blockLengthMs: blockLengthMs(plan, arms.length) };
}

/** By their receipts: a workflow's list would be as long as the campaign. */
async function completeSlots(store: CampaignStore): Promise<readonly number[]> {
  const slots: number[] = [];
  for (const key of await store.objects.list(store.keys.receipts)) {
    const slot = /\/slot-(\d+)\.joined\.json$/.exec(key)?.[1];
    if (slot === undefined) continue;
    const summary = await store.requireJson<RunSummary>(key);
    if (summary.degradedBecause.length === 0) slots.push(Number(slot));
  }
  return slots;
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
    reason: `Best-static is in use: no retraining has chosen a router. ${reason}`,
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
  const scores = await scoreRows(decodeForest(artifact.forest, artifact.features.length), rows);
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

async function verdictOf(input: {
  readonly store: CampaignStore;
  readonly plan: Plan;
  readonly setup: EvaluationSetup;
  readonly cpuMs: Readonly<Record<string, number>>;
  readonly blocks: readonly number[];
}): Promise<Verdict> {
  const { store, plan, setup, cpuMs, blocks } = input;
  const { cells, issuedShare } = await withBlocks(store, blocks, (parquet) =>
    evaluationCells({ parquet, plan, cpuMs }),
  );
  const short = setup.arms.filter((arm) => (issuedShare[arm] ?? 0) < leastIssuedShare);
  const costs = armBlockCosts({
    cells,
    plan,
    cpuMs,
    book: requirePriceBook(plan.pricing.book),
    hoursOf: (block) => scoredMs(plan, block) / msPerHour,
    services: serviceTable(setup, plan),
  });
  const verdict = decideVerdict({
    plan,
    cells,
    costs,
    arms: setup.arms,
    skipped: setup.skipped,
    seed: plan.seed,
  });
  if (short.length === 0) return verdict;
  const share = `${100 * leastIssuedShare} %`;
  return doubted(
    verdict,
    `of ${short.join(' and ')} less than ${share} of the requests have an outcome.`,
  );
}

function serviceTable(
  setup: EvaluationSetup,
  plan: Plan,
): Readonly<Record<Arm, readonly string[]>> {
  const services = (arm: Arm): readonly string[] => ecsWorkloadsOf(arm, setup, plan);
  return {
    'lambda-only': services('lambda-only'),
    'ecs-only': services('ecs-only'),
    hybrid: services('hybrid'),
    'best-static': services('best-static'),
  };
}

async function completeBlocks(
  store: CampaignStore,
  blocks: readonly number[],
): Promise<readonly number[]> {
  const complete: number[] = [];
  for (const block of blocks) {
    const summary = await store.requireJson<RunSummary>(store.keys.summary(blockRun(block)));
    if (summary.degradedBecause.length === 0) complete.push(block);
  }
  return complete;
}

/** METHOD 1.6: the verdict holds only when it does not hang on the degraded blocks. */
function agreement(all: Verdict, complete: Verdict, degraded: number): Verdict {
  if (all.answer === complete.answer && all.isDecided === complete.isDecided) return all;
  const sentence =
    `Undecided: with the ${degraded} degraded blocks the answer is another than without them. ` +
    `With them: ${all.sentence} Without them: ${complete.sentence}`;
  return { ...all, isDecided: false, sentence };
}

function doubted(verdict: Verdict, doubt: string): Verdict {
  const sentence = `Undecided: ${doubt} Without that doubt: ${verdict.sentence}`;
  return { ...verdict, isDecided: false, sentence };
}
