import { describe, expect, test } from 'vitest';
import { featureNames } from '../../src/domain/models/feature.ts';
import { createRouter, type RoutingRules } from '../../src/router/router.ts';
import { aRoutingModel, routedWorkloads } from '../support/routing-model.ts';

const rules: RoutingRules = {
  platformsOf: { light: ['lambda'], heavy: ['lambda', 'ecs'] },
  workloads: {
    light: { estimatedExecutionMs: 1, estimatedMemoryMb: 128 },
    heavy: { estimatedExecutionMs: 200, estimatedMemoryMb: 512 },
  },
  timezone: 'UTC',
};

function aSituation(workload: string, inFlightEcs = 0) {
  const load = { inFlightLambda: 0, inFlightEcs, recentRateLambdaPerS: 0, recentRateEcsPerS: 0 };
  return { workload, payloadBytes: 100, atMs: Date.UTC(2026, 10, 2, 12), load };
}

describe('the router', () => {
  test('sends a request to Lambda when the model is surer of Lambda than the threshold', () => {
    const router = createRouter(rules, aRoutingModel());
    expect(router.route(aSituation('heavy', 2))).toEqual({ platform: 'ecs', pLambda: 0.25 });
    expect(router.route(aSituation('heavy', 3))).toEqual({ platform: 'lambda', pLambda: 0.75 });
  });

  test('goes to Fargate when the model is exactly at the threshold', () => {
    const router = createRouter(rules, aRoutingModel({ threshold: 0.75 }));
    expect(router.route(aSituation('heavy', 3)).platform).toBe('ecs');
  });

  test('does not ask the model about a workload with one platform', () => {
    const router = createRouter(rules, aRoutingModel());
    expect(router.route(aSituation('light', 2))).toEqual({ platform: 'lambda' });
  });

  test('needs no model when every workload has one platform', () => {
    const platformsOf = { light: ['lambda'], heavy: ['ecs'] } as const;
    const router = createRouter({ ...rules, platformsOf });
    expect(router.route(aSituation('heavy'))).toEqual({ platform: 'ecs' });
  });

  test('refuses to begin without a model where one must choose', () => {
    expect(() => createRouter(rules)).toThrow('no model was given');
  });

  test('refuses a model of other features', () => {
    const features = featureNames(routedWorkloads).toReversed();
    expect(() => createRouter(rules, aRoutingModel({ features }))).toThrow('The model scores');
  });

  test('refuses a model that does not know the workload', () => {
    const model = aRoutingModel({ workloads: ['light'], features: featureNames(['light']) });
    expect(() => createRouter(rules, model)).toThrow('"heavy"');
  });

  test('refuses a workload without a platform, and one that it was not told of', () => {
    expect(() => createRouter({ ...rules, platformsOf: { light: [] } })).toThrow('no platform');
    expect(() => createRouter(rules, aRoutingModel()).route(aSituation('other'))).toThrow(
      '"other"',
    );
  });
});
