import type { Command } from 'commander';

import type { CliServices } from '../services.ts';
import { askWhatIf } from '../what-if/what-if.ts';
import type { WhatIfOptions } from '../what-if/what-if-options.ts';

/** What a campaign's answer would be under other circumstances. */
export function addWhatIf(
  program: Command,
  services: CliServices,
  exitWith: (code: number) => void,
): void {
  const more = (text: string, before: readonly string[] | undefined): readonly string[] => [
    ...(before ?? []),
    text,
  ];
  program
    .command('what-if <campaign>')
    .description('the answer under other circumstances: re-priced, or simulated')
    .option('--rate <rate>', 'another load: x3, or 5/s')
    .option('--region <region>', 'prices of another region')
    .option('--architecture <name>', 'prices of x86_64 or arm64')
    .option('--prices <file>', 'your own prices')
    .option('--edge-lambda <edge>', 'another edge in front of Lambda: its price')
    .option('--edge-ecs <edge>', 'another edge in front of Fargate: its price')
    .option('--memory <size>', 'of functions: 512MB, or heavy=512MB; repeatable', more)
    .option('--ecs <size>', 'of tasks: 1vCPU/2GB, or heavy=1vCPU/2GB; repeatable', more)
    .option('--tasks <number>', 'of every arm: 2, or heavy=2; repeatable', more)
    .option('--slo <latency>', 'latency: 3s, or heavy=3s; repeatable', more)
    .option('--scale-to-zero', 'no tasks in hours below break-even')
    .option('--json', 'print one JSON object for machines')
    .action(async (id: string, options: WhatIfOptions) => {
      exitWith(await askWhatIf(services, id, options));
    });
}
