/** Requests of an evaluation that both pure arms answered for, in columns: a week has 130,000. */
import type { Arm } from '../arm.ts';
import type { LabelledRows } from '../models/training.ts';

/** What one platform did with every request: index i of every column is the i-th request. */
export interface PlatformOutcomes {
  /** To a good answer; Infinity where there was none (METHOD 6.2). */
  readonly latencyMs: Float64Array;
  /** u of METHOD 4.1, with the marginal cost of the request. */
  readonly utility: Float64Array;
  /** METHOD 3.2, edge included; 0 of a request that was refused, and on Fargate. */
  readonly billedUsd: Float64Array;
}

/** What a measured arm did with the same requests. */
export interface ArmOutcomes {
  readonly arm: Arm;
  /** NaN where the request has no outcome on the arm. */
  readonly utility: Float64Array;
  /** 1 = Lambda, 0 = Fargate; NaN without an outcome, or where it never got to a platform. */
  readonly isLambda: Float64Array;
}

export interface PairColumns {
  readonly workloads: readonly string[];
  /** Index into `workloads`. */
  readonly workload: Uint8Array;
  /** Number of the block. */
  readonly block: Int32Array;
  readonly lambda: PlatformOutcomes;
  readonly ecs: PlatformOutcomes;
  /** Every measured arm, the pure ones too. */
  readonly arms: readonly ArmOutcomes[];
  /**
   * The same pairs as rows: what the attainable oracle looks at, which has the rule of the models'
   * (`oracle.ts`). `slot` is the block.
   */
  readonly rows: LabelledRows;
  /** The oracle's cell of each pair: workload, payload and load of the ecs-only arm's service. */
  readonly cells: ArrayLike<number>;
  /** Requests that any arm has an outcome of, per block and workload, pairs or not. */
  readonly scored: readonly ScoredRequests[];
}

export interface ScoredRequests {
  readonly block: number;
  readonly workload: string;
  readonly requests: number;
}
