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

export function aWorkload(changed: Partial<WorkloadPlan> = {}): WorkloadPlan {
  const name = changed.name ?? 'obedient';
  return {
    name,
    run: `test/fixtures/workloads/${name}/handler.ts`,
    share: 1,
    lambdaMemoryMb: 256,
    ecsVcpu: 1,
    ecsMemoryMb: 512,
    ecsTasks: 1,
    cpuMs: 1,
    ...changed,
  };
}

export function aPlan(changed: Partial<Plan> = {}): Plan {
  return {
    campaign: 'test',
    testbed: 'local',
    seed: 42,
    workloads: [aWorkload()],
    schedule: {
      start: 'now',
      timezone: 'UTC',
      slots: 1,
      everyMs: 20_000,
      pace: 'wall-clock',
      late: 'shift',
      graceMs: 5_000,
    },
    load: {
      durationMs: 1_000,
      ratePerS: 1,
      shape: 'steady',
      counts: 'exact',
      gapMs: 250,
      timeoutMs: 5_000,
    },
    question: { minimise: 'cost per 1000 good requests', margin: 0.1 },
    labels: { rule: 'utility', latencyWeight: 0.6 },
    learning: { families: [], trees: 10, rowsPerTree: 100, maxDepth: 5 },
    evaluation: {
      blocks: 0,
      leadInBlocks: 0,
      blockDurationMs: 1_000,
      drainMs: 500,
      ratePerS: 1,
      counts: 'exact',
      router: 'client',
    },
    pricing: {
      book: 'us-east-1/x86_64/2026-11',
      edge: { lambda: 'http-api', ecs: 'alb' },
      targetUtilisation: 0.6,
    },
    local: { idleLimitMs: 60_000, concurrency: 10, warmUpRequests: 1 },
    ...changed,
  };
}
