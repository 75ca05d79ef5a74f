/**
 * What the observations say, as figures for a report's charts. Everything is counted in the
 * database and merged over slots before a figure is computed: no row is in here (METHOD 6.2).
 */

import type { Platform } from '../platform.ts';
import type { Interval } from '../verdict/bootstrap.ts';

export interface MeasuredFigures {
  /** Of the collection by platform, ladder left out, and of the evaluation by arm. */
  readonly latencies: readonly LatencyDistribution[];
  readonly hours: readonly ClockRow[];
  readonly weekdays: readonly ClockRow[];
  readonly coldStarts: readonly ColdStartRow[];
  /** In the order in which the runs began. */
  readonly runs: readonly RunFigures[];
  /** Both ways of measuring; absent unless a run was `generator-limited` (METHOD 1.4). */
  readonly plannedSends?: readonly PlannedSendRow[];
  readonly labels: readonly LabelGroupFigures[];
  readonly labelWeights: readonly LabelWeights[];
  readonly positions: readonly PositionRow[];
  readonly pairings: readonly PairingRow[];
  /** Requests a second at which a workload was measured, from the lowest to the highest. */
  readonly rates: readonly MeasuredRate[];
}

/** Part of a campaign: its slots, or its evaluation's blocks. */
export type CampaignPart = 'collection' | 'evaluation';

/** A quantile of the latency to a good answer, in ms, with its interval over slots or blocks. */
export interface QuantileFigure {
  readonly valueMs: number;
  /** 95 %; an end is absent where no request of that rank got a good answer. */
  readonly lowerMs?: number;
  readonly upperMs?: number;
}

export type QuantileName = 'p50' | 'p90' | 'p95' | 'p99';

/** Absent with fewer than 10 exceedances, or where it falls on a request without a good answer. */
export type QuantileFigures = Readonly<Partial<Record<QuantileName, QuantileFigure>>>;

export interface LatencyGroup extends QuantileFigures {
  readonly requests: number;
  readonly good: number;
  /** Slots or blocks that the rows come from. */
  readonly units: number;
}

export interface LatencyDistribution extends LatencyGroup {
  readonly part: CampaignPart;
  /** A platform in the collection, an arm in the evaluation. */
  readonly side: string;
  readonly workload: string;
  /** Good and inside the workload's SLO; absent without one. */
  readonly insideSlo?: number;
  /** Share of all requests that were answered well within so many ms; both ascending. */
  readonly curve: readonly { readonly share: number; readonly latencyMs: number }[];
}

/** An hour of the day, or a day of the week, on the clock of the plan's time zone. */
export interface ClockRow extends LatencyGroup {
  /** Hour 0 to 23, or day 1 (Monday) to 7. */
  readonly at: number;
  readonly workload: string;
  readonly platform: Platform;
}

/** A share of requests with its exact binomial 95 % interval (Clopper & Pearson, 1934). */
export interface ShareFigure extends Interval {
  readonly hits: number;
  readonly of: number;
}

/** METHOD 2.2: three meanings of "cold", of the collection's requests on Lambda without the ladder. */
export interface ColdStartRow {
  readonly workload: string;
  /** Whether rows within 660 s after a pause of the load are counted. */
  readonly afterGap: 'with' | 'without';
  readonly wasNew: ShareFigure;
  readonly hadInit: ShareFigure;
  readonly wasWaitedFor: ShareFigure;
  /** Init Duration in ms, by the rule of 10 exceedances. */
  readonly initMs: Readonly<Partial<Record<'p50' | 'p90' | 'p99', number>>>;
}

/** One load run: what was intended, what is known of it, and how well the generator kept time. */
export interface RunFigures {
  readonly run: string;
  readonly part: CampaignPart;
  /** Number of the slot or block. */
  readonly unit: number;
  /** One row per intended request and target. */
  readonly rows: number;
  readonly joined: number;
  /** Without a platform record, and the reason is known (METHOD 1.6). */
  readonly explained: number;
  readonly unrecorded: number;
  readonly notIssued: number;
  readonly lagMsP50?: number;
  readonly lagMsP99?: number;
  /** Most requests of one workload that were on their way to one platform at a send. */
  readonly inFlight: number;
}

/** METHOD 1.4: from the actual send, and from the planned one, which adds the generator's own lag. */
export interface PlannedSendRow {
  readonly part: CampaignPart;
  readonly side: string;
  readonly workload: string;
  readonly actual: LatencyGroup & { readonly insideSlo?: number };
  readonly planned: LatencyGroup & { readonly insideSlo?: number };
}

/** Pairs in which Lambda was better, with an interval over slots (METHOD 6.3). */
export interface LabelGroupFigures {
  readonly workload: string;
  readonly group: LabelGroupName;
  /** Planned utilisation of a ladder's step. */
  readonly utilisation?: number;
  readonly pairs: number;
  readonly slots: number;
  readonly lambdaShare: number;
  readonly interval?: Interval;
}

/** `all`, `day` (8 to 20 o'clock) and `night` without the ladder; `step`: one of its steps. */
export type LabelGroupName = 'all' | 'day' | 'night' | 'step';

export interface LabelWeights {
  readonly workload: string;
  readonly pairs: number;
  /** Quantiles of the capped weights. */
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  /** Share of pairs whose own label is the more frequent one of its cell of payload and load. */
  readonly asMajority: number;
}

/** Second against first place in a pair, as a mean log ratio of latencies (METHOD 1.1). */
export interface PositionRow {
  readonly workload: string;
  readonly platform: Platform;
  readonly first: number;
  readonly second: number;
  readonly slots: number;
  readonly logRatio: number;
  readonly interval?: Interval;
}

/** Correlation of the two platforms' log latencies within pairs: what pairing lives on. */
export interface PairingRow {
  readonly workload: string;
  readonly pairs: number;
  readonly slots: number;
  readonly correlation: number;
  readonly interval?: Interval;
}

export interface MeasuredRate {
  readonly workload: string;
  readonly lowestPerS: number;
  readonly highestPerS: number;
}
