/** What stands in front of a platform, and what its requests cost there (METHOD 3.1, 3.2). */
import type { EdgeName, PricingPlan } from '../plan.ts';
import type { Platform } from '../platform.ts';
import type { PriceBook } from './price-books.ts';

/** An edge, and what of a request matters to its price. */
export interface EdgeUse {
  readonly name: EdgeName;
  /** Share of the requests that a preflight goes before, 0 to 1; none if not given. */
  readonly preflights?: number;
  /** Means of the bodies; without them a request is one step of every meter. */
  readonly bytes?: BodyBytes;
}

export interface BodyBytes {
  readonly request: number;
  readonly response: number;
}

/** A plan's edge in front of a platform, as every price of a request takes it. */
export function edgeUseOf(
  { edge, preflights }: Pick<PricingPlan, 'edge' | 'preflights'>,
  platform: Platform,
): EdgeUse {
  return { name: edge[platform], ...(preflights === undefined ? {} : { preflights }) };
}

/** A name alone is an edge without preflights, in front of small bodies. */
export function asEdgeUse(edge: EdgeName | EdgeUse): EdgeUse {
  return typeof edge === 'string' ? { name: edge } : edge;
}

/**
 * One request through an edge, its part of a preflight included: the edge meters a preflight like
 * any request. What the edge costs by the hour is `balancerHourUsd`. An ALB hands bytes to a
 * function at 0.4 GB per LCU-hour and to tasks at 1 GB; `platform` says which (a task if not given).
 */
export function edgeRequestUsd(
  book: PriceBook,
  edge: EdgeName | EdgeUse,
  platform: Platform = 'ecs',
): number {
  const { name, preflights = 0, bytes } = asEdgeUse(edge);
  const requestUsd = meteredUsd(book, {
    name,
    platform,
    ...(bytes === undefined ? {} : { bytes }),
  });
  return preflights === 0
    ? requestUsd
    : requestUsd + preflights * meteredUsd(book, { name, platform });
}

/**
 * Preflights that come through to the platform, per request. An HTTP API with its CORS settings
 * answers them itself ("Configure CORS for HTTP APIs in API Gateway", AWS docs), and so does a
 * function URL with its own; a balancer and a proxy of a REST API pass them on, and without an edge
 * there is nobody else to answer. Our assumption is that the settings are made where there are any.
 */
export function preflightCalls(edge: EdgeName | EdgeUse): number {
  const { name, preflights = 0 } = asEdgeUse(edge);
  switch (name) {
    case 'http-api':
    case 'function-url':
      return 0;
    case 'none':
    case 'rest-api':
    case 'alb':
      return preflights;
    default:
      return name satisfies never;
  }
}

/** Network out to the internet for answers of so many bytes, after the month's free part. */
export function egressUsd(book: PriceBook, responseBytes: number): number {
  return (responseBytes / bytesPerGb) * book.egressGbUsd;
}

/** A month's network out; the first 100 GB of an account are free ("EC2 pricing", AWS). */
export function egressMonthUsd(
  book: PriceBook,
  responseBytes: number,
  { hasFreeTier }: { readonly hasFreeTier: boolean },
): number {
  const freeBytes = hasFreeTier ? freeEgressGb * bytesPerGb : 0;
  return egressUsd(book, Math.max(0, responseBytes - freeBytes));
}

export const bytesPerGb = 2 ** 30;

const freeEgressGb = 100;

/**
 * What one LCU holds in an hour ("Elastic Load Balancing pricing", AWS): a balancer is billed for
 * whichever it has most of. The other two counters cannot lead here: 3,000 active connections need
 * requests of two minutes, and ten rules are free.
 */
const lcuNewConnections = 25 * 3600;
const lcuGb = { ecs: 1, lambda: 0.4 } as const;

/** An HTTP API meters in steps of 512 kB ("API Gateway pricing", AWS); a REST API does not. */
const httpApiStepBytes = 512 * 1024;

function meteredUsd(
  book: PriceBook,
  {
    name,
    platform,
    bytes = { request: 0, response: 0 },
  }: Pick<EdgeUse, 'name' | 'bytes'> & {
    readonly platform: Platform;
  },
): number {
  switch (name) {
    case 'none':
    // A function URL is free: its requests are Lambda's own.
    case 'function-url':
      return 0;
    case 'rest-api':
      return book.restApiRequestUsd;
    case 'http-api':
      return book.httpApiRequestUsd * httpApiSteps(bytes);
    case 'alb':
      return book.albLcuHourUsd / requestsPerLcuHour(platform, bytes);
    default:
      return name satisfies never;
  }
}

/** The larger of both bodies decides. */
function httpApiSteps({ request, response }: BodyBytes): number {
  return Math.max(1, Math.ceil(Math.max(request, response) / httpApiStepBytes));
}

/**
 * Every request is counted as a new connection: too much where clients keep theirs. Above 11.9 kB
 * of both bodies (4.8 kB before a function) the bytes lead.
 */
function requestsPerLcuHour(platform: Platform, { request, response }: BodyBytes): number {
  return Math.min(lcuNewConnections, (lcuGb[platform] * bytesPerGb) / (request + response));
}
