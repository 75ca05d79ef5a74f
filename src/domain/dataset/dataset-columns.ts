import { featureNames, type NumericFeature, numericFeatures } from '../models/feature.ts';
import type { Platform } from '../platform.ts';
import { observedColumns } from './observed-columns.ts';

/** One column of an exported dataset, for people and for the file beside the export. */
export interface DatasetColumn {
  readonly name: string;
  /** `–` for names, flags and plain numbers. */
  readonly unit: string;
  readonly meaning: string;
  /** Absent: to all rows. */
  readonly appliesTo?: Platform | 'evaluation';
  /** What a blank says; absent: the value is unknown. */
  readonly blank?: string;
  /** The blank says so only of rows without an answer; with one, the value is unknown. */
  readonly answeredOnly?: true;
}

/** Columns of an exported row: as observed (METHOD 2.1), then the label, then the features. */
export function datasetColumns(workloads: readonly string[]): readonly DatasetColumn[] {
  return [...observedColumns, ...labelColumns, ...featureColumns(workloads)];
}

/** Observations have columns of the same names, taken at each send; features are of the pair. */
export function featureColumn(feature: string): string {
  return `feature_${feature}`;
}

const notAPair = 'no pair with two outcomes';

/** METHOD 4.1 and 4.2. The same on both rows of a pair. */
const labelColumns: readonly DatasetColumn[] = [
  {
    name: 'cost_usd',
    unit: 'USD',
    meaning:
      'marginal cost of the request as the label sees it: where the platform reported none, the ' +
      'mean of its workload there',
  },
  {
    name: 'label',
    unit: '–',
    meaning: 'the platform that was better for this pair, by the rule of the plan: lambda or ecs',
    blank: notAPair,
  },
  {
    name: 'weight',
    unit: 'u',
    meaning:
      'difference of the two utilities, capped at its 99.9 % quantile: what the wrong choice ' +
      'loses; 1 under the ratio rule',
    blank: notAPair,
  },
  {
    name: 'utility_lambda',
    unit: 'u',
    meaning: 'utility of the outcome on Lambda, lower is better',
    blank: notAPair,
  },
  {
    name: 'utility_ecs',
    unit: 'u',
    meaning: 'utility of the outcome on Fargate, lower is better',
    blank: notAPair,
  },
  {
    name: 'latency_ratio',
    unit: '–',
    meaning: 'latency on Lambda over that on Fargate; contains the answer, never a feature',
    blank: notAPair,
  },
  {
    name: 'cost_ratio',
    unit: '–',
    meaning: 'cost on Lambda over that on Fargate; contains the answer, never a feature',
    blank: notAPair,
  },
  {
    name: 'cost_performance_score',
    unit: '–',
    meaning: '0.6 latency_ratio + 0.4 cost_ratio; contains the answer, never a feature',
    blank: notAPair,
  },
];

const numericFeatureWords: Readonly<
  Record<NumericFeature, Pick<DatasetColumn, 'unit' | 'meaning'>>
> = {
  payload_bytes: { unit: 'bytes', meaning: 'size of the request body' },
  estimated_execution_ms: {
    unit: 'ms',
    meaning: 'execution time of the workload in earlier slots; before slot 1 from the plan',
  },
  estimated_memory_mb: {
    unit: 'MB',
    meaning: 'memory need of the workload in earlier slots; before slot 1 from the plan',
  },
  hour_sin: { unit: '–', meaning: 'hour of the day in the time zone of the plan, sine' },
  hour_cos: { unit: '–', meaning: 'hour of the day in the time zone of the plan, cosine' },
  day_sin: { unit: '–', meaning: 'day of the week in the time zone of the plan, sine' },
  day_cos: { unit: '–', meaning: 'day of the week in the time zone of the plan, cosine' },
  in_flight_lambda: { unit: 'requests', meaning: 'open on Lambda before the pair was sent' },
  in_flight_ecs: { unit: 'requests', meaning: 'open on Fargate before the pair was sent' },
  recent_rate_lambda_per_s: {
    unit: '1/s',
    meaning: 'own workload on Lambda in the 60 s before the pair was sent',
  },
  recent_rate_ecs_per_s: {
    unit: '1/s',
    meaning: 'own workload on Fargate in the 60 s before the pair was sent',
  },
  since_previous_lambda_ms: {
    unit: 'ms',
    meaning: 'since the previous request of the workload on Lambda; 3,600,000 before the first',
  },
  since_previous_ecs_ms: {
    unit: 'ms',
    meaning: 'since the previous request of the workload on Fargate; 3,600,000 before the first',
  },
};

/** METHOD 4.3, in the one order that models share. */
function featureColumns(workloads: readonly string[]): DatasetColumn[] {
  const oneHot = featureNames(workloads).slice(numericFeatures.length);
  return [
    ...numericFeatures.map((name) => ({ name, ...numericFeatureWords[name] })),
    ...oneHot.map((name, index) => ({
      name,
      unit: '0 or 1',
      meaning: `the workload is ${workloads[index]}`,
    })),
  ].map((column) => ({ ...column, name: featureColumn(column.name), blank: notAPair }));
}
