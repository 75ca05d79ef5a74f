import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import type { Owner } from '../../../src/domain/arm.ts';
import type { Platform } from '../../../src/domain/platform.ts';
import type { IntendedRequest } from '../../../src/domain/requests/requests.ts';
import {
  defaultSimulation,
  type SimulationPlan,
} from '../../../src/domain/simulation/simulation.ts';
import { randomFor } from '../../../src/domain/statistics/random.ts';
import { isGood } from '../../../src/load/simulated/send.ts';
import { createRouter } from '../../../src/router/router.ts';
import { pairs } from '../../support/load-run.ts';
import { aRoutingModel, routedWorkloads } from '../../support/routing-model.ts';
import { aSimulatedPlan, aSpec, calmSimulation } from '../../testbeds/simulated/builders.ts';
import { latencyOf, type Outcome, simulated, startsAtMs } from './rig.ts';

const hourMs = 3_600_000;

function aCalmSpec(changes: Partial<SimulationPlan> = {}) {
  return aSpec(aSimulatedPlan({ simulation: { ...calmSimulation, ...changes } }));
}

/** Requests of one workload to one platform, each at its time. */
function requestsAt(
  offsetsMs: readonly number[],
  target: { readonly platform?: Platform; readonly owner?: Owner },
  changes: Partial<IntendedRequest> = {},
): IntendedRequest[] {
  const { platform, owner = 'collection' } = target;
  return offsetsMs.map((offsetMs, index) => ({
    requestId: `slot-001.${String(index).padStart(5, '0')}`,
    workload: 'heavy',
    payloadSeed: index,
    payloadBytes: 100,
    isLeadIn: false,
    targets: [
      {
        target: platform ?? owner,
        owner,
        offsetMs,
        ...(platform === undefined ? {} : { platform }),
      },
    ],
    ...changes,
  }));
}

function statusesOf(outcomes: readonly Outcome[]): (number | string)[] {
  return outcomes
    .toSorted((a, b) => a.send.requestId.localeCompare(b.send.requestId))
    .map(({ reply }) => (reply.outcome === 'answered' ? reply.statusCode : reply.errorCode));
}

describe('what the client sees', () => {
  test('is edge, init and execution on Lambda', () => {
    const spec = aCalmSpec();
    const { outcomes, platform } = simulated(requestsAt([0, 60_000], { platform: 'lambda' }), {
      spec,
    });
    const [cold = 0, warm = 0] = outcomes.map(latencyOf);
    const report = platform.find((record) => record.kind === 'report');
    const executionMs = (290 * 1769) / 512;
    const { lambdaMs } = calmSimulation.edge;
    // A REPORT line has hundredths.
    expect(warm).toBeCloseTo(executionMs + lambdaMs, 1);
    const firstCallMs = spec.workloads[1]?.firstCallMs ?? 0;
    expect(cold - warm).toBeCloseTo((report?.initMs ?? 0) + firstCallMs, 1);
  });

  test('is edge and the task’s time on Fargate, shared with whoever is there', () => {
    const { outcomes } = simulated(requestsAt([0, 10_000, 10_000], { platform: 'ecs' }), {
      spec: aCalmSpec(),
    });
    const { ecsMs } = calmSimulation.edge;
    expect(outcomes.map(latencyOf).map(Math.round)).toEqual([
      290 + ecsMs,
      580 + ecsMs,
      580 + ecsMs,
    ]);
  });

  test('is 429 above the limit, and the platform has no record of it', () => {
    const lambda = { ...calmSimulation.lambda, concurrency: 2 };
    const { outcomes, platform } = simulated(
      requestsAt([0, 1, 2, 60_000], { platform: 'lambda' }),
      { spec: aCalmSpec({ lambda }) },
    );
    expect(statusesOf(outcomes)).toEqual([200, 200, 429, 200]);
    expect(outcomes.map(({ reply }) => isGood(reply))).toEqual([true, true, false, true]);
    expect(platform.filter(({ kind }) => kind === 'handler')).toHaveLength(3);
  });

  test('is 413 above what a platform takes', () => {
    const megabytes = (count: number) => ({ payloadBytes: count * 1024 * 1024 });
    const statuses = (platform: Platform, count: number) =>
      statusesOf(
        simulated(requestsAt([0], { platform }, megabytes(count)), { spec: aCalmSpec() }).outcomes,
      );
    // In base64 4.4 MB are 5.9 MB; 4.6 MB are 6.1 MB.
    expect(statuses('lambda', 4.4)).toEqual([200]);
    expect(statuses('lambda', 4.6)).toEqual([413]);
    expect(statuses('ecs', 20)).toEqual([200]);
  });

  test('is 503 from a service that is not up', () => {
    const spec = { ...aCalmSpec(), services: [] };
    const { outcomes } = simulated(requestsAt([0], { platform: 'ecs' }), { spec });
    expect(statusesOf(outcomes)).toEqual([503]);
  });

  test('is a timeout of what takes too long, while the task goes on with it', () => {
    const times = { startsAtMs, movedMs: 0, timeoutMs: 500, endsBeforeMs: startsAtMs + hourMs };
    const { outcomes, platform } = simulated(requestsAt([0, 0, 5_000], { platform: 'ecs' }), {
      spec: aCalmSpec(),
      times,
    });
    expect(statusesOf(outcomes)).toEqual(['TIMEOUT', 'TIMEOUT', 200]);
    expect(platform.filter(({ kind }) => kind === 'handler')).toHaveLength(3);
    // What the client has given up is no longer in flight, although it is not done.
    const last = outcomes.find(({ send }) => send.requestId === 'slot-001.00002');
    expect(last?.send.columns.inFlightEcs).toBe(0);
  });

  test('is cut off at the end of the run, and what is planned for later is not sent', () => {
    const times = {
      startsAtMs,
      movedMs: 0,
      timeoutMs: 29_000,
      endsBeforeMs: startsAtMs + 10_000,
    };
    for (const platform of ['lambda', 'ecs'] as const) {
      const { outcomes } = simulated(requestsAt([0, 9_900, 10_000], { platform }), {
        spec: aCalmSpec(),
        times,
      });
      expect(statusesOf(outcomes)).toEqual([200, 'CUT_OFF']);
    }
  });

  test('is 502 from a task that has died with the request', () => {
    const fargate = { ...calmSimulation.fargate, outOfMemoryPerHour: 200 };
    const { outcomes } = simulated(
      requestsAt(
        Array.from({ length: 3_000 }, (_, index) => index * 500),
        { platform: 'ecs' },
      ),
      { spec: aCalmSpec({ fargate }) },
    );
    const statuses = new Set(statusesOf(outcomes));
    expect(statuses).toEqual(new Set([200, 502, 503]));
  });
});

