/** Single figures of an arm with their spread between blocks, for thresholds and comparisons. */
import type { Arm } from '../arm.ts';
import { canPrintQuantile, clopperPearsonLower, sum } from '../statistics/statistics.ts';
import { type Interval, weightedSum } from '../verdict/bootstrap.ts';
import {
  type ArmColumns,
  type EvaluationTable,
  logCost,
  measuredOnce,
  resampledLogCost,
  unitLogCosts,
  type WorkloadColumns,
} from '../verdict/evaluation-table.ts';
import { PooledLatencies } from '../verdict/pooled-latencies.ts';
import { sampledInterval } from '../verdict/sampled-interval.ts';
import type { Sampling } from '../verdict/sampling.ts';
import type { ArmCell } from '../verdict/verdict.ts';

export const quantileMetrics = {
  'latency-p50': 0.5,
  'latency-p75': 0.75,
  'latency-p90': 0.9,
  'latency-p95': 0.95,
  'latency-p99': 0.99,
} as const;
export const shareMetrics = ['attainment', 'error-rate', 'lambda-share'] as const;

export type QuantileMetric = keyof typeof quantileMetrics;
export type ShareMetric = (typeof shareMetrics)[number];
export type Metric = QuantileMetric | ShareMetric | 'cost-per-1000';

export const metrics: readonly Metric[] = [
  'latency-p50',
  'latency-p75',
  'latency-p90',
  'latency-p95',
  'latency-p99',
  ...shareMetrics,
  'cost-per-1000',
];

/** An evaluation as it was measured, and how its blocks are drawn again. */
export interface MeasuredArms {
  readonly table: EvaluationTable;
  readonly sampling: Sampling;
  readonly cells: readonly ArmCell[];
}

/** Latencies and costs on a log scale, shares as they are. */
export interface Measure {
  readonly metric: Metric;
  readonly estimate: number;
  readonly resampled: Float64Array;
  /** One value per unit that is drawn; absent of a quantile, which only pooled rows have. */
  readonly perUnit?: Float64Array;
  readonly blocks: number;
  /** Requests that it is made of. */
  readonly requests: number;
  /** Of them, those that the share counts. */
  readonly hits?: number;
}

export interface MeasureQuestion {
  readonly arm: Arm;
  /** Absent: all of the arm's requests pooled, each counting once (METHOD 6.2). */
  readonly workload?: string;
  readonly metric: Metric;
}

/** A figure, or why there is none to be printed. */
export type Measured = Measure | { readonly unknown: string };

export function measureArm(measured: MeasuredArms, question: MeasureQuestion): Measured {
  const { table } = measured;
  const columns = table.arms.find(({ arm }) => arm === question.arm);
  if (columns === undefined) return { unknown: `${question.arm} was not measured` };
  const { metric } = question;
  if (metric === 'cost-per-1000') return costOf(measured, columns, question);
  if (isQuantile(metric)) return quantileOf(measured, { ...question, metric });
  return shareOf(measured, columns, { ...question, metric });
}

export function isQuantile(metric: Metric): metric is QuantileMetric {
  return metric in quantileMetrics;
}

/** In the metric's own unit: ms, USD, or a share of 1. */
export function measuredValue({ metric, estimate }: Pick<Measure, 'metric' | 'estimate'>): number {
  return isShare(metric) ? estimate : Math.exp(estimate);
}

/** Two-sided 95 %, in the metric's own unit; undefined of one block, which has no spread. */
export function intervalOf({ sampling }: MeasuredArms, measure: Measure): Interval | undefined {
  if (measure.blocks < 2) return undefined;
  const { lower, upper } = sampledInterval(sampling, measure, 0.05);
  if (!isShare(measure.metric)) return { lower: Math.exp(lower), upper: Math.exp(upper) };
  const exact = exactInterval(measure);
  return {
    lower: Math.max(0, Math.min(lower, exact.lower)),
    upper: Math.min(1, Math.max(upper, exact.upper)),
  };
}

/** Blocks that are all alike have no spread; requests are then still only a sample (METHOD 6.0). */
function exactInterval({ hits = 0, requests }: Measure): Interval {
  return {
    lower: clopperPearsonLower(hits, requests, 0.025),
    upper: 1 - clopperPearsonLower(requests - hits, requests, 0.025),
  };
}

