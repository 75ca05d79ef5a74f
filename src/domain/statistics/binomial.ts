import type { Interval } from '../verdict/bootstrap.ts';
import { betaQuantile } from './distributions.ts';

/**
 * Two-sided exact interval, by default 95 %, of a share of which `hits` of `n` were seen; the whole
 * of [0, 1] without any. Exact for independent requests.
 *
 * Source: C. Clopper & E. Pearson, Biometrika 26, 1934.
 */
export function binomialInterval(hits: number, n: number, alpha = 0.05): Interval {
  return {
    lower: hits <= 0 ? 0 : betaQuantile(alpha / 2, hits, n - hits + 1),
    upper: hits >= n ? 1 : betaQuantile(1 - alpha / 2, hits + 1, n - hits),
  };
}
