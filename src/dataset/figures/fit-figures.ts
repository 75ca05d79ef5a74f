import { z } from 'zod';
import type { Plan } from '../../domain/plan.ts';
import type { Platform } from '../../domain/platform.ts';
import type { FitFigures, WorkloadFigures } from '../../domain/simulation/fit-figures.ts';
import { type Database, withDatabase } from '../duckdb.ts';
import { isScored, openObservations } from '../observations.ts';

/**
 * Reads what the simulator's parameters can be estimated from: collected pairs, ladders too, because
 * requests are chosen by the load that they met. Only good answers say how long an answer takes.
 */
export async function fitFigures(input: {
  readonly parquet: readonly { readonly path: string }[];
  readonly plan: Plan;
}): Promise<FitFigures> {
  return await withDatabase(async (database) => {
    const paths = input.parquet.map(({ path }) => path);
    await openObservations(database, paths);
    await database.run(fitRows);
    return {
      workloads: await workloadFigures(database, input.plan),
      edge: { lambda: await edgeOf(database, 'lambda'), ecs: await edgeOf(database, 'ecs') },
      ...(await wholeFigures(database)),
      slots: await database.read(slotQuery, slotShape),
      idle: await database.read(idleQuery, idleShape),
    };
  });
}

/** No single request may stand for more than so many. */
const heaviest = 10;

/**
 * `is_alone`: warm on Lambda; on Fargate nobody else in the service from send to answer, so that
 * nothing but the request itself took time. Long requests are alone less often: each stands for the
 * e^(rate x latency) of which the others were met by somebody.
 */
const fitRows = `
create table fit_row as
with sent as (
  select *,
    lead(sent_at) over (partition by slot, workload, platform order by sent_at) as next_at
  from observation
  where slot is not null and arm is null and sent_at is not null
)
select *,
  -- A duration is billed in whole milliseconds, rounded up: half of one too much on average.
  if(platform = 'lambda', greatest(0, billed_ms - coalesce(init_ms, 0) - server_ms - 0.5), 0)
    as overhead_ms,
  init_ms is not null or environment_sequence = 1 as is_first,
  if(platform = 'lambda',
    init_ms is null and coalesce(environment_sequence, 2) > 1,
    coalesce(in_flight_ecs, 0) = 0 and coalesce(environment_sequence, 2) > 1
      and coalesce(epoch_us(next_at) - epoch_us(sent_at) > 1000 * latency_ms, true)) as is_alone,
  if(platform = 'lambda', 1,
    least(${heaviest}, exp(coalesce(recent_rate_ecs_per_s, 0) * latency_ms / 1000))) as weight,
  ln(greatest(server_ms, 0.001)) as ln_server
from sent
where ${isScored} and is_good and server_ms is not null and latency_ms is not null`;

/** σ within slots: what differs between hours is the disturbances' part. */
const workloadQuery = `
with deviating as (
  select *, ln_server - sum(weight * ln_server) over slot_rows / sum(weight) over slot_rows
    as deviation
  from fit_row where is_alone
  window slot_rows as (partition by workload, platform, slot)
)
select workload, platform, count(*) as requests,
  exp(sum(weight * ln_server) / sum(weight)) as server_ms,
  sqrt(sum(weight * deviation * deviation) / sum(weight)
    * count(*) / nullif(count(*) - count(distinct slot), 0)) as sigma
from deviating
group by workload, platform
order by workload, platform`;

const workloadShape = z.object({
  workload: z.string(),
  platform: z.enum(['lambda', 'ecs']),
  requests: z.number(),
  server_ms: z.number(),
  sigma: z.number().nullable(),
});

const coldQuery = `
select workload, count(*) as requests, median(init_ms) as init_ms,
  stddev_samp(ln(init_ms)) as init_sigma, median(server_ms) as server_ms
from fit_row
where platform = 'lambda' and is_first and init_ms > 0
group by workload
order by workload`;

const coldShape = z.object({
  workload: z.string(),
  requests: z.number(),
  init_ms: z.number(),
  init_sigma: z.number().nullable(),
  server_ms: z.number(),
});

const pairQuery = `
with pair as (
  select l.workload, l.slot, l.ln_server as on_lambda, e.ln_server as on_ecs, e.weight
  from fit_row l join fit_row e
    on e.slot = l.slot and e.request_id = l.request_id and e.platform = 'ecs'
  where l.platform = 'lambda' and l.is_alone and e.is_alone
), deviating as (
  select workload, slot, weight,
    on_lambda - sum(weight * on_lambda) over slot_rows / sum(weight) over slot_rows as on_lambda,
    on_ecs - sum(weight * on_ecs) over slot_rows / sum(weight) over slot_rows as on_ecs
  from pair
  window slot_rows as (partition by workload, slot)
)
select workload,
  sum(weight * on_lambda * on_ecs) / sum(weight)
    * count(*) / nullif(count(*) - count(distinct slot), 0) as covariance
from deviating
group by workload
order by workload`;

