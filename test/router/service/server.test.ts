import { Agent, request as httpRequest } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { RouterSettings } from '../../../src/router/service/settings.ts';
import { type Asking, aStoredModel, ask, until } from './rig.ts';
import { routersPerTest } from './routers.ts';

const measured = { 'x-crossover-request': 'block-01.00001/hybrid' };

describe('the router service', () => {
  const routers = routersPerTest();
  const { start: aRouter } = routers;

  async function aRouterTo(path: string, changes: Partial<RouterSettings> = {}) {
    const router = await routers.startTo(path, changes);
    return { router, ask: (asking: Asking = {}) => ask(`${router.url}/heavy`, asking) };
  }

  test("passes a request on and the platform's answer back, and says what it did", async () => {
    const { url } = await aRouter();
    const headers = {
      ...measured,
      'x-crossover-token': 'secret',
      'x-amzn-trace-id': 'Root=1-a-b',
      'content-type': 'text/plain',
    };
    const answer = await ask(`${url}/heavy`, { headers, body: 'some payload' });

    expect(routers.platforms.arrivals).toMatchObject([
      {
        requestHeader: 'block-01.00001/hybrid',
        token: 'secret',
        traceId: 'Root=1-a-b',
        contentType: 'text/plain',
        body: Buffer.from('some payload'),
      },
    ]);
    expect(answer).toMatchObject({
      statusCode: 200,
      body: 'fine',
      headers: {
        'x-crossover-request': 'block-01.00001/hybrid',
        'x-crossover-environment': 'env-1',
        'x-routed-to': 'ecs',
        'x-router-model': aStoredModel().hash,
        'x-router-p-lambda': '0.25',
      },
    });
    expect(Number(answer.headers['x-router-ms'])).toBeGreaterThan(0);
    expect(Number(answer.headers['x-router-added-ms'])).toBeGreaterThan(
      Number(answer.headers['x-router-ms']),
    );
    expect(answer.headers).not.toHaveProperty('x-router-fallback');
  });

  test('does not ask the model about a workload with one platform', async () => {
    const { url } = await aRouter();
    const { headers } = await ask(`${url}/light`);
    expect(headers).toMatchObject({ 'x-routed-to': 'lambda', 'x-router-model': 'best-static' });
    expect(headers).not.toHaveProperty('x-router-p-lambda');
    expect(headers).not.toHaveProperty('x-router-fallback');
  });

  test('routes by its own load on each platform, while answers are on their way', async () => {
    const { router, ask: askHeavy } = await aRouterTo('slow');
    const asked = Array.from({ length: 3 }, () => askHeavy());
    await until('three are under way', () => routers.platforms.arrivals.length === 3);
    const fourth = await askHeavy();
    expect(fourth.headers).toMatchObject({ 'x-routed-to': 'lambda', 'x-router-p-lambda': '0.75' });
    expect(fourth.headers['x-router-load']).toContain('inFlightLambda=0,inFlightEcs=3,');
    await Promise.all(asked);
    const fifth = await askHeavy();
    expect(fifth.headers['x-routed-to']).toBe('ecs');
    expect(fifth.headers['x-router-load']).toContain('inFlightLambda=0,inFlightEcs=0,');
    expect(await router.health()).toMatchObject({
      requests: 5,
      inFlight: 0,
      routedTo: { lambda: 1, ecs: 4 },
    });
  });

  test('passes on the path below the workload, the query and the method', async () => {
    const { router, ask: _ } = await aRouterTo('ok');
    const answer = await ask(`${router.url}/heavy/large?width=7`, { method: 'PUT', body: 'x' });
    expect(answer.statusCode).toBe(200);
    expect(routers.platforms.arrivals[0]?.path).toBe('ok/large?width=7');
  });

  test('does not let a path climb out of its endpoint', async () => {
    const { router } = await aRouterTo('ok/inner');
    for (const path of ['/../other', '/a/../../other', '/%2e%2E/other', '/..\\other', '/..']) {
      const answer = await ask(router.url, { path: `/heavy${path}` });
      expect(answer.statusCode).toBe(404);
    }
    expect(routers.platforms.arrivals).toEqual([]);
    expect((await ask(router.url, { path: '/heavy/a/../b' })).statusCode).toBe(200);
    expect(routers.platforms.arrivals[0]?.path).toBe('ok/inner/b');
  });

  test('passes every status of the platform on as it is', async () => {
    for (const status of [303, 404, 429, 500]) {
      const { ask: askHeavy } = await aRouterTo(`status${status}`);
      const answer = await askHeavy({ headers: measured });
      expect(answer).toMatchObject({
        statusCode: status,
        body: 'see the status',
        headers: { 'x-routed-to': 'ecs', 'x-crossover-request': 'block-01.00001/hybrid' },
      });
    }
  });

  test('keeps connections on both sides', async () => {
    const { url } = await aRouter();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const answers = [];
    for (let sent = 0; sent < 3; sent += 1) answers.push(await ask(`${url}/light`, { agent }));
    agent.destroy();
    expect(answers.map(({ headers }) => headers.connection)).toEqual(Array(3).fill('keep-alive'));
  });

  describe('says what happened when a request cannot be answered', () => {
    test('502, where the platform refuses the connection', async () => {
      const router = await routers.startAt('http://127.0.0.1:1');
      const answer = await ask(`${router.url}/heavy`);
      expect(answer).toMatchObject({ statusCode: 502, headers: { 'x-routed-to': 'ecs' } });
      expect(JSON.parse(answer.body)).toEqual({
        error: 'unreachable',
        message: 'ecs did not answer (ECONNREFUSED). Look if it is up.',
      });
    });

    test.each(['reset', 'garbage'])('502, where the platform answers with a %s', async (fault) => {
      const { router, ask: askHeavy } = await aRouterTo(fault);
      const answer = await askHeavy();
      expect(answer).toMatchObject({ statusCode: 502, headers: { 'x-routed-to': 'ecs' } });
      expect(await router.health()).toMatchObject({ failures: { unreachable: 1 }, inFlight: 0 });
    });

    test('504, where the platform does not answer in time', async () => {
      const { router, ask: askHeavy } = await aRouterTo('hang', { timeoutMs: 200 });
      const answer = await askHeavy();
      expect(answer).toMatchObject({ statusCode: 504, headers: { 'x-routed-to': 'ecs' } });
      expect(JSON.parse(answer.body)).toEqual({
        error: 'overdue',
        message: 'ecs did not answer within 200 ms.',
      });
      expect(await router.health()).toMatchObject({ failures: { overdue: 1 }, inFlight: 0 });
    });

    test('404, for a workload that it does not have', async () => {
      const { url } = await aRouter();
      for (const path of ['/other', '/', '/__proto__', '/heavy%00']) {
        const answer = await ask(`${url}${path}`);
        expect(answer.statusCode).toBe(404);
        expect(JSON.parse(answer.body)).toMatchObject({ error: 'no-such-path' });
      }
      expect(routers.platforms.arrivals).toEqual([]);
    });

    test('413, for more than both platforms take, with or without a declared length', async () => {
      const { url } = await aRouter();
      const body = new Uint8Array(6 * 1024 * 1024 + 1);
      const declared = await ask(`${url}/heavy`, { body });
      const chunked = await ask(`${url}/heavy`, {
        body,
        headers: { 'transfer-encoding': 'chunked' },
      });
      for (const answer of [declared, chunked]) {
        expect(answer.statusCode).toBe(413);
        expect(JSON.parse(answer.body)).toMatchObject({ error: 'too-large' });
      }
      expect(routers.platforms.arrivals).toEqual([]);
      const largest = await ask(`${url}/heavy`, { body: body.subarray(1) });
      expect(largest.statusCode).toBe(200);
    });

    test('408, for a request that never arrives as a whole', async () => {
      const { url } = await aRouter({ timeoutMs: 200 });
      const answer = await ask(`${url}/heavy`, { body: 'half', declaredBytes: 8 });
      expect(answer.statusCode).toBe(408);
      expect(JSON.parse(answer.body)).toMatchObject({ error: 'slow-request' });
    });

    test('by breaking off, where the answer breaks off after its status', async () => {
      for (const fault of ['cut', 'hang-in-body']) {
        const { router, ask: askHeavy } = await aRouterTo(fault, { timeoutMs: 400 });
        await expect(askHeavy()).rejects.toThrow();
        await until('it is counted', async () => (await router.health())['inFlight'] === 0);
      }
    });
  });

  test('gives up a request whose client has gone, and leaves a line about it', async () => {
    const { router } = await aRouterTo('hang');
    const leaving = httpRequest(`${router.url}/heavy`, { method: 'POST', headers: measured });
    leaving.on('error', () => undefined);
    leaving.end('payload');
    await until('it is under way', () => routers.platforms.arrivals.length === 1);
    leaving.destroy();
    await until('it is given up', async () => (await router.health())['inFlight'] === 0);

    expect(await router.health()).toMatchObject({ failures: { undelivered: 1, overdue: 0 } });
    expect(router.printed).toMatchObject([
      {
        kind: 'routed',
        requestId: 'block-01.00001',
        target: 'hybrid',
        platform: 'ecs',
        pLambda: 0.25,
        modelHash: aStoredModel().hash,
        inFlightEcs: 0,
      },
    ]);
  });

  test('survives a client that leaves while it sends', async () => {
    const { router, ask: askHeavy } = await aRouterTo('ok');
    const leaving = httpRequest(`${router.url}/heavy`, {
      method: 'POST',
      headers: { 'content-length': '100' },
    });
    leaving.on('error', () => undefined);
    leaving.write('some');
    await until('it is connected', () => leaving.socket?.writable);
    leaving.destroy();
    expect((await askHeavy()).statusCode).toBe(200);
    expect(routers.platforms.arrivals).toHaveLength(1);
  });
});
