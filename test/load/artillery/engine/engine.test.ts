import { EventEmitter } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { featureNames } from '../../../../src/domain/models/feature.ts';
import type { IntendedRequest } from '../../../../src/domain/requests/requests.ts';
import CrossoverEngine from '../../../../src/load/artillery/engine/engine.ts';
import { tokenVariable } from '../../../../src/load/artillery/engine/engine-run.ts';
import type { LoadRunSpec, RouterSpec } from '../../../../src/load/load-generator.ts';
import { loadPayloadMaker } from '../../../../src/load/payloads.ts';
import type { Deployment } from '../../../../src/testbeds/testbed.ts';
import { aStoredModel, onlyHeavy, pinnedSource, startRouter } from '../../../router/service/rig.ts';
import {
  aRunFolder,
  deploymentAt,
  pairs,
  type RunFolder,
  targetOf,
  targetsOf,
} from '../../../support/load-run.ts';
import {
  type MisbehavingServer,
  startMisbehavingServer,
} from '../../../support/misbehaving-server.ts';
import { aRoutingModel } from '../../../support/routing-model.ts';

describe('the engine', () => {
  let server: MisbehavingServer;
  let run: RunFolder;

  beforeEach(async () => {
    server = await startMisbehavingServer();
    run = await aRunFolder();
    process.env[tokenVariable] = 'secret-token';
  });
  afterEach(async () => {
    delete process.env[tokenVariable];
    await server[Symbol.asyncDispose]();
    await run[Symbol.asyncDispose]();
  });

  test('sends every target once, in the drawn order and at its own planned time', async () => {
    const requests = pairs({ count: 6, everyMs: 40, gapMs: 60 });
    const spec = await run.spec(requests);
    await serve(spec, deploymentAt(server.url, ['ok']));

    expect(server.arrivals.map((arrival) => arrival.requestHeader).toSorted()).toEqual(
      targetsOf(requests),
    );
    const outcomes = (await run.outcomes()).toSorted((a, b) => a.sentAtMs - b.sentAtMs);
    for (const { requestId, targets } of requests) {
      const own = outcomes.filter((outcome) => outcome.requestId === requestId);
      expect(own.map(({ target }) => target)).toEqual(targets.map(({ target }) => target));
      expect(own.map(({ position }) => position)).toEqual([1, 2]);
    }
    for (const outcome of outcomes) {
      expect(outcome.sentAtMs).toBeGreaterThanOrEqual(outcome.plannedAtMs);
      expect(outcome.plannedAtMs).toBe(spec.startsAtMs + offsetOf(requests, targetOf(outcome)));
    }
  });

  test('sends the second target although the first never answers', async () => {
    const requests = pairs({ count: 1, everyMs: 0, workload: 'mixed', gapMs: 30 });
    const deployment: Deployment = {
      ...deploymentAt(server.url, []),
      endpoints: [
        { owner: 'collection', platform: 'lambda', workload: 'mixed', url: `${server.url}/hang` },
        { owner: 'collection', platform: 'ecs', workload: 'mixed', url: `${server.url}/ok` },
      ],
    };
    await serve(await run.spec(requests, { timeoutMs: 1_500 }), deployment);

    const [first, second] = (await run.outcomes()).sort((a, b) => a.position - b.position);
    expect(first).toMatchObject({ target: 'lambda', outcome: 'timeout', errorCode: 'TIMEOUT' });
    expect(second).toMatchObject({ target: 'ecs', outcome: 'answered', isGood: true });
    expect(second?.sentAtMs).toBeLessThan((first?.sentAtMs ?? 0) + 1_500);
  });

  test('tells the server who is asking, with the payload of the seed', async () => {
    const requests = pairs({ count: 1, everyMs: 0, workload: 'image' });
    const handler = path.resolve('test/fixtures/load/image/handler.ts');
    const spec = await run.spec(requests, { handlers: { image: handler } });
    await serve(spec, deploymentAt(server.url, ['image']));

    const expected = (await loadPayloadMaker(handler))(0);
    const [arrival] = server.arrivals;
    expect(arrival).toMatchObject({
      requestHeader: 'slot-001.00000/lambda',
      token: 'secret-token',
      contentType: 'application/octet-stream',
      body: Buffer.from(expected.body),
    });
    expect(arrival?.traceId).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
  });

  test('writes a sent line before each outcome, and what the handler echoed', async () => {
    const requests = pairs({ count: 3, everyMs: 5 });
    await serve(await run.spec(requests), deploymentAt(server.url, ['ok']));

    const records = await run.records();
    for (const target of targetsOf(requests)) {
      const own = records.filter((record) => targetOf(record) === target);
      expect(own.map(({ kind }) => kind)).toEqual(['sent', 'outcome']);
      expect(own[1]).toMatchObject({
        isGood: true,
        statusCode: 200,
        responseBytes: 4,
        echoedRequestId: target,
        environmentId: 'env-1',
        environmentSequence: 7,
        serverMs: 1.5,
      });
    }
  });

  test('reuses connections', async () => {
    const requests = pairs({ count: 4, everyMs: 80, gapMs: 40 });
    await serve(await run.spec(requests), deploymentAt(server.url, ['ok']));

    const outcomes = (await run.outcomes()).sort((a, b) => a.sentAtMs - b.sentAtMs);
    const first = outcomes[0];
    expect(first?.wasConnectionReused).toBe(false);
    expect(first?.connectMs).toBeGreaterThan(0);
    const reused = outcomes.filter(({ wasConnectionReused }) => wasConnectionReused);
    expect(reused.length).toBeGreaterThan(0);
    for (const outcome of reused) expect(outcome).not.toHaveProperty('connectMs');
  });

  test('knows the load of the own workload on each platform when it sends', async () => {
    const requests = [
      ...pairs({ count: 3, everyMs: 30, gapMs: 10, workload: 'slow' }),
      ...pairs({ count: 1, everyMs: 0, gapMs: 10, firstIndex: 50 }),
    ];
    await serve(await run.spec(requests), deploymentAt(server.url, ['slow', 'ok']));

    const slow = (await run.outcomes())
      .filter(({ requestId }) => requestId < 'slot-001.00050')
      .sort((a, b) => a.plannedAtMs - b.plannedAtMs);
    expect(slow.map((row) => [row.inFlightLambda, row.inFlightEcs])).toEqual([
      [0, 0],
      [1, 0],
      [1, 1],
      [1, 2],
      [2, 2],
      [3, 2],
    ]);
    expect(slow[0]?.sincePreviousLambdaMs).toBeUndefined();
    expect(slow[2]?.sincePreviousLambdaMs).toBeGreaterThan(0);
    expect(slow[5]?.recentRateLambdaPerS).toBe(3);
  });

  test('ignores users for whom there is no request', async () => {
    const requests = pairs({ count: 2, everyMs: 5 });
    const ended = await serve(await run.spec(requests), deploymentAt(server.url, ['ok']), 9);
    expect(ended).toEqual(Array(9).fill(null));
    expect(await run.outcomes()).toHaveLength(4);
  });

  test('sends nothing after the end, and cuts off what is unanswered then', async () => {
    const startsAtMs = Date.now();
    const requests = pairs({ count: 2, everyMs: 5_000, gapMs: 20, workload: 'hang' });
    const spec = await run.spec(requests, { startsAtMs, endsBeforeMs: startsAtMs + 1_500 });
    await serve(spec, deploymentAt(server.url, ['hang']));

    const outcomes = await run.outcomes();
    expect(new Set(outcomes.map(targetOf))).toEqual(new Set(targetsOf(requests.slice(0, 1))));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ outcome: 'timeout', errorCode: 'CUT_OFF', isGood: false });
    }
  });

  test('accounts for requests whose payload cannot be made, without sending them', async () => {
    const requests = pairs({ count: 1, everyMs: 0, workload: 'broken' });
    const handlers = { broken: path.resolve('test/fixtures/load/broken/handler.ts') };
    await serve(await run.spec(requests, { handlers }), deploymentAt(server.url, ['broken']));

    const records = await run.records();
    expect(records).toHaveLength(2);
    for (const record of records) {
      expect(record).toMatchObject({ kind: 'outcome', errorCode: 'PAYLOAD_BROKEN' });
    }
    expect(server.arrivals).toHaveLength(0);
  });

  test('lets the router choose where the plan leaves it open', async () => {
    const spec = await aHybridRun({ platformsOf: { heavy: ['ecs'] } });
    await serve(spec, deploymentAt(server.url, ['heavy'], ['hybrid']));

    const [outcome] = await run.outcomes();
    expect(outcome).toMatchObject({ target: 'hybrid', platform: 'ecs', routedTo: 'ecs' });
    expect(outcome?.routerMs).toBeGreaterThanOrEqual(0);
    expect(outcome).not.toHaveProperty('pLambda');
    expect(outcome).not.toHaveProperty('modelHash');
  });

  test('lets the model choose by the load of the arm, and records what it said', async () => {
    const modelPath = path.join(run.folder, 'model.json');
    await writeFile(modelPath, JSON.stringify(aRoutingModel()));
    const spec = await aHybridRun({
      platformsOf: { heavy: ['lambda', 'ecs'] },
      modelPath,
      modelHash: 'abc',
      requests: 5,
    });
    const deployment: Deployment = {
      ...deploymentAt(server.url, []),
      endpoints: (['lambda', 'ecs'] as const).map((platform) => ({
        owner: 'hybrid',
        platform,
        workload: 'heavy',
        url: `${server.url}/slow`,
      })),
    };
    await serve(spec, deployment);

    const outcomes = (await run.outcomes()).toSorted((a, b) => a.plannedAtMs - b.plannedAtMs);
    expect(outcomes.map(({ platform }) => platform)).toEqual([
      'ecs',
      'ecs',
      'ecs',
      'lambda',
      'lambda',
    ]);
    expect(outcomes[0]).toMatchObject({ pLambda: 0.25, modelHash: 'abc', routedTo: 'ecs' });
    expect(outcomes[4]).toMatchObject({ pLambda: 0.75, inFlightEcs: 3, inFlightLambda: 1 });
  });

  test('sends to a router service instead, and records what its answers say', async () => {
    const settings = onlyHeavy(server.url);
    await using router = await startRouter(
      settings,
      pinnedSource(aStoredModel({ features: featureNames(['heavy']), workloads: ['heavy'] })),
    );
    const spec = await aHybridRun({ platformsOf: { heavy: ['lambda', 'ecs'] }, place: 'service' });
    await serve(spec, { ...deploymentAt(server.url, []), routers: [hybridAt(router.url)] });

    const [outcome] = await run.outcomes();
    expect(outcome).toMatchObject({
      outcome: 'answered',
      isGood: true,
      platform: 'ecs',
      routedTo: 'ecs',
      pLambda: 0.25,
      modelHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      inFlightLambda: 0,
      inFlightEcs: 0,
      environmentId: 'env-1',
    });
    expect(outcome?.routerMs).toBeGreaterThan(0);
    expect(outcome?.latencyMs).toBeGreaterThan(outcome?.routerMs ?? 0);
    expect(server.arrivals).toMatchObject([
      { requestHeader: 'block-01.00000/hybrid', token: 'secret-token' },
    ]);
    expect(server.arrivals[0]?.traceId).toMatch(/^Root=1-/);
  });

  test('has no router columns for a request that failed before it was routed', async () => {
    const spec = await aHybridRun({ platformsOf: { heavy: ['ecs'] }, place: 'service' });
    const routers = [hybridAt('http://127.0.0.1:1')];
    await serve(spec, { ...deploymentAt(server.url, []), routers });

    const [outcome] = await run.outcomes();
    expect(outcome).toMatchObject({ outcome: 'failed', errorCode: 'ECONNREFUSED' });
    for (const column of ['platform', 'routedTo', 'routerMs', 'modelHash', 'inFlightEcs']) {
      expect(outcome).not.toHaveProperty(column);
    }
  });

  test('knows where a request went that the router could not deliver', async () => {
    const settings = onlyHeavy('http://127.0.0.1:1');
    await using router = await startRouter(settings, {
      find: async () => ({ kind: 'best-static' }),
    });
    const spec = await aHybridRun({ platformsOf: { heavy: ['lambda', 'ecs'] }, place: 'service' });
    await serve(spec, { ...deploymentAt(server.url, []), routers: [hybridAt(router.url)] });

    const [outcome] = await run.outcomes();
    expect(outcome).toMatchObject({ statusCode: 502, isGood: false, routedTo: 'ecs' });
    expect(outcome).not.toHaveProperty('modelHash');
  });

  const hybridAt = (url: string) => ({ owner: 'hybrid', url }) as const;

  /** Requests of the hybrid arm, 10 ms apart, whose platform the router must find. */
  async function aHybridRun(
    options: Pick<RouterSpec, 'platformsOf' | 'modelPath' | 'modelHash' | 'place'> & {
      requests?: number;
    },
  ) {
    const { requests: count = 1, ...choice } = options;
    const requests: IntendedRequest[] = Array.from({ length: count }, (_, index) => ({
      requestId: `block-01.0000${index}`,
      workload: 'heavy',
      payloadSeed: index,
      payloadBytes: 10,
      isLeadIn: false,
      targets: [{ target: 'hybrid', owner: 'hybrid', offsetMs: index * 10 }],
    }));
    const router: RouterSpec = {
      ...choice,
      workloads: { heavy: { estimatedExecutionMs: 200, estimatedMemoryMb: 512 } },
      timezone: 'UTC',
    };
    return await run.spec(requests, { router });
  }
});

function offsetOf(requests: readonly IntendedRequest[], wanted: string): number {
  const found = requests
    .flatMap(({ requestId, targets }) => targets.map((target) => ({ requestId, ...target })))
    .find((target) => targetOf(target) === wanted);
  return found?.offsetMs ?? Number.NaN;
}

/** Plays Artillery: makes the users one after the other and waits for all; returns their errors. */
async function serve(spec: LoadRunSpec, { endpoints, routers = [] }: Deployment, users = 20) {
  const runPath = path.join(spec.folder, 'run.json');
  const run = { ...spec, endpoints, routers, firstSegment: 1 };
  await writeFile(runPath, JSON.stringify(run));
  const engine = new CrossoverEngine(
    { config: { engines: { crossover: { runPath } } } },
    new EventEmitter(),
  );
  await engine.init();
  const user = engine.createScenario<object>({}, { emit: () => undefined });
  const ended = Array.from(
    { length: users },
    () => new Promise<Error | null>((resolve) => user({}, resolve)),
  );
  return await Promise.all(ended);
}
