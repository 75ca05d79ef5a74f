import { z } from 'zod';
import { arms } from '../../domain/arm.ts';
import type { BilledSum } from '../../domain/what-if/repricing.ts';
import { withDatabase } from '../duckdb.ts';
import { isScored, openObservations } from '../observations.ts';

/** What Lambda has billed in the scored part of blocks, in units that any prices can be put on. */
export async function billedSums(
  parquet: readonly { readonly path: string }[],
): Promise<BilledSum[]> {
  return await withDatabase(async (database) => {
    await openObservations(
      database,
      parquet.map(({ path }) => path),
    );
    return await database.read(sumQuery, sumShape);
  });
}

/** A refused or throttled request never ran, and nobody is billed for it. */
const sumQuery = `
select arm, block, workload,
  count(billed_ms) as reported,
  coalesce(sum(memory_limit_mb * ceil(billed_ms)), 0)::double as "mbMs",
  count(*) filter (
    billed_ms is null and coalesce(unjoined_reason, '') not in ('refused', 'throttled-429')
  ) as unreported,
  count(init_ms) as "coldStarts"
from observation
where ${isScored} and arm is not null and block is not null and platform = 'lambda'
group by arm, block, workload
order by arm, block, workload`;

const sumShape = z.object({
  arm: z.enum(arms),
  block: z.number(),
  workload: z.string(),
  reported: z.number(),
  mbMs: z.number(),
  unreported: z.number(),
  coldStarts: z.number(),
});
