import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type RunningServer, removeRecord, serverFiles } from './server-record.ts';

/** The dev server needs 2.5 to 3.1 s to end by itself. */
const endPatienceMs = 10_000;

/**
 * Whether the server's process lives and names the database in its command line: a process id alone
 * is not enough, since the system gives it away again.
 */
export async function isRunning(server: RunningServer): Promise<boolean> {
  const { database } = serverFiles(server.stateFolder);
  return isAlive(server.pid) && (await commandLineOf(server.pid)).includes(database);
}

/** SIGTERM, then SIGKILL when it has not ended in 10 s; then its record goes. */
export async function endServer(server: RunningServer): Promise<void> {
  if (await isRunning(server)) await endProcess(server.pid);
  await removeRecord(server);
}

async function endProcess(pid: number): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    kill(pid, signal);
    const deadline = performance.now() + endPatienceMs;
    while (performance.now() < deadline) {
      if (await hasEnded(pid)) return;
      await sleep(50);
    }
  }
  throw new Error(`Temporal (process ${pid}) survived SIGKILL; it hangs in the kernel.`);
}

/** What nobody has waited for yet (state Z) has ended: its files and sockets are closed. */
async function hasEnded(pid: number): Promise<boolean> {
  if (!isAlive(pid)) return true;
  const state = await (process.platform === 'linux'
    ? readFile(`/proc/${pid}/stat`, 'utf8').then((text) => text.slice(text.lastIndexOf(')') + 2))
    : ps(pid, 'stat=')
  ).catch(() => '');
  return state.trim().startsWith('Z');
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, but belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // ESRCH: it ended between the look and the signal.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Empty when there is no such process (or only its remains). */
async function commandLineOf(pid: number): Promise<string> {
  if (process.platform !== 'linux') return ps(pid, 'args=');
  const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return words.replaceAll('\0', ' ');
}

async function ps(pid: number, column: string): Promise<string> {
  const list = promisify(execFile)('ps', ['-o', column, '-p', `${pid}`]);
  return list.then(
    ({ stdout }) => stdout,
    // ps fails when there is no such process.
    () => '',
  );
}
