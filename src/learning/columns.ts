import type { TrainingRows } from '../domain/models/training.ts';

/** The values of one feature: a view, not a copy. */
export function columnOf(rows: TrainingRows, feature: number): Float64Array {
  return rows.values.subarray(feature * rows.rowCount, (feature + 1) * rows.rowCount);
}

/** Features of one value in all rows, which nothing can be learned from. */
export function constantFeatures(rows: TrainingRows): readonly string[] {
  return rows.features.filter((_, feature) => {
    const column = columnOf(rows, feature);
    return column.every((value) => value === column[0]);
  });
}
