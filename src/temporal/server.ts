import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isServing } from './health.ts';
import { launchOnFreePorts, type ServerToStart } from './server-launch.ts';
import { endServer, isAlive, isRunning } from './server-process.ts';
import { type RunningServer, readRecord, serverFiles, writeRecord } from './server-record.ts';
import { withStartLock } from './start-lock.ts';

export interface StartedServer {
  readonly server: RunningServer;
  /** Whether this process must stop it: it started it, or whoever did is gone. */
  readonly isOurs: boolean;
}

/** A server that lives but does not answer is starting, or hangs. */
const answerPatienceMs = 20_000;

/**
 * Starts our Temporal server, or finds the one that already runs on the same database. It lives in
 * a process group of its own, so that Ctrl-C on the terminal does not end it before its workers.
 */
export async function startServer(wanted: ServerToStart): Promise<StartedServer> {
  const files = serverFiles(wanted.stateFolder);
  await mkdir(files.folder, { recursive: true });
  await mkdir(files.logFolder, { recursive: true });
  return withStartLock(files.startLock, async () => {
    const running = await awaitRunning(wanted.stateFolder);
    if (running !== undefined) return adopt(running);
    return { server: await launchOnFreePorts(wanted), isOurs: true };
  });
}

/** The server that `server.json` names, when it lives and answers. */
export async function findServer(stateFolder: string): Promise<RunningServer | undefined> {
  const server = await readRecord(stateFolder);
  if (server === undefined || !(await isRunning(server))) return undefined;
  return (await isServing(server.address, 2_000)) ? server : undefined;
}

/** Ends it and waits until it is gone; the database stays. */
export async function stopServer(server: RunningServer): Promise<void> {
  await endServer(server);
}

/** A server whose process lives but that does not answer yet gets its time; a second is refused. */
async function awaitRunning(stateFolder: string): Promise<RunningServer | undefined> {
  const recorded = await readRecord(stateFolder);
  if (recorded === undefined) return undefined;
  const deadline = performance.now() + answerPatienceMs;
  while (await isRunning(recorded)) {
    if (await isServing(recorded.address, 1_000)) return recorded;
    if (performance.now() > deadline) {
      const { database } = serverFiles(stateFolder);
      throw new Error(
        `A Temporal server (process ${recorded.pid}) holds ${database} but does not answer on ${recorded.address}. ` +
          `End it with "kill -9 ${recorded.pid}" and try again.`,
      );
    }
    await sleep(100);
  }
  return undefined;
}

async function adopt(server: RunningServer): Promise<StartedServer> {
  if (isAlive(server.ownerPid)) return { server, isOurs: false };
  const adopted = { ...server, ownerPid: process.pid };
  await writeRecord(adopted);
  return { server: adopted, isOurs: true };
}
