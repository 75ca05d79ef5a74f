import type { Command } from 'commander';

import { showScorecard } from '../scorecard.ts';
import { scoreAgainst } from '../scorecard-against.ts';
import type { CliServices } from '../services.ts';
import { UsageError } from '../usage-error.ts';

/** What there is to trust of the simulator. */
export function addScorecard(
  program: Command,
  services: CliServices,
  exitWith: (code: number) => void,
): void {
  program
    .command('scorecard')
    .description('how far the simulator can be trusted: what it claims, and what holds')
    .option('--against <file>', 'hold it against your own measurements: a file, or an import')
    .option('--plan <file>', 'with --against: sizes and CPU times of the workloads')
    .option('--json', 'print one JSON object for machines')
    .action(async ({ against, plan }: { against?: string; plan?: string }) => {
      if (against !== undefined) {
        exitWith(await scoreAgainst(services, against, plan === undefined ? {} : { plan }));
        return;
      }
      if (plan !== undefined) throw new UsageError('--plan goes with --against FILE.');
      exitWith(await showScorecard(services));
    });
}
