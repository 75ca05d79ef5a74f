import type { Interval } from './bootstrap.ts';
import type { Contrast } from './verdict.ts';

/**
 * The contrast table of METHOD 6.3 for the log ratio of something that should be small: the first
 * line that holds. δ = ln(1 + margin). The one-sided 95 % upper bound is that of the 90 % interval.
 */
export function contrastOf({
  interval95,
  interval90,
  margin,
}: {
  readonly interval95: Interval;
  readonly interval90: Interval;
  readonly margin: number;
}): Contrast {
  const delta = Math.log1p(margin);
  if (interval95.upper < -delta) return 'materially-better';
  if (interval95.upper < 0) return 'better';
  if (interval95.lower > 0) return 'worse';
  if (interval90.lower > -delta && interval90.upper < delta) return 'equivalent';
  if (interval90.upper < delta) return 'not-worse';
  return 'undecided';
}
