import type { Platform } from './platform.ts';

export const outcomes = ['answered', 'failed', 'timeout', 'unrecorded', 'not-issued'] as const;
export type Outcome = (typeof outcomes)[number];

/**
 * What the load generator writes about a request and target (METHOD 2.1): one `sent` line before
 * the send and one `outcome` line after it. Raw, as measured; never rewritten.
 */
export type ClientRecord = SentRecord | OutcomeRecord;

export interface SentRecord {
  readonly kind: 'sent';
  readonly requestId: string;
  readonly target: string;
  readonly attempt: number;
  /** Epoch milliseconds, with fractions. */
  readonly sentAtMs: number;
}

/** Offered load known at sending, per platform, of the own workload and owner (METHOD 2.1). */
export interface LoadColumns {
  readonly inFlightLambda: number;
  readonly inFlightEcs: number;
  readonly recentRateLambdaPerS: number;
  readonly recentRateEcsPerS: number;
  /** Absent before the first send. */
  readonly sincePreviousLambdaMs?: number;
  readonly sincePreviousEcsMs?: number;
}

export interface OutcomeRecord extends Partial<LoadColumns> {
  readonly kind: 'outcome';
  readonly requestId: string;
  readonly target: string;
  readonly attempt: number;
  /** Absent where a router service was asked and did not say, as are its load columns. */
  readonly platform?: Platform;
  /** Place in the order of sending among the targets of the request, from 1. */
  readonly position: number;
  /** Planned time in this attempt: the drawn time plus `movedMs`. Epoch milliseconds. */
  readonly plannedAtMs: number;
  /** By how much an outage moved the request. */
  readonly movedMs: number;
  readonly sentAtMs: number;
  readonly outcome: 'answered' | 'failed' | 'timeout';
  readonly statusCode?: number;
  /** Of the client's side: ECONNREFUSED, ECONNRESET, TIMEOUT, BODY_CUT, … */
  readonly errorCode?: string;
  readonly isGood: boolean;
  readonly responseBytes?: number;
  /** Send to last byte. */
  readonly latencyMs?: number;
  readonly firstByteMs?: number;
  readonly connectMs?: number;
  readonly wasConnectionReused: boolean;
  /** Router columns, only where the router decided. */
  readonly routedTo?: Platform;
  readonly routerMs?: number;
  readonly modelHash?: string;
  readonly pLambda?: number;
  /** Echoed by the handler in response headers. */
  readonly echoedRequestId?: string;
  readonly environmentId?: string;
  readonly environmentSequence?: number;
  readonly serverMs?: number;
}

/**
 * What a platform says afterwards, one line each in `raw/<run>.platform-<n>.ndjson`. The same
 * forms come from every testbed, so that joining does not know which one it was.
 */
export type PlatformRecord =
  | HandlerRecord
  | ReportRecord
  | TaskRecord
  | TaskSampleRecord
  | RoutedRecord;

/** The handler's own structured log line. */
export interface HandlerRecord {
  readonly kind: 'handler';
  readonly requestId: string;
  readonly target: string;
  readonly platform: Platform;
  readonly environmentId: string;
  readonly environmentSequence: number;
  readonly serverMs: number;
  /** Lambda only. */
  readonly awsRequestId?: string;
  /** Fargate only. */
  readonly taskId?: string;
  readonly atMs: number;
}

/**
 * A router service's own line about a request that it has routed and whose answer reached nobody:
 * no header could say it.
 */
export interface RoutedRecord extends LoadColumns {
  readonly kind: 'routed';
  readonly requestId: string;
  readonly target: string;
  readonly platform: Platform;
  /** Absent when the model was not asked. */
  readonly pLambda?: number;
  readonly modelHash?: string;
  readonly routerMs: number;
  readonly atMs: number;
}

/** Lambda's REPORT line (METHOD 2.4). */
export interface ReportRecord {
  readonly kind: 'report';
  readonly awsRequestId: string;
  readonly durationMs: number;
  readonly billedMs: number;
  readonly memorySizeMb: number;
  readonly maxMemoryUsedMb?: number;
  readonly initMs?: number;
  /** Local testbed only: time for which the CPU limit held the environment during the request. */
  readonly throttledMs?: number;
  /** Local testbed only: CPU time of the environment during the request. */
  readonly cpuMs?: number;
  /** `timeout`, `out-of-memory`, `crash`, when the platform ended the invocation. */
  readonly failure?: string;
  readonly atMs: number;
}

/** One Fargate task that served a window. */
export interface TaskRecord {
  readonly kind: 'task';
  readonly taskId: string;
  readonly workload: string;
  /** Whose service it belongs to; told where services may add tasks by themselves. */
  readonly owner?: string;
  readonly cpuModel: string;
  /** Never smaller than one host of the task (METHOD 1.9). */
  readonly placement: string;
  readonly startedAtMs: number;
  readonly stoppedAtMs?: number;
  readonly stoppedReason?: string;
}

/** A counter reading of a task, taken beside the handler and never inside it. */
export interface TaskSampleRecord {
  readonly kind: 'task-sample';
  readonly taskId: string;
  readonly atMs: number;
  readonly cpuTotalMs: number;
  readonly throttledTotalMs: number;
  readonly memoryUsedMb: number;
}
