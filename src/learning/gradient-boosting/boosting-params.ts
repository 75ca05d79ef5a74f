import { PermanentFailure } from '../../domain/failures.ts';
import type { LearningPlan } from '../../domain/plan.ts';
import type { FamilyParams, TuningCombination } from '../model-family.ts';

export interface BoostingParams {
  readonly trees: number;
  readonly maxDepth: number;
  /** What a tree's answer is multiplied by: XGBoost's `eta`. */
  readonly learningRate: number;
  /** Sum of p(1 − p) that each side of a split must have; a row has at most 0.25. */
  readonly minChildWeight: number;
  /** Share of the rows that each tree sees. */
  readonly subsample: number;
}

/** The plan's number of trees. Its depth is a forest's; boosted trees are better shallow. */
export function boostingParamsOf({ trees, maxDepth }: LearningPlan): FamilyParams {
  return {
    trees,
    maxDepth: Math.min(6, maxDepth),
    learningRate: 0.1,
    minChildWeight: 1,
    subsample: 0.8,
  };
}

/** METHOD 5.1: depth times leaf size times learning rate; the number of trees comes for nothing. */
export function boostingGrid(base: FamilyParams): readonly TuningCombination[] {
  return [6, 10, 15].flatMap((maxDepth) =>
    [1, 10].flatMap((minChildWeight) =>
      [0.05, 0.1].map((learningRate) => ({
        params: { ...base, maxDepth, minChildWeight, learningRate, trees: 300 },
        sizes: [100, 200, 300],
      })),
    ),
  );
}

interface Limit {
  readonly lowest: number;
  readonly highest: number;
  readonly isWhole?: true;
}

const limits: Readonly<Record<keyof BoostingParams, Limit>> = {
  trees: { lowest: 1, highest: 10_000, isWhole: true },
  maxDepth: { lowest: 1, highest: 30, isWhole: true },
  learningRate: { lowest: 0.001, highest: 1 },
  minChildWeight: { lowest: 0, highest: 1_000_000 },
  subsample: { lowest: 0.1, highest: 1 },
};

/** The settings by name. The library would accept any of them and say nothing. Throws `InvalidPlan`. */
export function boostingParams(params: FamilyParams): BoostingParams {
  const of = (name: keyof BoostingParams): number => {
    const value = params[name] ?? Number.NaN;
    const { lowest, highest, isWhole } = limits[name];
    if (value >= lowest && value <= highest && (isWhole !== true || Number.isInteger(value))) {
      return value;
    }
    throw new PermanentFailure(
      'InvalidPlan',
      `"${name}" of gradient boosting is ${value}; it takes a ${isWhole === true ? 'whole ' : ''}` +
        `number from ${lowest} to ${highest}.`,
    );
  };
  return {
    trees: of('trees'),
    maxDepth: of('maxDepth'),
    learningRate: of('learningRate'),
    minChildWeight: of('minChildWeight'),
    subsample: of('subsample'),
  };
}
