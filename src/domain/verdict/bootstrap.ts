/** Intervals over blocks: whole blocks are drawn again, with everything in them (METHOD 6.3). */
import { normalCdf, studentQuantile } from '../statistics/distributions.ts';
import { type Random, randomInteger } from '../statistics/random.ts';
import { mean, standardDeviation } from '../statistics/statistics.ts';

/** METHOD 6.3: at least 2,000. */
export const defaultResamples = 2000;

/** Below so many blocks a bootstrap has too few different resamples: t is used instead. */
export const enoughBlocks = 6;

/** How often each block was drawn, resample after resample: row r is one resample. */
export interface Resamples {
  readonly count: number;
  readonly blocks: number;
  readonly rows: readonly Uint16Array[];
}

export function resampleBlocks(
  blocks: number,
  random: Random,
  count: number = defaultResamples,
): Resamples {
  const rows = Array.from({ length: count }, () => {
    const drawn = new Uint16Array(blocks);
    for (let draw = 0; draw < blocks; draw += 1) {
      const block = randomInteger(random, blocks);
      drawn[block] = (drawn[block] ?? 0) + 1;
    }
    return drawn;
  });
  return { count, blocks, rows };
}

/** Σ of a block's value times how often the block was drawn. */
export function weightedSum(values: Float64Array, weights: Uint16Array): number {
  let sum = 0;
  for (let block = 0; block < values.length; block += 1) {
    sum += (values[block] ?? 0) * (weights[block] ?? 0);
  }
  return sum;
}

export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/**
 * α' of the expanded percentile interval: Φ(−√(B/(B−1))·t_{α/2,B−1}). The plain percentile interval
 * is too short with few blocks.
 *
 * Source: T. Hesterberg, What Teachers Should Know about the Bootstrap, arXiv 1411.5279.
 */
export function expandedLevel(alpha: number, blocks: number): number {
  if (blocks < 2) return 0;
  const t = studentQuantile(1 - alpha / 2, blocks - 1);
  return normalCdf(-Math.sqrt(blocks / (blocks - 1)) * t);
}

/**
 * Two-sided 1 − α expanded percentile interval of resampled estimates. A resample that could not
 * be estimated (NaN) widens the interval on both sides.
 */
export function expandedInterval(estimates: Float64Array, blocks: number, alpha: number): Interval {
  const level = expandedLevel(alpha, blocks);
  const skipped = Math.min(Math.floor(level * estimates.length), estimates.length - 1);
  const upwards = sortedWith(estimates, Number.NEGATIVE_INFINITY);
  const downwards = sortedWith(estimates, Number.POSITIVE_INFINITY);
  return {
    lower: upwards[skipped] ?? Number.NEGATIVE_INFINITY,
    upper: downwards[downwards.length - 1 - skipped] ?? Number.POSITIVE_INFINITY,
  };
}

/** One-sided 1 − α lower bound, from the same expanded percentiles. */
export function expandedLower(estimates: Float64Array, blocks: number, alpha: number): number {
  return expandedInterval(estimates, blocks, 2 * alpha).lower;
}

/** Two-sided 1 − α interval of the mean of a few block values (METHOD 6.3). */
export function fewBlockInterval(blockValues: ArrayLike<number>, alpha: number): Interval {
  const standardError = standardDeviation(blockValues) / Math.sqrt(blockValues.length);
  return tInterval(mean(blockValues), standardError, { blocks: blockValues.length, alpha });
}

/**
 * The same for what has no value per block, such as a quantile of pooled rows: the standard error
 * is the bootstrap's, widened by √(B/(B−1)), because it divides by B where a sample needs B − 1.
 */
export function fewBlockIntervalOfPooled(
  estimate: number,
  estimates: Float64Array,
  { blocks, alpha }: { readonly blocks: number; readonly alpha: number },
): Interval {
  const standardError = standardDeviation(estimates) * Math.sqrt(blocks / (blocks - 1));
  return tInterval(estimate, standardError, { blocks, alpha });
}

function tInterval(
  estimate: number,
  standardError: number,
  { blocks, alpha }: { readonly blocks: number; readonly alpha: number },
): Interval {
  const half = studentQuantile(1 - alpha / 2, blocks - 1) * standardError;
  if (!Number.isFinite(half)) {
    return { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };
  }
  return { lower: estimate - half, upper: estimate + half };
}

function sortedWith(estimates: Float64Array, unknown: number): Float64Array {
  return estimates.map((value) => (Number.isNaN(value) ? unknown : value)).sort();
}
