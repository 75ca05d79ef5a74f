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

/** The pairs of slots with their labels, of which memory holds a few slots at a time. */
export interface LabelledPairs {
  readonly selection: PairSelection;
  readonly count: number;
  /** In ascending order. */
  readonly slots: readonly SlotParquet[];
  /** The same slots without those that have no pair, as many together as are best read at once. */
  readonly batches: readonly (readonly SlotParquet[])[];
  /**
   * In order of slot and request; leaves the views `observation` and `costed_observation` on these
   * slots.
   */
  ofSlots(slots: readonly SlotParquet[]): Promise<Iterable<LabelledPair>>;
}

/**
 * Opening a file costs as much as reading a thousand pairs; so many pairs with all their columns
 * take a few megabytes.
 */
const pairsOfBatch = 20_000;

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
  const counts = new Map(
    (await countPairs(database, selection)).map(({ slot, pairs }) => [slot, pairs]),
  );
  const vectorOf = vectorsOf({ medians, plan, cpuMs });
  return {
    selection,
    count: [...counts.values()].reduce((sum, pairs) => sum + pairs, 0),
    slots,
    batches: batchesOf(slots, counts),
    ofSlots: async (some) => {
      await openObservations(
        database,
        some.map(({ path }) => path),
      );
      const { pairs } = await readPairs(database, selection);
      return labelled(pairs, plan, vectorOf);
    },
  };
}

function batchesOf(
  slots: readonly SlotParquet[],
  counts: ReadonlyMap<number, number>,
): readonly (readonly SlotParquet[])[] {
  const batches: SlotParquet[][] = [];
  let room = 0;
  for (const slot of slots) {
    const pairs = counts.get(slot.slot) ?? 0;
    if (pairs === 0) continue;
    const last = batches.at(-1);
    if (last !== undefined && pairs <= room) {
      last.push(slot);
      room -= pairs;
    } else {
      batches.push([slot]);
      room = pairsOfBatch - pairs;
    }
  }
  return batches;
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
function vectorsOf({
  medians,
  plan,
  cpuMs,
}: {
  readonly medians: readonly SlotMedian[];
  readonly plan: Plan;
  readonly cpuMs: Readonly<Record<string, number>>;
}): (pair: Pair) => Float64Array {
  const workloads = plan.workloads.map((workload) => workload.name);
  const estimatesOf = remembered((slot) => estimatesBefore(slot, medians, plan, cpuMs));
  // The hour on the clock of the plan's time zone, as the load's shape has it. It shows minutes, and
  // asking it costs as much as all the rest of a pair.
  const clockOf = remembered((minute) => localClock(minute * minuteMs, plan.schedule.timezone));
  return (pair) => {
    const workload = workloadOf(pair, plan).name;
    const estimate = estimatesOf(pair.slot)[workload];
    if (estimate === undefined) throw new Error(`No estimate for workload "${workload}".`);
    const clock = clockOf(Math.floor(pair.plannedAtMs / minuteMs));
    return featureVector({ ...pair, workload, ...estimate, ...clock }, workloads);
  };
}

const minuteMs = 60_000;

/** Of the last number only: pairs of a slot, and of a minute, mostly stand together. */
function remembered<Value>(compute: (key: number) => Value): (key: number) => Value {
  let last: { readonly key: number; readonly value: Value } | undefined;
  return (key) => {
    if (last?.key !== key) last = { key, value: compute(key) };
    return last.value;
  };
}
