import type { Arm } from './arm.ts';
import { exactArrivals, expectedCount, poissonArrivals, splitByShares } from './arrivals.ts';
import type { CpuMs, LadderStep } from './ladder.ts';
import { ladderSteps } from './ladder.ts';
import { blockRun, requestId, slotRun } from './names.ts';
import { armOrder, balancedOrders } from './order.ts';
import type { Plan } from './plan.ts';
import type { Platform } from './platform.ts';
import { platforms } from './platform.ts';
import { randomFor, randomInteger } from './random.ts';
import type { IntendedRequest, Target } from './requests.ts';
import { stretchLengthMs } from './schedule.ts';

/** Bytes of the body that the workload's payload maker makes from a seed. */
type PayloadBytesOf = (workload: string, seed: number) => number;

interface SlotDraw {
  readonly plan: Plan;
  readonly slot: number;
  /** Frozen at deploy; only the rates of the ladder depend on it. */
  readonly cpuMs: CpuMs;
  readonly payloadBytesOf: PayloadBytesOf;
}

/**
 * All requests of a slot, mixed part and ladder, sorted by the time of the first target. A pure
 * function of plan, CPU times and slot: a retry on another machine draws the same (METHOD 1.1).
 */
export function drawSlot({ plan, slot, cpuMs, payloadBytesOf }: SlotDraw): IntendedRequest[] {
  const run = slotRun(slot);
  const mixed = drawMixed({ ...plan.load, plan, run });
  const ladder = ladderSteps(plan, slot, cpuMs).flatMap((step) => drawStep(plan, run, step));
  const drawn = [...withOrders(plan, run, mixed), ...withOrders(plan, run, ladder)];
  return numbered(run, drawn).map(({ arrival, requestId }) => ({
    requestId,
    workload: arrival.workload,
    ...payloadOf(plan, requestId, arrival.workload, payloadBytesOf),
    ...(arrival.ladderStep === undefined ? {} : { ladderStep: arrival.ladderStep }),
    isLeadIn: false,
    targets: arrival.order.map((platform, position) => ({
      target: platform,
      owner: 'collection',
      platform,
      offsetMs: arrival.offsetMs + position * plan.load.gapMs,
    })),
  }));
}

interface BlockDraw {
  readonly plan: Plan;
  readonly block: number;
  readonly arms: readonly Arm[];
  /** Platform per workload of the best-static arm. */
  readonly table: Readonly<Record<string, Platform>>;
  readonly payloadBytesOf: PayloadBytesOf;
}

/**
 * All requests of an evaluation block on `local`: one stretch per arm in the order of the block's
 * Williams row, each arm the same requests moved in time (METHOD 1.2). Sorted by first offset.
 */
export function drawBlock({
  plan,
  block,
  arms,
  table,
  payloadBytesOf,
}: BlockDraw): IntendedRequest[] {
  const { evaluation } = plan;
  const run = blockRun(block);
  const order = armOrder(arms, block, plan.seed);
  const arrivals = drawMixed({ ...evaluation, plan, run, durationMs: evaluation.blockDurationMs });
  const isEarly = leadInRule(plan, block);
  return numbered(run, arrivals).map(({ arrival, requestId }) => ({
    requestId,
    workload: arrival.workload,
    ...payloadOf(plan, requestId, arrival.workload, payloadBytesOf),
    isLeadIn: isEarly(arrival),
    targets: order.map((arm, stretch) => ({
      ...armTarget(arm, arrival.workload, table),
      offsetMs: arrival.offsetMs + stretch * stretchLengthMs(evaluation),
    })),
  }));
}

interface Arrival {
  readonly workload: string;
  readonly offsetMs: number;
  /** Place among the requests of its workload in the run, from 0. */
  readonly index: number;
  readonly ladderStep?: number;
}

interface MixedDraw {
  readonly plan: Plan;
  readonly run: string;
  readonly durationMs: number;
  readonly ratePerS: number;
  readonly counts: 'exact' | 'drawn';
}

