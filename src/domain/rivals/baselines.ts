/**
 * Rivals of the arms that need no deployment: computed from what the pure arms did (METHOD 6.1).
 * The pure arms carried the full load on each platform. Under a rival's own smaller load a platform
 * would have been a little faster, or colder: that nobody has measured (METHOD 5.2), so a rival
 * informs and never decides.
 */

import type { RatioInterval } from '../verdict/verdict.ts';

export type BaselineName = 'attainable-oracle' | 'hindsight' | 'switch-by-rate' | 'random';

/** What a way of routing would have given on the evaluation's own requests. */
export interface Baseline {
  readonly baseline: BaselineName;
  readonly requests: number;
  /** Expected, so it may have a fraction. */
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
  /** Fargate tasks that are paid for it; 0 without a service. */
  readonly tasks: number;
}

/** Mean utility lost per request to the attainable oracle (METHOD 6.1), and its interval. */
export interface Regret {
  /** A measured arm or a computed baseline. */
  readonly of: string;
  /** Mean u of METHOD 4.1, share-weighted over the routed workloads: lower is better. */
  readonly meanU: number;
  readonly regret: number;
  readonly lower: number;
  readonly upper: number;
}

export interface Baselines {
  readonly baselines: readonly Baseline[];
  /** Over the workloads that have both platforms: without one, nothing is routed and this is empty. */
  readonly regrets: readonly Regret[];
  /** Workloads that the capacity decision gave a service: those that regret is about. */
  readonly routed: readonly string[];
  /** Requests that had an outcome on both pure arms, of so many that were scored. */
  readonly pairs: number;
  readonly ofRequests: number;
  /** Cost of the hybrid against each baseline; absent without a hybrid, or with a single block. */
  readonly hybridAgainst: readonly ({ readonly baseline: BaselineName } & RatioInterval)[];
  /** Switch by rate as weights of a balancer, at the evaluation's rate. */
  readonly weights: readonly RateWeights[];
}

/** What a balancer would do with one workload all the time: the question has one rate. */
export interface RateWeights {
  readonly workload: string;
  readonly requestsPerHour: number;
  /** From here on Fargate stays cheaper; absent where it never is. */
  readonly breakEvenPerHour?: number;
  readonly tasks: number;
  readonly lambdaPercent: number;
  readonly ecsPercent: number;
}
