import type { IncomingHttpHeaders } from 'node:http';
import { header, parseRequestHeader } from '../../domain/names.ts';
import type { LoadColumns, RoutedRecord } from '../../domain/observation.ts';
import { bestStatic, type Routed } from './live-router.ts';
import type { PassedHeaders } from './pass-on.ts';

/** What the router says of itself, in every answer to a request that it has routed. */
export function routerHeaders(routed: Routed, addedMs?: number): PassedHeaders {
  const { platform, pLambda, modelHash, fallback, decisionMs, load } = routed;
  return {
    [header.routedTo]: platform,
    [header.routerModel]: modelHash ?? bestStatic,
    ...(fallback === undefined ? {} : { [header.routerFallback]: fallback }),
    ...(pLambda === undefined ? {} : { [header.pLambda]: String(pLambda) }),
    [header.routerMs]: decisionMs.toFixed(3),
    ...(addedMs === undefined ? {} : { [header.routerAddedMs]: addedMs.toFixed(3) }),
    [header.routerLoad]: loadText(load),
  };
}

/** The same of a measured request whose answer could not be delivered; undefined for any other. */
export function routedLine(
  headers: IncomingHttpHeaders,
  { platform, pLambda, modelHash, decisionMs, load }: Routed,
): RoutedRecord | undefined {
  const sent = parseRequestHeader(String(headers[header.request] ?? ''));
  if (sent === undefined) return undefined;
  return {
    kind: 'routed',
    ...sent,
    platform,
    ...(pLambda === undefined || modelHash === undefined ? {} : { pLambda, modelHash }),
    routerMs: decisionMs,
    ...load,
    atMs: Date.now(),
  };
}

function loadText(load: LoadColumns): string {
  return Object.entries(load)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}
