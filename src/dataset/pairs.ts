import { z } from 'zod';
import type { PairOutcome } from '../domain/label.ts';
import type { Database } from './duckdb.ts';
import { isScored } from './observations.ts';

/** A request that both platforms got, with all that was known before it was sent. */
export type Pair = z.output<typeof pairShape>;

const pairShape = z.object({
  slot: z.number(),
  workload: z.string(),
  is_ladder: z.boolean(),
  payload_bytes: z.number(),
  planned_at_ms: z.number(),
  in_flight_lambda: z.number(),
  in_flight_ecs: z.number(),
  recent_rate_lambda_per_s: z.number(),
  recent_rate_ecs_per_s: z.number(),
  since_previous_lambda_ms: z.number().nullable(),
  since_previous_ecs_ms: z.number().nullable(),
  lambda_latency_ms: z.number().nullable(),
  lambda_is_good: z.boolean(),
  lambda_cost_usd: z.number(),
  ecs_latency_ms: z.number().nullable(),
  ecs_is_good: z.boolean(),
  ecs_cost_usd: z.number(),
});

/**
 * Pairs of which both rows tell an outcome, failures and timeouts included: leaving those out would
 * make the platform that fails look good (METHOD 1.3). In order of slot and request. Needs the view
 * `costed_observation`.
 */
export async function readPairs(database: Database): Promise<Pair[]> {
  return await database.read(pairQuery, pairShape);
}

export function outcomesOf(pair: Pair): {
  readonly lambda: PairOutcome;
  readonly ecs: PairOutcome;
} {
  return {
    lambda: {
      ...(pair.lambda_latency_ms === null ? {} : { latencyMs: pair.lambda_latency_ms }),
      isGood: pair.lambda_is_good,
      costUsd: pair.lambda_cost_usd,
    },
    ecs: {
      ...(pair.ecs_latency_ms === null ? {} : { latencyMs: pair.ecs_latency_ms }),
      isGood: pair.ecs_is_good,
      costUsd: pair.ecs_cost_usd,
    },
  };
}

/** The load when the first target was sent: when the second one is, the first is part of it. */
const loadColumns = [
  'in_flight_lambda',
  'in_flight_ecs',
  'recent_rate_lambda_per_s',
  'recent_rate_ecs_per_s',
  'since_previous_lambda_ms',
  'since_previous_ecs_ms',
] as const;

const pairQuery = `
with scored as (select * from costed_observation where ${isScored} and arm is null)
select
  on_lambda.slot, on_lambda.workload, on_lambda.ladder_step is not null as is_ladder, on_lambda.payload_bytes,
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
from scored on_lambda
join scored on_ecs on on_ecs.slot = on_lambda.slot and on_ecs.request_id = on_lambda.request_id
where on_lambda.platform = 'lambda' and on_ecs.platform = 'ecs'
order by on_lambda.slot, on_lambda.request_id
`;
