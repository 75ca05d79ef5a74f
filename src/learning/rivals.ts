import { PermanentFailure } from '../domain/failures.ts';
import type { LabelledRows } from '../domain/models/training.ts';
import type { Platform } from '../domain/platform.ts';
import type { Choice } from './slot-sums.ts';

/** Best-static platform per workload (METHOD 4.1). */
export type StaticTable = Readonly<Record<string, Platform>>;

/** The router that is judged decides by its threshold, best-static by its table (METHOD 4.1). */
export interface Rivals {
  readonly threshold: number;
  readonly table: StaticTable;
}

/** Above one half, Lambda has the lower expected u: the draw already weighs rows by the stake. */
export const lambdaThreshold = 0.5;

export function learnedChoice(pLambda: Float64Array, threshold: number): Choice {
  return (row) => (pLambda[row] ?? 0) > threshold;
}

/** Throws `ModelMismatch` when the table lacks a workload of the rows. */
export function staticChoice(rows: LabelledRows, table: StaticTable): Choice {
  const isLambda = rows.workloads.map((name) => requirePlatform(table, name) === 'lambda');
  return (row) => isLambda[rows.workload[row] ?? 0] ?? false;
}

function requirePlatform(table: StaticTable, workload: string): Platform {
  const platform = table[workload];
  if (platform === undefined) {
    throw new PermanentFailure(
      'ModelMismatch',
      `The best-static table has no platform for workload "${workload}"; it has ${
        Object.keys(table).join(', ') || 'none'
      }. Decide capacity for every workload of the plan first.`,
    );
  }
  return platform;
}
