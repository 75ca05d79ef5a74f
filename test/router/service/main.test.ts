import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keysOf } from '../../../src/domain/names.ts';
import type { RouterSettings } from '../../../src/router/service/settings.ts';
import { FsObjectStore } from '../../../src/stores/fs-object-store.ts';
import {
  type MisbehavingServer,
  startMisbehavingServer,
} from '../../support/misbehaving-server.ts';
import {
  aChampion,
  aSettings,
  aStoredModel,
  ask,
  heavyAt,
  type StoredModel,
  until,
} from './rig.ts';

describe('the router process', () => {
  let folder = '';
  let platforms: MisbehavingServer;
  const kills: (() => void)[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crossover-router-'));
    platforms = await startMisbehavingServer();
  });
  afterEach(async () => {
    for (const kill of kills.splice(0)) kill();
    await platforms[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  /** Started as anybody would start it; resolves when it listens. */
  async function aProcess(settings: RouterSettings) {
    const path = join(folder, 'router.json');
    await writeFile(path, JSON.stringify(settings));
    const child = spawn(process.execPath, [resolve('src/router/service/main.ts')], {
      env: { PATH: process.env['PATH'], CROSSOVER_ROUTER: path },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    kills.push(() => child.kill('SIGKILL'));
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    const { port } = JSON.parse(line);
    const ended = once(child, 'exit');
    return { child, ended, url: `http://127.0.0.1:${port}` };
  }

  test('takes a new champion without a restart', async () => {
    const objects = new FsObjectStore(folder);
    const keys = keysOf('week');
    const enthrone = async (model: StoredModel) => {
      await objects.put(keys.model(model.hash), model.text);
      await objects.put(keys.champion, JSON.stringify(aChampion(model)));
    };
    const first = aStoredModel();
    const second = aStoredModel({ threshold: 0.2 });
    await enthrone(first);
    const champion = { store: folder, campaign: 'week', pollMs: 20, staleAfterMs: 60_000 };
    const { url } = await aProcess(aSettings(platforms.url, { champion }));
    expect((await ask(`${url}/heavy`)).headers['x-router-model']).toBe(first.hash);
    await enthrone(second);
    const modelNow = async () => (await ask(`${url}/heavy`)).headers['x-router-model'];
    await until('the new one is in use', async () => (await modelNow()) === second.hash);
  });

  test('finishes what is under way when it is asked to end', async () => {
    const settings = heavyAt(aSettings(platforms.url), `${platforms.url}/slow`);
    const { child, ended, url } = await aProcess(settings);
    const asked = ask(`${url}/heavy`);
    await until('it is under way', () => platforms.arrivals.length === 1);
    child.kill('SIGTERM');
    expect(await asked).toMatchObject({ statusCode: 200, body: 'late' });
    expect(await ended).toEqual([0, null]);
    await expect(ask(`${url}/heavy`)).rejects.toThrow('ECONNREFUSED');
  });
});