describe('the load that is known when a request is sent', () => {
  test('counts who is on his way, and only on the own workload', () => {
    const heavy = requestsAt([0, 100, 200, 60_000], { platform: 'lambda' });
    const light = requestsAt([150], { platform: 'lambda' }, { workload: 'light' });
    const { outcomes } = simulated([...heavy.slice(0, 2), ...light, ...heavy.slice(2)], {
      spec: aCalmSpec(),
    });
    const columns = outcomes.map(({ send }) => [
      send.columns.inFlightLambda,
      send.columns.sincePreviousLambdaMs,
    ]);
    expect(columns).toEqual([
      [0, undefined],
      [1, 100],
      [0, undefined],
      [2, 100],
      [0, 59_800],
    ]);
  });
});

describe('a target without a platform', () => {
  const rules = {
    platformsOf: { light: ['lambda'] as const, heavy: ['lambda', 'ecs'] as const },
    workloads: Object.fromEntries(
      routedWorkloads.map((name) => [name, { estimatedExecutionMs: 10, estimatedMemoryMb: 80 }]),
    ),
    timezone: 'UTC',
  };

  test('goes where the router sends it, which sees what the record says', () => {
    const services = [
      { owner: 'hybrid', platform: 'ecs', workload: 'heavy', tasks: 1 } as const,
      { owner: 'hybrid', platform: 'lambda', workload: 'heavy' } as const,
    ];
    const offsetsMs = [0, 10, 20, 30, 40, 60_000];
    const { outcomes } = simulated(requestsAt(offsetsMs, { owner: 'hybrid' }), {
      spec: { ...aCalmSpec(), services },
      router: createRouter(rules, aRoutingModel()),
      modelHash: 'abc',
    });
    const routed = outcomes
      .toSorted((a, b) => a.send.sentAtMs - b.send.sentAtMs)
      .map(({ send }) => [send.columns.inFlightEcs, send.platform, send.routing?.pLambda]);
    // The model of this test leaves Fargate when three are in flight there.
    expect(routed).toEqual([
      [0, 'ecs', 0.25],
      [1, 'ecs', 0.25],
      [2, 'ecs', 0.25],
      [3, 'lambda', 0.75],
      [3, 'lambda', 0.75],
      [0, 'ecs', 0.25],
    ]);
    expect(outcomes[0]?.send.routing).toMatchObject({ modelHash: 'abc' });
  });

  test('names no model where there is nothing to choose', () => {
    const { outcomes } = simulated(requestsAt([0], { owner: 'hybrid' }, { workload: 'light' }), {
      spec: aCalmSpec(),
      router: createRouter(rules, aRoutingModel()),
      modelHash: 'abc',
    });
    expect(outcomes[0]?.send.routing).toMatchObject({ routedTo: 'lambda' });
    expect(outcomes[0]?.send.routing?.modelHash).toBeUndefined();
  });

  test('without a router is an error', () => {
    expect(() => simulated(requestsAt([0], { owner: 'hybrid' }))).toThrow('no router');
  });
});

