import { join } from 'node:path';

import { checkSummary, describePlan } from '../check/check.ts';
import { runDev, runWorker } from '../dev.ts';
import { examineMachine, formatChecks } from '../doctor.ts';
import { readPlan, runPlan } from '../run.ts';
import type { CliServices } from '../services.ts';
import { startPlan } from '../start.ts';
import { type AddCommand, required } from './add-command.ts';

/** From a plan to a campaign that runs, and what must run for it. */
export function addRunning(add: AddCommand, services: CliServices): void {
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
