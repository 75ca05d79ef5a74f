import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Deployment } from '../../testbeds/testbed.ts';
import type { LoadRunSpec } from '../load-generator.ts';
import type { EngineRun } from './engine/engine-run.ts';

/** Writes `run.json` for the engine and the script for Artillery; returns the script's path. */
export async function writeScript(work: string, run: EngineRun, users: number): Promise<string> {
  const runPath = path.join(work, 'run.json');
  const scriptPath = path.join(work, 'script.json');
  await writeFile(runPath, JSON.stringify(run));
  const script = {
    config: {
      // Artillery demands a target; the engine has the real ones.
      target: 'http://127.0.0.1',
      // `arrivalCount` alone runs in exactly one thread, which is the one that writes segments.
      phases: [{ duration: Math.max(1, Math.ceil(users / usersPerS)), arrivalCount: users }],
      engines: { crossover: { runPath } },
    },
    scenarios: [{ name: 'intended-request', engine: 'crossover', flow: [] }],
  };
  await writeFile(scriptPath, JSON.stringify(script));
  return scriptPath;
}

/** Artillery makes one virtual user in about half a millisecond. */
const usersPerS = 1_000;

/** The run as the engine needs it. */
export function engineRun(
  spec: LoadRunSpec,
  deployment: Deployment,
  firstSegment: number,
): EngineRun {
  const { endpoints, routers = [] } = deployment;
  return { ...absolutePaths(spec), endpoints, routers, firstSegment };
}

/** Artillery runs in its own folder, so that relative paths would lead somewhere else. */
function absolutePaths(spec: LoadRunSpec): LoadRunSpec {
  const handlers = Object.entries(spec.handlers).map(([workload, handlerPath]) => [
    workload,
    path.resolve(handlerPath),
  ]);
  return {
    ...spec,
    folder: path.resolve(spec.folder),
    requestsPath: path.resolve(spec.requestsPath),
    handlers: Object.fromEntries(handlers),
    ...(spec.router?.modelPath === undefined
      ? {}
      : { router: { ...spec.router, modelPath: path.resolve(spec.router.modelPath) } }),
  };
}
