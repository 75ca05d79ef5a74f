import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Dataset } from '../domain/dataset/dataset.ts';
import { PermanentFailure } from '../domain/failures.ts';
import { type Database, withDatabase } from './duckdb.ts';
import { observationColumns, unfingerprintedColumns } from './observation-schema.ts';
import { isScored, openObservations } from './observations.ts';

/** One slot's observations. */
export interface SlotParquet {
  readonly slot: number;
  readonly path: string;
}

/**
 * The immutable merge of slots: what is in it, and a fingerprint of all that was measured. The
 * order of the files does not matter, nor how often the work was interrupted (DESIGN 6).
 */
export async function buildDataset(input: {
  readonly parquet: readonly SlotParquet[];
}): Promise<Dataset> {
  const parquet = [...input.parquet].sort((a, b) => a.slot - b.slot);
  const repeated = parquet.find((slot, index) => slot.slot === parquet[index - 1]?.slot);
  if (repeated !== undefined) {
    throw new Error(`Slot ${repeated.slot} was given twice; a dataset has each slot once.`);
  }
  return mergeParts(await readParts(parquet));
}

/** What a slot adds to every dataset that it is in. */
export type SlotPart = z.output<typeof slotShape> & { readonly slot: number };

/** Of each slot once, for who needs several datasets of the same slots. */
export async function readParts(parquet: readonly SlotParquet[]): Promise<readonly SlotPart[]> {
  return await withDatabase(async (database) => {
    const read: SlotPart[] = [];
    for (const slot of parquet) read.push(await readSlot(database, slot));
    return read;
  });
}

/** The dataset of different slots, in their order. */
export function mergeParts(parts: readonly SlotPart[]): Dataset {
  return {
    fingerprint: fingerprintOf(parts),
    slots: parts.map((part) => part.slot),
    slotHashes: parts.map((part) => part.hash),
    rows: parts.reduce((sum, part) => sum + part.rows, 0),
    pairs: parts.reduce((sum, part) => sum + part.pairs, 0),
  };
}

const slotShape = z.object({
  hash: z.string(),
  rows: z.number(),
  pairs: z.number(),
  strangers: z.number(),
});

async function readSlot(database: Database, { slot, path }: SlotParquet): Promise<SlotPart> {
  await openObservations(database, [path]);
  const part = await database.readOne(slotQuery(slot), slotShape);
  if (part.strangers > 0) {
    throw new PermanentFailure(
      'CorruptObject',
      `${path} has ${part.strangers} rows that do not belong to slot ${slot}. ` +
        'The raw records are still in the store: join the run again.',
    );
  }
  return { ...part, slot };
}

/** A hash per row first, so that a week's text never stands in memory. */
const slotQuery = (slot: number): string => `
with row_hash as (
  select request_id, target, sha256(concat(${fingerprintedTexts().join(', ')})) as hash
  from observation
),
pair as (
  select request_id from observation
  where ${isScored}
  group by request_id having count(distinct platform) = 2
)
select
  (select sha256(coalesce(string_agg(hash, '' order by request_id, target), '')) from row_hash)
    as hash,
  (select count(*) from observation) as rows,
  (select count(*) from pair) as pairs,
  (select count(*) from observation where slot is distinct from ${slot}) as strangers
`;

/**
 * A text of every value that is the same in every version of the database: the length stands before
 * a text, and 17 significant digits are exactly one double.
 */
function fingerprintedTexts(): string[] {
  return Object.entries(observationColumns)
    .filter(([column]) => !unfingerprintedColumns.includes(column))
    .map(([column, type]) => `coalesce(${textOf(column, type)}, '-'), ','`);
}

function textOf(column: string, type: string): string {
  switch (type) {
    case 'DOUBLE':
      return `printf('%.17g', ${column})`;
    case 'TIMESTAMPTZ':
      return `epoch_us(${column})::varchar`;
    case 'VARCHAR':
      return `strlen(${column}) || ':' || ${column}`;
    default:
      return `${column}::varchar`;
  }
}

function fingerprintOf(parts: readonly SlotPart[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.slot}:${part.hash}\n`);
  return hash.digest('hex');
}
