import { featureNames } from '../../src/domain/models/feature.ts';
import type { LabelledRows } from '../../src/domain/models/training.ts';

/** A row of a made training set: what is not said is 0. */
export interface MadeRow {
  readonly workload?: number;
  readonly slot?: number;
  readonly label: 0 | 1;
  readonly features?: Readonly<Record<string, number>>;
}

export function madeRows(
  count: number,
  make: (row: number) => MadeRow,
  { workloads = ['heavy', 'light'], moreFeatures = [] as readonly string[] } = {},
): LabelledRows {
  const rows = Array.from({ length: count }, (_, row) => make(row));
  const features = [...featureNames(workloads), ...moreFeatures];
  const ones = new Float64Array(count).fill(1);
  return {
    features,
    rowCount: count,
    values: Float64Array.from(
      features.flatMap((feature) =>
        rows.map(({ workload = 0, features: own }) =>
          feature === `workload=${workloads[workload]}` ? 1 : (own?.[feature] ?? 0),
        ),
      ),
    ),
    labels: Uint8Array.from(rows, ({ label }) => label),
    weights: ones,
    workloads,
    workload: Uint8Array.from(rows, ({ workload = 0 }) => workload),
    slot: Int32Array.from(rows, ({ slot = 1 }) => slot),
    utilityLambda: new Float64Array(count),
    utilityEcs: ones,
    share: new Float64Array(count).fill(1 / Math.max(count, 1)),
  };
}
