import type { LearningPlan } from '../../domain/plan.ts';
import type { FamilyParams, TuningCombination } from '../model-family.ts';

export interface ForestParams {
  readonly trees: number;
  readonly rowsPerTree: number;
  readonly maxDepth: number;
  /** A node of so many rows or fewer becomes a leaf. */
  readonly minRows: number;
  /** Quantile bins per feature. */
  readonly bins: number;
}

/** The plan's settings, and the rest of a recipe that gave scikit-learn's accuracy at equal depth. */
export function forestParamsOf(learning: LearningPlan): FamilyParams {
  const { trees, rowsPerTree, maxDepth } = learning;
  return { trees, rowsPerTree, maxDepth, minRows: 9, bins: 64 };
}

/** METHOD 5.1: depth times leaf size; the number of trees comes for nothing. */
export function forestGrid(base: FamilyParams): readonly TuningCombination[] {
  return [10, 15, 20].flatMap((maxDepth) =>
    [4, 9, 19].map((minRows) => ({
      params: { ...base, maxDepth, minRows, trees: 300 },
      sizes: [100, 200, 300],
    })),
  );
}

/** The same settings by name; what is missing is `NaN`, which `checkInput` refuses with its name. */
export function forestParams(params: FamilyParams): ForestParams {
  const of = (name: keyof ForestParams): number => params[name] ?? Number.NaN;
  return {
    trees: of('trees'),
    rowsPerTree: of('rowsPerTree'),
    maxDepth: of('maxDepth'),
    minRows: of('minRows'),
    bins: of('bins'),
  };
}
