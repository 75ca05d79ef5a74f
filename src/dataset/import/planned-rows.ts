import { z } from 'zod';
import type { Platform } from '../../domain/platform.ts';
import type { Database } from '../duckdb.ts';

/** How many requests were planned: of everything, of a platform, of a workload, or of both. */
export interface PlannedCount {
  readonly platform?: Platform;
  readonly workload?: string;
  readonly requests: number;
}

/** Planned against found, attempts counted once. What is missing is the first finding (METHOD 4.7). */
export interface PlannedRows extends PlannedCount {
  readonly found: number;
  /** Negative: the log has more than was planned. */
  readonly missing: number;
  /** Who said how many were planned. */
  readonly source: 'count' | 'pairs' | 'request list';
}

/** What the log lacks of what was planned: by counts that were given, and by pairs with one side. */
export async function plannedRows(
  database: Database,
  counts: readonly PlannedCount[],
): Promise<PlannedRows[]> {
  const found = await database.read(
    `select workload, platform, count(distinct request_id) as requests
     from costed_row group by workload, platform`,
    z.object({ workload: z.string(), platform: z.enum(['lambda', 'ecs']), requests: z.number() }),
  );
  const given = counts.map((planned): PlannedRows => {
    const own = found.filter(
      ({ workload, platform }) =>
        (planned.workload ?? workload) === workload && (planned.platform ?? platform) === platform,
    );
    const sum = own.reduce((total, { requests }) => total + requests, 0);
    return { ...planned, found: sum, missing: planned.requests - sum, source: 'count' };
  });
  return [...given, ...(await oneSidedPairs(database))];
}

/** A pair was planned for both platforms. */
async function oneSidedPairs(database: Database): Promise<PlannedRows[]> {
  const rows = await database.read(
    `with pair as (
       select ${pairKey} as pair, any_value(workload) as workload,
         bool_or(platform = 'lambda') as on_lambda, bool_or(platform = 'ecs') as on_ecs
       from costed_row group by pair
     ),
     paired as (select workload from pair group by workload having bool_or(on_lambda and on_ecs))
     select workload, platform, count(*) as requests,
       count(*) filter (case platform when 'lambda' then on_lambda else on_ecs end) as found
     from pair join paired using (workload), (values ('lambda'), ('ecs')) as side(platform)
     group by workload, platform having requests > found order by workload, platform desc`,
    z.object({
      workload: z.string(),
      platform: z.enum(['lambda', 'ecs']),
      requests: z.number(),
      found: z.number(),
    }),
  );
  return rows.map((row) => ({ ...row, missing: row.requests - row.found, source: 'pairs' }));
}

/** What two rows of a pair have in common: their pair id, else their request id, and a workload. */
export const pairKey = "(coalesce(pair_id, request_id) || '/' || workload)";

/** Counts of a list of planned requests: each id of it was to be sent to both platforms. */
export async function missingOfList(
  database: Database,
  requestIds: readonly string[],
): Promise<PlannedRows[]> {
  await database.createTable(
    'planned_id',
    { planned: 'VARCHAR' },
    [...new Set(requestIds)].map((planned) => ({ planned })),
  );
  return await database
    .read(
      `select platform, (select count(*) from planned_id) as requests,
         count(distinct planned) as found
       from (values ('lambda'), ('ecs')) as side(platform)
         left join (
           select platform, planned from costed_row
             join planned_id on planned in (request_id, pair_id)
         ) using (platform)
       group by platform order by platform desc`,
      z.object({ platform: z.enum(['lambda', 'ecs']), requests: z.number(), found: z.number() }),
    )
    .then((rows) =>
      rows.map((row) => ({ ...row, missing: row.requests - row.found, source: 'request list' })),
    );
}
