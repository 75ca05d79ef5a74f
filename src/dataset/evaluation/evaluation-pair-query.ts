import { z } from 'zod';
import type { Arm } from '../../domain/arm.ts';
import { quoted, quotedList } from '../duckdb.ts';
import { isScored } from '../observations.ts';

/** What `ceilingOf` makes cells of. */
export const cellFeatures = ['payload_bytes', 'recent_rate_ecs_per_s', 'in_flight_ecs'] as const;

export const armColumns = ['latency_ms', 'is_good', 'cost_usd', 'billed_usd'] as const;

/** What `pairQuery` gives. */
export function pairColumnsOf(arms: readonly Arm[]): string[] {
  return [
    'workload',
    'block',
    ...cellFeatures,
    ...arms.flatMap((arm) => [...armColumns, 'is_lambda'].map((name) => `${plain(arm)}_${name}`)),
  ];
}

/** Names of arms have hyphens; names of columns cannot. */
export function plain(arm: Arm): string {
  return arm.replaceAll('-', '_');
}

const scoredRows = `
with scored as (
  select *,
    -- A refused request never ran, and nobody is billed for it.
    if(platform = 'lambda' and coalesce(unjoined_reason, '') not in ('refused', 'throttled-429'),
      cost_usd, 0) as billed_usd
  from costed_observation where ${isScored} and arm is not null and block is not null
)`;

/** The load is the ecs-only arm's: of the service that carried all requests of the workload. */
export const pairQuery = (workloads: readonly string[], arms: readonly Arm[]): string => `
${scoredRows}
select
  list_position(${quotedList(workloads)}, lambda_only.workload) - 1 as workload,
  lambda_only.block,
  lambda_only.payload_bytes,
  ecs_only.recent_rate_ecs_per_s,
  ecs_only.in_flight_ecs,
  ${arms.map(armSelection).join(',\n  ')}
from scored lambda_only
join scored ecs_only on ${sameRequest('ecs-only')}
${arms
  .filter((arm) => arm !== 'lambda-only' && arm !== 'ecs-only')
  .map((arm) => `left join scored ${plain(arm)} on ${sameRequest(arm)}`)
  .join('\n')}
where lambda_only.arm = 'lambda-only'
order by lambda_only.block, lambda_only.request_id
`;

function sameRequest(arm: Arm): string {
  const own = plain(arm);
  return (
    `${own}.arm = ${quoted(arm)} and ${own}.block = lambda_only.block ` +
    `and ${own}.request_id = lambda_only.request_id`
  );
}

function armSelection(arm: Arm): string {
  const own = plain(arm);
  return [
    ...armColumns.map((name) => `${own}.${name} as ${own}_${name}`),
    `if(${own}.platform is null, null, ${own}.platform = 'lambda') as ${own}_is_lambda`,
  ].join(', ');
}

export const scoredShape = z.object({
  block: z.number(),
  workload: z.string(),
  requests: z.number(),
});

export const scoredQuery = `
${scoredRows}
select block, workload, count(distinct request_id) as requests
from scored group by block, workload order by block, workload
`;
