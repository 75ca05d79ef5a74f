import type { RunSummary } from '../domain/receipt.ts';
import { withDatabase } from './duckdb.ts';
import { countedSummary, countRows } from './join/join-summary.ts';
import { openObservations } from './observations.ts';

/** What of a run's summary its observations tell; costs and added tasks need its raw records. */
export type RecountedSummary = Omit<RunSummary, 'run' | 'costUsd' | 'addedTasks'>;

/**
 * Counts and gates of joined runs again, one for each Parquet path. `repeatedOutcomes` of the
 * summary is taken as given, because a row has one outcome.
 */
export async function recountRuns(
  runs: readonly { readonly path: string; readonly repeatedOutcomes: number }[],
): Promise<readonly RecountedSummary[]> {
  return await withDatabase(async (database) => {
    // What two records of a send would stand in; rows do not tell.
    await database.run('create table client_record (kind text, requestId text, target text)');
    const recounted: RecountedSummary[] = [];
    for (const { path, repeatedOutcomes } of runs) {
      await openObservations(database, [path]);
      const { counts, requests } = await countRows(database);
      recounted.push(
        countedSummary({ counts: { ...counts, repeated_outcomes: repeatedOutcomes }, requests }),
      );
    }
    return recounted;
  });
}
