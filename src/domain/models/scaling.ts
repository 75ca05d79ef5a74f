import { PermanentFailure } from '../failures.ts';

/** How each feature becomes an input; see `scaled`. */
export interface Scaling {
  /** Positions of the features of which log(1 + value) is taken first, ascending. */
  readonly log1p: readonly number[];
  /** Per feature, after the logarithm. */
  readonly mean: readonly number[];
  /** Per feature, after the logarithm; above 0. */
  readonly sd: readonly number[];
}

/** The scaling of one feature. */
export interface ColumnScaling {
  readonly isLogged: boolean;
  readonly mean: number;
  readonly sd: number;
}

/**
 * The input that a feature becomes: standard deviations from the mean, at most ten, of the feature
 * or of its logarithm. Training and scoring share it. A logged feature was never negative when it
 * was learned from, so that a negative one counts as 0, not as NaN. The bound keeps the network from
 * carrying a line on into values that it never saw.
 */
export function scaled(value: number, { isLogged, mean, sd }: ColumnScaling): number {
  const deviations = ((isLogged ? logged(value) : value) - mean) / sd;
  return Math.max(-mostDeviations, Math.min(mostDeviations, deviations));
}

/** log(1 + value), of 0 for what is negative. */
export function logged(value: number): number {
  return value > 0 ? Math.log1p(value) : 0;
}

/**
 * Beyond anything that a logarithm leaves of a heavy tail. A 0/1 column that is 1 in fewer than one
 * row of a hundred is moved to the bound and still has two values.
 */
const mostDeviations = 10;

/** Per feature, what `scaled` takes. Throws `ModelMismatch` unless it is whole and finite. */
export function columnsOf(
  { log1p, mean, sd }: Scaling,
  featureCount: number,
): readonly ColumnScaling[] {
  if (mean.length !== featureCount || sd.length !== featureCount) {
    throw mismatch(
      `${featureCount} features are scaled by ${mean.length} means and ${sd.length} deviations`,
    );
  }
  for (const [index, feature] of log1p.entries()) {
    const isNext = Number.isInteger(feature) && feature > (log1p[index - 1] ?? -1);
    if (!isNext || feature >= featureCount) {
      throw mismatch(
        `"log1p" names feature ${feature} in place ${index}; it takes positions below ` +
          `${featureCount} in ascending order`,
      );
    }
  }
  return mean.map((meanOfColumn, f) => {
    const column = { isLogged: log1p.includes(f), mean: meanOfColumn, sd: sd[f] ?? Number.NaN };
    if (!Number.isFinite(column.mean) || !(column.sd > 0 && column.sd < Number.POSITIVE_INFINITY)) {
      throw mismatch(
        `Feature ${f} is scaled by the mean ${column.mean} and the standard deviation ${column.sd}`,
      );
    }
    return column;
  });
}

function mismatch(problem: string): PermanentFailure {
  return new PermanentFailure(
    'ModelMismatch',
    `${problem}. The stored model is damaged or of another version; train it again.`,
  );
}
