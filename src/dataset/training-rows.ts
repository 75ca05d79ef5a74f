import { featureNames, featureVector, localClock } from '../domain/feature.ts';
import { cappedWeights, type LabelRule, labelPair } from '../domain/label.ts';
import { type Plan, requireWorkload } from '../domain/plan.ts';
import type { LabelledRows } from '../domain/training.ts';
import { withDatabase } from './duckdb.ts';
import type { SlotParquet } from './merge.ts';
import { openObservations } from './observations.ts';
import { outcomesOf, type Pair, readPairs } from './pairs.ts';
import { costedView, createPriceTable } from './prices.ts';
import { estimatesBefore, readSlotMedians, type SlotMedian } from './workload-estimates.ts';

export interface LabelledRowsInput {
  readonly parquet: readonly SlotParquet[];
  readonly plan: Plan;
  /** Busy time of one request on one vCPU, per workload. */
  readonly cpuMs: Readonly<Record<string, number>>;
  /**
   * Workloads for which the capacity decision pays a Fargate service. Rows of others are left out:
   * there is nothing to route for them, and their labels would teach a choice that nobody has
   * (METHOD 4.1). Undefined: all pairs, for describing what was measured.
   */
  readonly withCapacity: readonly string[] | undefined;
}

/**
 * Labelled pairs in order of slot and request. Lead-in, `unrecorded` and `not-issued` are left out;
 * ladder rows are in (they train models), with a share of 0 (they judge none, METHOD 1.8).
 * `workloads`, and with it the one-hot, always has all workloads of the plan, so that the columns
 * do not depend on the capacity decision.
 */
export async function labelledRows(input: LabelledRowsInput): Promise<LabelledRows> {
  const { plan, withCapacity } = input;
  const { all, medians } = await readAll(input);
  const pairs = all.filter((pair) => withCapacity?.includes(pair.workload) ?? true);
  const workloads = plan.workloads.map((workload) => workload.name);
  const labels = pairs.map((pair) => labelOf(pair, plan));
  return {
    features: featureNames(workloads),
    rowCount: pairs.length,
    values: featureColumns(pairs, medians, input),
    labels: Uint8Array.from(labels, ({ label }) => label),
    weights: cappedWeights(Float64Array.from(labels, ({ weight }) => weight)),
    workloads,
    workload: Uint8Array.from(pairs, (pair) => workloads.indexOf(pair.workload)),
    slot: Int32Array.from(pairs, (pair) => pair.slot),
    utilityLambda: Float64Array.from(labels, ({ utilityLambda }) => utilityLambda),
    utilityEcs: Float64Array.from(labels, ({ utilityEcs }) => utilityEcs),
    share: sharesOf(pairs, plan),
  };
}

async function readAll(input: LabelledRowsInput): Promise<{
  readonly all: readonly Pair[];
  readonly medians: readonly SlotMedian[];
}> {
  return await withDatabase(async (database) => {
    const paths = input.parquet.map(({ path }) => path);
    await openObservations(database, paths);
    await createPriceTable(database, input.plan, input.cpuMs);
    await database.run(costedView);
    const medians = await readSlotMedians(database);
    return { all: await readPairs(database), medians };
  });
}

function labelOf(pair: Pair, plan: Plan): ReturnType<typeof labelPair> {
  const { slo } = requireWorkload(plan, pair.workload);
  const rule: LabelRule = {
    rule: plan.labels.rule,
    latencyWeight: plan.labels.latencyWeight,
    timeoutMs: plan.load.timeoutMs,
    ...(slo === undefined ? {} : { sloLatencyMs: slo.latencyMs }),
  };
  const { lambda, ecs } = outcomesOf(pair);
  return labelPair(lambda, ecs, rule);
}

/** Column-major. The vector itself is made where the live router's is made, or they would differ. */
function featureColumns(
  pairs: readonly Pair[],
  medians: readonly SlotMedian[],
  { plan, cpuMs }: LabelledRowsInput,
): Float64Array {
  const workloads = plan.workloads.map((workload) => workload.name);
  const estimates = new Map(
    [...new Set(pairs.map((pair) => pair.slot))].map((slot) => [
      slot,
      estimatesBefore(slot, medians, plan, cpuMs),
    ]),
  );
  const values = new Float64Array(pairs.length * featureNames(workloads).length);
  for (const [row, pair] of pairs.entries()) {
    const estimate = estimates.get(pair.slot)?.[pair.workload];
    if (estimate === undefined) throw new Error(`No estimate for workload "${pair.workload}".`);
    const vector = featureVector(
      {
        workload: pair.workload,
        payloadBytes: pair.payload_bytes,
        ...estimate,
        // The hour on the clock of the plan's time zone, as the load's shape has it.
        ...localClock(pair.planned_at_ms, plan.schedule.timezone),
        inFlightLambda: pair.in_flight_lambda,
        inFlightEcs: pair.in_flight_ecs,
        recentRateLambdaPerS: pair.recent_rate_lambda_per_s,
        recentRateEcsPerS: pair.recent_rate_ecs_per_s,
        ...(pair.since_previous_lambda_ms === null
          ? {}
          : { sincePreviousLambdaMs: pair.since_previous_lambda_ms }),
        ...(pair.since_previous_ecs_ms === null
          ? {}
          : { sincePreviousEcsMs: pair.since_previous_ecs_ms }),
      },
      workloads,
    );
    for (const [feature, value] of vector.entries()) values[feature * pairs.length + row] = value;
  }
  return values;
}

/** The plan's share of a workload spread over its rows; those of the workloads present make 1. */
function sharesOf(pairs: readonly Pair[], plan: Plan): Float64Array {
  const counts = new Map<string, number>();
  for (const pair of pairs) {
    if (!pair.is_ladder) counts.set(pair.workload, (counts.get(pair.workload) ?? 0) + 1);
  }
  const present = plan.workloads.filter((workload) => counts.has(workload.name));
  const total = present.reduce((sum, workload) => sum + workload.share, 0);
  const perRow = new Map(
    present.map(({ name, share }) => [name, share / total / (counts.get(name) ?? 1)]),
  );
  return Float64Array.from(pairs, (pair) =>
    pair.is_ladder ? 0 : (perRow.get(pair.workload) ?? 0),
  );
}
