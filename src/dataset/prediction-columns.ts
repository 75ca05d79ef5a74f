import { loadFeatures } from '../domain/models/feature.ts';
import type { KnownWorkloads } from './prediction-rows.ts';
import { findAlike } from './request-log/request-columns.ts';
import type { RequestProblem } from './request-log/request-problems.ts';
import type { RowCheck } from './tables/row-checks.ts';

/** Columns with a number; all but the first may be blank or absent. */
export const numberColumns = [
  'payload_bytes',
  'estimated_execution_ms',
  'estimated_memory_mb',
  ...loadFeatures,
] as const;
export type NumberColumn = (typeof numberColumns)[number];

const requiredColumns = ['request_id', 'sent_at', 'workload', 'payload_bytes'] as const;
type Column = (typeof requiredColumns)[number] | NumberColumn;

/** The file's column for each of ours; undefined where it has none. */
export type PredictionColumns = Readonly<Record<Column, string | undefined>>;

/** Finds our columns among a file's: a name may differ in case, spaces and punctuation only. */
export function choosePredictionColumns(columns: readonly string[]): {
  readonly columns: PredictionColumns;
  readonly missing: readonly RequestProblem[];
} {
  const find = (name: Column): string | undefined =>
    columns.includes(name) ? name : findAlike(columns, name);
  const missing = requiredColumns.filter((name) => find(name) === undefined);
  const found: Record<Column, string | undefined> = {
    request_id: find('request_id'),
    sent_at: find('sent_at'),
    workload: find('workload'),
    payload_bytes: find('payload_bytes'),
    estimated_execution_ms: find('estimated_execution_ms'),
    estimated_memory_mb: find('estimated_memory_mb'),
    in_flight_lambda: find('in_flight_lambda'),
    in_flight_ecs: find('in_flight_ecs'),
    recent_rate_lambda_per_s: find('recent_rate_lambda_per_s'),
    recent_rate_ecs_per_s: find('recent_rate_ecs_per_s'),
    since_previous_lambda_ms: find('since_previous_lambda_ms'),
    since_previous_ecs_ms: find('since_previous_ecs_ms'),
  };
  const has = columns.slice(0, mostNamed).join(', ');
  const more = columns.length > mostNamed ? ` and ${columns.length - mostNamed} more` : '';
  return {
    columns: found,
    missing: missing.map((name) => ({
      kind: 'missing-column',
      message: `There is no column "${name}". The file has the columns ${has}${more}.`,
    })),
  };
}

const mostNamed = 20;

/** What may be wrong with a row; only columns that the file has are looked at. */
export function predictionChecks(columns: PredictionColumns, known: KnownWorkloads): RowCheck[] {
  const has = (name: Column): boolean => columns[name] !== undefined;
  return [
    ...(has('request_id') ? idChecks : []),
    ...(has('sent_at') ? [timeCheck] : []),
    ...(has('workload') ? workloadChecks(known) : []),
    ...(has('payload_bytes') ? [blank('payload_bytes', 'payload_bytes_text')] : []),
    ...numberColumns.filter(has).map(numberCheck),
    ...(has('workload') ? estimateChecks : []),
  ];
}

function both(what: readonly [one: string, many: string], rest: string): readonly [string, string] {
  return [`${what[0]} ${rest}`, `${what[1]} ${rest}`];
}

const have = ['has', 'have'] as const;

function blank(name: Column, column: string): RowCheck {
  return {
    kind: 'missing-value',
    where: `not is_broken and ${column} is null`,
    says: both(have, `no ${name}`),
  };
}

const idChecks: readonly RowCheck[] = [
  blank('request_id', 'request_id'),
  {
    kind: 'duplicate-id',
    where: 'is_duplicate',
    shows: 'request_id',
    says: both(have, 'a request_id that an earlier row has'),
    advice: 'An answer could not be told from the other.',
  },
];

const timeCheck: RowCheck = {
  kind: 'unparsable-time',
  where: 'not is_broken and at_us is null',
  shows: 'sent_text',
  says: both(have, 'no time that can be read (column "sent_at")'),
  advice: 'Times are ISO 8601, or seconds or milliseconds since 1970.',
};

function workloadChecks({ workloads }: KnownWorkloads): RowCheck[] {
  return [
    blank('workload', 'workload'),
    {
      kind: 'unknown-workload',
      where: 'workload is not null and not is_known',
      shows: 'workload',
      says: both(have, 'a workload that the model was not trained for'),
      advice: `It knows ${workloads.join(', ')}.`,
    },
  ];
}

function numberCheck(name: NumberColumn): RowCheck {
  return {
    kind: 'unparsable-number',
    where: `${name}_text is not null and (${name} is null or ${name} < 0)`,
    shows: `${name}_text`,
    says: both(have, `no number from 0 on as ${name}`),
    ...(name === 'payload_bytes' ? {} : { advice: 'What is unknown is left blank.' }),
  };
}

const estimateChecks: readonly RowCheck[] = (
  ['estimated_execution_ms', 'estimated_memory_mb'] as const
).map((name) => ({
  kind: 'missing-value',
  where: `not is_broken and is_known and not has_estimates and ${name}_text is null`,
  says: both(have, `no ${name}, and the model does not say that of its workload`),
  advice: `Give the file a column ${name}.`,
}));
