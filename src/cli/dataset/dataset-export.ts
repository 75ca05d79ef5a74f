import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { type ExportFormat, exportFormats, exportRows } from '../../dataset/export-rows.ts';
import { storeDataset } from '../../dataset/stored-dataset.ts';
import { writeWhole } from '../../dataset/tables/whole-file.ts';
import { datasetColumns } from '../../domain/dataset/dataset-columns.ts';
import { ranges } from '../../report/format.ts';
import { entry } from '../check/check-text.ts';
import type { CliServices } from '../services.ts';
import { UsageError } from '../usage-error.ts';
import { type CampaignDataset, refuseEmpty, withCampaignDataset } from './campaign-dataset.ts';

export interface ExportOptions {
  /** `parquet`, `csv` or `jsonl`; by default the ending of `out`, else Parquet. */
  readonly format?: string;
  /** By default `<campaign>-dataset.<format>` in the current folder. */
  readonly out?: string;
  readonly slots?: string;
}

/**
 * Writes the dataset of a campaign as a table, and beside it what its columns mean. Returns the exit
 * code. The slots' dataset is stored as well, so that the fingerprint in the file can be looked up.
 */
export async function exportDataset(
  services: CliServices,
  campaignId: string,
  { slots, ...options }: ExportOptions = {},
): Promise<number> {
  const target = await exportTarget(campaignId, options);
  const chosen = { campaignId, ...(slots === undefined ? {} : { slots }) };
  return await withCampaignDataset(services, chosen, async (campaign) => {
    refuseEmpty(campaign);
    const { fingerprint, slots: merged } = await storeDataset(
      services.objects,
      campaignId,
      campaign.parquet,
    );
    const { format, path, columnsPath } = target;
    const rows = await exportRows({ ...campaign, format, outputPath: path });
    await writeWhole(
      columnsPath,
      columnsText(campaign, { fingerprint, slots: merged, rows, format }),
    );
    const { output } = services;
    for (const line of [
      ...entry('File', path),
      ...entry('Columns', columnsPath),
      ...entry('Rows', `${rows}, one per request and platform, slots ${ranges(merged)}`),
      ...entry('Dataset', fingerprint),
    ]) {
      output.line(line);
    }
    output.json({
      campaignId,
      file: path,
      columnsFile: columnsPath,
      format,
      rows,
      fingerprint,
      slots: merged,
    });
    return 0;
  });
}

interface ExportTarget {
  readonly format: ExportFormat;
  readonly path: string;
  readonly columnsPath: string;
}

async function exportTarget(
  campaignId: string,
  { format: wanted, out }: Pick<ExportOptions, 'format' | 'out'>,
): Promise<ExportTarget> {
  const ending = out === undefined ? undefined : /\.(\w+)$/.exec(out)?.[1]?.toLowerCase();
  const format = formatOf(wanted ?? ending ?? 'parquet');
  if (out !== undefined && ending !== format) {
    throw new UsageError(
      `"${out}" does not end in .${format}, which is the format. ` +
        `Call it ${out.replace(/\.\w+$/, '')}.${format}, or choose another --format.`,
    );
  }
  const path = resolve(out ?? `${campaignId}-dataset.${format}`);
  await refuseMissingFolder(path);
  return { format, path, columnsPath: path.replace(/\.\w+$/, '.columns.json') };
}

function formatOf(word: string): ExportFormat {
  const format = exportFormats.find((known) => known === word);
  if (format !== undefined) return format;
  throw new UsageError(
    `"${word}" is no format of an exported dataset. Write one of ${exportFormats.join(', ')}.`,
  );
}

async function refuseMissingFolder(path: string): Promise<void> {
  const folder = dirname(path);
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  throw new UsageError(`There is no folder ${folder} to write into. Make it, or change --out.`);
}

/** What each column means, with its unit: beside the table, because CSV has no room for it. */
function columnsText(
  { campaignId, plan }: CampaignDataset,
  written: {
    readonly fingerprint: string;
    readonly slots: readonly number[];
    readonly rows: number;
    readonly format: ExportFormat;
  },
): string {
  const sidecar = {
    schema: 'crossover-dataset-columns/1',
    campaignId,
    testbed: plan.testbed,
    ...written,
    labels: plan.labels,
    priceBook: plan.pricing.book,
    columns: datasetColumns(plan.workloads.map(({ name }) => name)).map((column) => ({
      name: column.name,
      unit: column.unit,
      meaning: column.meaning,
      ...(column.appliesTo === undefined ? {} : { appliesTo: column.appliesTo }),
      blank: column.blank ?? 'unknown',
    })),
  };
  return `${JSON.stringify(sidecar, undefined, 2)}\n`;
}
