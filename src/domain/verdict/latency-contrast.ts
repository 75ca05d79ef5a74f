import { canPrintQuantile } from '../statistics/statistics.ts';
import type { Resamples } from './bootstrap.ts';
import { contrastOf } from './contrast.ts';
import { type EvaluationTable, measuredOnce } from './evaluation-table.ts';
import { type Sampled, sampledInterval } from './sampled-interval.ts';
import type { Sampling } from './sampling.ts';
import type { ArmContrast, Verdict } from './verdict.ts';

export type QuantileName = NonNullable<Verdict['quantile']>;

const candidates = [
  ['p95', 0.95],
  ['p90', 0.9],
  ['p75', 0.75],
  ['p50', 0.5],
] as const satisfies readonly (readonly [QuantileName, number])[];

/** ln of one quantile of every arm and workload: measured, and in every resample. */
export interface LatencyEstimates {
  readonly quantile: QuantileName;
  /** First index the arm, second the workload, in the table's order. */
  readonly measured: readonly (readonly number[])[];
  readonly resampled: readonly (readonly Float64Array[])[];
}

/**
 * Of the highest of p95, p90, p75 and p50 that every arm and workload can print (METHOD 6.2), or of
 * the one that is asked for; undefined when it cannot be printed.
 */
export function latencyEstimates(
  table: EvaluationTable,
  resamples: Resamples,
  asked?: QuantileName,
): LatencyEstimates | undefined {
  const pools = table.arms.map((arm) => arm.workloads.map(({ latencies }) => latencies));
  const primary = candidates.find(
    ([name, q]) =>
      (asked === undefined || name === asked) &&
      pools.flat().every((pool) => canPrintQuantile(pool.count, q)),
  );
  if (primary === undefined) return undefined;
  const [quantile, q] = primary;
  const once = measuredOnce(table);
  return {
    quantile,
    measured: pools.map((arm) => arm.map((pool) => Math.log(pool.quantile(q, once)))),
    resampled: pools.map((arm) =>
      arm.map((pool) =>
        Float64Array.from(resamples.rows, (weights) => Math.log(pool.quantile(q, weights))),
      ),
    ),
  };
}

export interface LatencyQuestion {
  readonly estimates: LatencyEstimates;
  /** Part of the load per workload, in the table's order. */
  readonly shares: readonly number[];
  readonly sampling: Sampling;
  readonly margin: number;
  /** Stands in for a latency without a good answer when a ratio is printed. */
  readonly timeoutMs: number;
}

/**
 * The primary latency contrast Σ_k share_k·ln(q_k ratio) of two arms (METHOD 6.2). It is judged
 * with censored quantiles as infinite, and printed with the timeout in their place.
 */
export function latencyContrast(
  question: LatencyQuestion,
  arm: number,
  against: number,
): ArmContrast['latency'] {
  const { sampling } = question;
  const judged = logRatio(question, arm, against, Number.POSITIVE_INFINITY);
  // Both sides censored: nothing is known about their ratio.
  if (Number.isNaN(judged.estimate)) return undefined;
  const contrast = contrastOf({
    interval95: sampledInterval(sampling, judged, 0.05),
    interval90: sampledInterval(sampling, judged, 0.1),
    margin: question.margin,
  });
  const printed = logRatio(question, arm, against, Math.log(question.timeoutMs));
  const { lower, upper } = sampledInterval(sampling, printed, 0.05);
  if (!Number.isFinite(lower) || !Number.isFinite(upper)) return undefined;
  return {
    ratio: Math.exp(printed.estimate),
    lower: Math.exp(lower),
    upper: Math.exp(upper),
    contrast,
    ...(Number.isFinite(judged.estimate)
      ? {}
      : { censored: judged.estimate > 0 ? ('at-least' as const) : ('at-most' as const) }),
  };
}

function logRatio(
  question: LatencyQuestion,
  arm: number,
  against: number,
  mostLogMs: number,
): Omit<Sampled, 'perUnit'> {
  const own = logLatency(question, arm, mostLogMs);
  const other = logLatency(question, against, mostLogMs);
  return {
    estimate: own.estimate - other.estimate,
    resampled: own.resampled.map((value, row) => value - (other.resampled[row] ?? Number.NaN)),
  };
}

/** Σ_k share_k·ln(q_k) of one arm; what has no good answer is as slow as `mostLogMs`. */
export function logLatency(
  { estimates, shares }: Pick<LatencyQuestion, 'estimates' | 'shares'>,
  arm: number,
  mostLogMs: number,
): Omit<Sampled, 'perUnit'> {
  const capped = (value: number | undefined): number => Math.min(value ?? Number.NaN, mostLogMs);
  const combined = (of: readonly (number | undefined)[]): number =>
    shares.reduce((sum, share, workload) => sum + share * capped(of[workload]), 0);
  const columns = estimates.resampled[arm] ?? [];
  return {
    estimate: combined(estimates.measured[arm] ?? []),
    resampled: Float64Array.from({ length: columns[0]?.length ?? 0 }, (_, row) =>
      combined(columns.map((column) => column[row])),
    ),
  };
}
