import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { loadPlan } from '../../src/plan/load-plan.ts';
import { type PlanProblem, PlanProblems } from '../../src/plan/problems.ts';

/** A plan with nothing wrong, of one workload; line 3 begins `workloads`, line 9 is `schedule`. */
export const goodPlan = `campaign: small
testbed: local
workloads:
  heavy:
    run: heavy/handler.ts
    share: 100%
    lambda: 512MB
    ecs: 1vCPU/2GB
schedule: { slots: 3, every: 30s }
load: { duration: 10s, rate: 2/s }
`;

/** A folder with these files and a handler at heavy/handler.ts; removed after the test. */
export async function aFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'crossover-plan-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries({ 'heavy/handler.ts': '', ...files })) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

/** Checks a plan text as `plan.yaml` in a folder of its own. */
export async function check(
  text: string,
  options: Omit<NonNullable<Parameters<typeof loadPlan>[1]>, 'root'> & {
    readonly files?: Readonly<Record<string, string>>;
  } = {},
) {
  const { files, ...rest } = options;
  const root = await aFolder({ 'plan.yaml': text, ...files });
  return loadPlan(join(root, 'plan.yaml'), { root, ...rest });
}

/** The problems of a plan that must be refused. */
export async function problemsOf(
  ...input: Parameters<typeof check>
): Promise<readonly PlanProblem[]> {
  try {
    await check(...input);
  } catch (error) {
    if (error instanceof PlanProblems) return error.problems;
    throw error;
  }
  throw new Error('The plan was accepted.');
}

/** The good plan with one part of its text replaced. */
export function changed(from: string, to: string): string {
  if (!goodPlan.includes(from)) throw new Error(`The good plan has no "${from}".`);
  return goodPlan.replace(from, to);
}
