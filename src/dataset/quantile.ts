import { canPrintQuantile, quantile } from '../domain/statistics/statistics.ts';

/**
 * Undefined with fewer than 10 values above the quantile (METHOD 6.2), and where it falls on a
 * request without a good answer: then there is no number to print.
 */
export function printableQuantile(ascending: readonly number[], q: number): number | undefined {
  if (!canPrintQuantile(ascending.length, q)) return undefined;
  const value = quantile(ascending, q);
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

/** Latencies to a good answer as SQL lists them (null without one): ascending, with infinities. */
export function ascendingLatencies(latencies: readonly (number | null)[]): number[] {
  return latencies.map((latency) => latency ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
}
