import { Command } from 'commander';

import { version } from '../version.ts';
import { reportFailure } from './failure.ts';
import { adder } from './program/add-command.ts';
import { addData } from './program/data.ts';
import { addLooking } from './program/looking.ts';
import { addModels } from './program/models.ts';
import { addRunning } from './program/running.ts';
import { addScorecard } from './program/scorecard.ts';
import { addSteering } from './program/steering.ts';
import type { CliServices } from './services.ts';
import { columns } from './wrap.ts';

/** Parses the command line and runs one command. Resolves to the exit code; never throws. */
export async function runCli(
  args: readonly string[],
  openServices: (options: { readonly isJson: boolean }) => CliServices,
): Promise<number> {
  const isJson = args.includes('--json');
  const services = openServices({ isJson });
  let exitCode = 0;
  const program = createProgram(services, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return reportFailure(error, services);
  }
}

function createProgram(services: CliServices, exitWith: (code: number) => void): Command {
  const program = new Command('crossover')
    .description(
      'Finds, by experiment, where Lambda stops being the better home and Fargate starts.',
    )
    .version(version)
    .option('--json', 'print one JSON object for machines')
    .configureOutput({
      writeErr: (text) => process.stderr.write(text),
      getOutHelpWidth: () => columns,
    })
    // The names of our commands leave less for their descriptions than Commander would wrap into.
    .configureHelp({ minWidthToWrap: 30 })
    .exitOverride();
  const add = adder(program, exitWith);
  addRunning(add, services);
  addLooking(add, services);
  addScorecard(program, services, exitWith);
  addSteering(add, services);
  addData(program, services, exitWith);
  addModels(program, services, exitWith);
  return program;
}
