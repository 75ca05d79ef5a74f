import type { Owner } from '../domain/arm.ts';
import type { LoadColumns } from '../domain/observation.ts';
import type { Platform } from '../domain/platform.ts';

const windowMs = 60_000;
/** Below one second the rate would be a division of chance by almost nothing. */
const shortestWindowMs = 1_000;

/**
 * Counts sends of each owner, workload and platform. A new request sees only earlier ones, so the
 * same columns exist for a router that must decide before it sends.
 *
 * The recent rate is that of the last 60 s, or of the time since the owner's first send while that
 * is shorter: dividing by a full minute would report a fifteenth of the rate of a 4 s stretch.
 */
export class LoadState {
  readonly #owners = new Map<Owner, OwnerLoad>();

  /** What is known at `nowMs`, before the request itself is counted. */
  columns(owner: Owner, workload: string, nowMs: number): LoadColumns {
    const { firstSentMs = nowMs, lanes } = this.#owner(owner);
    const { lambda, ecs } = lanesOf(lanes, workload);
    const observedMs = Math.min(windowMs, Math.max(shortestWindowMs, nowMs - firstSentMs));
    const columns: { -readonly [Name in keyof LoadColumns]: LoadColumns[Name] } = {
      inFlightLambda: lambda.inFlight,
      inFlightEcs: ecs.inFlight,
      recentRateLambdaPerS: (sentInWindow(lambda, nowMs) * 1_000) / observedMs,
      recentRateEcsPerS: (sentInWindow(ecs, nowMs) * 1_000) / observedMs,
    };
    if (lambda.previousMs !== undefined) {
      columns.sincePreviousLambdaMs = Math.max(0, nowMs - lambda.previousMs);
    }
    if (ecs.previousMs !== undefined) {
      columns.sincePreviousEcsMs = Math.max(0, nowMs - ecs.previousMs);
    }
    return columns;
  }

  /** Counts a send; the returned function must be called once when the request has ended. */
  begin(owner: Owner, workload: string, platform: Platform, nowMs: number): () => void {
    const load = this.#owner(owner);
    load.firstSentMs ??= nowMs;
    const lane = lanesOf(load.lanes, workload)[platform];
    lane.sentAtMs.push(nowMs);
    lane.previousMs = nowMs;
    lane.inFlight += 1;
    return () => {
      lane.inFlight -= 1;
    };
  }

  #owner(owner: Owner): OwnerLoad {
    let load = this.#owners.get(owner);
    if (load === undefined) {
      load = { firstSentMs: undefined, lanes: new Map() };
      this.#owners.set(owner, load);
    }
    return load;
  }
}

interface OwnerLoad {
  firstSentMs: number | undefined;
  readonly lanes: Map<string, WorkloadLanes>;
}

type WorkloadLanes = Readonly<Record<Platform, Lane>>;

interface Lane {
  /** Times of sends in order; those before `firstInside` are no longer inside the window. */
  sentAtMs: number[];
  firstInside: number;
  inFlight: number;
  previousMs: number | undefined;
}

function lanesOf(all: Map<string, WorkloadLanes>, workload: string): WorkloadLanes {
  let lanes = all.get(workload);
  if (lanes === undefined) {
    lanes = { lambda: newLane(), ecs: newLane() };
    all.set(workload, lanes);
  }
  return lanes;
}

function newLane(): Lane {
  return { sentAtMs: [], firstInside: 0, inFlight: 0, previousMs: undefined };
}

/** Forgotten in large pieces: taking out single times would move all others, send after send. */
const mostForgotten = 1_024;

function sentInWindow(lane: Lane, nowMs: number): number {
  const { sentAtMs } = lane;
  const beginsMs = nowMs - windowMs;
  while (lane.firstInside < sentAtMs.length && (sentAtMs[lane.firstInside] ?? 0) < beginsMs) {
    lane.firstInside += 1;
  }
  const inside = sentAtMs.length - lane.firstInside;
  if (lane.firstInside > Math.max(mostForgotten, inside)) {
    lane.sentAtMs = sentAtMs.slice(lane.firstInside);
    lane.firstInside = 0;
  }
  return inside;
}
