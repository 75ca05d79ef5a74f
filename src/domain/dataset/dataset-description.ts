import type { SlotStatus } from '../campaign.ts';
import type { Finding } from '../models/training.ts';
import type { LabelPlan } from '../plan.ts';
import type { Platform, TestbedName } from '../platform.ts';
import type { DatasetRef } from './dataset.ts';
import type { OutcomeRow } from './profile.ts';

/**
 * What a dataset is and what stands in it, as figures: what its card and `dataset describe` say is
 * drawn from this one value. Shares are in [0, 1].
 */
export interface DatasetDescription {
  readonly campaignId: string;
  readonly testbed: TestbedName;
  /** How far the simulator was checked; of simulated campaigns, once their report is written. */
  readonly stamp?: string;
  readonly setting: DatasetSetting;
  /** Absent while no slot is complete. */
  readonly dataset?: DatasetRef;
  /** First and last planned request, epoch milliseconds; absent without rows. */
  readonly span?: { readonly fromMs: number; readonly toMs: number };
  readonly coverage: Coverage;
  /** Observation columns in their order; empty without rows. */
  readonly missing: readonly MissingValues[];
  /** Absent without pairs. */
  readonly labels?: LabelDescription;
  /** The most serious first. */
  readonly findings: readonly DatasetFinding[];
}

/** What of the plan the labels and features depend on. */
export interface DatasetSetting {
  readonly labels: LabelPlan;
  readonly priceBook: string;
  readonly timezone: string;
  readonly seed: number;
  readonly workloads: readonly string[];
}

/** What was planned, what of it is in the dataset, and why the rest is not. */
export interface Coverage {
  readonly plannedSlots: number;
  readonly slots: Readonly<Record<SlotStatus, number>>;
  /** Slots with an outcome that are not in the dataset, with the reason. */
  readonly leftOut: readonly {
    readonly slot: number;
    readonly status: SlotStatus;
    readonly reason: string;
  }[];
  readonly requests: number;
  readonly rows: number;
  readonly pairs: number;
  /** Requests that are no pair: lead-in, or a target without an outcome. */
  readonly unpaired: readonly { readonly reason: string; readonly requests: number }[];
  readonly outcomes: readonly OutcomeRow[];
  /** Rows with their platform's record, and these with those whose lack is explained. */
  readonly joinedShare: number;
  readonly explainedShare: number;
}

/** Rows of one platform in which a column is blank. */
export interface BlankRows {
  readonly rows: number;
  readonly blank: number;
  readonly answered: number;
  readonly blankOfAnswered: number;
}

/** Of the platforms to which the column applies. */
export interface MissingValues {
  readonly column: string;
  /** A blank says something, for example that there was no error; it is not an unknown value. */
  readonly isInformative: boolean;
  readonly platforms: Readonly<Partial<Record<Platform, BlankRows>>>;
}

export interface LabelDescription {
  readonly pairs: number;
  /** Pairs of each platform, and its part of all weight. */
  readonly balance: Readonly<Record<Platform, { readonly pairs: number; readonly weight: number }>>;
  /** Outside the ladder, in the plan's order. */
  readonly byWorkload: readonly LabelGroup[];
  readonly byLadderStep: readonly LadderLabels[];
  /** Outside the ladder, by the rate of the own workload in the last 60 s. */
  readonly byRate: readonly RateLabels[];
  /** Of all pairs last. */
  readonly ratioRule: readonly RatioRuleRow[];
  readonly ceiling: CeilingFigures;
  readonly features: readonly FeatureFigures[];
  readonly detectors: readonly DetectorRun[];
  readonly capacity: { readonly withCapacity: readonly string[]; readonly reason: string };
  /** METHOD 4.6, 5.3; absent with fewer than three slots that have pairs. */
  readonly split?: { readonly fitted: SplitPart; readonly judged: SplitPart };
}

export interface LabelGroup {
  readonly workload: string;
  readonly pairs: number;
  readonly lambdaShare: number;
  readonly weightMean: number;
  readonly weightP50: number;
  readonly weightP90: number;
}

export interface LadderLabels extends LabelGroup {
  readonly step: number;
  readonly utilisation: number;
  readonly ratePerS: number;
}

export interface RateLabels extends LabelGroup {
  readonly fromPerS: number;
  readonly toPerS: number;
}

/** The ratio rule of METHOD 4.2 beside the utility rule; both computed, whichever the plan uses. */
export interface RatioRuleRow {
  /** Absent: all pairs. */
  readonly workload?: string;
  readonly pairs: number;
  readonly utilityLambdaShare: number;
  readonly ratioLambdaShare: number;
  readonly disagreeShare: number;
  /** Mean u that a pair loses where the ratio rule is followed, over all pairs of the row. */
  readonly lostUtility: number;
}

/** METHOD 4.5, on all pairs, ladder included. */
export interface CeilingFigures {
  readonly rows: number;
  /** Share of the more frequent label. */
  readonly majority: number;
  /** Share right when the workload's more frequent label is always said. */
  readonly workloadMajority: number;
  readonly crossFitted: number;
  readonly inSample: number;
}

export interface FeatureFigures {
  readonly feature: string;
  readonly min: number;
  readonly p50: number;
  readonly max: number;
  readonly isConstant: boolean;
  /** Workloads within which it does not vary, though it does over all. */
  readonly constantWithin: readonly string[];
}

/** All detectors of METHOD 4.4 on one choice of pairs. */
export interface DetectorRun {
  /** `with-capacity`: what a training sees when only some workloads earn a service. */
  readonly on: 'all-pairs' | 'with-capacity';
  readonly workloads: readonly string[];
  readonly pairs: number;
  readonly checks: readonly DetectorCheck[];
}

export const detectorNames = [
  'too-few-pairs',
  'one-class',
  'function-of-workload',
  'too-few-of-a-class',
  'leak',
] as const;
export type DetectorName = (typeof detectorNames)[number];

/** One number that a detector has looked at, whether or not it found anything. */
export interface DetectorCheck {
  readonly detector: DetectorName;
  /** Of `leak`. */
  readonly feature?: string;
  /** Pairs, or a share of them. */
  readonly value: number;
  readonly unit: 'pairs' | 'share';
  /** The detector fires below it, or above it. */
  readonly limit: number;
  readonly fires: 'below' | 'above';
  readonly finding?: Finding;
}

export interface SplitPart {
  readonly slots: readonly number[];
  readonly pairs: number;
  readonly lambdaShare: number;
}

export const datasetFindingKinds = [
  'detector',
  'coverage',
  'missing-values',
  'capacity',
  'class-balance',
  'ceiling',
  'ratio-rule',
  'constant-feature',
] as const;

/** A sentence with its numbers. */
export interface DatasetFinding {
  readonly kind: (typeof datasetFindingKinds)[number];
  readonly message: string;
  /** What must be looked at before the dataset is used. */
  readonly isSerious: boolean;
}