describe('owners', () => {
  const arms: readonly Owner[] = ['lambda-only', 'best-static'];

  /** The same requests to two owners on one platform, at the same time. */
  function sameForBoth(platform: Platform, seed: number): number[] {
    const plan = aSimulatedPlan({ seed, simulation: defaultSimulation });
    const services = arms.map((owner) => ({ owner, platform, workload: 'heavy', tasks: 2 }));
    const random = randomFor(seed, 'arrivals');
    let atMs = 0;
    const requests = Array.from({ length: 300 }, (_, index): IntendedRequest => {
      atMs -= 1_000 * Math.log(1 - random());
      return {
        requestId: `block-01.${index}`,
        workload: 'heavy',
        payloadSeed: Math.floor(random() * 2 ** 32),
        payloadBytes: 100,
        isLeadIn: false,
        targets: arms.map((owner) => ({ target: owner, owner, platform, offsetMs: atMs })),
      };
    });
    const { outcomes } = simulated(requests, { spec: { ...aSpec(plan), services } });
    return arms.map((owner) => {
      const logs = outcomes
        .filter(({ send }) => send.target === owner)
        .map((outcome) => Math.log(latencyOf(outcome)));
      return logs.reduce((sum, log) => sum + log, 0) / logs.length;
    });
  }

  test.each(['lambda', 'ecs'] as const)(
    'with the same platform differ by chance only (%s)',
    (platform) => {
      const differences = Array.from({ length: 60 }, (_, index) => {
        const [one = 0, other = 0] = sameForBoth(platform, 500 + index);
        return one - other;
      });
      const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
      const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 59;
      const error = Math.sqrt(variance / differences.length);
      expect(Math.abs(mean)).toBeLessThan(3.5 * error);
      // Precise enough to see a true difference of 3 %, and not because nothing varies.
      expect(error).toBeGreaterThan(0);
      expect(3.5 * error).toBeLessThan(0.03);
    },
  );

  test('share neither environments nor tasks', () => {
    const requests = pairs({ count: 20, everyMs: 2_000, workload: 'heavy' }).map((request) => ({
      ...request,
      targets: arms.map((owner) => ({
        target: owner,
        owner,
        platform: 'lambda' as const,
        offsetMs: request.targets[0]?.offsetMs ?? 0,
      })),
    }));
    const { outcomes, state } = simulated(requests);
    const environments = arms.map((owner) => {
      const ids = outcomes
        .filter(({ send }) => send.target === owner)
        .map(({ reply }) => (reply.outcome === 'answered' ? reply.server?.environmentId : ''));
      return new Set(ids);
    });
    const [one = new Set(), other = new Set()] = environments;
    expect(one.intersection(other).size).toBe(0);
    expect(Object.keys(state.pools).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'best-static/heavy',
      'collection/heavy',
      'collection/light',
      'lambda-only/heavy',
    ]);
  });
});

test('all targets of a request have the same work to do', () => {
  const simulation = { ...calmSimulation, requestSigma: 0.4 };
  const { outcomes } = simulated(pairs({ count: 50, everyMs: 20_000, workload: 'heavy' }), {
    spec: aCalmSpec(simulation),
  });
  const works = Map.groupBy(outcomes, ({ send }) => send.requestId);
  for (const [one, other] of works.values()) expect(one?.send.work).toBe(other?.send.work);
  expect(new Set(outcomes.map(({ send }) => send.work)).size).toBe(50);
});

test('an outage moves what was not sent before it, and nothing else', () => {
  const requests = pairs({ count: 3, everyMs: 1_000, workload: 'light' });
  const times = { startsAtMs, movedMs: 60_000, timeoutMs: 29_000, endsBeforeMs: Number.MAX_VALUE };
  const { outcomes } = simulated(requests, {
    times,
    alreadySent: new Set(['slot-001.00000/lambda', 'slot-001.00000/ecs']),
  });
  const moved = outcomes.map(({ send }) => [send.movedMs, send.plannedAtMs - startsAtMs]);
  expect(moved.toSorted(([, a = 0], [, b = 0]) => a - b)).toEqual([
    [0, 0],
    [0, 50],
    [60_000, 61_000],
    [60_000, 61_050],
    [60_000, 62_000],
    [60_000, 62_050],
  ]);
});

test('holds what is on its way, however many requests there are', async () => {
  // 300,000 sends would be 60 MB if they were kept.
  const { stdout } = await execa(process.execPath, [
    '--max-old-space-size=16',
    'test/fixtures/load/long-simulation.ts',
    '150000',
  ]);
  expect(stdout).toBe('300000 outcomes');
});
