import type { Random } from '../statistics/random.ts';

interface ArrivalWindow {
  /** Arrivals lie in [0, durationMs). */
  readonly durationMs: number;
  readonly random: Random;
}

/**
 * A fixed number of arrivals at random times, sorted. Given their number, the arrivals of a Poisson
 * process are sorted uniform draws: what is lost against `poissonArrivals` is the noise of the
 * count, which doubles the standard error of short turns.
 */
export function exactArrivals(count: number, window: ArrivalWindow): number[] {
  const { durationMs, random } = window;
  return Array.from({ length: count }, () => random() * durationMs).sort((a, b) => a - b);
}

/** Arrivals of a steady Poisson process: exponential gaps, a number that varies from draw to draw. */
export function poissonArrivals(ratePerS: number, window: ArrivalWindow): number[] {
  const { durationMs, random } = window;
  const arrivals: number[] = [];
  if (ratePerS <= 0) return arrivals;
  const meanGapMs = 1000 / ratePerS;
  let atMs = exponential(random) * meanGapMs;
  while (atMs < durationMs) {
    arrivals.push(atMs);
    atMs += exponential(random) * meanGapMs;
  }
  return arrivals;
}

function exponential(random: Random): number {
  return -Math.log(1 - random());
}

/** How many requests a steady load of this rate sends, to the nearest whole number. */
export function expectedCount(ratePerS: number, durationMs: number): number {
  return Math.round((ratePerS * durationMs) / 1000);
}

/**
 * Splits a number of requests by shares so that the parts add up to it exactly, each within one of
 * its due (largest remainder; the earlier entry wins a tie).
 */
export function splitByShares(total: number, shares: readonly number[]): number[] {
  const sum = shares.reduce((left, right) => left + right, 0);
  const dues = shares.map((share, index) => {
    const due = (total * share) / sum;
    const whole = Math.floor(due);
    return { index, whole, rest: due - whole };
  });
  const counts = dues.map((due) => due.whole);
  const missing = total - counts.reduce((left, right) => left + right, 0);
  const byRest = [...dues].sort((a, b) => b.rest - a.rest || a.index - b.index);
  for (const due of byRest.slice(0, missing)) counts[due.index] = due.whole + 1;
  return counts;
}
