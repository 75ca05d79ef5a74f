import { z } from 'zod';
import { type Platform, platforms } from '../../domain/platform.ts';
import type { Database } from '../duckdb.ts';
import { ascendingLatencies, printableQuantile } from '../quantile.ts';

/** The rows of one workload on one platform. */
export interface ImportGroup {
  readonly workload: string;
  readonly platform: Platform;
  readonly rows: number;
  /** Of all rows, in [0, 1]. */
  readonly share: number;
  readonly good: number;
  readonly timeouts: number;
  /** Neither a good answer nor a timeout. */
  readonly failed: number;
  /** To a good answer; absent with fewer than 10 rows above it (METHOD 6.2). */
  readonly latencyMsP50?: number;
  readonly latencyMsP95?: number;
  /** Of the rows that say whether they were cold; absent without any. */
  readonly coldShare?: number;
  readonly costUsdMean?: number;
}

const groupRow = z.object({
  workload: z.string(),
  platform: z.enum(platforms),
  rows: z.number(),
  share: z.number(),
  good: z.number(),
  timeouts: z.number(),
  latencies: z.array(z.number().nullable()),
  cold: z.number().nullable(),
  cost: z.number().nullable(),
});

/** Shares per workload and platform: the first thing that tells what is not in a log (METHOD 4.7). */
export async function importGroups(database: Database): Promise<ImportGroup[]> {
  const rows = await database.read(
    `select workload, platform, count(*) as rows, count(*) / sum(count(*)) over () as share,
       count(*) filter (is_good) as good, count(*) filter (outcome = 'timeout') as timeouts,
       list(case when is_good then latency_ms end) as latencies,
       avg(cold_start::integer) as cold, avg(cost_usd) as cost
     from costed_row group by workload, platform order by workload, platform desc`,
    groupRow,
  );
  return rows.map(({ latencies, cold, cost, ...row }) => {
    const ascending = ascendingLatencies(latencies);
    const p50 = printableQuantile(ascending, 0.5);
    const p95 = printableQuantile(ascending, 0.95);
    return {
      ...row,
      failed: row.rows - row.good - row.timeouts,
      ...(p50 === undefined ? {} : { latencyMsP50: p50 }),
      ...(p95 === undefined ? {} : { latencyMsP95: p95 }),
      ...(cold === null ? {} : { coldShare: cold }),
      ...(cost === null ? {} : { costUsdMean: cost }),
    };
  });
}
