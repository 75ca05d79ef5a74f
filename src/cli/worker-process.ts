import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import type { CliServices } from './services.ts';

/** A worker that this process has started and will end. */
export interface WorkerProcess {
  /** Rejects when the worker ends by itself. */
  readonly crashed: Promise<never>;
  /** Asks it to end, waits, and kills it when it does not. */
  stop(): Promise<void>;
}

/** A worker bundles its workflows in about a second; a loaded machine takes its time. */
const readyWithinMs = 60_000;

/** Longer than the shutdown grace and the clean-up of a generator together. */
const endWithinMs = 20_000;

/**
 * Starts a worker in its own process group, so that Ctrl-C on the terminal reaches only us, who
 * then end it in order. It ends by itself when this process is gone.
 */
export async function startWorker(services: CliServices): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [join(services.config.checkoutFolder, 'worker.ts')], {
    // A run that is suspended need not finish first: its retry goes on where it was.
    env: { ...services.environment, CROSSOVER_GRACE_S: '1' },
    cwd: services.config.checkoutFolder,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let printed = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    printed = `${printed}${text}`.slice(-2_000);
  });
  let isStopping = false;
  const crashed = new Promise<never>((_resolve, reject) => {
    child.once('exit', (code, signal) => {
      if (isStopping) return;
      reject(
        new Error(
          `The worker ended by itself (${signal ?? `exit code ${code}`}). The same command goes on ` +
            `where it was. The worker's log is ${join(services.config.stateFolder, 'logs/worker.ndjson')}.` +
            (printed === '' ? '' : `\n${printed.trim()}`),
        ),
      );
    });
  });
  // Whoever waits for the campaign races with it; until then it must not count as unhandled.
  crashed.catch(() => undefined);

  const stop = async (): Promise<void> => {
    isStopping = true;
    await end(child);
  };
  try {
    await Promise.race([ready(child), crashed]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { crashed, stop };
}

async function ready(child: ChildProcess): Promise<void> {
  const timeout = AbortSignal.timeout(readyWithinMs);
  try {
    await once(child, 'message', { signal: timeout });
  } catch (error) {
    throw new Error(`The worker was not ready within ${readyWithinMs / 1000} s.`, { cause: error });
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), endWithinMs);
  await gone;
  clearTimeout(timer);
}
