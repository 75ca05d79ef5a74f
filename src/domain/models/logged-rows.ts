/**
 * Requests of which each was sent to one platform, and what came of it: what a policy is valued by
 * when there are no pairs (METHOD 4.8). One entry per row.
 */
export interface LoggedRows {
  readonly rowCount: number;
  readonly workloads: readonly string[];
  /** Index into `workloads`. */
  readonly workload: Int32Array;
  /** 1 = lambda, 0 = ecs. */
  readonly platform: Uint8Array;
  /** From 0: the resampling block. */
  readonly session: Int32Array;
  readonly sessions: number;
  readonly payloadBytes: Float64Array;
  /** Requests a second of the workload on both platforms, known before the send. */
  readonly ratePerS: Float64Array;
}
