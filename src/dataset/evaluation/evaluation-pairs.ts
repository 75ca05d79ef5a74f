import type { Arm } from '../../domain/arm.ts';
import { cappedWeights, type PairOutcome, utilityOf } from '../../domain/models/label.ts';
import type { LabelledRows } from '../../domain/models/training.ts';
import type { Plan } from '../../domain/plan.ts';
import type {
  ArmOutcomes,
  PairColumns,
  PlatformOutcomes,
} from '../../domain/rivals/pair-columns.ts';
import { ceilingOf } from '../description/detectors.ts';
import { withDatabase } from '../duckdb.ts';
import { labelRuleOf } from '../labelled-pairs.ts';
import { openObservations } from '../observations.ts';
import { openCosts } from '../prices.ts';
import {
  armColumns,
  cellFeatures,
  pairColumnsOf,
  pairQuery,
  plain,
  scoredQuery,
  scoredShape,
} from './evaluation-pair-query.ts';

export interface EvaluationPairsInput {
  readonly parquet: readonly { readonly block: number; readonly path: string }[];
  readonly plan: Plan;
  /** Busy time of one request on one vCPU, per workload. */
  readonly cpuMs: Readonly<Record<string, number>>;
  /** Arms that were measured. */
  readonly arms: readonly Arm[];
}

/**
 * What lambda-only and ecs-only did with each request of the scored blocks, and the other arms with
 * the same one: the material of the computed rivals (METHOD 6.1). u is that of the collection's
 * labels. A request without an outcome on both pure arms is no pair; failures and timeouts are.
 */
export async function evaluationPairs(input: EvaluationPairsInput): Promise<PairColumns> {
  const { parquet, plan, cpuMs, arms } = input;
  const workloads = plan.workloads.map(({ name }) => name);
  const { columns, scored } = await withDatabase(async (database) => {
    await openObservations(
      database,
      parquet.map(({ path }) => path),
    );
    await openCosts(database, plan, cpuMs);
    return {
      columns: await database.readNumbers(pairQuery(workloads, arms), pairColumnsOf(arms)),
      scored: await database.read(scoredQuery, scoredShape),
    };
  });
  const read = (name: string): Float64Array => columns.get(name) ?? new Float64Array();
  const workload = Uint8Array.from(read('workload'));
  const block = Int32Array.from(read('block'));
  const outcomes = (arm: Arm): PlatformOutcomes => outcomesOf(read, arm, workload, plan);
  const [lambda, ecs] = [outcomes('lambda-only'), outcomes('ecs-only')];
  const rows = rowsOf({ workloads, workload, block, lambda, ecs, read }, plan);
  return {
    workloads,
    workload,
    block,
    lambda,
    ecs,
    // An arm without the request has no cost, so its utility is NaN and not that of a failure.
    arms: arms.map(
      (arm): ArmOutcomes => ({
        arm,
        utility: outcomes(arm).utility,
        isLambda: read(`${plain(arm)}_is_lambda`),
      }),
    ),
    rows,
    cells: (await ceilingOf(rows)).cells,
    scored,
  };
}

type Read = (column: string) => Float64Array;

function outcomesOf(read: Read, arm: Arm, workload: Uint8Array, plan: Plan): PlatformOutcomes {
  const [latencies, good, cost, billedUsd] = armColumns.map((name) =>
    read(`${plain(arm)}_${name}`),
  );
  const rules = plan.workloads.map((own) => labelRuleOf(own, plan));
  const latencyMs = Float64Array.from(latencies ?? [], (latency, row) =>
    good?.[row] === 1 && !Number.isNaN(latency) ? latency : Number.POSITIVE_INFINITY,
  );
  const utility = latencyMs.map((latency, row) => {
    const rule = rules[workload[row] ?? 0];
    if (rule === undefined) throw new Error(`The plan has no workload ${workload[row]}.`);
    return utilityOf(outcomeOf(latency, cost?.[row] ?? Number.NaN), rule);
  });
  return { latencyMs, utility, billedUsd: billedUsd ?? new Float64Array() };
}

function outcomeOf(latencyMs: number, costUsd: number): PairOutcome {
  if (!Number.isFinite(latencyMs)) return { isGood: false, costUsd };
  return { latencyMs, isGood: true, costUsd };
}

/** Of all features the cells need three; a block stands where a slot does. */
function rowsOf(
  pairs: Pick<PairColumns, 'workloads' | 'workload' | 'block' | 'lambda' | 'ecs'> & {
    readonly read: Read;
  },
  plan: Plan,
): LabelledRows {
  const { workloads, workload, block, lambda, ecs, read } = pairs;
  const rowCount = workload.length;
  const values = new Float64Array(cellFeatures.length * rowCount);
  for (const [index, feature] of cellFeatures.entries())
    values.set(read(feature), index * rowCount);
  const counts = workloads.map((_, index) => workload.filter((own) => own === index).length);
  const present = plan.workloads.filter((_, index) => (counts[index] ?? 0) > 0);
  const total = present.reduce((sum, { share }) => sum + share, 0);
  const perRow = plan.workloads.map(({ share }, index) => share / total / (counts[index] ?? 1));
  return {
    features: cellFeatures,
    rowCount,
    values,
    labels: Uint8Array.from(lambda.utility, (u, row) => Number(u < (ecs.utility[row] ?? 0))),
    weights: cappedWeights(lambda.utility.map((u, row) => Math.abs(u - (ecs.utility[row] ?? 0)))),
    workloads,
    workload,
    slot: block,
    utilityLambda: lambda.utility,
    utilityEcs: ecs.utility,
    share: Float64Array.from(workload, (index) => perRow[index] ?? 0),
  };
}
