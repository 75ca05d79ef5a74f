import { describe, expect, it, test } from 'vitest';
import {
  edgeRequestUsd,
  edgeUseOf,
  egressMonthUsd,
  egressUsd,
} from '../../../src/domain/money/edge-price.ts';
import { fargateRequestUsd } from '../../../src/domain/money/fargate-price.ts';
import { lambdaRequestUsd } from '../../../src/domain/money/lambda-price.ts';
import { requirePriceBook } from '../../../src/domain/money/price-books.ts';
import { edgeNames } from '../../../src/domain/plan.ts';

const book = requirePriceBook('us-east-1/x86_64/2026-11');
const kb = 1024;
const gb = 2 ** 30;

test('one small request costs $1 per million at an HTTP API, $3.50 at a REST API, else an LCU', () => {
  const prices = Object.fromEntries(edgeNames.map((name) => [name, edgeRequestUsd(book, name)]));
  expect(prices).toEqual({
    none: 0,
    'function-url': 0,
    'http-api': 1e-6,
    'rest-api': 3.5e-6,
    alb: 0.008 / (25 * 3600),
  });
});

describe('large bodies', () => {
  const through = (
    name: (typeof edgeNames)[number],
    platform: 'lambda' | 'ecs',
    bytes: { readonly request: number; readonly response: number },
  ) => edgeRequestUsd(book, { name, bytes }, platform);

  it('are metered by an HTTP API in steps of 512 kB of the larger body', () => {
    const of = (request: number, response: number) =>
      through('http-api', 'ecs', { request: request * kb, response: response * kb }) / 1e-6;
    expect([of(0, 512), of(300, 300), of(0, 513), of(1025, 3)]).toEqual([1, 1, 2, 3]);
  });

  it('cost nothing more at a REST API', () => {
    expect(through('rest-api', 'ecs', { request: 0, response: 5000 * kb })).toBe(3.5e-6);
  });

  it('fill an LCU at 1 GB an hour before tasks and at 0.4 GB before functions', () => {
    const megabyte = { request: 0, response: gb / 1000 };
    expect(through('alb', 'ecs', megabyte)).toBeCloseTo(0.008 / 1000, 15);
    expect(through('alb', 'lambda', megabyte)).toBeCloseTo(0.008 / 400, 15);
  });

  it('lead from 11.9 kB on before tasks and from 4.8 kB on before functions', () => {
    const connection = 0.008 / 90_000;
    expect(through('alb', 'ecs', { request: 4_000, response: 7_900 })).toBe(connection);
    expect(through('alb', 'ecs', { request: 4_000, response: 8_000 })).toBeGreaterThan(connection);
    expect(through('alb', 'lambda', { request: 0, response: 4_700 })).toBe(connection);
    expect(through('alb', 'lambda', { request: 0, response: 4_800 })).toBeGreaterThan(connection);
  });
});

describe('a preflight', () => {
  const request = { memoryMb: 512, billedMs: 100 };
  const added = (price: (preflights: number) => number) => price(0.5) - price(0);

  it.each(['none', 'function-url', 'http-api', 'rest-api', 'alb'] as const)(
    'is a request for the edge %s',
    (name) => {
      const more = added((preflights) => edgeRequestUsd(book, { name, preflights }));
      expect(more).toBeCloseTo(0.5 * edgeRequestUsd(book, name), 15);
    },
  );

  it.each([
    ['none', true],
    ['function-url', false],
    ['http-api', false],
    ['rest-api', true],
    ['alb', true],
  ] as const)('behind %s is also an invocation: %s', (name, isInvocation) => {
    const more = added((preflights) => lambdaRequestUsd(book, { name, preflights }, request));
    const invocationUsd = lambdaRequestUsd(book, 'none', { ...request, billedMs: 1 });
    const expected = edgeRequestUsd(book, name) + (isInvocation ? invocationUsd : 0);
    expect(more).toBeCloseTo(0.5 * expected, 15);
  });

  it('that comes through to a task leaves a line in its log', () => {
    const lineUsd = fargateRequestUsd(book, 'none');
    const more = (name: 'alb' | 'http-api') =>
      added((preflights) => fargateRequestUsd(book, { name, preflights }));
    expect(more('alb')).toBeCloseTo(0.5 * (lineUsd + edgeRequestUsd(book, 'alb')), 15);
    expect(more('http-api')).toBeCloseTo(0.5e-6, 15);
  });

  it('is small, whatever the request after it', () => {
    const bytes = { request: 0, response: 1024 * kb };
    const use = { name: 'http-api', bytes, preflights: 1 } as const;
    expect(edgeRequestUsd(book, use)).toBeCloseTo(3e-6, 15);
  });

  it('is in the edges of a plan that has any', () => {
    const edge = { lambda: 'http-api', ecs: 'alb' } as const;
    expect(edgeUseOf({ edge, preflights: 0.2 }, 'ecs')).toEqual({ name: 'alb', preflights: 0.2 });
    expect(edgeUseOf({ edge }, 'lambda')).toEqual({ name: 'http-api' });
  });
});

test('network out costs $0.09 a GB, in a month from the first 100 GB on', () => {
  expect(egressUsd(book, gb)).toBe(0.09);
  expect(egressMonthUsd(book, 150 * gb, { hasFreeTier: true })).toBeCloseTo(4.5, 10);
  expect(egressMonthUsd(book, 150 * gb, { hasFreeTier: false })).toBeCloseTo(13.5, 10);
  expect(egressMonthUsd(book, 50 * gb, { hasFreeTier: true })).toBe(0);
});
