import type { Outcome } from '../observation.ts';
import type { Platform } from '../platform.ts';

/** What the collection measured, in figures for the report. Ladder rows stand apart (METHOD 1.8). */
export interface CampaignProfile {
  readonly rows: number;
  readonly pairs: number;
  readonly joinedShare: number;
  readonly explainedShare: number;
  readonly latencies: readonly LatencyRow[];
  readonly ladder: readonly LadderRow[];
  readonly labels: readonly LabelRow[];
  readonly outcomes: readonly OutcomeRow[];
  /** Second minus first place in a pair, as a mean log ratio of latencies (METHOD 1.1). */
  readonly positionEffect: readonly {
    readonly platform: Platform;
    readonly logRatio: number;
    readonly pairs: number;
  }[];
}

export interface LatencyRow {
  readonly workload: string;
  readonly platform: Platform;
  readonly requests: number;
  readonly good: number;
  /** Quantiles of the latency to a good answer; absent with fewer than 10 exceedances. */
  readonly p50?: number;
  readonly p95?: number;
  readonly p99?: number;
  readonly serverMsP50?: number;
  readonly coldStarts: number;
  readonly marginalPer1000Usd: number;
}

export interface LadderRow {
  readonly workload: string;
  readonly platform: Platform;
  readonly step: number;
  /** Planned utilisation of the Fargate service. */
  readonly utilisation: number;
  readonly ratePerS: number;
  readonly requests: number;
  /** Slots that the step was part of. */
  readonly slots?: number;
  readonly p50?: number;
  readonly p95?: number;
  /** 95 % over slots; absent with one slot. */
  readonly p50Interval?: LatencyEnds;
  readonly p95Interval?: LatencyEnds;
}

/** An end is absent where no request of that rank got a good answer, or there is no interval. */
export interface LatencyEnds {
  readonly lowerMs?: number;
  readonly upperMs?: number;
}

export interface LabelRow {
  readonly workload: string;
  readonly pairs: number;
  readonly lambdaShare: number;
  readonly weightMean: number;
}

export interface OutcomeRow {
  readonly outcome: Outcome;
  readonly reason?: string;
  readonly rows: number;
}
