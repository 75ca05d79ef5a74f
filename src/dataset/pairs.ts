import { z } from 'zod';
import { PermanentFailure } from '../domain/failures.ts';
import { loadFeatures } from '../domain/models/feature.ts';
import type { PairOutcome } from '../domain/models/label.ts';
import type { LoadColumns } from '../domain/observation.ts';
import { type Database, quotedList } from './duckdb.ts';
import { isScored } from './observations.ts';

/** A request that both platforms got, with all that was known before it was sent. */
export interface Pair extends LoadColumns {
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
): Promise<Iterable<Pair>> {
  return eachPair(await database.readNumbers(pairQuery(selection), columns));
}

/** How many `readPairs` would give. */
export async function countPairs(database: Database, selection: PairSelection): Promise<number> {
  const { pairs } = await database.readOne(
    `${scoredRows(selection)} select count(*) as pairs ${matched}`,
    z.object({ pairs: z.number() }),
  );
  return pairs;
}

/** A query of `request_id` and `pair`: the place of the request in what `readPairs` gives, from 0. */
export function pairNumbers(selection: PairSelection): string {
  return `${scoredRows(selection)}
select on_lambda.request_id,
  row_number() over (order by on_lambda.slot, on_lambda.request_id) - 1 as pair
${matched}`;
}

/** A query of `slot` and `pairs`: how many of what `readPairs` gives each slot has, in its order. */
export function slotsOfPairs(selection: PairSelection): string {
  return `${scoredRows(selection)}
select on_lambda.slot as slot, count(*) as pairs ${matched}
group by on_lambda.slot order by on_lambda.slot`;
}

/** The load when the first target was sent: when the second one is, the first is part of it. */
const loadColumns = loadFeatures;

type Column = (typeof columns)[number];

const columns = [
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
  for (const [row, workload] of pairs.get('workload')?.entries() ?? []) {
    const optional = (column: Column): number | undefined => {
      const value = pairs.get(column)?.[row];
      return Number.isNaN(value) ? undefined : value;
    };
    const required = (column: Column): number => {
      const value = optional(column);
      if (value !== undefined) return value;
      throw new PermanentFailure(
        'CorruptObject',
        `A pair has no ${column}. The raw records are still in the store: join its slot again.`,
      );
    };
    const outcome = (platform: 'lambda' | 'ecs'): PairOutcome => {
      const latencyMs = optional(`${platform}_latency_ms`);
      return {
        ...(latencyMs === undefined ? {} : { latencyMs }),
        isGood: required(`${platform}_is_good`) === 1,
        costUsd: required(`${platform}_cost_usd`),
      };
    };
    const ladderStep = optional('ladder_step');
    const sincePreviousLambdaMs = optional('since_previous_lambda_ms');
    const sincePreviousEcsMs = optional('since_previous_ecs_ms');
    yield {
      workload,
      isLadder: ladderStep !== undefined,
      ...(ladderStep === undefined ? {} : { ladderStep }),
      payloadBytes: required('payload_bytes'),
      plannedAtMs: required('planned_at_ms'),
      inFlightLambda: required('in_flight_lambda'),
      inFlightEcs: required('in_flight_ecs'),
      recentRateLambdaPerS: required('recent_rate_lambda_per_s'),
      recentRateEcsPerS: required('recent_rate_ecs_per_s'),
      ...(sincePreviousLambdaMs === undefined ? {} : { sincePreviousLambdaMs }),
      ...(sincePreviousEcsMs === undefined ? {} : { sincePreviousEcsMs }),
      lambda: outcome('lambda'),
      ecs: outcome('ecs'),
    };
  }
}

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
