import type { FeatureFigures } from '../../domain/dataset/dataset-description.ts';
import { isWorkloadFeature } from '../../domain/models/feature.ts';
import type { LabelledRows } from '../../domain/models/training.ts';
import { quantile } from '../../domain/statistics/statistics.ts';

/** Range of each feature, and where it does not vary and so can tell nothing. Empty without rows. */
export function featureFigures(rows: LabelledRows): FeatureFigures[] {
  if (rows.rowCount === 0) return [];
  return rows.features.map((feature, index) => {
    const values = rows.values.subarray(index * rows.rowCount, (index + 1) * rows.rowCount);
    const ascending = Float64Array.from(values).sort();
    const [min, max] = [ascending[0] ?? 0, ascending.at(-1) ?? 0];
    return {
      feature,
      min,
      p50: quantile(ascending, 0.5) ?? 0,
      max,
      isConstant: min === max,
      // Every one-hot is constant within a workload.
      constantWithin:
        min === max || isWorkloadFeature(feature) ? [] : constantWorkloads(rows, values),
    };
  });
}

function constantWorkloads(rows: LabelledRows, values: Float64Array): string[] {
  const ranges = rows.workloads.map(() => ({ min: Infinity, max: -Infinity }));
  for (const [row, value] of values.entries()) {
    const range = ranges[rows.workload[row] ?? 0];
    if (range === undefined) continue;
    range.min = Math.min(range.min, value);
    range.max = Math.max(range.max, value);
  }
  return rows.workloads.filter((_, index) => ranges[index]?.min === ranges[index]?.max);
}
