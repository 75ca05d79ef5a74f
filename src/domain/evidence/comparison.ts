/** Two campaigns side by side: independent samples, so their variances add. */
import { type Arm, candidates } from '../arm.ts';
import { studentQuantile } from '../statistics/distributions.ts';
import { standardDeviation } from '../statistics/statistics.ts';
import type { Interval } from '../verdict/bootstrap.ts';
import { contrastOf } from '../verdict/contrast.ts';
import type { Contrast, RatioInterval } from '../verdict/verdict.ts';
import {
  intervalOf,
  isShare,
  type Measure,
  type MeasuredArms,
  type Metric,
  measureArm,
  measuredValue,
} from './arm-measures.ts';
import { compareValues } from './difference.ts';

export interface ComparedMetric {
  readonly arm: Arm;
  /** Absent: of all workloads together. */
  readonly workload?: string;
  readonly metric: Metric;
  readonly first?: ComparedFigure;
  readonly second?: ComparedFigure;
  /**
   * Second over first. The contrast is the second's in the words of METHOD 6.3: `better` is cheaper,
   * faster, or more often inside the SLO. Absent for what is no better when it is smaller.
   */
  readonly ratio?: RatioInterval & { readonly contrast: Contrast };
  /** Why there is no ratio. */
  readonly unknown?: string;
}

export interface ComparedFigure {
  /** In ms, USD, or a share of 1. */
  readonly value: number;
  /** Two-sided 95 % over the campaign's own blocks; absent of one block. */
  readonly lower?: number;
  readonly upper?: number;
  readonly requests: number;
  readonly blocks: number;
}

/** Whether the two campaigns are the very same, to the last request and its price. */
export function isSameMeasurement(first: MeasuredArms, second: MeasuredArms): boolean {
  const measurementOf = ({ cells, table }: MeasuredArms) => ({
    cells,
    costs: table.arms.map(({ costs }) => costs),
  });
  return compareValues(measurementOf(first), measurementOf(second)).differences.length === 0;
}

export interface MetricQuestion {
  readonly first: MeasuredArms;
  readonly second: MeasuredArms;
  /** Relative difference that matters. */
  readonly margin: number;
}

const workloadMetrics: readonly Metric[] = [
  'latency-p50',
  'latency-p95',
  'latency-p99',
  'attainment',
];
const armMetrics: readonly Metric[] = ['cost-per-1000', 'error-rate', 'lambda-share'];

/** Everything that either campaign can print, arm by arm; an arm of one of them stands alone. */
export function compareMetrics(question: MetricQuestion): readonly ComparedMetric[] {
  const isSame = isSameMeasurement(question.first, question.second);
  const tables = [question.first.table, question.second.table];
  const found = candidates.filter((arm) =>
    tables.some((table) => table.arms.some((one) => one.arm === arm)),
  );
  const workloads = [...new Set(tables.flatMap((table) => table.workloads))];
  return found
    .flatMap((arm) => [
      ...armMetrics.map((metric) => ({ arm, metric })),
      ...workloads.flatMap((workload) =>
        workloadMetrics.map((metric) => ({ arm, workload, metric })),
      ),
    ])
    .map((asked) => compareMetric(question, asked, isSame ? 'same' : 'independent'))
    .filter(({ first, second }) => first !== undefined || second !== undefined);
}

type Relation = 'same' | 'independent';

function compareMetric(
  { first, second, margin }: MetricQuestion,
  asked: Pick<ComparedMetric, 'arm' | 'workload' | 'metric'>,
  relation: Relation,
): ComparedMetric {
  const [before, after] = [measureIn(first, asked), measureIn(second, asked)];
  const compared = {
    ...asked,
    ...('unknown' in before ? {} : { first: figureOf(first, before) }),
    ...('unknown' in after ? {} : { second: figureOf(second, after) }),
  };
  if ('unknown' in before) return { ...compared, unknown: `first: ${before.unknown}` };
  if ('unknown' in after) return { ...compared, unknown: `second: ${after.unknown}` };
  // Neither has a good direction of its own, or an error rate of zero has no ratio.
  if (asked.metric === 'lambda-share' || asked.metric === 'error-rate') return compared;
  const ratio = ratioOf(
    { measure: before, units: first.sampling },
    { measure: after, units: second.sampling },
    { margin, relation },
  );
  return typeof ratio === 'string' ? { ...compared, unknown: ratio } : { ...compared, ratio };
}

