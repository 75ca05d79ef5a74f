import type { Database } from '../duckdb.ts';
import type { ImportCosts } from './import-request.ts';

/**
 * Makes `costed_row` of `loaded_row`: `cost_usd` is the file's own, or ours. What failed without a
 * `server_ms` is priced by the time that was waited for it, the most that Lambda can have billed;
 * a 429 never reached a function. On Fargate the marginal cost has nothing to do with how long a
 * request took (METHOD 3.3).
 */
export async function createCostedRows(database: Database, costs: ImportCosts): Promise<void> {
  if (costs.kind === 'none') {
    await database.run('create table costed_row as select *, false as is_priced from loaded_row');
    await database.run('drop table loaded_row');
    return;
  }
  await database.createTable(
    'ecs_price',
    { price_workload: 'VARCHAR', below_usd: 'DOUBLE', above_usd: 'DOUBLE', limit_per_s: 'DOUBLE' },
    Object.entries(costs.ecs ?? {}).map(([workload, { belowUsd, aboveUsd, rateLimitPerS }]) => ({
      price_workload: workload,
      below_usd: belowUsd,
      above_usd: aboveUsd ?? belowUsd,
      limit_per_s: rateLimitPerS ?? null,
    })),
  );
  const { lambdaFixedUsd, lambdaMbMsUsd, lambdaRefusedUsd } = costs;
  await database.run(`
    create table costed_row as
    select loaded_row.* replace (coalesce(cost_usd, case platform
      when 'lambda' then
        case when status_code = 429 and server_ms is null then ${lambdaRefusedUsd}::double
        else ${lambdaFixedUsd}::double
          + ${lambdaMbMsUsd}::double * memory_mb * ceil(coalesce(server_ms, elapsed_ms)) end
      else
        case when recent_rate_ecs_per_s > coalesce(own.limit_per_s, every.limit_per_s)
          then coalesce(own.above_usd, every.above_usd)
          else coalesce(own.below_usd, every.below_usd) end
      end) as cost_usd),
      cost_usd is null as is_priced
    from loaded_row
      left join ecs_price own on own.price_workload = workload
      left join ecs_price every on every.price_workload = '*'`);
  await database.run('drop table loaded_row');
}
