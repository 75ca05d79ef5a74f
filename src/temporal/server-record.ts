import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** A development server of ours. Whoever started it stops it. */
export interface RunningServer {
  /** gRPC, `127.0.0.1:<port>`. */
  readonly address: string;
  /** The Web UI, `http://127.0.0.1:<port>`. */
  readonly uiAddress: string;
  readonly pid: number;
  readonly startedAt: string;
  /** The process that answers for it: when that one is gone, the next to start takes it over. */
  readonly ownerPid: number;
  readonly stateFolder: string;
}

/** Everything that belongs to the server of one state folder (`.crossover`). */
export function serverFiles(stateFolder: string) {
  const folder = resolve(stateFolder, 'temporal');
  return {
    folder,
    database: join(folder, 'temporal.db'),
    record: join(folder, 'server.json'),
    startLock: join(folder, 'starting.lock'),
    logFolder: resolve(stateFolder, 'logs'),
    log: resolve(stateFolder, 'logs', 'temporal.log'),
  } as const;
}

/** What `server.json` says, whether it is still true or not. */
export async function readRecord(stateFolder: string): Promise<RunningServer | undefined> {
  const text = await readFile(serverFiles(stateFolder).record, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const value: unknown = JSON.parse(text);
  return isRecord(value) ? { ...value, stateFolder } : undefined;
}

export async function writeRecord(server: RunningServer): Promise<void> {
  const { record } = serverFiles(server.stateFolder);
  const { stateFolder: _, ...written } = server;
  const partial = `${record}.${process.pid}`;
  await writeFile(partial, `${JSON.stringify(written, null, 2)}\n`);
  await rename(partial, record);
}

/** Leaves the record of a server that was started since. */
export async function removeRecord(server: RunningServer): Promise<void> {
  const current = await readRecord(server.stateFolder);
  if (current?.pid === server.pid)
    await rm(serverFiles(server.stateFolder).record, { force: true });
}

function isRecord(value: unknown): value is Omit<RunningServer, 'stateFolder'> {
  if (typeof value !== 'object' || value === null) return false;
  const texts = ['address', 'uiAddress', 'startedAt'];
  const numbers = ['pid', 'ownerPid'];
  const fields = new Map(Object.entries(value));
  return (
    texts.every((name) => typeof fields.get(name) === 'string') &&
    numbers.every((name) => Number.isInteger(fields.get(name)))
  );
}
