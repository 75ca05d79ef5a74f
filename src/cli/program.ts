import { join } from 'node:path';

import { Command } from 'commander';

import { version } from '../version.ts';
import { checkSummary, describePlan } from './check.ts';
import { describeRequests } from './dataset.ts';
import { runDev, runWorker } from './dev.ts';
import { examineMachine, formatChecks } from './doctor.ts';
import { reportFailure } from './failure.ts';
import { listCampaigns } from './list.ts';
import { showLogs } from './logs.ts';
import { showReport, showStatus, watch } from './look.ts';
import { removeCampaign } from './rm.ts';
import { readPlan, runPlan } from './run.ts';
import { showScorecard } from './scorecard.ts';
import type { CliServices } from './services.ts';
import { startPlan } from './start.ts';
import { note, pause, resume, skip, stop } from './steer.ts';
import { UsageError } from './usage-error.ts';
import { columns } from './wrap.ts';

/** Registers a command that has arguments alone; the action resolves to its exit code. */
type AddCommand = (
  usage: string,
  description: string,
  action: (...args: string[]) => Promise<number>,
) => void;

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
  addSteering(add, services);
  addDataset(program, services, exitWith);
  return program;
}

function adder(program: Command, exitWith: (code: number) => void): AddCommand {
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

/** From a plan to a campaign that runs, and what must run for it. */
function addRunning(add: AddCommand, services: CliServices): void {
  add('demo', 'run plans/demo.yaml: a campaign on this machine, in about six minutes', () =>
    runPlan(services, join(services.config.checkoutFolder, 'plans', 'demo.yaml')),
  );
  add('check <plan>', 'what a plan would do, cost and be able to decide; starts nothing', (plan) =>
    check(services, plan),
  );
  add('doctor', 'whether this machine can run Crossover, and what to do if not', () =>
    doctor(services),
  );
  add(
    'run <plan>',
    'run a plan to its report; Ctrl-C suspends, the same command continues',
    (plan) => runPlan(services, required(plan)),
  );
  add('start <plan>', 'start a plan on the server and workers that run elsewhere', (plan) =>
    startPlan(services, required(plan)),
  );
  add('worker', 'run a worker for a server that runs elsewhere', () => runWorker(services));
  add('dev', 'keep a server and a worker running', () => runDev(services));
}

/** What there is to see of campaigns, and of the simulator. */
function addLooking(add: AddCommand, services: CliServices): void {
  add('status <campaign>', 'where a campaign is', (id) => showStatus(services, required(id)));
  add('watch <campaign>', 'show a running campaign until it ends', (id) =>
    watch(services, required(id)),
  );
  add('report <campaign>', 'where the report is; written from the store when it is missing', (id) =>
    showReport(services, required(id)),
  );
  add('list', 'the campaigns of this store, and those that run', () => listCampaigns(services));
  add('logs <campaign> [slot]', 'what happened, in order: Temporal and the processes', (id, slot) =>
    showLogs(services, required(id), slot),
  );
  add('scorecard', 'how far the simulator can be trusted: what it claims, and what holds', () =>
    showScorecard(services),
  );
}

/** What the owner of a campaign may decide while it runs, and afterwards. */
function addSteering(add: AddCommand, services: CliServices): void {
  add('pause <campaign>', 'let the slot or block at work finish, then hold', (id) =>
    pause(services, required(id)),
  );
  add('resume <campaign>', 'undo a pause', (id) => resume(services, required(id)));
  add(
    'skip <campaign> <slots...>',
    'leave out slots that have not begun: 7, 7-9 or 7,9',
    (id, ...slots) => skip(services, required(id), slots),
  );
  add(
    'stop <campaign> [reason...]',
    'end now, with a report and a released testbed',
    (id, ...reason) => stop(services, required(id), reason.join(' ') || 'stopped by request'),
  );
  add('note <campaign> <text...>', 'write a line into the lab book', (id, ...text) =>
    note(services, required(id), text.join(' ')),
  );
  add('rm <campaign>', 'remove a campaign that has ended: its results and its work folder', (id) =>
    removeCampaign(services, required(id)),
  );
}

function addDataset(
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

async function check(services: CliServices, planPath: string | undefined): Promise<number> {
  const checked = await readPlan(services, required(planPath));
  for (const line of describePlan(checked)) services.output.line(line);
  services.output.json(checkSummary(checked));
  return 0;
}

async function doctor(services: CliServices): Promise<number> {
  const checks = await examineMachine({
    environment: services.environment,
    stateFolder: services.config.stateFolder,
    binFolder: services.config.binFolder,
  });
  for (const line of formatChecks(checks)) services.output.line(line);
  services.output.json({ checks });
  return checks.some((found) => found.status === 'missing') ? 1 : 0;
}

/** Commander has refused a call without it before. */
function required(value: string | undefined): string {
  if (value === undefined) throw new UsageError('An argument is missing; see "crossover --help".');
  return value;
}
