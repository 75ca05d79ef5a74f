import type { IncomingHttpHeaders } from 'node:http';
import { header } from '../../domain/names.ts';

export type PassedHeaders = Readonly<Record<string, string | string[]>>;

/** Of one connection, not of the message (RFC 9110, 7.6.1); the rest is made anew for each side. */
const ofTheConnection = new Set([
  'connection',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Nobody but us says what the router has done. */
const ownHeaders: ReadonlySet<string> = new Set([
  header.routedTo,
  header.routerModel,
  header.routerFallback,
  header.pLambda,
  header.routerMs,
  header.routerAddedMs,
  header.routerLoad,
]);

/** A request's headers for the platform: the length is that of the body as it was received. */
export function requestHeaders(
  headers: IncomingHttpHeaders,
  { bodyBytes, from }: { readonly bodyBytes: number; readonly from: string | undefined },
): PassedHeaders {
  const { 'content-length': _, ...passed } = endToEnd(headers);
  const hasBody = bodyBytes > 0 || headers['content-length'] !== undefined;
  const forwardedFor = [headers['x-forwarded-for'] ?? [], from ?? []].flat().join(', ');
  return {
    ...passed,
    ...(forwardedFor === '' ? {} : { 'x-forwarded-for': forwardedFor }),
    ...(hasBody ? { 'content-length': String(bodyBytes) } : {}),
  };
}

/** An answer's headers for the client. */
export function answerHeaders(headers: IncomingHttpHeaders): PassedHeaders {
  return endToEnd(headers);
}

function endToEnd(headers: IncomingHttpHeaders): PassedHeaders {
  const named = headers.connection?.toLowerCase().split(/\s*,\s*/) ?? [];
  const passed: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || ofTheConnection.has(name) || ownHeaders.has(name)) continue;
    if (!named.includes(name)) passed[name] = value;
  }
  return passed;
}
