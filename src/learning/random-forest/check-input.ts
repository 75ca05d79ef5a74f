import { PermanentFailure } from '../../domain/failures.ts';
import type { TrainingRows } from '../../domain/models/training.ts';
import { checkRows } from '../check-rows.ts';
import type { ForestParams } from './forest-params.ts';

/** Throws what no retry can cure. The library itself would accept all of it and say nothing. */
export function checkInput(rows: TrainingRows, params: ForestParams): void {
  checkParams(params);
  checkRows(rows);
}

const limits: Readonly<Record<keyof ForestParams, readonly [lowest: number, highest: number]>> = {
  trees: [1, 10_000],
  rowsPerTree: [2, 1_000_000],
  maxDepth: [1, 64],
  minRows: [1, 1_000_000],
  // A bin number is one byte.
  bins: [2, 256],
};

function checkParams(params: ForestParams): void {
  for (const name of Object.keys(limits) as (keyof ForestParams)[]) {
    const value = params[name];
    const [lowest, highest] = limits[name];
    if (!Number.isInteger(value) || value < lowest || value > highest) {
      throw new PermanentFailure(
        'InvalidPlan',
        `"${name}" of the random forest is ${value}; it takes a whole number from ${lowest} to ${highest}.`,
      );
    }
  }
}
