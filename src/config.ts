import { join } from 'node:path';

export const workerRoles = ['campaign', 'load', 'analysis'] as const;
export type WorkerRole = (typeof workerRoles)[number];

/** What the environment decides. What an experiment decides stands in its plan. */
export interface Config {
  /** The checkout or package folder: plans, workloads and the engine are found from it. */
  readonly checkoutFolder: string;
  /** Everything that Crossover writes: store, logs, Temporal's database, work folders. */
  readonly stateFolder: string;
  readonly storeFolder: string;
  /** Where the set-up has put the Temporal CLI. */
  readonly binFolder: string;
  readonly workerRoles: readonly WorkerRole[];
  /** Shown by Temporal beside everything that this worker did. */
  readonly hostName: string;
  /** How long a worker that is asked to end lets a load run go on. */
  readonly shutdownGraceMs: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the environment once, at start-up, and says everything that is wrong with it in one go. */
export function loadConfig(environment: Environment, checkoutFolder: string): Config {
  const problems: string[] = [];

  const roles = (environment['CROSSOVER_ROLES'] ?? workerRoles.join(','))
    .split(',')
    .map((role) => role.trim());
  for (const role of roles) {
    if (!isWorkerRole(role)) {
      problems.push(`CROSSOVER_ROLES: expected some of ${workerRoles.join(', ')}; got "${role}".`);
    }
  }

  const hostName = environment['CROSSOVER_HOST'] ?? 'this-machine';
  if (!/^[\w.-]{1,60}$/.test(hostName)) {
    problems.push(
      `CROSSOVER_HOST: expected 1 to 60 letters, digits, dots or dashes; got "${hostName}".`,
    );
  }

  const shutdownGraceS = Number(environment['CROSSOVER_GRACE_S'] ?? '30');
  if (!(shutdownGraceS >= 0 && shutdownGraceS <= 600)) {
    problems.push(
      `CROSSOVER_GRACE_S: expected 0 to 600 seconds; got "${environment['CROSSOVER_GRACE_S']}".`,
    );
  }

  if (problems.length > 0) throw new ConfigError(problems);
  const stateFolder = environment['CROSSOVER_STATE'] ?? join(checkoutFolder, '.crossover');
  return {
    checkoutFolder,
    stateFolder,
    storeFolder: join(stateFolder, 'store'),
    binFolder: join(checkoutFolder, '.crossover', 'bin'),
    workerRoles: roles.filter(isWorkerRole),
    hostName,
    shutdownGraceMs: shutdownGraceS * 1000,
  };
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const lines = problems.map((problem) => `  ${problem}`).join('\n');
    super(`The environment has ${problems.length} problem(s):\n${lines}`);
    this.problems = problems;
  }
}

function isWorkerRole(value: string): value is WorkerRole {
  return (workerRoles as readonly string[]).includes(value);
}
