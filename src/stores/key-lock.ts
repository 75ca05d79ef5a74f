import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A holder reads and replaces one small object, which takes milliseconds. */
const staleAfterMs = 30_000;
/** Longer than a stale lock can last, so that a dead holder never fails a caller. */
const patienceMs = 60_000;
const retryEveryMs = 5;

interface Holder {
  readonly host: string;
  readonly pid: number;
  readonly token: string;
}

/**
 * Runs `act` while no other process that asks for the same key runs its own. What a killed process
 * left behind is taken away: at once when its process is gone, after 30 s on another host.
 */
export async function withKeyLock<Result>(
  folder: string,
  key: string,
  act: () => Promise<Result>,
): Promise<Result> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, createHash('sha256').update(key).digest('hex'));
  const holder: Holder = { host: hostname(), pid: process.pid, token: randomUUID() };
  await acquire(path, key, holder);
  try {
    return await act();
  } finally {
    // A lock that was taken from us as stale belongs to somebody else now.
    if ((await holderOf(path))?.token === holder.token) await rm(path, { force: true });
  }
}

async function acquire(path: string, key: string, holder: Holder): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await tryAcquire(path, holder))) {
    await breakIfStale(path);
    if (performance.now() > deadline) {
      const other = await holderOf(path);
      throw new Error(
        `The object "${key}" has been locked for ${patienceMs / 1000} s by process ${other?.pid} on ${other?.host} (${path}).`,
      );
    }
    await sleep(retryEveryMs);
  }
}

/** The lock appears with its holder's name in it, by link(2): nobody ever reads an empty lock. */
async function tryAcquire(path: string, holder: Holder): Promise<boolean> {
  const written = `${path}.${holder.token}`;
  await writeFile(written, JSON.stringify(holder));
  try {
    await link(written, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(written, { force: true });
  }
}

/**
 * Only one process at a time may take a stale lock away, and it looks again before it does: else
 * two that saw the same dead holder could remove the lock of the first one's successor.
 */
async function breakIfStale(path: string): Promise<void> {
  const seen = await holderOf(path);
  if (seen === undefined || !(await isStale(path, seen))) return;
  const breaking = `${path}.breaking`;
  if (!(await createdExclusively(breaking))) {
    if (await isOlderThan(breaking, staleAfterMs)) await rm(breaking, { force: true });
    return;
  }
  try {
    if ((await holderOf(path))?.token === seen.token) await rm(path, { force: true });
  } finally {
    await rm(breaking, { force: true });
  }
}

async function isStale(path: string, holder: Holder): Promise<boolean> {
  if (holder.host === hostname() && !isAlive(holder.pid)) return true;
  return isOlderThan(path, staleAfterMs);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, but belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function isOlderThan(path: string, ageMs: number): Promise<boolean> {
  const modifiedAt = await stat(path).then(
    (stats) => stats.mtimeMs,
    () => undefined,
  );
  return modifiedAt !== undefined && Date.now() - modifiedAt > ageMs;
}

async function createdExclusively(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx')).close();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Undefined when the lock is free, or not one of ours. */
async function holderOf(path: string): Promise<Holder | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const value: unknown = JSON.parse(text);
  return isHolder(value) ? value : undefined;
}

function isHolder(value: unknown): value is Holder {
  if (typeof value !== 'object' || value === null) return false;
  if (!('host' in value && 'pid' in value && 'token' in value)) return false;
  return (
    typeof value.host === 'string' &&
    typeof value.pid === 'number' &&
    typeof value.token === 'string'
  );
}
