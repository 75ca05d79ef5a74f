import { PermanentFailure } from '../domain/failures.ts';
import { type Database, quotedList } from './duckdb.ts';
import { observationColumns } from './observation-schema.ts';

/**
 * Makes the rows of Parquet files of `joinRun` readable as the view `observation`. Without files
 * it is empty, so that whoever counts gets a zero and not an error. A second call replaces the first.
 */
export async function openObservations(
  database: Database,
  paths: readonly string[],
): Promise<void> {
  if (paths.length === 0) {
    await database.createTable('observation', observationColumns, []);
    return;
  }
  try {
    // The folder "slot=042" is a name, not a column: the rows have their own.
    await database.run(`
      create or replace view observation as
      select ${Object.keys(observationColumns).join(', ')}
      from read_parquet(${quotedList(paths)}, hive_partitioning = false)`);
    await database.run('select count(run) from observation');
  } catch (error) {
    throw new PermanentFailure(
      'CorruptObject',
      `Cannot read observations from ${paths.join(', ')}. The raw records are still in the store: join the run again.`,
      { cause: error },
    );
  }
}

/** A row that tells what became of a send: not lead-in, and with an outcome (METHOD 1.2, 1.3). */
export const isScored = "(not lead_in and outcome not in ('unrecorded', 'not-issued'))";
