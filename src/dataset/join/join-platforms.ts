/**
 * Step 2 of joining (METHOD 2.3): what the platforms said about a send. A platform's records are
 * collected again and again until they are complete, so every one of them can be there twice.
 */

/**
 * The handler's own line, one per send. Matched by the echoed request id and never by a time: the
 * two platforms share none.
 */
export const handlerTable = `
create table handler as
select platform_record.* from platform_record
join send on send.request_id = platform_record.requestId and send.target = platform_record.target
where platform_record.kind = 'handler'
qualify row_number() over (
  partition by platform_record.requestId, platform_record.target
  -- Two different lines mean two invocations: the one that the client's answer came from counts.
  order by
    (
      platform_record.environmentId is not distinct from send.environmentId
      and platform_record.environmentSequence is not distinct from send.environmentSequence
    ) desc,
    platform_record.atMs desc
) = 1
`;

/** What a router service said of sends whose answers reached nobody. */
export const routedTable = `
create table routed as
select *, platform as routedTo from platform_record where kind = 'routed'
qualify row_number() over (partition by requestId, target order by atMs desc) = 1
`;

/** The columns of a send that a router service can know and its client may not. */
export const routedColumns = [
  'routedTo',
  'routerMs',
  'modelHash',
  'pLambda',
  'inFlightLambda',
  'inFlightEcs',
  'recentRateLambdaPerS',
  'recentRateEcsPerS',
  'sincePreviousLambdaMs',
  'sincePreviousEcsMs',
] as const;

export const reportTable = `
create table report as
select * from platform_record where kind = 'report'
qualify row_number() over (partition by awsRequestId order by atMs desc) = 1
`;

export const taskTable = `
create table task as
select taskId, cpuModel, placement from platform_record where kind = 'task'
qualify row_number() over (partition by taskId order by startedAtMs desc) = 1
`;

/** Between two readings of a task's counters they are taken to grow evenly. */
export const taskSegmentTable = `
create table task_segment as
with sample as (
  select taskId, atMs, max(cpuTotalMs) as cpu_ms, max(throttledTotalMs) as throttled_ms,
    max(memoryUsedMb) as memory_mb
  from platform_record where kind = 'task-sample' group by taskId, atMs
)
select
  taskId as task_id, atMs as from_ms, cpu_ms, throttled_ms, memory_mb,
  lead(atMs) over by_task as to_ms,
  (lead(cpu_ms) over by_task - cpu_ms) / (to_ms - from_ms) as cpu_per_ms,
  (lead(throttled_ms) over by_task - throttled_ms) / (to_ms - from_ms) as throttled_per_ms,
  (lead(memory_mb) over by_task - memory_mb) / (to_ms - from_ms) as memory_per_ms
from sample
window by_task as (partition by taskId order by atMs)
`;

/**
 * What a Fargate task used while it served a request: the growth of its counters from the begin to
 * the end of the handler. Other requests of that moment are in it; there is no record per request.
 */
export const taskUseTable = `
create table task_use as
with span as (
  select requestId, target, taskId, atMs - serverMs as begun_ms, atMs as ended_ms
  from handler where platform = 'ecs' and taskId is not null
)
select
  span.requestId as request_id, span.target,
  last.cpu_ms + (ended_ms - last.from_ms) * last.cpu_per_ms
    - first.cpu_ms - (begun_ms - first.from_ms) * first.cpu_per_ms as cpu_ms,
  last.throttled_ms + (ended_ms - last.from_ms) * last.throttled_per_ms
    - first.throttled_ms - (begun_ms - first.from_ms) * first.throttled_per_ms as throttled_ms,
  last.memory_mb + (ended_ms - last.from_ms) * last.memory_per_ms as memory_mb
from span
asof join task_segment first on first.task_id = span.taskId and first.from_ms <= begun_ms
asof join task_segment last on last.task_id = span.taskId and last.from_ms <= ended_ms
where begun_ms <= first.to_ms and ended_ms <= last.to_ms
`;
