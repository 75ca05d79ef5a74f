import { columnsOf, scaled } from '../../domain/models/scaling.ts';
import type { TrainingRows } from '../../domain/models/training.ts';
import type { FittedScaling } from './fit-scaling.ts';

/** What the network is trained on: one row after the other, scaled. */
export interface TrainingSet {
  readonly rowCount: number;
  readonly featureCount: number;
  /** Row r occupies `inputs[r * featureCount .. (r + 1) * featureCount)`. */
  readonly inputs: Float32Array;
  readonly labels: Float32Array;
  /** Of mean 1, so that a learning rate means the same whatever u is measured in. */
  readonly weights: Float32Array;
}

export function trainingSetOf(rows: TrainingRows, { scaling }: FittedScaling): TrainingSet {
  const { rowCount, values } = rows;
  const featureCount = rows.features.length;
  const inputs = new Float32Array(rowCount * featureCount);
  for (const [f, column] of columnsOf(scaling, featureCount).entries()) {
    for (let row = 0; row < rowCount; row += 1) {
      inputs[row * featureCount + f] = scaled(values[f * rowCount + row] as number, column);
    }
  }
  const total = rows.weights.reduce((sum, weight) => sum + weight, 0);
  return {
    rowCount,
    featureCount,
    inputs,
    labels: Float32Array.from(rows.labels),
    weights: Float32Array.from(rows.weights, (weight) => (weight * rowCount) / total),
  };
}

/** A row of weight 0 says nothing about the answer, and so must not about the scales either. */
export function rowsOfWeight(rows: TrainingRows): TrainingRows {
  const kept = rows.weights.reduce((count, weight) => count + Number(weight > 0), 0);
  if (kept === rows.rowCount) return rows;
  const hasWeight = (_: number, row: number): boolean => (rows.weights[row] ?? 0) > 0;
  const values = new Float64Array(kept * rows.features.length);
  for (let f = 0; f < rows.features.length; f += 1) {
    const column = rows.values.subarray(f * rows.rowCount, (f + 1) * rows.rowCount);
    values.set(column.filter(hasWeight), f * kept);
  }
  return {
    features: rows.features,
    rowCount: kept,
    values,
    labels: rows.labels.filter(hasWeight),
    weights: rows.weights.filter(hasWeight),
  };
}
