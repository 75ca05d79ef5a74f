import { z } from 'zod';
import { withDatabase } from '../duckdb.ts';
import { openTableFile, UnreadableTable } from '../tables/table-file.ts';
import { loadTable } from '../tables/table-load.ts';
import { findField } from './import-form.ts';

/** Ids in a list of planned requests (CSV, JSON lines, Parquet). Throws `UnreadableTable`. */
export async function readPlannedIds(path: string): Promise<string[]> {
  return await withDatabase(async (database) => {
    const file = await openTableFile(database, path);
    const column = findField(file.columns, 'request_id');
    if (column === undefined) {
      throw new UnreadableTable(
        `${path} has no column request_id; it has ${file.columns.slice(0, 30).join(', ')}.`,
      );
    }
    await loadTable(database, file, 'planned', { request_id: column });
    const rows = await database.read(
      'select distinct request_id from planned where request_id is not null order by request_id',
      z.object({ request_id: z.string() }),
    );
    return rows.map((row) => row.request_id);
  });
}
