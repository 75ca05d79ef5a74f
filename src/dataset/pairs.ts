import { z } from 'zod';
import { PermanentFailure } from '../domain/failures.ts';
import { loadFeatures } from '../domain/models/feature.ts';
import type { PairOutcome } from '../domain/models/label.ts';
import type { LoadColumns } from '../domain/observation.ts';
import { type Database, quotedList } from './duckdb.ts';
import { isScored } from './observations.ts';

/** A request that both platforms got, with all that was known before it was sent. */
export interface Pair extends LoadColumns {
  readonly slot: number;
  /** Index into the plan's workloads. */
  readonly workload: number;
  readonly isLadder: boolean;
  /** From 1; absent outside the ladder. */
  readonly ladderStep?: number;
  readonly payloadBytes: number;
  readonly plannedAtMs: number;
  readonly lambda: PairOutcome;
  readonly ecs: PairOutcome;
}

export interface PairSelection {
  /** All of the plan, in its order. */
  readonly workloads: readonly string[];
  /** Those whose pairs are wanted. */
  readonly chosen: readonly string[];
}

/**
 * Pairs of which both rows tell an outcome, failures and timeouts included: leaving those out would
 * make the platform that fails look good (METHOD 1.3). In order of slot and request, and one at a
 * time, because a dataset has millions. Needs the view `costed_observation`.
 */
export async function readPairs(
  database: Database,
  selection: PairSelection,
): Promise<{ readonly count: number; readonly pairs: Iterable<Pair> }> {
  const read = await database.readNumbers(pairQuery(selection), columns);
  return { count: countOf(read), pairs: eachPair(read) };
}

/** How many of what `readPairs` gives each slot has, in its order; slots without a pair are left out. */
export async function countPairs(
  database: Database,
  selection: PairSelection,
): Promise<readonly { readonly slot: number; readonly pairs: number }[]> {
  return await database.read(
    `${scoredRows(selection)}
select on_lambda.slot as slot, count(*) as pairs ${matched}
group by on_lambda.slot order by on_lambda.slot`,
    z.object({ slot: z.number(), pairs: z.number() }),
  );
}

/** A query of `request_id` and `pair`: the place of the request in what `readPairs` gives, from 0. */
export function pairNumbers(selection: PairSelection): string {
  return `${scoredRows(selection)}
select on_lambda.request_id,
  row_number() over (order by on_lambda.slot, on_lambda.request_id) - 1 as pair
${matched}`;
}

/** The load when the first target was sent: when the second one is, the first is part of it. */
const loadColumns = loadFeatures;

type Column = (typeof columns)[number];

const columns = [
  'slot',
  'workload',
  'ladder_step',
  'payload_bytes',
  'planned_at_ms',
  ...loadColumns,
  'lambda_latency_ms',
  'lambda_is_good',
  'lambda_cost_usd',
  'ecs_latency_ms',
  'ecs_is_good',
  'ecs_cost_usd',
] as const;

function* eachPair(pairs: ReadonlyMap<string, Float64Array>): Generator<Pair> {
  const optional = (column: Column, row: number): number | undefined => {
    const value = pairs.get(column)?.[row];
    return Number.isNaN(value) ? undefined : value;
  };
  const required = (column: Column, row: number): number => {
    const value = optional(column, row);
    if (value !== undefined) return value;
    throw new PermanentFailure(
      'CorruptObject',
      `A pair has no ${column}. The raw records are still in the store: join its slot again.`,
    );
  };
  const outcome = (columns: OutcomeColumns, row: number): PairOutcome => {
    const latencyMs = optional(columns.latencyMs, row);
    return {
      ...(latencyMs === undefined ? {} : { latencyMs }),
      isGood: required(columns.isGood, row) === 1,
      costUsd: required(columns.costUsd, row),
    };
  };
  const pairCount = countOf(pairs);
  for (let row = 0; row < pairCount; row += 1) {
    const ladderStep = optional('ladder_step', row);
    const sincePreviousLambdaMs = optional('since_previous_lambda_ms', row);
    const sincePreviousEcsMs = optional('since_previous_ecs_ms', row);
    yield {
      slot: required('slot', row),
      workload: required('workload', row),
      isLadder: ladderStep !== undefined,
      ...(ladderStep === undefined ? {} : { ladderStep }),
      payloadBytes: required('payload_bytes', row),
      plannedAtMs: required('planned_at_ms', row),
      inFlightLambda: required('in_flight_lambda', row),
      inFlightEcs: required('in_flight_ecs', row),
      recentRateLambdaPerS: required('recent_rate_lambda_per_s', row),
      recentRateEcsPerS: required('recent_rate_ecs_per_s', row),
      ...(sincePreviousLambdaMs === undefined ? {} : { sincePreviousLambdaMs }),
      ...(sincePreviousEcsMs === undefined ? {} : { sincePreviousEcsMs }),
      lambda: outcome(lambdaColumns, row),
      ecs: outcome(ecsColumns, row),
    };
  }
}

function countOf(pairs: ReadonlyMap<string, Float64Array>): number {
  return pairs.get('workload')?.length ?? 0;
}

interface OutcomeColumns {
  readonly latencyMs: Column;
  readonly isGood: Column;
  readonly costUsd: Column;
}

/** Names that stand here need not be put together for each of a million pairs. */
const lambdaColumns: OutcomeColumns = {
  latencyMs: 'lambda_latency_ms',
  isGood: 'lambda_is_good',
  costUsd: 'lambda_cost_usd',
};
const ecsColumns: OutcomeColumns = {
  latencyMs: 'ecs_latency_ms',
  isGood: 'ecs_is_good',
  costUsd: 'ecs_cost_usd',
};

const scoredRows = ({ chosen }: PairSelection): string => `
with scored as (
  select * from costed_observation
  where ${isScored} and arm is null
    and list_contains(${quotedList(chosen)}::varchar[], workload)
)`;

const matched = `
from scored on_lambda
join scored on_ecs on on_ecs.slot = on_lambda.slot and on_ecs.request_id = on_lambda.request_id
where on_lambda.platform = 'lambda' and on_ecs.platform = 'ecs'`;

const pairQuery = (selection: PairSelection): string => `
${scoredRows(selection)}
select
  on_lambda.slot,
  list_position(${quotedList(selection.workloads)}, on_lambda.workload) - 1 as workload,
  on_lambda.ladder_step,
  on_lambda.payload_bytes,
  epoch_us(least(on_lambda.planned_at, on_ecs.planned_at)) / 1000 as planned_at_ms,
  ${loadColumns
    .map(
      (column) =>
        `if(on_lambda.position < on_ecs.position, on_lambda.${column}, on_ecs.${column}) ${column}`,
    )
    .join(',\n  ')},
  on_lambda.latency_ms as lambda_latency_ms,
  on_lambda.is_good as lambda_is_good,
  on_lambda.cost_usd as lambda_cost_usd,
  on_ecs.latency_ms as ecs_latency_ms,
  on_ecs.is_good as ecs_is_good,
  on_ecs.cost_usd as ecs_cost_usd
${matched}
order by on_lambda.slot, on_lambda.request_id
`;
