import { join } from 'node:path';
import { quoted, withDatabase } from '../../src/dataset/duckdb.ts';
import { observationColumns } from '../../src/dataset/observation-schema.ts';
import { aFolder, startsAtMs } from './builders.ts';

/** Columns of an observation by name; times as ISO 8601. */
export type ObservationRow = Readonly<
  Partial<Record<keyof typeof observationColumns, string | number | boolean | null>>
>;

/** An answered row of slot 1 on Lambda, sent when it was planned. */
export function anObservation(changes: ObservationRow = {}): ObservationRow {
  const slot = changes.block === undefined ? (changes.slot ?? 1) : null;
  const run = slot === null ? `block-0${changes.block}` : `slot-00${slot}`;
  const platform = changes.platform ?? 'lambda';
  return {
    campaign_id: 'test',
    run,
    slot,
    block: null,
    request_id: `${run}.00000`,
    target: platform,
    arm: null,
    platform,
    attempt: 1,
    workload: 'heavy',
    position: platform === 'lambda' ? 1 : 2,
    lead_in: false,
    after_gap: false,
    planned_at: atHour(Number(slot ?? 1) - 1),
    send_lag_ms: 0,
    payload_bytes: 100,
    in_flight_lambda: 0,
    in_flight_ecs: 0,
    recent_rate_lambda_per_s: 1,
    recent_rate_ecs_per_s: 1,
    outcome: 'answered',
    status_code: 200,
    is_good: true,
    latency_ms: 100,
    server_ms: 80,
    environment_sequence: 2,
    ...(platform === 'lambda' ? { billed_ms: 81 } : {}),
    marginal_cost_usd: platform === 'lambda' ? 1e-6 : 1e-7,
    ...changes,
  };
}

/** Both rows of a pair. */
export function aPairOfRows(
  requestId: string,
  changes: {
    readonly both?: ObservationRow;
    readonly lambda?: ObservationRow;
    readonly ecs?: ObservationRow;
  } = {},
): ObservationRow[] {
  return (['lambda', 'ecs'] as const).map((platform) =>
    anObservation({ request_id: requestId, platform, ...changes.both, ...changes[platform] }),
  );
}

/** So many hours after Monday, 12:00 UTC. */
export function atHour(hours: number): string {
  return new Date(startsAtMs + hours * 3_600_000).toISOString();
}

/** The rows as a Parquet file of observations. */
export async function observationFile(rows: readonly ObservationRow[]): Promise<string> {
  const path = join(await aFolder(), 'part.parquet');
  await withDatabase(async (database) => {
    await database.createTable('observation', observationColumns, rows);
    await database.run(`copy observation to ${quoted(path)} (format parquet)`);
  });
  return path;
}
