import type { Arm } from '../arm.ts';
import { blockRun, requestId, slotRun } from '../names.ts';
import type { Plan } from '../plan.ts';
import { requireWorkload } from '../plan.ts';
import type { Platform } from '../platform.ts';
import { platforms } from '../platform.ts';
import { deploymentLeadInMs, stretchLengthMs } from '../schedule.ts';
import { randomFor, randomInteger } from '../statistics/random.ts';
import { testbedFacts } from '../testbed-facts.ts';
import { exactArrivals, expectedCount, poissonArrivals } from './arrivals.ts';
import type { CpuMs, LadderStep } from './ladder.ts';
import { ladderSteps } from './ladder.ts';
import { type Arrival, drawMixed } from './mixed-load.ts';
import { armOrder, balancedOrders } from './order.ts';
import type { IntendedRequest, SourceRequest, Target } from './requests.ts';
import { lastBefore } from './shapes/warp.ts';
import { slotLoad } from './slot-load.ts';

/** Bytes of the body that the workload's payload maker makes from a seed. */
type PayloadBytesOf = (workload: string, seed: number) => number;

interface SlotDraw {
  readonly plan: Plan;
  readonly slot: number;
  /** Nominal start of the slot; `shape: diurnal` follows its hour, nothing else looks at it. */
  readonly startsAtMs?: number;
  /** Frozen at deploy; only the rates of the ladder depend on it. */
  readonly cpuMs: CpuMs;
  readonly payloadBytesOf: PayloadBytesOf;
  /** What the slot replays instead of drawn arrivals (`replaySlot`); required with `load.source`. */
  readonly sourceRows?: readonly SourceRequest[];
}

/**
 * All requests of a slot, mixed part and ladder, sorted by the time of the first target. A pure
 * function of plan, CPU times and slot: a retry on another machine draws the same (METHOD 1.1).
 */
export function drawSlot(draw: SlotDraw): IntendedRequest[] {
  const { plan, slot, cpuMs } = draw;
  const run = slotRun(slot);
  const mixed = plan.load.source === undefined ? drawnMix(draw, run) : replayedMix(draw);
  const ladder = ladderSteps(plan, slot, cpuMs).flatMap((step) => drawStep(plan, run, step));
  const drawn = [...withOrders(plan, run, mixed), ...withOrders(plan, run, ladder)];
  return numbered(run, drawn).map(({ arrival, requestId }) => ({
    requestId,
    workload: arrival.workload,
    ...payloadOf(plan, requestId, arrival, draw.payloadBytesOf),
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

function drawnMix({ plan, slot, startsAtMs }: SlotDraw, run: string): Arrival[] {
  const { durationMs, counts, shape } = plan.load;
  return drawMixed({ plan, run, durationMs, counts, shape, ...slotLoad(plan, slot, startsAtMs) });
}

function replayedMix({ plan, slot, sourceRows }: SlotDraw): Arrival[] {
  if (sourceRows === undefined) {
    throw new Error(`Slot ${slot} replays ${plan.load.source?.file}, and its rows were not given.`);
  }
  const last = lastBefore(plan.load.durationMs);
  return sourceRows.map(({ workload, atMs, payloadBytes }, index) => ({
    workload: requireWorkload(plan, workload).name,
    // A row lies in its slot up to the last digit of a double.
    offsetMs: Math.min(Math.max(0, atMs), last),
    index,
    ...(payloadBytes === undefined ? {} : { payloadBytes }),
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
 * All requests of an evaluation block, sorted by first offset: every arm gets the same. Where the
 * arms share one machine they take turns, one stretch each in the order of the block's Williams row;
 * elsewhere they all get a request at the same time (METHOD 1.2). A block is steady whatever the
 * load of the slots is, because the question is asked at one rate.
 */
export function drawBlock({
  plan,
  block,
  arms,
  table,
  payloadBytesOf,
}: BlockDraw): IntendedRequest[] {
  const { ratePerS, counts, blockDurationMs: durationMs } = plan.evaluation;
  const run = blockRun(block);
  const order = armOrder(arms, block, plan.seed);
  const requests = expectedCount(ratePerS, durationMs);
  const mix = { plan, run, durationMs, ratePerS, requests, counts, shape: 'steady' } as const;
  const isLeadIn = leadInRule(plan, block);
  const turnMs = testbedFacts[plan.testbed].armsTakeTurns ? stretchLengthMs(plan.evaluation) : 0;
  return numbered(run, drawMixed(mix)).map(({ arrival, requestId }) => ({
    requestId,
    workload: arrival.workload,
    ...payloadOf(plan, requestId, arrival, payloadBytesOf),
    isLeadIn: isLeadIn(arrival),
    targets: order.map((arm, place) => ({
      ...armTarget(arm, arrival.workload, table),
      offsetMs: arrival.offsetMs + place * turnMs,
    })),
  }));
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
  { workload, payloadBytes }: Arrival,
  payloadBytesOf: PayloadBytesOf,
): Pick<IntendedRequest, 'payloadSeed' | 'payloadBytes'> {
  const payloadSeed = randomInteger(randomFor(plan.seed, id, 'payload'), 0x1_0000_0000);
  // A body that is sent has the size that it is made with, whatever a log says.
  const stated = testbedFacts[plan.testbed].sendsBodies ? undefined : payloadBytes;
  return { payloadSeed, payloadBytes: stated ?? payloadBytesOf(workload, payloadSeed) };
}

/** First requests of each workload that a fresh pool and fresh tasks answer (METHOD 1.2, `local`). */
const leadInRequests = 5;

function leadInRule(plan: Plan, block: number): (arrival: Arrival) => boolean {
  const { leadInBlocks, blockDurationMs } = plan.evaluation;
  if (block <= leadInBlocks) return () => true;
  if (!testbedFacts[plan.testbed].armsTakeTurns) {
    const freshMs = deploymentLeadInMs - (block - 1) * blockDurationMs;
    return (arrival) => arrival.offsetMs < freshMs;
  }
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
    case 'lambda-only-again':
      return { ...named, platform: 'lambda' };
    case 'ecs-only':
    case 'ecs-only-again':
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
