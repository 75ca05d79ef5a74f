import { z } from 'zod';
import { withDatabase } from '../duckdb.ts';
import { openObservations } from '../observations.ts';

/**
 * Largest body in bytes that was sent or answered, per workload, for the limits of the edges
 * (METHOD 1.7). Parquet paths of slots or blocks; none gives an empty record.
 */
export async function largestBodies(
  parquet: readonly string[],
): Promise<Readonly<Record<string, number>>> {
  const rows = await withDatabase(async (database) => {
    await openObservations(database, parquet);
    return await database.read(query, z.object({ workload: z.string(), largest: z.number() }));
  });
  return Object.fromEntries(rows.map(({ workload, largest }) => [workload, largest]));
}

const query = `
select workload, max(greatest(payload_bytes, coalesce(response_bytes, 0)))::double as largest
from observation
group by workload
order by workload
`;
