import { featureVector, localClock } from '../domain/models/feature.ts';
import { type LabelRule, labelPair, type PairLabel } from '../domain/models/label.ts';
import type { Plan, WorkloadPlan } from '../domain/plan.ts';
import type { Database } from './duckdb.ts';
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

export interface LabelledPair {
  readonly pair: Pair;
  /** By the rule of the plan; its weight is not capped. */
  readonly label: PairLabel;
  /** The features in their order (METHOD 4.3), made when they are asked for. */
  vector(): Float64Array;
}

/** The pairs of slots with their labels, of which memory holds one slot at a time. */
export interface LabelledPairs {
  readonly selection: PairSelection;
  /** In ascending order. */
  readonly slots: readonly SlotParquet[];
  count(): Promise<number>;
  /** In order of request; leaves the views `observation` and `costed_observation` on this slot. */
  ofSlot(slot: SlotParquet): Promise<Iterable<LabelledPair>>;
}

/**
 * Opens all slots once, for what a label needs of the whole: mean costs, and estimates from earlier
 * slots. Lead-in, `unrecorded` and `not-issued` make no pair.
 */
export async function openLabelledPairs(
  database: Database,
  { parquet, plan, cpuMs, withCapacity }: LabelledRowsInput,
): Promise<LabelledPairs> {
  const workloads = plan.workloads.map((workload) => workload.name);
  const selection = { workloads, chosen: withCapacity ?? workloads };
  const slots = [...parquet].sort((a, b) => a.slot - b.slot);
  await openObservations(
    database,
    slots.map(({ path }) => path),
  );
  await openCosts(database, plan, cpuMs);
  const medians = await readSlotMedians(database);
  return {
    selection,
    slots,
    count: async () => {
      let count = 0;
      for (const { path } of slots) {
        await openObservations(database, [path]);
        count += await countPairs(database, selection);
      }
      return count;
    },
    ofSlot: async ({ slot, path }) => {
      await openObservations(database, [path]);
      const vectorOf = vectorsOfSlot({ slot, medians, plan, cpuMs });
      return labelled(await readPairs(database, selection), plan, vectorOf);
    },
  };
}

function* labelled(
  pairs: Iterable<Pair>,
  plan: Plan,
  vectorOf: (pair: Pair) => Float64Array,
): Generator<LabelledPair> {
  for (const pair of pairs) {
    const label = labelPair(pair.lambda, pair.ecs, labelRuleOf(workloadOf(pair, plan), plan));
    yield { pair, label, vector: () => vectorOf(pair) };
  }
}

/** The rule of the plan, for one of its workloads. */
export function labelRuleOf({ slo }: WorkloadPlan, { labels, load }: Plan): LabelRule {
  return {
    rule: labels.rule,
    latencyWeight: labels.latencyWeight,
    timeoutMs: load.timeoutMs,
    ...(slo === undefined ? {} : { sloLatencyMs: slo.latencyMs }),
  };
}

export function workloadOf(pair: Pair, plan: Plan): WorkloadPlan {
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
