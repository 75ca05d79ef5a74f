import type { LoadColumns } from '../observation.ts';

/** Load known at sending, as columns of rows and as features (`LoadColumns`). */
export const loadFeatures = [
  'in_flight_lambda',
  'in_flight_ecs',
  'recent_rate_lambda_per_s',
  'recent_rate_ecs_per_s',
  'since_previous_lambda_ms',
  'since_previous_ecs_ms',
] as const;

/**
 * What is known before a request is routed (METHOD 4.3), in the one order that models, datasets and
 * routers share. Nothing else can become a feature.
 */
export const numericFeatures = [
  'payload_bytes',
  'estimated_execution_ms',
  'estimated_memory_mb',
  'hour_sin',
  'hour_cos',
  'day_sin',
  'day_cos',
  ...loadFeatures,
] as const;
export type NumericFeature = (typeof numericFeatures)[number];

const workloadPrefix = 'workload=';

/** Whether a feature is the 0/1 column of one workload. */
export function isWorkloadFeature(feature: string): boolean {
  return feature.startsWith(workloadPrefix);
}

/** Whether a feature is the clock: it differs between any two nights, whatever else does. */
export function isCalendarFeature(feature: string): boolean {
  return feature.startsWith('hour_') || feature.startsWith('day_');
}

/** Whether a feature is computed from earlier slots: it moves with every slot that is added. */
export function isEstimatedFeature(feature: string): boolean {
  return feature.startsWith('estimated_');
}

/** Names of all features of a plan: the numeric ones, then one per workload in plan order. */
export function featureNames(workloads: readonly string[]): readonly string[] {
  return [...numericFeatures, ...workloads.map((workload) => `${workloadPrefix}${workload}`)];
}

/** No earlier request on that platform: longer ago than any window that is looked at. */
export const neverBeforeMs = 3_600_000;

/** The live or recorded situation that one feature vector is made from. */
export interface Situation extends LoadColumns {
  readonly workload: string;
  readonly payloadBytes: number;
  readonly estimatedExecutionMs: number;
  readonly estimatedMemoryMb: number;
  /** Local hour of the day with fractions, [0, 24), and day of the week, Monday = 0. */
  readonly hour: number;
  readonly day: number;
}

/** The feature vector in the order of `featureNames(workloads)`. */
export function featureVector(situation: Situation, workloads: readonly string[]): Float64Array {
  const hourAngle = (2 * Math.PI * situation.hour) / 24;
  const dayAngle = (2 * Math.PI * situation.day) / 7;
  const numeric: Readonly<Record<NumericFeature, number>> = {
    payload_bytes: situation.payloadBytes,
    estimated_execution_ms: situation.estimatedExecutionMs,
    estimated_memory_mb: situation.estimatedMemoryMb,
    hour_sin: Math.sin(hourAngle),
    hour_cos: Math.cos(hourAngle),
    day_sin: Math.sin(dayAngle),
    day_cos: Math.cos(dayAngle),
    in_flight_lambda: situation.inFlightLambda,
    in_flight_ecs: situation.inFlightEcs,
    recent_rate_lambda_per_s: situation.recentRateLambdaPerS,
    recent_rate_ecs_per_s: situation.recentRateEcsPerS,
    since_previous_lambda_ms: situation.sincePreviousLambdaMs ?? neverBeforeMs,
    since_previous_ecs_ms: situation.sincePreviousEcsMs ?? neverBeforeMs,
  };
  return Float64Array.from([
    ...numericFeatures.map((name) => numeric[name]),
    ...workloads.map((workload) => (workload === situation.workload ? 1 : 0)),
  ]);
}

/** Hour and weekday of a moment on the clock of a time zone. */
export function localClock(
  atMs: number,
  timezone: string,
): { readonly hour: number; readonly day: number } {
  const parts = clockOf(timezone).formatToParts(atMs);
  const partOf = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find((part) => part.type === type)?.value ?? '';
  const day = weekdays.indexOf(partOf('weekday'));
  const hour = Number(partOf('hour')) + Number(partOf('minute')) / 60;
  return { hour, day };
}

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const clocks = new Map<string, Intl.DateTimeFormat>();

/** Making a formatter costs a hundred times as much as using one. */
function clockOf(timezone: string): Intl.DateTimeFormat {
  let clock = clocks.get(timezone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat('en-GB', {
      timeZone: timezone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    clocks.set(timezone, clock);
  }
  return clock;
}
