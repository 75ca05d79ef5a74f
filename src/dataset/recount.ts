import type { RunSummary } from '../domain/receipt.ts';
import { type Database, quotedList, withDatabase } from './duckdb.ts';
import { countedSummary, countRowsBy, noRows } from './join/join-summary.ts';
import { openObservations } from './observations.ts';

/** What of a run's summary its observations tell; costs and added tasks need its raw records. */
export type RecountedSummary = Omit<RunSummary, 'run' | 'costUsd' | 'addedTasks'>;

/**
 * Counts and gates of joined runs again, one for each Parquet path. `repeatedOutcomes` of the
 * summary is taken as given, because a row has one outcome.
 */
export async function recountRuns(
  runs: readonly StoredRun[],
): Promise<readonly RecountedSummary[]> {
  return await withDatabase(async (database) => {
    const recounted: RecountedSummary[] = [];
    for (let begin = 0; begin < runs.length; begin += runsAtOnce) {
      recounted.push(...(await recount(database, runs.slice(begin, begin + runsAtOnce))));
    }
    return recounted;
  });
}

/** A query costs as much as the rows of a quiet run. */
const runsAtOnce = 24;

interface StoredRun {
  readonly path: string;
  readonly repeatedOutcomes: number;
}

async function recount(
  database: Database,
  runs: readonly StoredRun[],
): Promise<readonly RecountedSummary[]> {
  const paths = runs.map(({ path }) => path);
  await openObservations(database, paths);
  // Whatever run the rows of a file say they are of: the summary stands beside the file.
  await database.run(`
    create or replace view observation as
    select * from read_parquet(${quotedList(paths)}, hive_partitioning = false, filename = 'file')`);
  const counted = await countRowsBy(database, 'file');
  return runs.map(({ path, repeatedOutcomes }) => {
    const { counts, requests } = counted.get(path) ?? noRows;
    return countedSummary({ counts: { ...counts, repeated_outcomes: repeatedOutcomes }, requests });
  });
}