const pairShape = z.object({ workload: z.string(), covariance: z.number().nullable() });

async function workloadFigures(database: Database, plan: Plan): Promise<WorkloadFigures[]> {
  const warm = await database.read(workloadQuery, workloadShape);
  const cold = await database.read(coldQuery, coldShape);
  const pairs = await database.read(pairQuery, pairShape);
  return plan.workloads.flatMap(({ name }): WorkloadFigures[] => {
    const [lambda, ecs] = (['lambda', 'ecs'] as const).map((platform) =>
      warm.find((one) => one.workload === name && one.platform === platform),
    );
    if (lambda === undefined || ecs === undefined) return [];
    const first = cold.find(({ workload }) => workload === name);
    const covariance = pairs.find(({ workload }) => workload === name)?.covariance;
    return [
      {
        workload: name,
        lambda: { ...warmFigures(lambda), ...coldFigures(first, lambda.server_ms) },
        ecs: warmFigures(ecs),
        ...(typeof covariance === 'number' ? { pairCovariance: covariance } : {}),
      },
    ];
  });
}

function warmFigures({ requests, server_ms, sigma }: z.output<typeof workloadShape>) {
  return { requests, serverMs: server_ms, ...(sigma === null ? {} : { sigma }) };
}

function coldFigures(
  first: z.output<typeof coldShape> | undefined,
  warmMs: number,
): Pick<WorkloadFigures['lambda'], 'coldRequests' | 'initMsMedian' | 'initSigma' | 'firstCallMs'> {
  if (first === undefined) return { coldRequests: 0 };
  return {
    coldRequests: first.requests,
    initMsMedian: first.init_ms,
    ...(first.init_sigma === null ? {} : { initSigma: first.init_sigma }),
    firstCallMs: Math.max(0, first.server_ms - warmMs),
  };
}

async function edgeOf(database: Database, platform: Platform) {
  const [edge] = await database.read(
    `select count(*) as requests, median(edge_ms) as "medianMs",
       (ln(quantile_cont(edge_ms, 0.8413)) - ln(quantile_cont(edge_ms, 0.1587))) / 2 as sigma
     from (
       select latency_ms - server_ms - overhead_ms as edge_ms from fit_row
       where platform = '${platform}' and is_alone and latency_ms - server_ms - overhead_ms > 0
     ) having count(*) > 0`,
    z.object({ requests: z.number(), medianMs: z.number(), sigma: z.number() }),
  );
  return edge;
}

async function wholeFigures(
  database: Database,
): Promise<Pick<FitFigures, 'overheadMs' | 'memoryUsedMb'>> {
  const { overhead, memory } = await database.readOne(
    `select median(overhead_ms) filter (platform = 'lambda' and is_alone) as overhead,
       median(memory_used_mb) as memory from fit_row`,
    z.object({ overhead: z.number().nullable(), memory: z.number().nullable() }),
  );
  return { overheadMs: overhead ?? undefined, memoryUsedMb: memory ?? undefined };
}

const slotQuery = `
select slot, min(epoch_ms(planned_at))::double as "atMs", platform, workload,
  count(*) as requests, sum(weight * ln_server) / sum(weight) - any_value(whole) as "lnDeviation"
from (
  select *, sum(weight * ln_server) over workload_rows / sum(weight) over workload_rows as whole
  from fit_row where is_alone
  window workload_rows as (partition by workload, platform)
)
group by slot, platform, workload
order by slot, platform, workload`;

const slotShape = z.object({
  slot: z.number(),
  atMs: z.number(),
  platform: z.enum(['lambda', 'ecs']),
  workload: z.string(),
  requests: z.number(),
  lnDeviation: z.number(),
});

/** A gap begins when the request before was sent: that one's own time is taken off. */
const idleQuery = `
with gap as (
  select is_first,
    since_previous_lambda_ms - median(server_ms) over (partition by workload) as gap_ms
  from fit_row
  where platform = 'lambda' and in_flight_lambda = 0 and since_previous_lambda_ms is not null
)
select avg(gap_ms) as "gapMs", count(*) filter (not is_first) as warm,
  count(*) filter (is_first) as cold
from gap where gap_ms > 0
group by floor(10 * ln(gap_ms))
order by 1`;

const idleShape = z.object({ gapMs: z.number(), warm: z.number(), cold: z.number() });
