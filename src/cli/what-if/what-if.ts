import { keysOf } from '../../domain/names.ts';
import type { CliServices } from '../services.ts';
import { requirePlan } from '../stored-campaign.ts';
import { UsageError } from '../usage-error.ts';
import { wrap } from '../wrap.ts';
import { readChanges, type WhatIfOptions } from './what-if-options.ts';
import { whatIfLines } from './what-if-text.ts';

/** Whoever waits longer than this is told what for. */
const patienceMs = 2_000;

/** Prints what a campaign's answer would be under other circumstances. Changes nothing. */
export async function askWhatIf(
  services: CliServices,
  campaignId: string,
  options: WhatIfOptions,
): Promise<number> {
  const { output } = services;
  const plan = await requirePlan(services, campaignId);
  await requireVerdict(services, campaignId);
  const read = await readChanges(options, plan);
  if ('problems' in read) {
    for (const problem of read.problems) {
      for (const line of wrap(problem, { indent: '  ' })) process.stderr.write(`${line}\n`);
    }
    output.json({ error: 'usage', problems: read.problems });
    return 2;
  }
  const startedMs = Date.now();
  let told = startedMs;
  const answer = await services.whatIf({
    campaignId,
    changes: read.changes,
    onProgress: (text) => {
      if (Date.now() - told < patienceMs) return;
      told = Date.now();
      if (output.isTerminal) output.redraw([`${text} ...`]);
      else process.stderr.write(`${text} ...\n`);
    },
  });
  for (const line of whatIfLines(answer)) output.line(line);
  output.json(answer);
  return 0;
}

async function requireVerdict({ objects }: CliServices, campaignId: string): Promise<void> {
  if ((await objects.get(keysOf(campaignId).report('verdict.json'))) !== undefined) return;
  throw new UsageError(
    `Campaign "${campaignId}" has no verdict yet, so there is nothing to compare with. ` +
      `"crossover status ${campaignId}" says where it is.`,
  );
}
