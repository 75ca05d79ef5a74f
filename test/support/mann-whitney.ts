import { normalCdf } from '../../src/domain/statistics/distributions.ts';

/**
 * Two-sided p value of the Mann-Whitney U test with the normal approximation, without ties: what
 * one would do who takes requests for independent draws. Only there to be shown to fail.
 */
export function mannWhitneyP(first: readonly number[], second: readonly number[]): number {
  const n = first.length;
  const m = second.length;
  const ranked = [
    ...first.map((value) => ({ value, isFirst: true })),
    ...second.map((value) => ({ value, isFirst: false })),
  ].sort((a, b) => a.value - b.value);
  const rankSum = ranked.reduce((sum, { isFirst }, at) => sum + (isFirst ? at + 1 : 0), 0);
  const u = rankSum - (n * (n + 1)) / 2;
  const z = (u - (n * m) / 2) / Math.sqrt((n * m * (n + m + 1)) / 12);
  return 2 * normalCdf(-Math.abs(z));
}
