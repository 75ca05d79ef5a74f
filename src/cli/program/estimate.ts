import type { Command } from 'commander';

import type { EstimateOptions } from '../estimate/options.ts';
import type { Output } from '../output.ts';

/** The command that answers at once: what it does is loaded when it is called. */
export function addEstimate(
  program: Command,
  output: Output,
  exitWith: (code: number) => void,
): void {
  const command = program
    .command('estimate')
    .argument('[plan]', 'a plan; without it numbers, or a log on standard input')
    .description('what a month costs on either platform, from numbers, a log or a plan');
  addOptions(command).action(async (plan: string | undefined, options: EstimateOptions) => {
    const { estimateCosts, linesOfStdin } = await import('../estimate/estimate.ts');
    const isAlone = plan === undefined && options.duration === undefined;
    const stdin = isAlone ? linesOfStdin() : undefined;
    exitWith(
      await estimateCosts(output, {
        options,
        ...(plan === undefined ? {} : { plan }),
        ...(stdin === undefined ? {} : { stdin }),
      }),
    );
  });
}

function addOptions(command: Command): Command {
  return command
    .option('--requests <rate>', '26M/month, 300/s, 4000/min, 1M/day; of a log: its timestamps')
    .option('--duration <time>', 'mean duration on Lambda, for example 200ms')
    .option('--memory <size>', 'memory of the function, for example 256MB')
    .option('--cpu <time>', 'CPU time of a request on one vCPU; NAME=TIME for one', collect)
    .option('--init <time>', 'how long a cold start initialises; with --cold-share')
    .option('--cold-share <share>', 'how many requests are cold starts, for example 1%')
    .option('--ecs <size>', 'Fargate task, for example 0.25vCPU/0.5GB; else a fitting one')
    .option('--tasks <count>', 'tasks at least (1)')
    .option('--bound <kind>', 'cpu, or io for tasks that serve so many at once')
    .option('--slots-per-task <count>', 'with --bound io: requests that a task serves at once')
    .option('--peak <times>', 'tasks are fixed for so many times the mean, for example x3')
    .option('--target-utilisation <share>', 'how busy tasks may be at most (60%)')
    .option('--edge-lambda <edge>', 'none, function-url, http-api (default), rest-api or alb')
    .option('--edge-ecs <edge>', 'none, http-api, rest-api or alb (default)')
    .option('--preflights <share>', 'requests with a CORS preflight before them')
    .option('--payload-in <size>', 'mean body of a request, for example 2kB')
    .option('--payload-out <size>', 'mean body of an answer; it pays for network out')
    .option('--free-tier', "the account's free tier is left for this")
    .option('--region <region>', 'us-east-1 (default), eu-west-1 or eu-central-1')
    .option('--architecture <name>', 'x86_64 (default) or arm64')
    .option('--prices <file>', 'your own prices (YAML or JSON)')
    .option('--log <file>', 'a log of Lambda; - is standard input')
    .option('--write-plan <file>', 'also write a plan with these numbers')
    .option('--json', 'print one JSON object for machines');
}

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}
