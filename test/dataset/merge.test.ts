import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quoted, withDatabase } from '../../src/dataset/duckdb.ts';
import { buildDataset } from '../../src/dataset/merge.ts';
import { observationColumns } from '../../src/dataset/observation-schema.ts';
import {
  aFailure,
  aFolder,
  anOutcome,
  answeredPair,
  aPair,
  aSent,
  type Joined,
  joined,
  platformRecords,
  type RunRecords,
} from './builders.ts';

const pair: RunRecords = { intended: [aPair('r1')], ...answeredPair('r1') };

async function fingerprintOf(...results: readonly Joined[]): Promise<string> {
  const parquet = results.map(({ path }, index) => ({ slot: index + 1, path }));
  return (await buildDataset({ parquet })).fingerprint;
}

/** Copies of a file, each with another value in one column. */
async function changed(
  source: Joined,
  changes: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, Joined>> {
  const folder = await aFolder();
  const copies = new Map<string, Joined>();
  await withDatabase(async (database) => {
    for (const [column, value] of Object.entries(changes)) {
      const path = join(folder, `${column}.parquet`);
      await database.run(
        `copy (select * replace (${value} as ${column}) from read_parquet(${quoted(source.path)}))
         to ${quoted(path)} (format parquet)`,
      );
      copies.set(column, { ...source, path });
    }
  });
  return copies;
}

function otherValue(column: string, type: string): string {
  switch (type) {
    case 'VARCHAR':
      return `coalesce(${column}, '') || 'x'`;
    case 'BOOLEAN':
      return `not ${column}`;
    case 'TIMESTAMPTZ':
      return `${column} + interval 1 microsecond`;
    case 'DOUBLE':
      return `coalesce(${column}, 0) + 1e-9`;
    default:
      return `(coalesce(${column}, 0) + 1)::${type}`;
  }
}

describe('a fingerprint', () => {
  it('is the same for the same rows, whatever campaign and attempt they come from', async () => {
    const first = await joined(pair);
    const again = await joined(
      {
        ...pair,
        client: (pair.client ?? []).map((record) => ({ ...record, attempt: 2 })),
      },
      { campaignId: 'another' },
    );

    expect(await fingerprintOf(again)).toBe(await fingerprintOf(first));
  });

  it('does not depend on the order of records in the files', async () => {
    const two: RunRecords = {
      intended: [aPair('r1'), aPair('r2')],
      client: [...answeredPair('r1').client, ...answeredPair('r2').client],
      platform: [...answeredPair('r1').platform, ...answeredPair('r2').platform],
    };
    const turned: RunRecords = {
      intended: [aPair('r2'), aPair('r1')],
      client: [...(two.client ?? [])].reverse(),
      platform: [...(two.platform ?? [])].reverse(),
    };

    expect(await fingerprintOf(await joined(turned))).toBe(await fingerprintOf(await joined(two)));
  });

  it('notices a change of any column but campaign id, attempt and moved_ms', async () => {
    const source = await joined(pair);
    // A row of another slot is refused before it is hashed.
    const columns = Object.entries(observationColumns).filter(([column]) => column !== 'slot');
    const copies = await changed(
      source,
      Object.fromEntries(columns.map(([column, type]) => [column, otherValue(column, type)])),
    );
    const original = await fingerprintOf(source);

    const unnoticed: string[] = [];
    for (const [column, copy] of copies) {
      if ((await fingerprintOf(copy)) === original) unnoticed.push(column);
    }

    expect(copies.size).toBe(columns.length);
    expect(unnoticed).toEqual(['campaign_id', 'attempt', 'moved_ms']);
  });

  it('tells an unknown value from an empty one', async () => {
    const source = await joined(pair);
    const copies = await changed(source, { error_code: "''" });

    expect(await fingerprintOf(...copies.values())).not.toBe(await fingerprintOf(source));
  });
});

describe('a dataset', () => {
  it('has its slots in order, each with its own hash, whatever order they came in', async () => {
    const one = await joined(pair);
    const two = await joined({ intended: [aPair('r1')] }, { slot: 2, run: 'slot-002' });
    const parquet = [
      { slot: 2, path: two.path },
      { slot: 1, path: one.path },
    ];

    const dataset = await buildDataset({ parquet });

    expect(dataset).toMatchObject({ slots: [1, 2], rows: 4, pairs: 1 });
    expect(dataset).toEqual(await buildDataset({ parquet: [...parquet].reverse() }));
    expect(new Set(dataset.slotHashes).size).toBe(2);
  });

  it('counts failures as pairs, and no lead-in and nothing without an outcome', async () => {
    const answered = ['r1', 'r2', 'r3', 'r4'].map((id) => answeredPair(id));
    const result = await joined({
      intended: [aPair('r1'), aPair('r2', { isLeadIn: true }), aPair('r3'), aPair('r4')],
      client: [
        ...answered.slice(0, 2).flatMap(({ client }) => client),
        anOutcome('r3', 'lambda'),
        aFailure('r3', 'ecs', { outcome: 'timeout' }),
        anOutcome('r4', 'lambda'),
        aSent('r4', 'ecs'),
      ],
      platform: platformRecords('r1', 'ecs'),
    });

    const dataset = await buildDataset({ parquet: [{ slot: 1, path: result.path }] });

    expect(dataset).toMatchObject({ rows: 8, pairs: 2 });
  });

  it('refuses rows of another slot', async () => {
    const { path } = await joined(pair);

    await expect(buildDataset({ parquet: [{ slot: 7, path }] })).rejects.toMatchObject({
      kind: 'CorruptObject',
      message: expect.stringContaining('do not belong to slot 7'),
    });
  });

  it('refuses a slot that is given twice', async () => {
    const { path } = await joined(pair);
    const parquet = [
      { slot: 1, path },
      { slot: 1, path },
    ];

    await expect(buildDataset({ parquet })).rejects.toThrow('Slot 1 was given twice');
  });

  it('names the file that cannot be read', async () => {
    const path = join(await aFolder(), 'broken.parquet');
    await writeFile(path, 'not Parquet');

    await expect(buildDataset({ parquet: [{ slot: 1, path }] })).rejects.toMatchObject({
      kind: 'CorruptObject',
      message: expect.stringContaining('broken.parquet'),
    });
  });
});