function measureIn(
  measured: MeasuredArms,
  asked: Pick<ComparedMetric, 'arm' | 'workload' | 'metric'>,
) {
  const { workload } = asked;
  if (workload !== undefined && !measured.table.workloads.includes(workload)) {
    return { unknown: `it has no workload ${workload}` };
  }
  return measureArm(measured, asked);
}

function figureOf(measured: MeasuredArms, measure: Measure): ComparedFigure {
  return {
    value: measuredValue(measure),
    ...intervalOf(measured, measure),
    requests: measure.requests,
    blocks: measure.blocks,
  };
}

interface Side {
  readonly measure: Measure;
  /** How many units were drawn again, and by what their intervals are widened. */
  readonly units: { readonly count: number; readonly widening: number };
}

/**
 * Welch's interval of the difference of two log figures (B. L. Welch, Biometrika 34, 1947). Each
 * standard error is that of the campaign's own block resamples.
 */
function ratioOf(
  first: Side,
  second: Side,
  { margin, relation }: { readonly margin: number; readonly relation: Relation },
): NonNullable<ComparedMetric['ratio']> | string {
  const [before, after] = [logOf(first.measure), logOf(second.measure)];
  const difference = after.estimate - before.estimate;
  if (!Number.isFinite(difference)) return 'one of them is zero';
  const [variance, otherVariance] = [varianceOf(first, before), varianceOf(second, after)];
  const freedom = [first.units.count - 1, second.units.count - 1] as const;
  if (relation === 'independent' && Math.min(...freedom) < 1) return 'one block has no spread';
  const half = (alpha: number): number =>
    relation === 'same' ? 0 : welchHalf([variance, otherVariance], freedom, alpha);
  const around = (alpha: number): Interval => ({
    lower: difference - half(alpha),
    upper: difference + half(alpha),
  });
  const isLargerBetter = isShare(first.measure.metric);
  const oriented = ({ lower, upper }: Interval): Interval =>
    isLargerBetter ? { lower: -upper, upper: -lower } : { lower, upper };
  const interval95 = around(0.05);
  return {
    ratio: Math.exp(difference),
    lower: Math.exp(interval95.lower),
    upper: Math.exp(interval95.upper),
    contrast: contrastOf({
      interval95: oriented(interval95),
      interval90: oriented(around(0.1)),
      margin,
    }),
  };
}

interface LogFigure {
  readonly estimate: number;
  readonly resampled: Float64Array;
}

function logOf({ metric, estimate, resampled }: Measure): LogFigure {
  if (!isShare(metric)) return { estimate, resampled };
  return { estimate: Math.log(estimate), resampled: resampled.map(Math.log) };
}

/**
 * Of the log figure. A share that is the same in every block still varies as much as its requests
 * alone would make it: binomial, with half a miss added so that 100 % is no certainty.
 */
function varianceOf({ measure, units }: Side, { resampled }: LogFigure): number {
  const { count, widening } = units;
  const spread = widening * standardDeviation(resampled) * Math.sqrt(count / (count - 1));
  if (!isShare(measure.metric)) return spread ** 2;
  const { hits = 0, requests } = measure;
  const share = (hits + 0.5) / (requests + 1);
  return Math.max(spread ** 2, (1 - share) / (share * requests));
}

function welchHalf(
  [first, second]: readonly [number, number],
  [freedom, otherFreedom]: readonly [number, number],
  alpha: number,
): number {
  const variance = first + second;
  if (variance === 0) return 0;
  const degrees = variance ** 2 / (first ** 2 / freedom + second ** 2 / otherFreedom);
  const half = studentQuantile(1 - alpha / 2, degrees) * Math.sqrt(variance);
  return Number.isFinite(half) ? half : Number.POSITIVE_INFINITY;
}
