import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './server-process.ts';

/** A start takes one second, and 20 s at worst. */
const patienceMs = 45_000;

/**
 * Runs `act` while no other process starts a server in the same folder: two dev servers on one
 * database file do not notice each other. The lock of a killed process is taken away.
 */
export async function withStartLock<Result>(
  path: string,
  act: () => Promise<Result>,
): Promise<Result> {
  const deadline = performance.now() + patienceMs;
  while (!(await tryAcquire(path))) {
    const holder = await holderOf(path);
    if (holder !== undefined && !isAlive(holder)) await takeAway(path);
    if (performance.now() > deadline) {
      throw new Error(
        `Process ${holder} has been starting a Temporal server for ${patienceMs / 1000} s (${path}). End it and try again.`,
      );
    }
    await sleep(50);
  }
  try {
    return await act();
  } finally {
    await rm(path, { force: true });
  }
}

let attempts = 0;

/** By link(2) the lock appears with its holder in it. */
async function tryAcquire(path: string): Promise<boolean> {
  const written = `${path}.${process.pid}.${attempts++}`;
  await writeFile(written, `${process.pid}\n`);
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

/** Moves it aside first and looks whose it was, in case a live process took it in between. */
async function takeAway(path: string): Promise<void> {
  const aside = `${path}.${process.pid}.stale`;
  await rename(path, aside).catch(() => undefined);
  const holder = await holderOf(aside);
  if (holder !== undefined && isAlive(holder)) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

async function holderOf(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const pid = Number(text);
  return text === undefined || !Number.isInteger(pid) || pid <= 0 ? undefined : pid;
}
