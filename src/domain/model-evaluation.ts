import type { FamilyName } from './plan.ts';

/** A figure with its two-sided 95 % interval over slots; without one when slots are fewer than two. */
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
  /** Absent where nothing can be divided by. */
  readonly figures: Readonly<Partial<Record<FigureName, Estimate>>>;
  /** Rows: truth (ecs, lambda); columns: prediction. */
  readonly confusion: readonly [readonly [number, number], readonly [number, number]];
  /** From (0, 0) to (1, 1), at most 200 points. */
  readonly roc: readonly RocPoint[];
  /** Bins of equally many rows, by p_lambda. */
  readonly calibration: readonly CalibrationBin[];
  /** Most important first. */
  readonly importance: readonly FeatureImportance[];
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

export interface RocPoint {
  readonly falsePositiveRate: number;
  readonly truePositiveRate: number;
  readonly threshold: number;
}

export interface CalibrationBin {
  readonly meanPLambda: number;
  readonly shareLambda: number;
  readonly rows: number;
  /** Of the share, 95 % (Wilson). */
  readonly lower: number;
  readonly upper: number;
}

export interface FeatureImportance {
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
  /** Why there is nothing to say: the figures are then absent from tables. */
  readonly notJudged?: string;
}
