import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { GatewayEvent } from '../../../src/router/service/gateway-event.ts';
import { createGatewayHandler } from '../../../src/router/service/gateway-handler.ts';
import { LiveRouter } from '../../../src/router/service/live-router.ts';
import { RouterService } from '../../../src/router/service/router-service.ts';
import {
  type MisbehavingServer,
  startMisbehavingServer,
} from '../../support/misbehaving-server.ts';
import { aSettings, aStoredModel, heavyAt, pinnedSource } from './rig.ts';

describe('the router as a Lambda function', () => {
  let platforms: MisbehavingServer;

  beforeEach(async () => {
    platforms = await startMisbehavingServer();
  });
  afterEach(() => platforms[Symbol.asyncDispose]());

  async function aHandler(path = 'ok', timeoutMs = 2_000) {
    const settings = heavyAt(aSettings(platforms.url, { timeoutMs }), `${platforms.url}/${path}`);
    const live = new LiveRouter({ settings, source: pinnedSource(aStoredModel()) });
    await live.refresh();
    const service = new RouterService({ settings, live, print: () => undefined });
    return createGatewayHandler({ live, service, timeoutMs });
  }

  const httpApi = (changes: GatewayEvent = {}): GatewayEvent => ({
    rawPath: '/heavy',
    rawQueryString: '',
    headers: { 'x-crossover-request': 'block-01.00001/hybrid', 'content-type': 'image/png' },
    requestContext: { http: { method: 'POST', sourceIp: '192.0.2.1' } },
    body: Buffer.from([0xff, 0x00, 0x01]).toString('base64'),
    isBase64Encoded: true,
    ...changes,
  });
  const balancer = (changes: GatewayEvent = {}): GatewayEvent => ({
    path: '/heavy',
    httpMethod: 'POST',
    headers: { 'X-Crossover-Request': 'block-01.00001/hybrid' },
    requestContext: { elb: { targetGroupArn: 'arn' } },
    body: 'text',
    isBase64Encoded: false,
    ...changes,
  });
  const bodyOf = ({ body }: { readonly body: string }) => Buffer.from(body, 'base64').toString();

  test('serves the event of an HTTP API, bytes unchanged', async () => {
    const handler = await aHandler();
    const answer = await handler(httpApi({ rawQueryString: 'width=7' }));
    expect(platforms.arrivals).toMatchObject([
      {
        path: 'ok?width=7',
        contentType: 'image/png',
        requestHeader: 'block-01.00001/hybrid',
        body: Buffer.from([0xff, 0x00, 0x01]),
      },
    ]);
    expect(bodyOf(answer)).toBe('fine');
    expect(answer).toMatchObject({
      statusCode: 200,
      isBase64Encoded: true,
      headers: {
        'x-crossover-request': 'block-01.00001/hybrid',
        'x-routed-to': 'ecs',
        'x-router-model': aStoredModel().hash,
        'x-router-p-lambda': '0.25',
      },
    });
  });

  test("serves a balancer's event, with and without multi-value headers", async () => {
    const handler = await aHandler();
    const plain = await handler(balancer({ queryStringParameters: { a: 'x%20y' } }));
    expect(plain.headers).toMatchObject({ 'x-routed-to': 'ecs' });
    const { headers: _, ...event } = balancer();
    const many = await handler({
      ...event,
      multiValueHeaders: { 'x-crossover-request': ['block-01.00001/hybrid'] },
      multiValueQueryStringParameters: { a: ['1', '2'] },
    });
    expect(many.multiValueHeaders).toMatchObject({ 'x-routed-to': ['ecs'] });
    expect(platforms.arrivals.map(({ path }) => path)).toEqual(['ok?a=x%20y', 'ok?a=1&a=2']);
  });

  test('refuses what its gateway could not carry', async () => {
    const handler = await aHandler();
    const body = 'x'.repeat(1024 * 1024 + 1);
    const refused = await handler(balancer({ body }));
    expect(refused.statusCode).toBe(413);
    expect(bodyOf(refused)).toContain('at most 1 MB');
    expect((await handler(httpApi({ body, isBase64Encoded: false }))).statusCode).toBe(200);
  });

  test('answers 502 and 504 as the service does', async () => {
    const refused = await (await aHandler('reset'))(httpApi());
    expect(refused).toMatchObject({ statusCode: 502, headers: { 'x-routed-to': 'ecs' } });
    const late = await (await aHandler('hang', 150))(httpApi());
    expect(late).toMatchObject({ statusCode: 504, headers: { 'x-routed-to': 'ecs' } });
    const half = await (await aHandler('hang-in-body', 150))(httpApi());
    expect(half).toMatchObject({ statusCode: 504, headers: { 'x-routed-to': 'ecs' } });
    const cut = await (await aHandler('cut'))(httpApi());
    expect(cut.statusCode).toBe(502);
    expect(JSON.parse(bodyOf(cut))).toMatchObject({ error: 'unreachable' });
  });

  test('has health and description as well', async () => {
    const handler = await aHandler();
    const requestContext = { http: { method: 'GET' } };
    const health = await handler({ rawPath: '/health', rawQueryString: '', requestContext });
    expect(JSON.parse(bodyOf(health))).toMatchObject({ model: aStoredModel().hash });
  });
});
