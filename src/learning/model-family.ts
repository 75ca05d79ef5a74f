import type { EncodedForest } from '../domain/model.ts';
import type { FamilyName } from '../domain/plan.ts';
import type { TrainingRows } from '../domain/training.ts';

export interface ForestParams {
  readonly trees: number;
  readonly rowsPerTree: number;
  readonly maxDepth: number;
  /** A node of so many rows or fewer becomes a leaf. */
  readonly minRows: number;
  /** Quantile bins per feature. */
  readonly bins: number;
}

export interface FittedModel {
  readonly forest: EncodedForest;
  /** Mean decrease in impurity, adding up to 1. */
  readonly importance: Readonly<Record<string, number>>;
}

export interface ModelFamily {
  readonly name: FamilyName;
  readonly libraries: Readonly<Record<string, string>>;
  /** Same rows, params and seed give the same bytes, for any number of threads. */
  fit(
    rows: TrainingRows,
    params: ForestParams,
    options: {
      readonly seed: number;
      readonly signal: AbortSignal;
      /** Fraction done, in [0, 1]. */
      readonly onProgress: (done: number) => void;
    },
  ): Promise<FittedModel>;
}
