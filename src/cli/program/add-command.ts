import type { Command } from 'commander';

import { UsageError } from '../usage-error.ts';

/** Registers a command that has arguments alone; the action resolves to its exit code. */
export type AddCommand = (
  usage: string,
  description: string,
  action: (...args: string[]) => Promise<number>,
) => void;

export function adder(program: Command, exitWith: (code: number) => void): AddCommand {
  return (usage, description, action) => {
    program
      .command(usage)
      .description(description)
      .option('--json', 'print one JSON object for machines')
      .action(async (...all: unknown[]) => {
        // Commander adds the options and the command itself behind the arguments.
        const args = all
          .slice(0, -2)
          .flat()
          .filter((value) => typeof value === 'string');
        exitWith(await action(...args));
      });
  };
}

/** Commander has refused a call without it before. */
export function required(value: string | undefined): string {
  if (value === undefined) throw new UsageError('An argument is missing; see "crossover --help".');
  return value;
}
