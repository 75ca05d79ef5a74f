import type { Owner } from '../arm.ts';
import type { Platform } from '../platform.ts';

/**
 * One request, drawn before anything is sent, as a pure function of plan, seed and run
 * (METHOD 1.1). One line of `requests/<run>.ndjson`.
 */
export interface IntendedRequest {
  /** Unique in the campaign: `<run>.<five digits>`. */
  readonly requestId: string;
  readonly workload: string;
  /** Seed of the payload; the body is made again from it by whoever needs it. */
  readonly payloadSeed: number;
  readonly payloadBytes: number;
  /** Number of the ladder step, from 1; absent outside the ladder. */
  readonly ladderStep?: number;
  /** Sent and stored, but not scored (METHOD 1.2). */
  readonly isLeadIn: boolean;
  /** In the order of sending. */
  readonly targets: readonly Target[];
}

/** Requests of a run are numbered with five digits. */
export const mostRequests = 99_999;

/** Where an intended request goes: a platform in collection, an arm in an evaluation. */
export interface Target {
  /** `lambda` or `ecs` in collection, the arm's name in an evaluation. */
  readonly target: string;
  readonly owner: Owner;
  /** Absent: the router decides when the request is sent. */
  readonly platform?: Platform;
  /** Planned time of sending, from the start of the run. */
  readonly offsetMs: number;
}

/** One row of a request log that is replayed (`load.source`). */
export interface SourceRequest {
  /** From the first row of the file; of a slot's rows, from the start of the slot. */
  readonly atMs: number;
  /** Name of a workload of the plan. */
  readonly workload: string;
  readonly payloadBytes?: number;
}

/** When a run may still be begun, and how long its requests take. */
export interface RunTiming {
  /** Nominal start, epoch milliseconds. */
  readonly startsAtMs: number;
  /** Largest offset of a target. */
  readonly lastOffsetMs: number;
}
