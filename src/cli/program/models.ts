import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Command } from 'commander';

import { exportDataset } from '../dataset/dataset-export.ts';
import { exportBundle } from '../evidence/export-bundle.ts';
import { listModels } from '../models/models-list.ts';
import { promoteModel, rollBackModel } from '../models/models-promote.ts';
import { showModel } from '../models/models-show.ts';
import { type PredictOptions, predict } from '../models/predict.ts';
import { retrain } from '../models/retrain.ts';
import { exportPolicy } from '../policy/policy-export.ts';
import type { CliServices } from '../services.ts';
import { UsageError } from '../usage-error.ts';
import { adder, required } from './add-command.ts';

/** Models: which there are, which one routes, and how to use one elsewhere. */
export function addModels(
  program: Command,
  services: CliServices,
  exitWith: (code: number) => void,
): void {
  const models = program
    .command('models')
    .description('the models of a campaign, and which is used');
  const add = adder(models, exitWith);
  add('list <campaign>', 'all models with how they did, and the router in use', (id) =>
    listModels(services, required(id)),
  );
  add(
    'show <campaign> <model>',
    'everything about one model, by the beginning of its hash',
    (id, model) => showModel(services, required(id), required(model)),
  );
  add('promote <campaign> <model>', 'put a model, or "best-static", to use', (id, model) =>
    promoteModel(services, required(id), required(model)),
  );
  add('rollback <campaign>', 'bring back the router that was in use before', (id) =>
    rollBackModel(services, required(id)),
  );
  program
    .command('retrain <campaign>')
    .description('retrain now instead of in the night; a running campaign is asked to')
    .option('--reason <text>', 'why, for the lab book')
    .option('--json', 'print one JSON object for machines')
    .action(async (id: string, { reason }: { reason?: string }) => {
      exitWith(await retrain(services, id, reason));
    });
  program
    .command('predict <file>')
    .description('p_lambda for each request of a file (CSV, JSON lines, Parquet), as CSV')
    .requiredOption('--model <model>', "a model's file, CAMPAIGN, or CAMPAIGN/HASH")
    .option('--timezone <zone>', 'of the hours, for a model in a file (UTC)')
    .option('--json', 'print JSON lines instead of CSV')
    .action(async (file: string, options: PredictOptions) => {
      exitWith(await predict(services, file, options));
    });
  program
    .command('export <campaign>')
    .description('write what can be used elsewhere')
    .option('--policy', 'the model, best-static, and switch by rate as balancer weights')
    .option('--dataset', 'all rows with labels and features, as a table')
    .option('--bundle', 'everything that the report can be computed from again')
    .option('--format <format>', 'of the dataset: parquet, csv or jsonl')
    .option('--to <folder>', 'of the bundle; by default CAMPAIGN.bundle here')
    .option('--raw', 'with the bundle also the raw records, not only their hashes')
    .option('--out <folder>', 'of dataset and policy; by default here and in CAMPAIGN-policy')
    .option('--json', 'print one JSON object for machines')
    .action(async (id: string, options: ExportFlags) => {
      exitWith(await exportCampaign(services, id, options));
    });
}

interface ExportFlags {
  readonly policy?: true;
  readonly dataset?: true;
  readonly bundle?: true;
  readonly to?: string;
  readonly raw?: true;
  readonly format?: string;
  readonly out?: string;
}

async function exportCampaign(
  services: CliServices,
  campaignId: string,
  { policy, dataset, bundle, format, out, ...options }: ExportFlags,
): Promise<number> {
  if (policy === undefined && dataset === undefined && bundle === undefined) {
    throw new UsageError(
      `Say what to write: "crossover export ${campaignId}" with --policy, --dataset, --bundle or ` +
        'several of them.',
    );
  }
  if (bundle !== undefined) await exportBundle(services, campaignId, options);
  if (dataset !== undefined) {
    if (out !== undefined) await mkdir(out, { recursive: true });
    const file = out && join(out, `${campaignId}-dataset.${format ?? 'parquet'}`);
    await exportDataset(services, campaignId, {
      ...(format === undefined ? {} : { format }),
      ...(file === undefined ? {} : { out: file }),
    });
  }
  return policy === undefined ? 0 : await exportPolicy(services, campaignId, out);
}
