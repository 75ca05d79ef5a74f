import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LambdaPool } from '../../../src/testbeds/local/lambda-pool.ts';
import {
  type MisbehavingServer,
  startMisbehavingServer,
} from '../../support/misbehaving-server.ts';
import { aFunction, checkoutFolder, compileFixture } from '../../testbeds/local/rig.ts';
import { aSettings, aStoredModel } from './rig.ts';

let folder = '';
let platforms: MisbehavingServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossover-router-'));
  platforms = await startMisbehavingServer();
  await compileFixture(folder);
});
afterAll(async () => {
  await platforms[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

test("routes under AWS's own runtime client, from the cold start on", async () => {
  const model = aStoredModel();
  const path = join(folder, 'model.json');
  await writeFile(path, model.text);
  const settings = aSettings(platforms.url, { model: { path, hash: model.hash } });
  const { program, ...rest } = aFunction(folder);
  const pool = new LambdaPool({
    ...rest,
    idleLimitMs: 60_000,
    concurrency: 1,
    program: {
      ...program,
      environment: {
        ...program.environment,
        CROSSOVER_ADAPTER: `file://${checkoutFolder}/src/router/service/lambda.ts`,
        CROSSOVER_ROUTER: JSON.stringify(settings),
      },
    },
  });
  const event = JSON.stringify({
    rawPath: '/heavy',
    requestContext: { http: { method: 'POST' } },
    headers: { 'x-crossover-request': 'block-01.00001/hybrid' },
    body: 'payload',
  });
  try {
    const invoked = await pool.invoke({ event, traceId: '' });
    if (invoked.status !== 'done') throw new Error('It was throttled.');
    expect(invoked.result.status).toBe('answered');
    const answer = 'body' in invoked.result ? JSON.parse(invoked.result.body) : {};
    expect(answer).toMatchObject({
      statusCode: 200,
      headers: {
        'x-routed-to': 'ecs',
        'x-router-model': model.hash,
        'x-crossover-request': 'block-01.00001/hybrid',
      },
    });
  } finally {
    await pool.close();
  }
});