/** The steady mix of all workloads by their shares. */
function drawMixed({ plan, run, durationMs, ratePerS, counts }: MixedDraw): Arrival[] {
  const total = expectedCount(ratePerS, durationMs);
  const shares = plan.workloads.map((workload) => workload.share);
  const exactCounts = splitByShares(total, shares);
  return plan.workloads.flatMap(({ name, share }, place) => {
    const window = { durationMs, random: randomFor(plan.seed, run, name, 'arrivals') };
    const offsets =
      counts === 'exact'
        ? exactArrivals(exactCounts[place] ?? 0, window)
        : poissonArrivals(ratePerS * share, window);
    return offsets.map((offsetMs, index) => ({ workload: name, offsetMs, index }));
  });
}

function drawStep(plan: Plan, run: string, step: LadderStep): Arrival[] {
  const random = randomFor(plan.seed, run, step.workload, 'ladder', step.step);
  const window = { durationMs: step.activeMs, random };
  const offsets =
    plan.load.counts === 'exact'
      ? exactArrivals(step.pairs, window)
      : poissonArrivals(step.ratePerS, window).slice(0, plan.load.ladder?.pairs);
  return offsets.map((offsetMs, index) => ({
    workload: step.workload,
    offsetMs: step.startsAtMs + offsetMs,
    index,
    ladderStep: step.step,
  }));
}

interface OrderedArrival extends Arrival {
  readonly order: readonly Platform[];
}

/** Balances who goes first per workload and ladder step, in the order of time (METHOD 1.1). */
function withOrders(plan: Plan, run: string, arrivals: readonly Arrival[]): OrderedArrival[] {
  const groups = Map.groupBy(
    arrivals,
    ({ workload, ladderStep }) => `${workload}/${ladderStep ?? 0}`,
  );
  return [...groups].flatMap(([group, members]) => {
    const random = randomFor(plan.seed, run, group, 'order');
    const orders = balancedOrders(platforms, members.length, random);
    return members.flatMap((arrival, index) => {
      const order = orders[index];
      return order === undefined ? [] : [{ ...arrival, order }];
    });
  });
}

/** Sorted by time and numbered from 1; ties keep the order of the plan. */
function numbered<Drawn extends Arrival>(
  run: string,
  drawn: readonly Drawn[],
): { readonly arrival: Drawn; readonly requestId: string }[] {
  return [...drawn]
    .sort((a, b) => a.offsetMs - b.offsetMs)
    .map((arrival, index) => ({ arrival, requestId: requestId(run, index + 1) }));
}

function payloadOf(
  plan: Plan,
  id: string,
  workload: string,
  payloadBytesOf: PayloadBytesOf,
): Pick<IntendedRequest, 'payloadSeed' | 'payloadBytes'> {
  const payloadSeed = randomInteger(randomFor(plan.seed, id, 'payload'), 0x1_0000_0000);
  return { payloadSeed, payloadBytes: payloadBytesOf(workload, payloadSeed) };
}

/** First requests of each workload that a fresh pool and fresh tasks answer (METHOD 1.2, `local`). */
const leadInRequests = 5;

function leadInRule(plan: Plan, block: number): (arrival: Arrival) => boolean {
  const { leadInBlocks } = plan.evaluation;
  if (block <= leadInBlocks) return () => true;
  if (leadInBlocks === 0 && block === 1) return (arrival) => arrival.index < leadInRequests;
  return () => false;
}

function armTarget(
  arm: Arm,
  workload: string,
  table: Readonly<Record<string, Platform>>,
): Omit<Target, 'offsetMs'> {
  const named = { target: arm, owner: arm };
  switch (arm) {
    case 'lambda-only':
      return { ...named, platform: 'lambda' };
    case 'ecs-only':
      return { ...named, platform: 'ecs' };
    case 'hybrid':
      return named;
    case 'best-static': {
      const platform = table[workload];
      if (platform === undefined) {
        throw new Error(`The best-static table has no platform for workload "${workload}".`);
      }
      return { ...named, platform };
    }
    default:
      return arm satisfies never;
  }
}
