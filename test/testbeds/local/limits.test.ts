import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { type Cage, createOpenCage } from '../../../src/testbeds/local/cage.ts';
import {
  cageName,
  detectLimits,
  listCages,
  sweepCages,
} from '../../../src/testbeds/local/limits.ts';
import { isRunning, ownIdentity } from '../../../src/testbeds/local/process-identity.ts';
import { limits, until } from './rig.ts';

const host = ownIdentity();
const cages: Cage[] = [];

afterEach(async () => {
  for (const cage of cages.splice(0)) await cage.remove();
});

function aCage(what: string, changed: { vcpu?: number; memoryMb?: number } = {}): Cage {
  const name = cageName(host, what);
  const cage = limits.createCage({ name, memoryMb: 128, periodUs: 20_000, ...changed });
  cages.push(cage);
  return cage;
}

/** Runs a script inside and resolves to how it ended. */
async function runIn(cage: Cage, script: string): Promise<NodeJS.Signals | number | null> {
  const [command, args] = cage.wrap(process.execPath, ['-e', script]);
  const [code, signal] = await once(spawn(command, args, { stdio: 'ignore' }), 'exit');
  return signal ?? code;
}

const burn = 'const end = performance.now() + 300; while (performance.now() < end);';

it('says the same kind of limits each time it looks, and leaves nothing', async () => {
  expect(await detectLimits()).toBe(limits.kind);
  expect(listCages(({ pid }) => pid === process.pid)).toEqual([]);
});

describe.skipIf(limits.kind === 'none')('a cage', () => {
  it('holds a process to its share of the CPU', async () => {
    const cage = aCage('share', { vcpu: 0.2 });
    expect(await runIn(cage, burn)).toBe(0);
    expect(cage.throttledTotalMs()).toBeGreaterThan(0);
    expect(cage.cpuTotalMs(undefined)).toBeGreaterThan(20);
  });

  it('does not hold a process when the share is taken away', async () => {
    const cage = aCage('free', { vcpu: 0.2 });
    cage.setCpu(undefined);
    await runIn(cage, burn);
    expect(cage.throttledTotalMs()).toBe(0);
  });

  it('kills what takes more memory than there is, and counts it', async () => {
    const cage = aCage('memory', { memoryMb: 64 });
    const ended = await runIn(cage, 'const a = []; for (;;) a.push(Buffer.alloc(1e7, 1));');
    expect(ended).toBe('SIGKILL');
    expect(cage.oomKills()).toBeGreaterThan(0);
  });

  it('is removed with everything inside', async () => {
    const cage = aCage('removed');
    const [command, args] = cage.wrap(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const child = spawn(command, args, { stdio: 'ignore' });
    const exit = once(child, 'exit');
    await until('the process uses memory', () => (cage.memoryMb(child.pid) ?? 0) > 10);
    await cage.remove();
    expect((await exit)[1]).toBe('SIGKILL');
    expect(listCages(() => true)).not.toContain(cage.name);
  });
});

describe('a cage where there are no groups', () => {
  it('still counts CPU time and memory, and is found by its name', async () => {
    const name = cageName(host, 'open');
    const cage = createOpenCage({ name, memoryMb: 64, periodUs: 20_000 });
    const [command, args] = cage.wrap(process.execPath, [
      '-e',
      'while (process.cpuUsage().user < 150_000); setInterval(() => {}, 1e3)',
    ]);
    const child = spawn(command, args, { stdio: 'ignore' });
    const exit = once(child, 'exit');
    await until('it has been busy', () => cage.cpuTotalMs(child.pid) >= 100);
    expect(cage.memoryMb(child.pid)).toBeGreaterThan(10);
    expect(listCages(({ pid }) => pid === process.pid)).toContain(name);
    child.kill('SIGKILL');
    await exit;
    expect(cage.memoryMb(child.pid)).toBeUndefined();
  });
});

describe('the sweep', () => {
  it('removes what a dead host left and spares what a live one has', async () => {
    const alive = aCage('alive');
    const dead = { pid: 2 ** 22 + 7, startedAt: 1 };
    const name = cageName(dead, 'task-0');
    const left = limits.createCage({ name, memoryMb: 64, periodUs: 100_000 });
    const [command, args] = left.wrap(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const child = spawn(command, args, { stdio: 'ignore' });
    const exit = once(child, 'exit');
    await until('the orphan is seen', () => listCages(() => true).includes(name));

    const swept = await sweepCages(isRunning);

    expect(swept).toContain(name);
    expect(swept).not.toContain(alive.name);
    expect((await exit)[1]).toBe('SIGKILL');
    expect(listCages(({ pid }) => pid === dead.pid)).toEqual([]);
  });

  it('takes a live process for another when it started at another time', () => {
    expect(isRunning(host)).toBe(true);
    expect(isRunning({ ...host, startedAt: host.startedAt + 1 })).toBe(false);
  });
});
