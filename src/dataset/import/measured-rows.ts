import { z } from 'zod';
import { platforms } from '../../domain/platform.ts';
import type { MeasuredRow } from '../../domain/simulation/against.ts';
import type { Database } from '../duckdb.ts';

const row = z.object({
  atMs: z.number(),
  workload: z.string(),
  platform: z.enum(platforms),
  payloadBytes: z.number(),
  session: z.string(),
  latencyMs: z.number().nullable(),
  serverMs: z.number().nullable(),
  memoryMb: z.number().nullable(),
  isCold: z.boolean().nullable(),
  costUsd: z.number().nullable(),
});

/** Rows of `costed_row` in the order of sending, for the simulator to be held against. */
export async function measuredRows(database: Database): Promise<MeasuredRow[]> {
  const rows = await database.read(
    `select at_us / 1000.0 as "atMs", workload, platform, payload_bytes as "payloadBytes", session,
       case when is_good then latency_ms end as "latencyMs", server_ms as "serverMs",
       memory_mb as "memoryMb", cold_start as "isCold",
       case when not is_priced then cost_usd end as "costUsd"
     from costed_row order by at_us, platform desc, request_id`,
    row,
  );
  return rows.map(({ latencyMs, serverMs, memoryMb, isCold, costUsd, ...known }) => ({
    ...known,
    ...(latencyMs === null ? {} : { latencyMs }),
    ...(serverMs === null ? {} : { serverMs }),
    ...(memoryMb === null ? {} : { memoryMb }),
    ...(isCold === null ? {} : { isCold }),
    ...(costUsd === null ? {} : { costUsd }),
  }));
}
