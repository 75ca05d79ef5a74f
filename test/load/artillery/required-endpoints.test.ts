import { afterEach, beforeEach, expect, test } from 'vitest';
import type { IntendedRequest } from '../../../src/domain/requests/requests.ts';
import { pendingRequests } from '../../../src/load/artillery/engine/engine-run.ts';
import { requireEndpoints } from '../../../src/load/artillery/required-endpoints.ts';
import { aRunFolder, deploymentAt, type RunFolder } from '../../support/load-run.ts';

let run: RunFolder;

beforeEach(async () => {
  run = await aRunFolder();
});
afterEach(() => run[Symbol.asyncDispose]());

const request: IntendedRequest = {
  requestId: 'block-01.00001',
  workload: 'heavy',
  payloadSeed: 1,
  payloadBytes: 10,
  isLeadIn: false,
  targets: [{ target: 'hybrid', owner: 'hybrid', offsetMs: 0 }],
};

test('a run that is routed by a service needs one', async () => {
  const router = {
    place: 'service',
    platformsOf: { heavy: ['lambda', 'ecs'] },
    workloads: {},
    timezone: 'UTC',
  } as const;
  const spec = await run.spec([request], { router });
  const pending = pendingRequests([request], spec);
  const deployment = deploymentAt('http://127.0.0.1:9', ['heavy'], ['hybrid']);
  expect(() => requireEndpoints(pending, spec, deployment)).toThrow('a router service of hybrid');
  const routers = [{ owner: 'hybrid', url: 'http://127.0.0.1:9/router' }] as const;
  expect(() => requireEndpoints(pending, spec, { ...deployment, routers })).not.toThrow();
  const asked = { ...spec, router: { ...router, place: 'client' } } as const;
  expect(() => requireEndpoints(pending, asked, deployment)).not.toThrow();
});
