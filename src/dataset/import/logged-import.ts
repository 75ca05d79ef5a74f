import { z } from 'zod';
import { loadFeatures } from '../../domain/models/feature.ts';
import { costFloorUsd, utilityOf } from '../../domain/models/label.ts';
import type { LoggedRows } from '../../domain/models/logged-rows.ts';
import type { LoadColumns } from '../../domain/observation.ts';
import type { Database } from '../duckdb.ts';
import type { ImportRule } from './import-pairs.ts';

/** The rows of an import as a log of choices, with what each outcome was worth. */
export interface LoggedImport extends LoggedRows {
  readonly atMs: Float64Array;
  /** What was known before a row was sent. */
  readonly loadOf: (row: number) => LoadColumns;
  /** ln ms to a good answer; a failure took until the deadline. */
  readonly lnLatency: Float64Array;
  /** Absent where a row has no cost. */
  readonly costUsd?: Float64Array;
  /** u of METHOD 4.1; absent without costs. */
  readonly utility?: Float64Array;
  /** Median server time on Lambda per workload, for the features of a model; NaN where unknown. */
  readonly serverMs: readonly number[];
  readonly memoryMb: readonly number[];
}

const columns = [
  'workload_number',
  'session_number',
  'is_lambda',
  'at_ms',
  'payload_bytes',
  ...loadFeatures,
  'latency_ms',
  'is_good',
  'cost_usd',
] as const;

/** First attempts alone: where a request goes again depends on how it did before. */
export async function loggedImport(database: Database, rule: ImportRule): Promise<LoggedImport> {
  const read = await database.readNumbers(loggedQuery, columns);
  const column = (name: (typeof columns)[number]): Float64Array =>
    read.get(name) ?? new Float64Array();
  const known = await database.read(workloadQuery, workloadShape);
  const workloads = known.map(({ workload }) => workload);
  const latencyMs = column('latency_ms');
  const isGood = column('is_good');
  const costs = column('cost_usd');
  const lnLatency = latencyMs.map((value, row) =>
    Math.log(Math.max(isGood[row] === 1 && !Number.isNaN(value) ? value : rule.timeoutMs, 1e-3)),
  );
  const workload = Int32Array.from(column('workload_number'));
  const hasCosts = costs.length > 0 && costs.every((value) => !Number.isNaN(value));
  const utility = costs.map((costUsd, row) => {
    const value = latencyMs[row] ?? Number.NaN;
    const name = workloads[workload[row] ?? 0] ?? '';
    const sloLatencyMs = rule.sloLatencyMs[name];
    return utilityOf(
      {
        isGood: isGood[row] === 1,
        costUsd: Math.max(costUsd, costFloorUsd),
        ...(Number.isNaN(value) ? {} : { latencyMs: value }),
      },
      {
        latencyWeight: rule.latencyWeight,
        timeoutMs: rule.timeoutMs,
        ...(sloLatencyMs === undefined ? {} : { sloLatencyMs }),
      },
    );
  });
  const session = Int32Array.from(column('session_number'));
  return {
    rowCount: workload.length,
    workloads,
    workload,
    platform: Uint8Array.from(column('is_lambda')),
    session,
    sessions: session.reduce((most, value) => Math.max(most, value + 1), 0),
    payloadBytes: column('payload_bytes'),
    ratePerS: column('recent_rate_lambda_per_s').map(
      (rate, row) => rate + (column('recent_rate_ecs_per_s')[row] ?? 0),
    ),
    atMs: column('at_ms'),
    loadOf: (row) => loadOf((name) => column(name)[row] ?? Number.NaN),
    lnLatency,
    ...(hasCosts ? { costUsd: costs, utility } : {}),
    serverMs: known.map(({ serverMs }) => serverMs ?? Number.NaN),
    memoryMb: known.map(({ memoryMb }) => memoryMb ?? Number.NaN),
  };
}

const loggedQuery = `
select dense_rank() over (order by workload) - 1 as workload_number,
  dense_rank() over (order by session) - 1 as session_number,
  (platform = 'lambda')::integer as is_lambda, at_us / 1000.0 as at_ms, payload_bytes,
  ${loadFeatures.join(', ')}, latency_ms, is_good::integer as is_good, cost_usd
from costed_row where attempt = 1
order by at_us, platform desc, request_id`;

const workloadQuery = `
select workload,
  median(server_ms) filter (platform = 'lambda') as "serverMs",
  median(memory_mb) filter (platform = 'lambda') as "memoryMb"
from costed_row where attempt = 1 group by workload order by workload`;

const workloadShape = z.object({
  workload: z.string(),
  serverMs: z.number().nullable(),
  memoryMb: z.number().nullable(),
});

function loadOf(value: (name: (typeof loadFeatures)[number]) => number): LoadColumns {
  const sinceLambdaMs = value('since_previous_lambda_ms');
  const sinceEcsMs = value('since_previous_ecs_ms');
  return {
    inFlightLambda: value('in_flight_lambda'),
    inFlightEcs: value('in_flight_ecs'),
    recentRateLambdaPerS: value('recent_rate_lambda_per_s'),
    recentRateEcsPerS: value('recent_rate_ecs_per_s'),
    ...(Number.isNaN(sinceLambdaMs) ? {} : { sincePreviousLambdaMs: sinceLambdaMs }),
    ...(Number.isNaN(sinceEcsMs) ? {} : { sincePreviousEcsMs: sinceEcsMs }),
  };
}
