import { Command } from 'commander';

import { version } from '../../version.ts';
import { columns } from '../wrap.ts';

/** The command line without its commands. Commander's own messages go to standard error. */
export function bareProgram(): Command {
  return (
    new Command('crossover')
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
      .exitOverride()
  );
}
