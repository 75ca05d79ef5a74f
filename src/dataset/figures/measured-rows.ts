import type { Plan } from '../../domain/plan.ts';
import { type Database, quoted } from '../duckdb.ts';
import { isScored } from '../observations.ts';

/**
 * Makes the table `measured` from the open observations: their rows with what every figure of a
 * report asks for. Two hundred Parquet files are read once and not once for each question.
 * `unit` is the slot or block, `latency` the one to a good answer, infinite without one
 * (METHOD 6.2), `planned_latency` the same from the planned send (METHOD 1.4).
 */
export async function createMeasuredRows(database: Database, plan: Plan): Promise<void> {
  await database.createTable(
    'workload_slo',
    { workload: 'VARCHAR', slo_ms: 'DOUBLE' },
    plan.workloads.map(({ name, slo }) => ({ workload: name, slo_ms: slo?.latencyMs ?? null })),
  );
  await database.run(`
    create table measured as
    select
      run, request_id, if(block is null, 'collection', 'evaluation') as part,
      coalesce(block, slot) as unit, coalesce(arm, platform) as side,
      observation.workload, platform, position, ladder_step, after_gap, planned_at,
      recent_rate_lambda_per_s, recent_rate_ecs_per_s,
      greatest(in_flight_lambda, in_flight_ecs) as in_flight,
      send_lag_ms, outcome, unjoined_reason, is_good,
      ${isScored} as is_scored,
      if(is_good, latency_ms, 'infinity'::double) as latency,
      if(is_good, latency_ms + greatest(0, coalesce(send_lag_ms, 0)), 'infinity'::double)
        as planned_latency,
      slo_ms,
      latency_ms, server_ms, init_ms, billed_ms, environment_sequence,
      hour(timezone(${quoted(plan.schedule.timezone)}, planned_at)) as local_hour,
      isodow(timezone(${quoted(plan.schedule.timezone)}, planned_at)) as local_day
    from observation left join workload_slo using (workload)`);
}

/** Rows of the mixed load of the slots: no lead-in, no ladder, an outcome (METHOD 1.8). */
export const isMixedLoad = "(part = 'collection' and is_scored and ladder_step is null)";
