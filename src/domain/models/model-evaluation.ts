import type { FamilyName } from '../plan.ts';

/**
 * A figure with its two-sided 95 % interval over slots (METHOD 6.3). Without one when slots are
 * fewer than two, or when some resamples of them leave the figure without a value.
 */
export interface Estimate {
  readonly value: number;
  readonly lower?: number;
  readonly upper?: number;
}

export const figureNames = [
  'accuracy',
  'balancedAccuracy',
  'precision',
  'recall',
  'f1',
  'rocAuc',
  'logLoss',
  'brier',
  'vPair',
] as const;
export type FigureName = (typeof figureNames)[number];

/**
 * How a recipe did on slots that it was not fitted on (METHOD 5.1), stored beside the model of its
 * name. Rows of ladders are in none of it.
 */
export interface ModelEvaluation {
  readonly family: FamilyName;
  readonly fittedSlots: readonly number[];
  readonly judgedSlots: readonly number[];
  readonly rows: number;
  /** Features of one value in all training rows, which nothing can be learned from. */
  readonly constantFeatures: readonly string[];
  /** Absent where nothing can be divided by. */
  readonly figures: Readonly<Partial<Record<FigureName, Estimate>>>;
  /** Rows: truth (ecs, lambda); columns: prediction. */
  readonly confusion: readonly [readonly [number, number], readonly [number, number]];
  /** From (0, 0) to (1, 1), at most 200 points. */
  readonly roc: readonly RocPoint[];
  /** Bins of equally many rows, by p_lambda; equal scores share a bin. */
  readonly calibration: readonly CalibrationBin[];
  /** Most important first. */
  readonly importance: readonly FeatureImportance[];
  /** Held-out rows that the permutations were measured on: a seeded draw of them when many. */
  readonly importanceRows: number;
  readonly baselines: {
    readonly majorityAccuracy: number;
    /** METHOD 4.5. */
    readonly ceiling: readonly [crossFitted: number, inSample: number];
    readonly vPairBestStatic: number;
    /** Best expected u per cross-fitted cell: the attainable oracle of METHOD 6.1. */
    readonly vPairOracle: number;
  };
  /** vPair − vPairOracle, and the same for best-static: what is left to gain, in u. */
  readonly regret: Estimate;
  readonly regretBestStatic: Estimate;
  /** Of a last retraining: each workload judged by a model that never saw it, its one-hot dropped. */
  readonly leaveOneWorkloadOut?: readonly UnseenWorkload[];
}

/** Of sending to Lambda what scores above the threshold; the corners are nothing and everything. */
export interface RocPoint {
  readonly falsePositiveRate: number;
  readonly truePositiveRate: number;
  readonly threshold: number;
}

/** Means weigh the rows as the training drew them, which is what p_lambda is a share of (METHOD 4.2). */
export interface CalibrationBin {
  readonly meanPLambda: number;
  readonly shareLambda: number;
  readonly rows: number;
  /** Of the share, 95 % (Wilson), as if the rows of a slot were independent. */
  readonly lower: number;
  readonly upper: number;
}

export interface FeatureImportance {
  /** A column, or what several columns tell together: `workload`, `hour`, `day`. */
  readonly feature: string;
  /** By how much V_pair gets worse when the feature is shuffled, in u. */
  readonly permutation: Estimate;
  /** Mean decrease in impurity, or gain; absent where the family has none. */
  readonly own?: number;
}

export interface UnseenWorkload {
  readonly workload: string;
  readonly rows: number;
  readonly accuracy: number;
  readonly majorityAccuracy: number;
  readonly vPair: number;
  readonly vPairBestStatic: number;
  /** Why there is nothing to say: the figures are then 0 and absent from tables. */
  readonly notJudged?: string;
}
