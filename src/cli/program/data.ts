import type { Command } from 'commander';

import { describeRequests } from '../dataset.ts';
import type { CliServices } from '../services.ts';

/** Datasets: of a campaign, and from elsewhere. */
export function addData(
  program: Command,
  services: CliServices,
  exitWith: (code: number) => void,
): void {
  const dataset = program.command('dataset').description('look at data from elsewhere');
  dataset
    .command('describe <file>')
    .description('profile a request log (CSV, JSON lines, Parquet) for load.source')
    .option('--time <column>', 'column of the time')
    .option('--workload <column>', 'column of the workload')
    .option('--bytes <column>', 'column of the size of the payload')
    .option('--json', 'print one JSON object for machines')
    .action(async (file: string, named: { time?: string; workload?: string; bytes?: string }) => {
      const { bytes, time, workload } = named;
      const columns = {
        ...(time === undefined ? {} : { time }),
        ...(workload === undefined ? {} : { workload }),
        ...(bytes === undefined ? {} : { payloadBytes: bytes }),
      };
      exitWith(await describeRequests(services, file, columns));
    });
}
