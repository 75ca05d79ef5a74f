import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { examineMachine, formatChecks } from '../../src/cli/doctor.ts';
import { checkMachine, type Machine } from '../../src/cli/machine-checks.ts';

const gigabyte = 1024 ** 3;

function aMachine(changed: Partial<Machine> = {}): Machine {
  return {
    platform: 'linux',
    architecture: 'x64',
    nodeVersion: 'v24.21.0',
    cores: 2,
    memoryBytes: 8 * gigabyte,
    freeDiskBytes: 50 * gigabyte,
    limits: 'cgroup2',
    ...changed,
  };
}

const statusOf = (name: string, machine: Machine) =>
  checkMachine(machine).find((check) => check.name === name)?.status;

describe('the doctor', () => {
  test('finds nothing to say about a machine that has everything', () => {
    const found = checkMachine(aMachine());
    expect(found.map(({ status }) => status)).toEqual(Array(6).fill('ok'));
    expect(found.every(({ advice }) => advice === undefined)).toBe(true);
  });

  test.each([
    ['Platform', { platform: 'win32' }, 'missing'],
    ['Platform', { platform: 'darwin' }, 'ok'],
    ['Node', { nodeVersion: 'v22.17.1' }, 'missing'],
    ['Node', { nodeVersion: 'v22.18.0' }, 'ok'],
    ['Node', { nodeVersion: 'v23.0.0' }, 'ok'],
    ['Node', { nodeVersion: 'v20.20.2' }, 'missing'],
    ['Cores', { cores: 1 }, 'warning'],
    ['Memory', { memoryBytes: 1.5 * gigabyte }, 'warning'],
    ['Disk', { freeDiskBytes: 1 * gigabyte }, 'warning'],
    ['Disk', { freeDiskBytes: 0.1 * gigabyte }, 'missing'],
    ['CPU limits', { limits: 'cgroup1' }, 'ok'],
    ['CPU limits', { limits: 'none' }, 'warning'],
  ] as const)('says of %s with %j: %s', (name, changed, status) => {
    expect(statusOf(name, aMachine(changed))).toBe(status);
  });

  test('gives advice with everything that is not in order', () => {
    const found = checkMachine(
      aMachine({
        platform: 'win32',
        nodeVersion: 'v20.0.0',
        cores: 1,
        memoryBytes: 0,
        freeDiskBytes: 0,
        limits: 'none',
      }),
    );
    expect(found.every(({ advice }) => (advice?.length ?? 0) > 0)).toBe(true);
  });

  test('speaks in lines of at most 80 columns, the status first', () => {
    const lines = formatChecks(checkMachine(aMachine({ limits: 'none', cores: 1 })));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.filter((line) => line.startsWith('warning'))).toHaveLength(2);
    expect(lines.join(' ').replaceAll(/\s+/g, ' ')).toContain('gives no verdict (METHOD 1.7)');
  });
});

describe('the doctor on this machine', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crossover-doctor-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const examine = async (environment: Record<string, string>) => {
    const checks = await examineMachine({ environment, stateFolder: join(folder, 'not-there') });
    return (name: string) => checks.find((check) => check.name === name);
  };

  async function aTemporal(script: string): Promise<string> {
    const program = join(folder, 'temporal');
    await writeFile(program, `#!/bin/sh\n${script}\n`);
    await chmod(program, 0o755);
    return program;
  }

  test('names the CLI with its version, and a server that is not needed yet', async () => {
    const program = await aTemporal('echo temporal version 1.9.1');
    const check = await examine({ TEMPORAL_CLI_PATH: program });
    expect(check('Temporal CLI')?.detail).toBe(`temporal version 1.9.1 at ${program}`);
    expect(check('Temporal server')?.detail).toContain('started when it is needed');
    expect(check('Disk')?.detail).toMatch(/^\d+\.\d GB free$/);
  });

  test('misses a CLI that is not there or does not run', async () => {
    expect((await examine({}))('Temporal CLI')).toMatchObject({ status: 'missing' });
    const broken = await aTemporal('exit 126');
    const check = await examine({ TEMPORAL_CLI_PATH: broken });
    expect(check('Temporal CLI')).toMatchObject({ status: 'missing' });
    expect(check('Temporal CLI')?.detail).toContain(`${broken} does not run`);
  });

  test('needs no CLI with TEMPORAL_ADDRESS, but an answer there', async () => {
    const check = await examine({ TEMPORAL_ADDRESS: '127.0.0.1:1', HOME: folder });
    expect(check('Temporal CLI')).toMatchObject({ status: 'ok' });
    expect(check('Temporal server')).toMatchObject({
      status: 'missing',
      advice: expect.stringContaining('No Temporal server answers on 127.0.0.1:1'),
    });
  });
});
