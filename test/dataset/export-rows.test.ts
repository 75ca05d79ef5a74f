import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { quoted, withDatabase } from '../../src/dataset/duckdb.ts';
import { type ExportFormat, exportFormats, exportRows } from '../../src/dataset/export-rows.ts';
import type { SlotParquet } from '../../src/dataset/merge.ts';
import { observationColumns } from '../../src/dataset/observation-schema.ts';
import { labelledRows } from '../../src/dataset/training-rows.ts';
import { datasetColumns } from '../../src/domain/dataset/dataset-columns.ts';
import { observedColumns } from '../../src/domain/dataset/observed-columns.ts';
import { aFolder, aPlan, aWorkload } from './builders.ts';
import { aCollection } from './collection.ts';

const plan = aPlan({ workloads: [aWorkload(), aWorkload({ name: 'light-256', share: 0.5 })] });
const cpuMs = { heavy: 30, 'light-256': 5 };

async function twoSlots(): Promise<SlotParquet[]> {
  const timeout = { outcome: 'timeout', isGood: false } as const;
  return await aCollection(
    [
      [{ isLeadIn: true }, { first: 'ecs' }, { workload: 'light-256', payloadBytes: 7 }],
      [
        { lambda: timeout, isUnreported: true },
        { ladderStep: 1, ecs: { latencyMs: 1 / 3 } },
      ],
    ],
    { plan, cpuMs },
  );
}

async function exported(format: ExportFormat, parquet?: readonly SlotParquet[]) {
  const folder = await aFolder();
  const outputPath = join(folder, `out.${format}`);
  const slots = parquet ?? (await twoSlots());
  const rows = await exportRows({ parquet: slots, plan, cpuMs, format, outputPath });
  return { folder, outputPath, rows, table: await readTable(format, outputPath) };
}

/** Everything as its parser reads it, with times as text. */
async function readTable(format: ExportFormat, path: string) {
  const reader = { parquet: 'read_parquet', csv: 'read_csv', jsonl: 'read_json' }[format];
  return await withDatabase(
    async (database) =>
      await database.read(
        `select * replace (epoch_us(planned_at) as planned_at, epoch_us(sent_at) as sent_at,
           model_hash::varchar as model_hash, label::varchar as label)
         from ${reader}(${quoted(path)})`,
        z.record(z.string(), z.unknown()),
      ),
  );
}

describe('an exported dataset', () => {
  it('has the same rows in all formats', async () => {
    const parquet = await twoSlots();
    const [first, ...others] = await Promise.all(
      exportFormats.map((format) => exported(format, parquet)),
    );

    expect(first?.table).toHaveLength(10);
    for (const other of others) {
      expect(other.rows).toBe(10);
      expect(other.table).toEqual(first?.table);
    }
  });

  it('has the columns that are described, in their order', async () => {
    const { table } = await exported('parquet');
    const names = datasetColumns(['heavy', 'light-256']).map(({ name }) => name);

    expect(Object.keys(table[0] ?? {})).toEqual(names);
    expect(observedColumns.map(({ name }) => name)).toEqual(Object.keys(observationColumns));
  });

  it('has what training sees: labels, weights, utilities and features of each pair', async () => {
    const parquet = await twoSlots();
    const { table } = await exported('parquet', parquet);
    const rows = await labelledRows({ parquet, plan, cpuMs, withCapacity: undefined });
    const ofLambda = table.filter((row) => row['platform'] === 'lambda' && row['label'] !== null);

    expect(ofLambda.map((row) => row['label'])).toEqual(
      [...rows.labels].map((label) => (label === 1 ? 'lambda' : 'ecs')),
    );
    expect(ofLambda.map((row) => row['weight'])).toEqual([...rows.weights]);
    expect(ofLambda.map((row) => row['utility_lambda'])).toEqual([...rows.utilityLambda]);
    for (const [index, feature] of rows.features.entries()) {
      const begin = index * rows.rowCount;
      expect(ofLambda.map((row) => row[`feature_${feature}`])).toEqual([
        ...rows.values.slice(begin, begin + rows.rowCount),
      ]);
    }
  });

  it('keeps rows that are no pair, without a label', async () => {
    const { table } = await exported('csv');
    const leadIn = table.filter((row) => row['lead_in'] === true);

    expect(leadIn).toHaveLength(2);
    for (const row of leadIn) {
      expect(row).toMatchObject({ label: null, weight: null, feature_payload_bytes: null });
    }
  });

  it('tells the ratios of a pair as description', async () => {
    const { table } = await exported('parquet');
    const [row] = table.filter((one) => one['ladder_step'] === 1);

    expect(row?.['latency_ratio']).toBeCloseTo(120.5 * 3, 9);
    expect(row?.['cost_performance_score']).toBeCloseTo(
      0.6 * Number(row?.['latency_ratio']) + 0.4 * Number(row?.['cost_ratio']),
      9,
    );
  });

  it('writes times as ISO 8601 in UTC where they are text', async () => {
    const { outputPath } = await exported('jsonl');
    const [line = ''] = (await readFile(outputPath, 'utf8')).split('\n');

    expect(JSON.parse(line)).toMatchObject({ planned_at: '2026-11-02T12:00:00.000000Z' });
  });

  it('replaces an earlier file as a whole, and leaves nothing else behind', async () => {
    const folder = await aFolder();
    const outputPath = join(folder, 'out.csv');
    await writeFile(outputPath, 'old');
    await exportRows({ parquet: await twoSlots(), plan, cpuMs, format: 'csv', outputPath });

    expect(await readdir(folder)).toEqual(['out.csv']);
    expect(await readFile(outputPath, 'utf8')).toMatch(/^campaign_id,run,slot/);
  });

  it('that fails leaves the earlier file as it was', async () => {
    const folder = await aFolder();
    const outputPath = join(folder, 'out.csv');
    await writeFile(outputPath, 'old');
    const torn = join(folder, 'torn.parquet');
    await writeFile(torn, 'no Parquet');
    const parquet = [...(await twoSlots()), { slot: 3, path: torn }];

    await expect(exportRows({ parquet, plan, cpuMs, format: 'csv', outputPath })).rejects.toThrow(
      'Cannot read observations',
    );
    expect(await readFile(outputPath, 'utf8')).toBe('old');
    expect((await readdir(folder)).sort()).toEqual(['out.csv', 'torn.parquet']);
  });
});
