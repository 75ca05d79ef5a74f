/** Rivals of the arms that need no deployment: computed from what the pure arms did (METHOD 6.1). */
import type { RatioInterval } from './verdict.ts';

export type BaselineName = 'attainable-oracle' | 'hindsight' | 'switch-by-rate' | 'random';

/** What a way of routing would have given on the evaluation's own requests. */
export interface Baseline {
  readonly baseline: BaselineName;
  readonly requests: number;
  readonly good: number;
  readonly lambdaShare: number;
  /** All-in: a workload that gets any request on Fargate pays its whole service (METHOD 3.5). */
  readonly costPer1000Usd: number;
  readonly costPer1000Lower: number;
  readonly costPer1000Upper: number;
  readonly workloads: readonly BaselineWorkload[];
}

interface BaselineWorkload {
  readonly workload: string;
  readonly lambdaShare: number;
  /** Part of the requests inside the SLO. */
  readonly attainment: number;
  /** The verdict's quantile, in ms; absent where it cannot be printed. */
  readonly quantileMs?: number;
}

/** Mean utility lost per request to the attainable oracle (METHOD 6.1), and its interval. */
export interface Regret {
  /** A measured arm or a computed baseline. */
  readonly of: string;
  /** Mean u of METHOD 4.1, share-weighted: lower is better. */
  readonly meanU: number;
  readonly regret: number;
  readonly lower: number;
  readonly upper: number;
}

export interface Baselines {
  readonly baselines: readonly Baseline[];
  readonly regrets: readonly Regret[];
  /** Requests that had an outcome on both pure arms, of so many that were scored. */
  readonly pairs: number;
  readonly ofRequests: number;
  /** Cost of the hybrid against each baseline; absent without a hybrid. */
  readonly hybridAgainst: readonly ({ readonly baseline: BaselineName } & RatioInterval)[];
}
