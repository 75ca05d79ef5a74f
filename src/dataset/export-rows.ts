import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { datasetColumns } from '../domain/dataset/dataset-columns.ts';
import { cappedWeights } from '../domain/models/label.ts';
import type { Plan } from '../domain/plan.ts';
import { type Database, quoted, quotedList, withDatabase } from './duckdb.ts';
import { createLabelTable, labelSelection } from './label-table.ts';
import { type LabelledPairs, openLabelledPairs } from './labelled-pairs.ts';
import type { SlotParquet } from './merge.ts';
import { observationColumns } from './observation-schema.ts';
import { pairNumbers } from './pairs.ts';
import { wholeFile } from './tables/whole-file.ts';

export const exportFormats = ['parquet', 'csv', 'jsonl'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportInput {
  readonly parquet: readonly SlotParquet[];
  readonly plan: Plan;
  /** Busy time of one request on one vCPU, per workload. */
  readonly cpuMs: Readonly<Record<string, number>>;
  readonly format: ExportFormat;
  /** The file is there, whole, when the call returns; until then only under another name. */
  readonly outputPath: string;
}

/**
 * Writes one row per request and platform of all slots, with the label of its pair and the features,
 * in order of slot, request and place in the pair. Of the rows, memory holds one slot at a time.
 * Returns how many were written.
 */
export async function exportRows(input: ExportInput): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'crossover-export-'));
  try {
    return await withDatabase(async (database) => {
      const parts = await writeParts(database, input, folder);
      await wholeFile(input.outputPath, (outputPath) =>
        copyParts(database, parts, { ...input, outputPath }),
      );
      return await countRows(database, parts);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One Parquet file a slot, so that all formats are made of the very same rows. */
async function writeParts(
  database: Database,
  input: ExportInput,
  folder: string,
): Promise<readonly string[]> {
  const pairs = await openLabelledPairs(database, { ...input, withCapacity: undefined });
  const weights = await readWeights(pairs);
  const parts: string[] = [];
  let first = 0;
  for (const slot of pairs.slots) {
    const begin = first;
    const weightOf = (pair: number): number => weights[begin + pair] ?? 0;
    const labels = { plan: input.plan, weightOf };
    first += await createLabelTable(database, await pairs.ofSlots([slot]), labels);
    const path = join(folder, `${slot.slot}.parquet`);
    await database.run(partCopy(pairs, input.plan, path));
    parts.push(path);
  }
  return parts;
}

/** The cap of the weights is a quantile of all of them (METHOD 4.2). */
async function readWeights(pairs: LabelledPairs): Promise<Float64Array> {
  const weights = new Float64Array(pairs.count);
  let row = 0;
  for (const slots of pairs.batches) {
    for (const { label } of await pairs.ofSlots(slots)) {
      weights[row] = label.weight;
      row += 1;
    }
  }
  return cappedWeights(weights);
}

/** Rows of the open slot, beside them what `pair_label` has of their pair. */
function partCopy({ selection }: LabelledPairs, plan: Plan, path: string): string {
  const columns = [
    ...Object.keys(observationColumns).map((column) => `observed.${column}`),
    'observed.cost_usd',
    ...labelSelection(plan).map(({ from, as }) => `pair_label.${from} as ${identifier(as)}`),
  ];
  return `
    copy (
      with pair_number as (${pairNumbers(selection)})
      select ${columns.join(', ')}
      from costed_observation observed
      left join pair_number using (request_id)
      left join pair_label using (pair)
      order by observed.request_id, observed.position, observed.target
    ) to ${quoted(path)} (format parquet, compression zstd)`;
}

async function copyParts(
  database: Database,
  parts: readonly string[],
  { format, outputPath, plan }: ExportInput,
): Promise<void> {
  const columns = datasetColumns(plan.workloads.map(({ name }) => name)).map(({ name }) =>
    format !== 'parquet' && isTime(name)
      ? `strftime(${name}, '%Y-%m-%dT%H:%M:%S.%fZ') as ${name}`
      : identifier(name),
  );
  await database.run(`
    copy (select ${columns.join(', ')} from read_parquet(${quotedList(parts)}))
    to ${quoted(outputPath)} (${copyOptions[format]})`);
}

const copyOptions: Readonly<Record<ExportFormat, string>> = {
  // Small groups, because one of each thread is in memory.
  parquet: 'format parquet, compression zstd, row_group_size 20480',
  csv: 'format csv, header true',
  jsonl: 'format json, array false',
};

async function countRows(database: Database, parts: readonly string[]): Promise<number> {
  const { rows } = await database.readOne(
    `select count(*) as rows from read_parquet(${quotedList(parts)})`,
    z.object({ rows: z.number() }),
  );
  return rows;
}

/** In text, times are ISO 8601; Parquet has a type for them. */
function isTime(column: string): boolean {
  return column === 'planned_at' || column === 'sent_at';
}

/** Names of workloads stand in names of columns. */
function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
