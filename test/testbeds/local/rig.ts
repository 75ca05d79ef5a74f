import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Plan, WorkloadPlan } from '../../../src/domain/plan.ts';
import type { FunctionSpec } from '../../../src/testbeds/local/environment.ts';
import type { Limits } from '../../../src/testbeds/local/limits.ts';
import { openLimits } from '../../../src/testbeds/local/limits.ts';
import { ownIdentity } from '../../../src/testbeds/local/process-identity.ts';
import {
  compile,
  containerProgram,
  lambdaProgram,
  type ProgramPlace,
} from '../../../src/testbeds/local/program.ts';
import type { TaskSpec } from '../../../src/testbeds/local/task.ts';
import {
  aPlan as anyPlan,
  aWorkload as anyWorkload,
  type PlanChanges,
} from '../../support/a-plan.ts';

export const checkoutFolder = join(import.meta.dirname, '../../..');

export const limits: Limits = await openLimits();
if (limits.kind === 'none') {
  console.warn('CPU AND MEMORY LIMITS CANNOT BE ENFORCED HERE: their tests are skipped.');
}

export function aFolder(): string {
  return mkdtempSync(join(tmpdir(), 'crossover-test-'));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Polls: real processes tell nobody when they are done. */
export async function until(what: string, condition: () => unknown): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Not in 15 s: ${what}.`);
    await sleep(20);
  }
}

export const place = (folder: string): ProgramPlace => ({
  nodePath: process.execPath,
  checkoutFolder,
  codeCacheFolder: join(folder, 'code-cache'),
});

function fixture(name: string): string {
  return join(checkoutFolder, 'test/fixtures/workloads', name, 'handler.ts');
}

/** Starts are several times faster with compiled code. */
export async function compileFixture(folder: string): Promise<void> {
  await compile(place(folder), fixture('obedient'));
}

export function aFunction(folder: string, changed: Partial<FunctionSpec> = {}): FunctionSpec {
  return {
    name: 'obedient',
    memoryMb: 256,
    timeoutMs: 10_000,
    program: lambdaProgram(place(folder), fixture('obedient')),
    host: ownIdentity(),
    limits,
    onLine: () => undefined,
    onTrouble: (what, error) => {
      throw new Error(what, { cause: error });
    },
    ...changed,
  };
}

export function aTask(folder: string, changed: Partial<TaskSpec> = {}): TaskSpec {
  return {
    workload: 'obedient',
    vcpu: 1,
    memoryMb: 512,
    program: containerProgram(place(folder), fixture('obedient')),
    host: ownIdentity(),
    limits,
    onLine: () => undefined,
    onTrouble: () => undefined,
    ...changed,
  };
}

export function aWorkload(changes: Partial<WorkloadPlan> = {}): WorkloadPlan {
  const name = changes.name ?? 'obedient';
  return anyWorkload({
    name,
    run: `test/fixtures/workloads/${name}/handler.ts`,
    lambdaMemoryMb: 256,
    ecsVcpu: 1,
    cpuMs: 1,
    ...changes,
  });
}

/** Nothing ages while a test looks at it, and no test waits long for an answer. */
export function aPlan(changes: PlanChanges = {}): Plan {
  return anyPlan({
    workloads: [aWorkload()],
    ...changes,
    load: { timeoutMs: 5_000, ...changes.load },
    local: { idleLimitMs: 60_000, warmUpRequests: 1, ...changes.local },
  });
}
