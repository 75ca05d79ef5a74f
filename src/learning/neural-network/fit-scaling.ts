import { logged, type Scaling } from '../../domain/models/scaling.ts';
import type { TrainingRows } from '../../domain/models/training.ts';

export interface FittedScaling {
  readonly scaling: Scaling;
  /** Positions of the features that never vary: nothing can be learned from them. */
  readonly constant: readonly number[];
}

/**
 * What the given rows say about their features, and nothing else (METHOD 4.3). A feature is replaced
 * by its logarithm, log(1 + value), when it is never negative, exceeds 1 and its skewness is above
 * `mostSkewness`: bytes, milliseconds and rates have tails that would leave everything else in one
 * corner of the scale. Up to 1 the logarithm is nearly a line, and shares and 0/1 columns stay.
 */
export function fitScaling({ features, rowCount, values }: TrainingRows): FittedScaling {
  const log1p: number[] = [];
  const constant: number[] = [];
  const mean: number[] = [];
  const sd: number[] = [];
  for (let f = 0; f < features.length; f += 1) {
    let column = values.subarray(f * rowCount, (f + 1) * rowCount);
    let moments = momentsOf(column);
    if (moments.lowest >= 0 && moments.highest > 1 && moments.skewness > mostSkewness) {
      log1p.push(f);
      column = column.map(logged);
      moments = momentsOf(column);
    }
    const isConstant = moments.lowest === moments.highest;
    if (isConstant) constant.push(f);
    mean.push(moments.mean);
    sd.push(isConstant ? 1 : moments.sd);
  }
  return { scaling: { log1p, mean, sd }, constant };
}

/** A uniform column has 0, an exponential one 2, a lognormal one of sigma 1 has 6. */
const mostSkewness = 1;

interface Moments {
  readonly lowest: number;
  readonly highest: number;
  readonly mean: number;
  readonly sd: number;
  readonly skewness: number;
}

function momentsOf(column: Float64Array): Moments {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (const value of column) {
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
    sum += value;
  }
  const mean = sum / column.length;
  let squares = 0;
  let cubes = 0;
  for (const value of column) {
    const square = (value - mean) ** 2;
    squares += square;
    cubes += square * (value - mean);
  }
  const variance = squares / column.length;
  const skewness = variance > 0 ? cubes / column.length / variance ** 1.5 : 0;
  return { lowest, highest, mean, sd: Math.sqrt(variance), skewness };
}
