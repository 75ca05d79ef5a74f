import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { controlClient } from './control-plane.ts';
import { listCages, sweepCages } from './limits.ts';
import { isRunning, signalProcess } from './process-identity.ts';
import {
  findHostFile,
  type HostFile,
  hostPath,
  logPath,
  removeState,
  socketPath,
} from './state-files.ts';

/** A host sweeps, compiles and listens: 1 s as a rule, several on a busy machine. */
const startLimitMs = 30_000;
const statusLimitMs = 5_000;
/** Longer than the host's own limit for its end. */
const endLimitMs = 20_000;

/** The host that serves this state folder: a live process whose socket answers. */
export async function findHost(stateFolder: string): Promise<HostFile | undefined> {
  const file = findHostFile(stateFolder);
  if (file === undefined || !isRunning(file)) return undefined;
  const status = await controlClient({ socketPath: file.socketPath, timeoutMs: statusLimitMs })
    .status()
    .catch(() => undefined);
  if (status === undefined) {
    if (!isRunning(file)) return undefined;
    throw new Error(
      `The local host (process ${file.pid}) runs but does not answer on ${file.socketPath}. ` +
        `End it with "kill ${file.pid}", then try again.`,
    );
  }
  return file;
}

/** Starts a host that outlives us; resolves when it serves. */
export async function startHost(
  stateFolder: string,
  options: { readonly nodePath: string; readonly signal: AbortSignal },
): Promise<HostFile> {
  const path = join(dirname(logPath(stateFolder)), 'local-host.out');
  mkdirSync(dirname(path), { recursive: true });
  const output = openSync(path, 'w', 0o600);
  const child = spawn(options.nodePath, [join(import.meta.dirname, 'host.ts'), stateFolder], {
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  child.unref();
  let ended: string | undefined;
  child.once('error', (error) => {
    ended = error.message;
  });
  child.once('exit', (code, signal) => {
    ended = signal ?? `exit status ${code}`;
  });
  const deadline = Date.now() + startLimitMs;
  while (ended === undefined && Date.now() < deadline && !options.signal.aborted) {
    const file = findHostFile(stateFolder);
    if (file !== undefined && file.pid === child.pid) return file;
    await sleep(25);
  }
  child.kill('SIGTERM');
  options.signal.throwIfAborted();
  const printed = existsSync(path) ? readFileSync(path, 'utf8').slice(-2_000) : '';
  throw new Error(
    `The local host did not start (${ended ?? `nothing after ${startLimitMs} ms`}). ` +
      `Its log is ${logPath(stateFolder)}. It printed:\n${printed || '(nothing)'}`,
  );
}

/**
 * Ends the host of a state folder, by force if it must be, and removes what it leaves; the
 * deployment stays, so that `prepare` can start another one. Answers what is left: nothing, as a
 * rule.
 */
export async function stopHost(stateFolder: string): Promise<readonly string[]> {
  const file = findHostFile(stateFolder);
  if (file !== undefined) {
    signalProcess(file, 'SIGTERM');
    const deadline = Date.now() + endLimitMs;
    while (isRunning(file) && Date.now() < deadline) await sleep(25);
    signalProcess(file, 'SIGKILL');
    const killedBefore = Date.now() + 2_000;
    while (isRunning(file) && Date.now() < killedBefore) await sleep(25);
  }
  await sweepCages(isRunning);
  const socket = file?.socketPath ?? socketPath(stateFolder);
  rmSync(socket, { force: true });
  if (dirname(socket) !== stateFolder) rmSync(dirname(socket), { recursive: true, force: true });
  removeState(hostPath(stateFolder));
  if (file === undefined) return [];
  const left = listCages((host) => host.pid === file.pid && host.startedAt === file.startedAt).map(
    (name) => `cage ${name}`,
  );
  return isRunning(file) ? [`process ${file.pid} (local host)`, ...left] : left;
}
