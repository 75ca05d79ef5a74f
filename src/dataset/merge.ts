import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Dataset } from '../domain/dataset/dataset.ts';
import { PermanentFailure } from '../domain/failures.ts';
import { type Database, quoted, withDatabase } from './duckdb.ts';
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
    for (let begin = 0; begin < parquet.length; begin += slotsAtOnce) {
      read.push(...(await readSlots(database, parquet.slice(begin, begin + slotsAtOnce))));
    }
    return read;
  });
}

/** A query costs as much as the rows of a quiet slot; the hashes of so many slots fit in memory. */
const slotsAtOnce = 24;

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

const slotShape = z.object({ hash: z.string(), rows: z.number(), pairs: z.number() });

async function readSlots(
  database: Database,
  parquet: readonly SlotParquet[],
): Promise<readonly SlotPart[]> {
  await openObservations(
    database,
    parquet.map(({ path }) => path),
  );
  for (const slot of parquet) await refuseStrangers(database, slot);
  const read = await database.read(slotQuery, slotShape.extend({ slot: z.number() }));
  const parts = new Map(read.map((part) => [part.slot, part]));
  return parquet.map(({ slot }) => parts.get(slot) ?? { ...emptyPart, slot });
}

async function refuseStrangers(database: Database, { slot, path }: SlotParquet): Promise<void> {
  const { strangers } = await database.readOne(
    `select count(*) as strangers from read_parquet(${quoted(path)}, hive_partitioning = false)
     where slot is distinct from ${slot}`,
    z.object({ strangers: z.number() }),
  );
  if (strangers === 0) return;
  throw new PermanentFailure(
    'CorruptObject',
    `${path} has ${strangers} rows that do not belong to slot ${slot}. ` +
      'The raw records are still in the store: join the run again.',
  );
}

const emptyPart = { hash: createHash('sha256').digest('hex'), rows: 0, pairs: 0 };

/** A hash per row first, so that a week's text never stands in memory. */
const slotQuery = `
with row_hash as (
  select slot, request_id, target, sha256(concat(${fingerprintedTexts().join(', ')})) as hash
  from observation
),
hashed as (
  select slot, count(*) as rows, sha256(string_agg(hash, '' order by request_id, target)) as hash
  from row_hash group by slot
),
paired as (
  select slot, count(*) as pairs
  from (
    select slot, request_id from observation
    where ${isScored}
    group by slot, request_id having count(distinct platform) = 2
  )
  group by slot
)
select slot, hash, rows, coalesce(pairs, 0) as pairs from hashed left join paired using (slot)
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
