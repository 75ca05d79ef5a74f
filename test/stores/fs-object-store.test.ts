import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FsObjectStore } from '../../src/stores/fs-object-store.ts';
import { describeObjectStore } from '../contracts/object-store.ts';

describeObjectStore('FsObjectStore', async () => {
  const root = await mkdtemp(join(tmpdir(), 'crossover-store-'));
  return {
    openAnother: () => new FsObjectStore(root),
    close: () => rm(root, { recursive: true }),
  };
});

describe('FsObjectStore', () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'crossover-store-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  test('of four processes that write the same keys exactly one wins each', async () => {
    const racers = Array.from({ length: 4 }, () => startRacer(root, { writers: 5, rounds: 20 }));
    await Promise.all(racers.map((racer) => racer.ready));
    for (const racer of racers) racer.go();
    const wins = await Promise.all(racers.map((racer) => racer.wins));
    const winsPerRound = Array.from({ length: 20 }, (_, round) =>
      wins.reduce((sum, ofProcess) => sum + (ofProcess[round] ?? 0), 0),
    );
    expect(winsPerRound).toEqual(Array(20).fill(1));
  });

  test('leaves no unfinished write and no lock behind, and never lists one', async () => {
    const store = new FsObjectStore(root);
    await store.put('a', '1');
    await store.putIfAbsent('a', '2');
    await writeFile(join(root, '.partial', 'of-a-killed-process'), 'half');
    expect(await store.list('')).toEqual(['a']);
    expect(await readdir(join(root, '.partial'))).toEqual(['of-a-killed-process']);
    expect(await readdir(join(root, '.locks'))).toEqual([]);
  });

  test('takes over the lock of a process that is gone', async () => {
    await leaveLock(root, 'k', { host: hostname(), pid: 2 ** 22 + 1 });
    await new FsObjectStore(root).put('k', 'mine');
    expect(await new FsObjectStore(root).list('')).toEqual(['k']);
  });

  test('waits for a lock of another host until it is old, and holds up no other key', async () => {
    const lock = await leaveLock(root, 'k', { host: 'elsewhere', pid: 1 });
    const store = new FsObjectStore(root);
    let isPut = false;
    const put = store.put('k', 'mine').then(() => {
      isPut = true;
    });
    for (let other = 1; other <= 20; other++) await store.put(`other/${other}`, 'x');
    expect(isPut).toBe(false);
    const aMinuteAgo = new Date(Date.now() - 60_000);
    await utimes(lock, aMinuteAgo, aMinuteAgo);
    await put;
    expect(await readdir(join(root, '.locks'))).toEqual([]);
  });
});

async function leaveLock(root: string, key: string, holder: { host: string; pid: number }) {
  await mkdir(join(root, '.locks'), { recursive: true });
  const path = join(root, '.locks', createHash('sha256').update(key).digest('hex'));
  await writeFile(path, JSON.stringify({ ...holder, token: 'left behind' }));
  return path;
}

function startRacer(root: string, size: { writers: number; rounds: number }) {
  const script = join(import.meta.dirname, '../fixtures/race-for-objects.ts');
  const child = spawn(process.execPath, [script, root, `${size.writers}`, `${size.rounds}`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ready = lines.next();
  const wins = ready
    .then(() => lines.next())
    .then(async (line): Promise<number[]> => {
      if (child.exitCode === null) await once(child, 'exit');
      return JSON.parse(line.value ?? '[]');
    });
  return { ready, wins, go: () => child.stdin.write('go\n') };
}
