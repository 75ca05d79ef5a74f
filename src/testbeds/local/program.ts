import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

/** A command with everything that it needs to start. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface ProgramPlace {
  readonly nodePath: string;
  readonly checkoutFolder: string;
  /** Where Node keeps compiled code, so that a start does not compile TypeScript again. */
  readonly codeCacheFolder: string;
}

const runtimeFolder = join(import.meta.dirname, 'runtime');

/** The Lambda function: AWS's runtime client with our adapter around the handler. */
export function lambdaProgram(place: ProgramPlace, handlerPath: string): Program {
  const runtimeClient = import.meta.resolve('aws-lambda-ric');
  const rapidClient = pathToFileURL(join(runtimeFolder, 'rapid-client.mjs')).href;
  return {
    command: place.nodePath,
    args: ['--import', rapidClient, fileURLToPath(runtimeClient)],
    folder: place.checkoutFolder,
    environment: {
      ...baseEnvironment(place, handlerPath),
      CROSSOVER_ADAPTER: pathToFileURL(adapterPath(place, 'lambda-adapter.ts')).href,
      LAMBDA_TASK_ROOT: runtimeFolder,
      _HANDLER: 'function.handler',
    },
  };
}

/** The container: our HTTP server around the handler, on a port that it picks and prints. */
export function containerProgram(place: ProgramPlace, handlerPath: string): Program {
  return {
    command: place.nodePath,
    args: [adapterPath(place, 'http-server.ts')],
    folder: place.checkoutFolder,
    environment: {
      ...baseEnvironment(place, handlerPath),
      HOST: '127.0.0.1',
      PORT: '0',
    },
  };
}

/** The router service, with its settings; on a port that it picks and prints. */
export function routerProgram(place: ProgramPlace, settingsPath: string): Program {
  return {
    command: place.nodePath,
    args: [join(place.checkoutFolder, 'src', 'router', 'service', 'main.ts')],
    folder: place.checkoutFolder,
    environment: {
      ...cachedEnvironment(place),
      CROSSOVER_ROUTER: settingsPath,
      HOST: '127.0.0.1',
      PORT: '0',
    },
  };
}

/**
 * Fills the code cache once, outside of every limit: what an upload of compiled code is on AWS. A
 * start then costs half the CPU and 30 MB less memory (measured: 48 MB instead of 75 MB).
 * A handler that cannot be loaded is not an error here: its first start will say so.
 */
export async function compile(place: ProgramPlace, handlerPath: string): Promise<void> {
  const modules = [
    pathToFileURL(adapterPath(place, 'lambda-adapter.ts')).href,
    pathToFileURL(adapterPath(place, 'http-server.ts')).href,
  ];
  const script = `Promise.allSettled(${JSON.stringify(modules)}.map((module) => import(module)))
    .then(() => process.exit(0));`;
  await promisify(execFile)(place.nodePath, ['--input-type=module', '--eval', script], {
    cwd: place.checkoutFolder,
    timeout: 30_000,
    env: { ...baseEnvironment(place, handlerPath), HOST: '127.0.0.1', PORT: '0' },
  });
}

function adapterPath(place: ProgramPlace, file: string): string {
  return join(place.checkoutFolder, 'workloads', file);
}

/** Nothing of our own environment: a workload must not depend on who started the host. */
function baseEnvironment(place: ProgramPlace, handlerPath: string): Record<string, string> {
  return { ...cachedEnvironment(place), CROSSOVER_HANDLER: handlerPath };
}

function cachedEnvironment(place: ProgramPlace): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    LANG: 'en_US.UTF-8',
    NODE_COMPILE_CACHE: place.codeCacheFolder,
  };
}
