import { betaQuantile } from './distributions.ts';

/**
 * The q-quantile of sorted values: the smallest value that at least the part q of them does not
 * exceed (the ceil(q·n)-th; Hyndman & Fan's type 1). It is always a measured value, so a latency
 * without a good answer can be +Infinity (METHOD 6.2). Undefined without values.
 */
export function quantile(sorted: ArrayLike<number>, q: number): number | undefined {
  return sorted[rankOf(sorted.length, q) - 1];
}

/** The place, from 1, of the q-quantile among n sorted values. */
export function rankOf(n: number, q: number): number {
  // 0.95 · 20 may come out a little above 19 in binary; that must not move the rank.
  return Math.max(1, Math.ceil(q * n - 1e-9));
}

/** A quantile is printed only with so many values ranked above it (METHOD 6.2). */
const exceedancesNeeded = 10;

export function canPrintQuantile(n: number, q: number): boolean {
  return n > 0 && n - rankOf(n, q) >= exceedancesNeeded;
}

export function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let index = 0; index < values.length; index += 1) total += values[index] ?? 0;
  return total;
}

export function mean(values: ArrayLike<number>): number {
  return sum(values) / values.length;
}

/** Sample standard deviation, with n − 1; NaN with fewer than two values. */
export function standardDeviation(values: ArrayLike<number>): number {
  const centre = mean(values);
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) {
    sum += ((values[index] ?? 0) - centre) ** 2;
  }
  return Math.sqrt(sum / (values.length - 1));
}

/**
 * One-sided lower bound, by default 95 %, of a share of which `hits` of `n` were seen: exact for
 * independent requests. 95 % is first shown by 59 of 59, 92 of 93, 122 of 124.
 *
 * Source: C. Clopper & E. Pearson, Biometrika 26, 1934.
 */
export function clopperPearsonLower(hits: number, n: number, alpha = 0.05): number {
  return hits <= 0 || n <= 0 ? 0 : betaQuantile(alpha, hits, n - hits + 1);
}

/** The fewest requests that can show a share when none of them misses: 59 for 95 %. */
export function fewestToShow(share: number, alpha = 0.05): number {
  return Math.ceil(Math.log(alpha) / Math.log(share));
}
