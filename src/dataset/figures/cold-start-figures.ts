import { z } from 'zod';
import type { ColdStartRow, ShareFigure } from '../../domain/dataset/measured.ts';
import type { Plan } from '../../domain/plan.ts';
import { binomialInterval } from '../../domain/statistics/binomial.ts';
import { canPrintQuantile } from '../../domain/statistics/statistics.ts';
import type { Database } from '../duckdb.ts';
import { rankInSql } from './latency-quantiles.ts';
import { byWorkload } from './measured-order.ts';
import { isMixedLoad } from './measured-rows.ts';

/**
 * The three meanings of "cold" (METHOD 2.2), each as a share of the requests of which it is known;
 * with and without the first rows after a pause of the load. Needs the table `measured`.
 */
export async function readColdStarts(database: Database, plan: Plan): Promise<ColdStartRow[]> {
  const rows = await database.read(coldQuery, coldShape);
  return byWorkload(
    rows.map(
      (row): ColdStartRow => ({
        workload: row.workload,
        afterGap: row.after_gap_is,
        wasNew: shareFigure(row.new_hits, row.new_of),
        hadInit: shareFigure(row.init_hits, row.init_of),
        wasWaitedFor: shareFigure(row.waited_hits, row.waited_of),
        initMs: initQuantiles(row),
      }),
    ),
    plan,
  );
}

const coldShape = z.object({
  workload: z.string(),
  after_gap_is: z.enum(['with', 'without']),
  new_hits: z.number(),
  new_of: z.number(),
  init_hits: z.number(),
  init_of: z.number(),
  waited_hits: z.number(),
  waited_of: z.number(),
  init_p50: z.number().nullable(),
  init_p90: z.number().nullable(),
  init_p99: z.number().nullable(),
});

/**
 * The user waited for an init when the time outside the handler has room for it; one that ended
 * before the request came does not fit between its send and its answer. A report without an Init
 * Duration says that there was none; without a report nobody knows.
 */
const coldQuery = `
with row as (
  select *,
    environment_sequence is not null as knows_new,
    environment_sequence = 1 as is_new,
    billed_ms is not null as knows_init,
    billed_ms is not null and init_ms is not null as has_init,
    billed_ms is not null and (init_ms is null or latency_ms - server_ms is not null)
      as knows_waited,
    coalesce(latency_ms - server_ms >= init_ms, false) as is_waited
  from measured
  where ${isMixedLoad} and platform = 'lambda'
),
counted as (
  select workload, after_gap_is,
    count(*) filter (knows_new and is_new) as new_hits, count(*) filter (knows_new) as new_of,
    count(*) filter (has_init) as init_hits, count(*) filter (knows_init) as init_of,
    count(*) filter (knows_waited and is_waited) as waited_hits,
    count(*) filter (knows_waited) as waited_of,
    coalesce(list_sort(list(init_ms) filter (has_init)), []) as inits
  from row, (values ('with'), ('without')) as choice(after_gap_is)
  where after_gap_is = 'with' or not after_gap
  group by workload, after_gap_is
)
select * exclude (inits),
  ${[0.5, 0.9, 0.99].map((q) => `inits[${rankInSql(String(q), 'len(inits)')}] as init_p${100 * q}`).join(', ')}
from counted order by workload, after_gap_is
`;

function shareFigure(hits: number, of: number): ShareFigure {
  return { hits, of, ...binomialInterval(hits, of) };
}

function initQuantiles(row: z.output<typeof coldShape>): ColdStartRow['initMs'] {
  const n = row.init_hits;
  return {
    ...(row.init_p50 === null || !canPrintQuantile(n, 0.5) ? {} : { p50: row.init_p50 }),
    ...(row.init_p90 === null || !canPrintQuantile(n, 0.9) ? {} : { p90: row.init_p90 }),
    ...(row.init_p99 === null || !canPrintQuantile(n, 0.99) ? {} : { p99: row.init_p99 }),
  };
}
