import type { LabelledRows } from '../domain/models/training.ts';

/** The rows of some workloads, as they are: weights keep the cap, and shares the total, of all. */
export function rowsOfWorkloads(rows: LabelledRows, workloads: readonly string[]): LabelledRows {
  const isKept = rows.workloads.map((workload) => workloads.includes(workload));
  const kept: number[] = [];
  for (let row = 0; row < rows.rowCount; row += 1) {
    if (isKept[rows.workload[row] ?? 0]) kept.push(row);
  }
  const pick = (values: ArrayLike<number>): Float64Array => {
    const picked = new Float64Array(kept.length);
    for (let place = 0; place < picked.length; place += 1) {
      picked[place] = values[kept[place] ?? 0] ?? 0;
    }
    return picked;
  };
  const values = new Float64Array(rows.features.length * kept.length);
  for (const index of rows.features.keys()) {
    const column = rows.values.subarray(index * rows.rowCount, (index + 1) * rows.rowCount);
    values.set(pick(column), index * kept.length);
  }
  return {
    features: rows.features,
    workloads: rows.workloads,
    rowCount: kept.length,
    values,
    labels: Uint8Array.from(pick(rows.labels)),
    weights: pick(rows.weights),
    workload: Uint8Array.from(pick(rows.workload)),
    slot: Int32Array.from(pick(rows.slot)),
    utilityLambda: pick(rows.utilityLambda),
    utilityEcs: pick(rows.utilityEcs),
    share: pick(rows.share),
  };
}