export function isShare(metric: Metric): metric is ShareMetric {
  return shareMetrics.some((share) => share === metric);
}

function costOf(
  { table, sampling }: MeasuredArms,
  columns: ArmColumns,
  { workload, metric }: MeasureQuestion,
): Measured {
  if (workload !== undefined) {
    return { unknown: 'a cost is of an arm as a whole: its workloads share what is deployed' };
  }
  const per1000 = (cost: number): number => Math.log(1000) + cost;
  return {
    metric,
    estimate: per1000(logCost(columns, measuredOnce(table))),
    resampled: resampledLogCost(columns, sampling.resamples).map(per1000),
    perUnit: unitLogCosts(columns, sampling.units).map(per1000),
    blocks: table.blocks.length,
    requests: sum(columns.good),
  };
}

function quantileOf(
  { table, sampling, cells }: MeasuredArms,
  { arm, workload, metric }: MeasureQuestion & { readonly metric: QuantileMetric },
): Measured {
  const q = quantileMetrics[metric];
  const own = cells.filter(
    (cell) => cell.arm === arm && (workload === undefined || cell.workload === workload),
  );
  const pool = new PooledLatencies(
    table.blocks.map((block) =>
      own.filter((cell) => cell.block === block).flatMap(({ latenciesMs }) => latenciesMs),
    ),
  );
  const name = metric.replace('latency-', '');
  if (!canPrintQuantile(pool.count, q)) {
    const needed = Math.ceil(10 / (1 - q) - 1e-9);
    return {
      unknown: `${pool.count} requests are too few for ${name}, which needs 10 above it: ${needed}`,
    };
  }
  const estimate = Math.log(pool.quantile(q, measuredOnce(table)));
  if (!Number.isFinite(estimate)) {
    return { unknown: `${name} is no good answer: more than ${share(1 - q)} failed or timed out` };
  }
  return {
    metric,
    estimate,
    resampled: Float64Array.from(sampling.resamples.rows, (weights) =>
      Math.log(pool.quantile(q, weights)),
    ),
    blocks: table.blocks.length,
    requests: pool.count,
  };
}

function shareOf(
  { table, sampling }: MeasuredArms,
  columns: ArmColumns,
  { workload, metric }: MeasureQuestion & { readonly metric: ShareMetric },
): Measured {
  const own = columns.workloads.filter(
    (_, index) => workload === undefined || table.workloads[index] === workload,
  );
  const counted = own.map((each) => hitsOf(each, metric));
  const [hits, all] = [summed(table, counted, 'hits'), summed(table, counted, 'all')];
  const requests = sum(all);
  if (requests === 0) return { unknown: 'none of its requests was scored' };
  return {
    metric,
    estimate: sum(hits) / requests,
    resampled: Float64Array.from(
      sampling.resamples.rows,
      (weights) => weightedSum(hits, weights) / weightedSum(all, weights),
    ),
    blocks: table.blocks.length,
    requests,
    hits: sum(hits),
  };
}

interface Counted {
  readonly hits: Float64Array;
  readonly all: Float64Array;
}

function hitsOf(columns: WorkloadColumns, metric: ShareMetric): Counted {
  switch (metric) {
    case 'attainment':
      return { hits: columns.insideSlo, all: columns.requests };
    case 'error-rate':
      return { hits: columns.failed, all: columns.requests };
    case 'lambda-share':
      return {
        hits: columns.lambdaRequests,
        all: columns.lambdaRequests.map(
          (value, block) => value + (columns.ecsRequests[block] ?? 0),
        ),
      };
    default:
      return metric satisfies never;
  }
}

function summed(
  table: EvaluationTable,
  counted: readonly Counted[],
  field: keyof Counted,
): Float64Array {
  return Float64Array.from(table.blocks, (_, block) =>
    counted.reduce((sum, columns) => sum + (columns[field][block] ?? 0), 0),
  );
}

function share(value: number): string {
  return `${Number((100 * value).toPrecision(3))} %`;
}
