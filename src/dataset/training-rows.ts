import { featureNames, featureVector, localClock } from '../domain/feature.ts';
import { cappedWeights, type LabelRule, labelPair } from '../domain/label.ts';
import type { Plan, WorkloadPlan } from '../domain/plan.ts';
import type { LabelledRows } from '../domain/training.ts';
import { type Database, withDatabase } from './duckdb.ts';
import type { SlotParquet } from './merge.ts';
import { openObservations } from './observations.ts';
import { countPairs, type Pair, type PairSelection, readPairs } from './pairs.ts';
import { openCosts } from './prices.ts';
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
 * do not depend on the capacity decision. Beside the result, memory holds one slot at a time.
 */
export async function labelledRows(input: LabelledRowsInput): Promise<LabelledRows> {
  const { plan, cpuMs } = input;
  const workloads = plan.workloads.map((workload) => workload.name);
  const selection = { workloads, chosen: input.withCapacity ?? workloads };
  const parquet = [...input.parquet].sort((a, b) => a.slot - b.slot);
  return await withDatabase(async (database) => {
    await openObservations(
      database,
      parquet.map(({ path }) => path),
    );
    await openCosts(database, plan, cpuMs);
    const medians = await readSlotMedians(database);
    const rows = emptyRows(workloads, await countAll(database, parquet, selection));
    let row = 0;
    for (const { slot, path } of parquet) {
      await openObservations(database, [path]);
      const vectorOf = vectorsOfSlot({ slot, medians, plan, cpuMs });
      for (const pair of await readPairs(database, selection)) {
        writeRow(rows, row, { slot, pair, plan, vector: vectorOf(pair) });
        row += 1;
      }
    }
    return { ...rows, weights: cappedWeights(rows.weights), share: spreadShares(rows, plan) };
  });
}

async function countAll(
  database: Database,
  parquet: readonly SlotParquet[],
  selection: PairSelection,
): Promise<number> {
  let count = 0;
  for (const { path } of parquet) {
    await openObservations(database, [path]);
    count += await countPairs(database, selection);
  }
  return count;
}

/** All of one size from the beginning: growing them would hold everything twice. */
function emptyRows(workloads: readonly string[], rowCount: number): LabelledRows {
  const features = featureNames(workloads);
  return {
    features,
    rowCount,
    values: new Float64Array(rowCount * features.length),
    labels: new Uint8Array(rowCount),
    weights: new Float64Array(rowCount),
    workloads,
    workload: new Uint8Array(rowCount),
    slot: new Int32Array(rowCount),
    utilityLambda: new Float64Array(rowCount),
    utilityEcs: new Float64Array(rowCount),
    share: new Float64Array(rowCount),
  };
}

interface RowFacts {
  readonly slot: number;
  readonly pair: Pair;
  readonly plan: Plan;
  readonly vector: Float64Array;
}

/** A share of 1 marks the rows that judge a router; `spreadShares` makes shares of the marks. */
function writeRow(rows: LabelledRows, row: number, { slot, pair, plan, vector }: RowFacts): void {
  const { label, weight, utilityLambda, utilityEcs } = labelPair(
    pair.lambda,
    pair.ecs,
    labelRuleOf(workloadOf(pair, plan), plan),
  );
  rows.labels[row] = label;
  rows.weights[row] = weight;
  rows.utilityLambda[row] = utilityLambda;
  rows.utilityEcs[row] = utilityEcs;
  rows.workload[row] = pair.workload;
  rows.slot[row] = slot;
  rows.share[row] = pair.isLadder ? 0 : 1;
  for (const [feature, value] of vector.entries()) {
    rows.values[feature * rows.rowCount + row] = value;
  }
}

function labelRuleOf({ slo }: WorkloadPlan, { labels, load }: Plan): LabelRule {
  return {
    rule: labels.rule,
    latencyWeight: labels.latencyWeight,
    timeoutMs: load.timeoutMs,
    ...(slo === undefined ? {} : { sloLatencyMs: slo.latencyMs }),
  };
}

function workloadOf(pair: Pair, plan: Plan): WorkloadPlan {
  const workload = plan.workloads[pair.workload];
  if (workload === undefined) throw new Error(`The plan has no workload ${pair.workload}.`);
  return workload;
}

/** The vector itself is made where the live router's is made, or they would differ. */
function vectorsOfSlot(input: {
  readonly slot: number;
  readonly medians: readonly SlotMedian[];
  readonly plan: Plan;
  readonly cpuMs: Readonly<Record<string, number>>;
}): (pair: Pair) => Float64Array {
  const { plan } = input;
  const workloads = plan.workloads.map((workload) => workload.name);
  const estimates = estimatesBefore(input.slot, input.medians, plan, input.cpuMs);
  return (pair) => {
    const workload = workloadOf(pair, plan).name;
    const estimate = estimates[workload];
    if (estimate === undefined) throw new Error(`No estimate for workload "${workload}".`);
    // The hour on the clock of the plan's time zone, as the load's shape has it.
    const clock = localClock(pair.plannedAtMs, plan.schedule.timezone);
    return featureVector({ ...pair, workload, ...estimate, ...clock }, workloads);
  };
}

/** The plan's share of a workload spread over its marked rows; those of the workloads present make 1. */
function spreadShares({ workload, share: marks }: LabelledRows, plan: Plan): Float64Array {
  const counts = plan.workloads.map(() => 0);
  for (const [row, index] of workload.entries())
    counts[index] = (counts[index] ?? 0) + (marks[row] ?? 0);
  const present = plan.workloads.filter((_, index) => counts[index] !== 0);
  const total = present.reduce((sum, { share }) => sum + share, 0);
  const perRow = plan.workloads.map(({ share }, index) => share / total / (counts[index] ?? 1));
  return marks.map((mark, row) => (mark === 0 ? 0 : (perRow[workload[row] ?? 0] ?? 0)));
}
