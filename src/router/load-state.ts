import type { Owner } from '../domain/arm.ts';
import type { Platform } from '../domain/platform.ts';

/** The offered load that is known when a request is sent, per platform (METHOD 2.1). */
export interface LoadColumns {
  readonly inFlightLambda: number;
  readonly inFlightEcs: number;
  readonly recentRateLambdaPerS: number;
  readonly recentRateEcsPerS: number;
  /** Absent before the first send. */
  readonly sincePreviousLambdaMs?: number;
  readonly sincePreviousEcsMs?: number;
}

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
  readonly #lanes = new Map<string, Lane>();
  readonly #firstSentMs = new Map<Owner, number>();

  /** What is known at `nowMs`, before the request itself is counted. */
  columns(owner: Owner, workload: string, nowMs: number): LoadColumns {
    const elapsedMs = nowMs - (this.#firstSentMs.get(owner) ?? nowMs);
    const observedMs = Math.min(windowMs, Math.max(shortestWindowMs, elapsedMs));
    const lambda = this.#lane(owner, workload, 'lambda');
    const ecs = this.#lane(owner, workload, 'ecs');
    const sinceLambdaMs = sincePreviousMs(lambda, nowMs);
    const sinceEcsMs = sincePreviousMs(ecs, nowMs);
    return {
      inFlightLambda: lambda.inFlight,
      inFlightEcs: ecs.inFlight,
      recentRateLambdaPerS: (sentInWindow(lambda, nowMs) * 1_000) / observedMs,
      recentRateEcsPerS: (sentInWindow(ecs, nowMs) * 1_000) / observedMs,
      ...(sinceLambdaMs === undefined ? {} : { sincePreviousLambdaMs: sinceLambdaMs }),
      ...(sinceEcsMs === undefined ? {} : { sincePreviousEcsMs: sinceEcsMs }),
    };
  }

  /** Counts a send; the returned function must be called once when the request has ended. */
  begin(owner: Owner, workload: string, platform: Platform, nowMs: number): () => void {
    if (!this.#firstSentMs.has(owner)) this.#firstSentMs.set(owner, nowMs);
    const lane = this.#lane(owner, workload, platform);
    lane.sentAtMs.push(nowMs);
    lane.previousMs = nowMs;
    lane.inFlight += 1;
    return () => {
      lane.inFlight -= 1;
    };
  }

  #lane(owner: Owner, workload: string, platform: Platform): Lane {
    const key = `${owner}/${workload}/${platform}`;
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      lane = { sentAtMs: [], inFlight: 0, previousMs: undefined };
      this.#lanes.set(key, lane);
    }
    return lane;
  }
}

interface Lane {
  /** Times of the sends that may still be inside the window, in order. */
  readonly sentAtMs: number[];
  inFlight: number;
  previousMs: number | undefined;
}

function sentInWindow(lane: Lane, nowMs: number): number {
  const beginsMs = nowMs - windowMs;
  const firstInside = lane.sentAtMs.findIndex((sentAtMs) => sentAtMs >= beginsMs);
  lane.sentAtMs.splice(0, firstInside === -1 ? lane.sentAtMs.length : firstInside);
  return lane.sentAtMs.length;
}

function sincePreviousMs(lane: Lane, nowMs: number): number | undefined {
  return lane.previousMs === undefined ? undefined : Math.max(0, nowMs - lane.previousMs);
}
