import type { Command } from 'commander';

import { reportFailure } from './failure.ts';
import { adder } from './program/add-command.ts';
import { bareProgram } from './program/bare-program.ts';
import { addData } from './program/data.ts';
import { addEstimate } from './program/estimate.ts';
import { addLooking } from './program/looking.ts';
import { addModels } from './program/models.ts';
import { addReports } from './program/reports.ts';
import { addRunning } from './program/running.ts';
import { addScorecard } from './program/scorecard.ts';
import { addSteering } from './program/steering.ts';
import { addWhatIf } from './program/what-if.ts';
import type { CliServices } from './services.ts';

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
  const program = bareProgram();
  const add = adder(program, exitWith);
  addRunning(add, services);
  addEstimate(program, services.output, exitWith);
  addLooking(add, services);
  addReports(program, services, exitWith);
  addWhatIf(program, services, exitWith);
  addScorecard(program, services, exitWith);
  addSteering(add, services);
  addData(program, services, exitWith);
  addModels(program, services, exitWith);
  return program;
}
