import type { EncodedScorer } from '../domain/models/scorer.ts';
import type { TrainingRows } from '../domain/models/training.ts';
import type { FamilyName, LearningPlan } from '../domain/plan.ts';

/** A family's settings by name. Each family checks its own: a wrong one is an `InvalidPlan`. */
export type FamilyParams = Readonly<Record<string, number>>;

export interface FittedModel {
  readonly scorer: EncodedScorer;
  /** Mean decrease in impurity, or gain, adding up to 1; empty where a family has none. */
  readonly importance: Readonly<Record<string, number>>;
  /** How many of the rows were used, where a library takes fewer than it was given. */
  readonly rowsUsed?: number;
}

export interface FitOptions {
  readonly seed: number;
  /** Ends the training within two seconds, threads included. */
  readonly signal: AbortSignal;
  /** Fraction done, in [0, 1]. */
  readonly onProgress: (done: number) => void;
}

/** One training of the grid of METHOD 5.1, and the sizes that it answers for at once. */
export interface TuningCombination {
  /** With the largest of the sizes. */
  readonly params: FamilyParams;
  readonly sizes: readonly number[];
}

/** PORT. Trains off the event loop; same rows, params and seed give the same bytes. */
export interface ModelFamily {
  readonly name: FamilyName;
  readonly libraries: Readonly<Record<string, string>>;
  /** The setting that a longer training has more of: `trees`, or `epochs`. */
  readonly sizeParam: string;
  /** The recipe of a plan before it is tuned. */
  defaults(learning: LearningPlan): FamilyParams;
  /** The combinations of METHOD 5.1 around a recipe. */
  grid(base: FamilyParams): readonly TuningCombination[];
  /** Throws `TooFewObservations` when one class has no weight, `CorruptObject` for NaN. */
  fit(rows: TrainingRows, params: FamilyParams, options: FitOptions): Promise<FittedModel>;
  /** The models that `fit` would give at each of the sizes, from one training of the largest. */
  fitSizes(
    rows: TrainingRows,
    params: FamilyParams,
    sizes: readonly number[],
    options: FitOptions,
  ): Promise<readonly FittedModel[]>;
}
