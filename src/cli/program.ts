import { join } from 'node:path';

import { Command, CommanderError } from 'commander';

import { SourceProblems } from '../dataset/request-problems.ts';
import { PlanProblems } from '../plan/problems.ts';
import { TemporalUnavailable } from '../temporal/binary.ts';
import { version } from '../version.ts';
import { checkSummary, describePlan, describeProblems } from './check.ts';
import { describeRequests, problemLines } from './dataset.ts';
import { runDev, runWorker } from './dev.ts';
import { examineMachine, formatChecks } from './doctor.ts';
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
import { columns, wrap } from './wrap.ts';

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
    return report(error, services);
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
  const add = (
    usage: string,
    description: string,
    action: (...args: string[]) => Promise<number>,
  ): void => {
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
  addDataset(program, services, exitWith);
  return program;
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

/** 2 for the user's own mistakes, in one message without a trace; 1 for ours. */
function report(error: unknown, { output }: CliServices): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof PlanProblems) {
    for (const line of describeProblems(error.problems)) process.stderr.write(`${line}\n`);
    output.json({ error: 'plan', plan: error.planPath, problems: error.problems });
    return 2;
  }
  if (error instanceof SourceProblems) {
    for (const line of wrap(`The request log ${error.path} cannot be used.`)) {
      process.stderr.write(`${line}\n`);
    }
    for (const line of problemLines(error.problems)) process.stderr.write(`${line}\n`);
    output.json({ error: 'source', file: error.path, problems: error.problems });
    return 2;
  }
  if (error instanceof UsageError) {
    for (const line of wrap(error.message)) process.stderr.write(`${line}\n`);
    output.json({ error: 'usage', message: error.message });
    return 2;
  }
  if (error instanceof TemporalUnavailable) {
    for (const line of wrap(error.message)) process.stderr.write(`${line}\n`);
    output.json({ error: 'temporal', message: error.message });
    return 1;
  }
  process.stderr.write(
    `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  output.json({
    error: 'failure',
    message: error instanceof Error ? error.message : String(error),
  });
  return 1;
}
