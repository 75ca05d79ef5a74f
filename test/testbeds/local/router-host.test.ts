import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { featureNames } from '../../../src/domain/models/feature.ts';
import { listCages } from '../../../src/testbeds/local/limits.ts';
import { LocalTestbed } from '../../../src/testbeds/local/local-testbed.ts';
import { findHostFile } from '../../../src/testbeds/local/state-files.ts';
import type { ServiceSpec, WindowRouter } from '../../../src/testbeds/testbed.ts';
import { storedText } from '../../router/service/rig.ts';
import { aRoutingModel } from '../../support/routing-model.ts';
import { aFolder, aPlan, aWorkload, checkoutFolder, removeFolder, until } from './rig.ts';

const signal = new AbortController().signal;
const rigs: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
});

const names = ['obedient'];
const model = storedText(
  JSON.stringify(aRoutingModel({ features: featureNames(names), workloads: names })),
);

const router: WindowRouter = {
  owner: 'hybrid',
  platformsOf: { obedient: ['lambda', 'ecs'] },
  table: { obedient: 'lambda' },
  workloads: { obedient: { estimatedExecutionMs: 1, estimatedMemoryMb: 64 } },
  timezone: 'UTC',
  model: { hash: model.hash, bytes: Buffer.from(model.text) },
};

/** A testbed whose hybrid has both platforms of one workload, and a router before them. */
async function aHybrid() {
  const folder = aFolder();
  const stateFolder = join(folder, 'local');
  const testbed = new LocalTestbed({ stateFolder, checkoutFolder });
  rigs.push({
    close: async () => {
      await testbed.release('test');
      removeFolder(folder);
    },
  });
  const plan = aPlan({ workloads: [aWorkload()], load: { timeoutMs: 1_500 } });
  const expiresAtMs = Date.now() + 120_000;
  await testbed.deploy({ campaignId: 'test', plan, expiresAtMs }, { signal });
  const services: readonly ServiceSpec[] = [
    { owner: 'hybrid', platform: 'lambda', workload: 'obedient' },
    { owner: 'hybrid', platform: 'ecs', workload: 'obedient' },
  ];
  const prepare = (run: string, changed: { readonly router?: WindowRouter }) =>
    testbed.prepare(
      {
        campaignId: 'test',
        run,
        services,
        expiresAtMs,
        ...changed,
      },
      { signal },
    );
  await prepare('block-01', { router });
  const { routers = [], token = '' } = (await testbed.find('test')) ?? {};
  const url = `${routers.find(({ owner }) => owner === 'hybrid')?.url}/obedient`;
  const send = (requestId: string, order: object = {}, options: RequestInit = {}) =>
    fetch(url, {
      method: 'POST',
      body: JSON.stringify(order),
      headers: {
        'content-type': 'application/json',
        'x-crossover-token': token,
        'x-crossover-request': `${requestId}/hybrid`,
      },
      ...options,
    });
  const collect = (run: string) => testbed.collect({ campaignId: 'test', run }, { signal });
  return { testbed, stateFolder, prepare, send, collect };
}

describe('the router service of the hybrid arm', () => {
  it('routes by the pinned model, and what it routed has its records', async () => {
    const { send, collect } = await aHybrid();
    const answer = await send('block-01.00001');
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'x-routed-to': 'ecs',
      'x-router-model': model.hash,
      'x-router-p-lambda': '0.25',
      'x-crossover-request': 'block-01.00001/hybrid',
    });
    expect(await collect('block-01')).toContainEqual(
      expect.objectContaining({
        kind: 'handler',
        platform: 'ecs',
        requestId: 'block-01.00001',
        target: 'hybrid',
        environmentId: answer.headers.get('x-crossover-environment'),
      }),
    );
  });

  it('is replaced for each window, and nothing stands there when none is wanted', async () => {
    const { send, prepare } = await aHybrid();
    const { model: _, ...withoutModel } = router;
    await prepare('block-02', { router: withoutModel });
    const answer = await send('block-02.00001');
    expect(answer.headers.get('x-routed-to')).toBe('lambda');
    expect(answer.headers.get('x-router-model')).toBe('best-static');
    await prepare('block-03', {});
    expect((await send('block-03.00001')).status).toBe(503);
  });

  it('is refused without the token, as everything else is', async () => {
    const { send } = await aHybrid();
    const headers = { 'x-crossover-token': 'guessed' };
    expect((await send('block-01.00001', {}, { headers })).status).toBe(403);
  });

  it('leaves a record of a request whose client did not wait for the answer', async () => {
    const { send, collect } = await aHybrid();
    const hanging = send('block-01.00001', { do: 'hang' }, { signal: AbortSignal.timeout(500) });
    await expect(hanging).rejects.toThrow();
    await until('the line is there', async () =>
      (await collect('block-01')).some(({ kind }) => kind === 'routed'),
    );
    expect(await collect('block-01')).toContainEqual(
      expect.objectContaining({
        kind: 'routed',
        requestId: 'block-01.00001',
        target: 'hybrid',
        platform: 'ecs',
        modelHash: model.hash,
        pLambda: 0.25,
      }),
    );
  });

  it('leaves no process, no group and no file with the release', async () => {
    const { testbed, stateFolder } = await aHybrid();
    expect(readdirSync(join(stateFolder, 'router'))).toContain(`${model.hash}.json`);
    const host = findHostFile(stateFolder);
    expect(await testbed.release('test')).toEqual([]);
    expect(existsSync(stateFolder)).toBe(false);
    expect(listCages(({ pid }) => pid === host?.pid)).toEqual([]);
  });
});
