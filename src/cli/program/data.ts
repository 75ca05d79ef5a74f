import type { Command } from 'commander';

import { buildCampaignDataset } from '../dataset/dataset-build.ts';
import { type DescribeFlags, describeSubject } from '../dataset/dataset-describe.ts';
import { type ExportOptions, exportDataset } from '../dataset/dataset-export.ts';
import type { CliServices } from '../services.ts';
import { addImports } from './imports.ts';

/** Datasets: of a campaign, and from elsewhere. */
export function addData(
  program: Command,
  services: CliServices,
  exitWith: (code: number) => void,
): void {
  addImports(program, services, exitWith);
  const dataset = program
    .command('dataset')
    .description('the dataset of a campaign; request logs for load.source');
  dataset
    .command('build <campaign>')
    .description('merge the complete slots of a campaign into a fingerprinted dataset')
    .option('--slots <slots>', 'only these, for example 1-6,8')
    .option('--json', 'print one JSON object for machines')
    .action(async (id: string, options: { slots?: string }) => {
      exitWith(await buildCampaignDataset(services, id, options));
    });
  dataset
    .command('describe <campaign-or-file>')
    .description('what a dataset holds and lacks; or profile a request log')
    .option('--slots <slots>', 'of a campaign: only these slots, for example 1-6,8')
    .option('--card <file>', 'of a campaign: also write the dataset card (Markdown)')
    .option('--time <column>', 'of a request log: column of the time')
    .option('--workload <column>', 'of a request log: column of the workload')
    .option('--bytes <column>', 'of a request log: column of the size of the payload')
    .option('--json', 'print one JSON object for machines')
    .action(async (subject: string, options: DescribeFlags) => {
      exitWith(await describeSubject(services, subject, options));
    });
  dataset
    .command('export <campaign>')
    .description('write the dataset as a table, with labels, features and column descriptions')
    .option('--format <format>', 'parquet, csv or jsonl')
    .option('--out <file>', 'where to; by default <campaign>-dataset.<format> here')
    .option('--slots <slots>', 'only these, for example 1-6,8')
    .option('--json', 'print one JSON object for machines')
    .action(async (id: string, options: ExportOptions) => {
      exitWith(await exportDataset(services, id, options));
    });
}
