import { observationColumns } from '../observation-schema.ts';
import { routedColumns } from './join-platforms.ts';

/** Step 3 of joining: everything about a send side by side, and why a platform record is missing. */
export const joinedTable = `
create table joined as
select
  send.* exclude (
    platform, environmentId, environmentSequence, serverMs, ${routedColumns.join(', ')}
  ),
  coalesce(send.platform, routed.platform, handler.platform) as platform,
  ${routedColumns.map((name) => `coalesce(send.${name}, routed.${name}) as ${name}`).join(', ')},
  coalesce(send.serverMs, handler.serverMs) as server_ms,
  coalesce(send.environmentId, handler.environmentId) as environment_id,
  coalesce(send.environmentSequence, handler.environmentSequence) as environment_sequence,
  handler.awsRequestId as aws_request_id,
  handler.taskId as task_id,
  report.billedMs as billed_ms, report.initMs as init_ms,
  report.memorySizeMb as report_memory_mb, report.maxMemoryUsedMb as report_memory_used_mb,
  report.cpuMs as report_cpu_ms, report.throttledMs as report_throttled_ms,
  case
    when outcome = 'not-issued' then 'not-issued'
    when handler.requestId is not null and handler.platform = 'ecs' then null
    when handler.requestId is not null and report.awsRequestId is not null then null
    when handler.requestId is not null then 'no-report'
    when outcome = 'unrecorded' then 'unrecorded'
    when outcome = 'timeout' then 'timeout-without-handler'
    when statusCode = 429 then 'throttled-429'
    when outcome = 'failed' and statusCode is null
      and errorCode in (${sqlList(refusals())}) then 'refused'
    when outcome = 'failed' and statusCode is null then 'cut-without-handler'
    when outcome = 'failed' or statusCode >= 400 then 'failed-without-handler'
    else 'no-handler-line'
  end as unjoined_reason
from send
left join handler on handler.requestId = send.request_id and handler.target = send.target
left join routed on routed.requestId = send.request_id and routed.target = send.target
left join report on report.awsRequestId = handler.awsRequestId
`;

/** The connection never came about, so nothing behind it can have a record. */
function refusals(): readonly string[] {
  return [
    'ECONNREFUSED',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ENOTFOUND',
    'EAI_AGAIN',
    'ETIMEDOUT',
    'EADDRNOTAVAIL',
  ];
}

/**
 * Reasons for which a platform record cannot exist (METHOD 1.6). All failures without a handler
 * line are among them, whatever their status: a slot must not be left out because a platform
 * failed in it. A send that was answered, or whose answer nobody wrote down, should have one.
 */
export const explainedReasons = [
  'refused',
  'throttled-429',
  'timeout-without-handler',
  'failed-without-handler',
  'cut-without-handler',
  'not-issued',
] as const;

/** Step 4: the columns of METHOD 2.1, priced by the constants of `prices.ts`. */
export const observationTable = `
create table observation as
select ${castColumns()} from (
  select
    joined.* exclude (payloadBytes, ladderStep, isLeadIn),
    run_facts.*,
    case when joined.owner <> 'collection' then joined.owner end as arm,
    ladderStep as ladder_step,
    isLeadIn as lead_in,
    coalesce(planned_at_ms - resumed_at_ms < 660_000, false) as after_gap,
    make_timestamptz((planned_at_ms * 1000)::bigint) as planned_at,
    make_timestamptz((sent_at_ms * 1000)::bigint) as sent_at,
    sent_at_ms - planned_at_ms as send_lag_ms,
    payloadBytes as payload_bytes,
    responseBytes as response_bytes,
    inFlightLambda as in_flight_lambda,
    inFlightEcs as in_flight_ecs,
    recentRateLambdaPerS as recent_rate_lambda_per_s,
    recentRateEcsPerS as recent_rate_ecs_per_s,
    sincePreviousLambdaMs as since_previous_lambda_ms,
    sincePreviousEcsMs as since_previous_ecs_ms,
    statusCode as status_code,
    errorCode as error_code,
    outcome = 'answered' and coalesce(isGood, false) as is_good,
    routedTo as routed_to,
    routerMs as router_ms,
    modelHash as model_hash,
    pLambda as p_lambda,
    latencyMs as latency_ms,
    firstByteMs as first_byte_ms,
    connectMs as connect_ms,
    wasConnectionReused as conn_reused,
    -- Clocks of two processes: a server time above the latency says nothing about waiting.
    case when outcome = 'answered' and server_ms <= latencyMs then latencyMs - server_ms end
      as queue_ms,
    task.cpuModel as cpu_model,
    task.placement,
    -- What the platform says it gave, not what the plan asked for.
    case platform
      when 'lambda' then coalesce(report_memory_mb, price.lambda_memory_mb)
      when 'ecs' then price.ecs_memory_mb
    end as memory_limit_mb,
    coalesce(report_memory_used_mb, task_use.memory_mb) as memory_used_mb,
    coalesce(report_cpu_ms, task_use.cpu_ms) as cpu_ms,
    coalesce(report_throttled_ms, task_use.throttled_ms) as throttled_ms,
    coalesce(standing.tasks, price.ecs_tasks) * price.ecs_task_limit_per_s as ecs_limit_per_s,
    case platform
      when 'lambda' then
        price.lambda_fixed_usd + price.lambda_mb_ms_usd * memory_limit_mb * ceil(billed_ms)
      when 'ecs' then case
        when recentRateEcsPerS > ecs_limit_per_s then price.ecs_above_usd
        when recentRateEcsPerS <= ecs_limit_per_s then price.ecs_below_usd
      end
    end as marginal_cost_usd
  from joined
  cross join run_facts
  asof left join resumption on joined.planned_at_ms >= resumption.resumed_at_ms
  left join task on task.taskId = joined.task_id
  left join task_use
    on task_use.request_id = joined.request_id and task_use.target = joined.target
  left join workload_price price on price.workload = joined.workload
  left join standing_service standing
    on standing.owner = joined.owner and standing.workload = joined.workload
)
order by request_id, target
`;

function castColumns(): string {
  return Object.entries(observationColumns)
    .map(([column, type]) => `${column}::${type} as ${column}`)
    .join(',\n  ');
}

function sqlList(texts: readonly string[]): string {
  return texts.map((text) => `'${text}'`).join(', ');
}
