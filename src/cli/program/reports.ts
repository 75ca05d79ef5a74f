import type { Command } from 'commander';

import { compareCampaigns } from '../evidence/compare.ts';
import { checkThresholds } from '../evidence/report-threshold.ts';
import { type VerifyOptions, verifyBundle } from '../evidence/verify.ts';
import { showReport } from '../look.ts';
import type { CliServices } from '../services.ts';
import { UsageError } from '../usage-error.ts';

/** Reports: where they are, what they must show, whether they can be believed. */
export function addReports(
  program: Command,
  services: CliServices,
  exitWith: (code: number) => void,
): void {
  program
    .command('report <campaign>')
    .description('where the report is; or whether the campaign has shown what it must')
    .option(
      '--threshold <expression>',
      "exit 1 unless it holds: 'hybrid.latency-p95 < 800ms'; can be given again",
      (expression: string, before: readonly string[] = []) => [...before, expression],
    )
    .option('--whole-interval', 'hold the whole 95 % interval against each threshold')
    .option('--json', 'print one JSON object for machines')
    .action(async (id: string, options: ReportFlags) => {
      exitWith(await report(services, id, options));
    });
  program
    .command('compare <first> <second>')
    .description('two campaigns, or evidence bundles, side by side with intervals')
    .option('--json', 'print one JSON object for machines')
    .action(async (first: string, second: string) => {
      exitWith(await compareCampaigns(services, [first, second]));
    });
  program
    .command('verify <bundle>')
    .description('check an evidence bundle, and compute every number of its report again')
    .option('--models', 'also train the models again')
    .option('--simulate', 'also simulate sensitivity and V_self again: takes minutes')
    .option('--json', 'print one JSON object for machines')
    .action(async (folder: string, options: VerifyOptions) => {
      exitWith(await verifyBundle(services, folder, options));
    });
}

interface ReportFlags {
  readonly threshold?: readonly string[];
  readonly wholeInterval?: true;
}

async function report(
  services: CliServices,
  campaignId: string,
  { threshold: thresholds = [], wholeInterval }: ReportFlags,
): Promise<number> {
  if (thresholds.length > 0) {
    return await checkThresholds(services, campaignId, {
      thresholds,
      ...(wholeInterval === undefined ? {} : { wholeInterval }),
    });
  }
  if (wholeInterval !== undefined) {
    throw new UsageError('--whole-interval says how a --threshold is held; there is none.');
  }
  return await showReport(services, campaignId);
}
