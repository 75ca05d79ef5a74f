import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { type Database, quoted } from '../duckdb.ts';
import type { RowCheck } from '../tables/row-checks.ts';
import { placesOf } from '../tables/table-lines.ts';
import type { LoadedTable } from '../tables/table-load.ts';

/** Rows of a file that are no part of the dataset, for one reason. */
export interface DroppedRows {
  /** Place of the file in the call, from 1. */
  readonly file: number;
  readonly reason: string;
  readonly count: number;
  /** The first of them: a line of the file (its header is line 1), or a row of Parquet. */
  readonly line: number;
  /** What stands there, shortened; absent for Parquet. */
  readonly example?: string;
}

/** Marks what fails a check as left out, and returns how many rows were so. */
export async function leaveOut(database: Database, checks: readonly RowCheck[]): Promise<void> {
  await database.run(
    "update import_row set drop_reason = 'cannot be read' where is_broken and drop_reason is null",
  );
  for (const { where, says } of checks) {
    await database.run(
      `update import_row set drop_reason = ${quoted(says[0])}
       where drop_reason is null and (${where})`,
    );
  }
}

/** Every reason of every file, the most frequent first, with its first line. */
export async function droppedRows(
  database: Database,
  files: readonly LoadedTable[],
  { withRejected }: { readonly withRejected: boolean },
): Promise<DroppedRows[]> {
  const found = await database.read(
    `select file, drop_reason as reason, count(*) as count, min(n) as first
     from import_row where drop_reason is not null group by all order by file, count desc, reason`,
    z.object({ file: z.number(), reason: z.string(), count: z.number(), first: z.number() }),
  );
  const dropped: DroppedRows[] = [];
  for (const [index, loaded] of files.entries()) {
    const file = index + 1;
    const own = found.filter((row) => row.file === file);
    const places = await placesOf(
      loaded,
      own.map(({ first }) => first),
      1,
    );
    for (const { reason, count, first } of own) {
      dropped.push({ file, reason, count, line: places.ofRow.get(first) ?? first });
    }
    const [line] = places.rejected;
    if (withRejected && line !== undefined) {
      dropped.push({ file, reason: 'cannot be read', count: loaded.rejected.length, line });
    }
  }
  return await Promise.all(dropped.map(async (row) => await withExample(row, files)));
}

async function withExample(row: DroppedRows, files: readonly LoadedTable[]): Promise<DroppedRows> {
  const file = files[row.file - 1]?.file;
  if (file?.text === undefined) return row;
  const lines = createInterface({ input: createReadStream(file.path), crlfDelay: Infinity });
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (number < row.line) continue;
    lines.close();
    return { ...row, example: shortened(line) };
  }
  return row;
}

const longestExample = 120;

function shortened(line: string): string {
  const text = line.replaceAll(/\p{C}+/gu, ' ');
  return text.length <= longestExample ? text : `${text.slice(0, longestExample - 3)}...`;
}
