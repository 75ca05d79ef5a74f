import type { IncomingHttpHeaders } from 'node:http';
import type { PassedHeaders } from './pass-on.ts';
import type { LiveRequest } from './router-service.ts';

type Texts = Readonly<Record<string, string>>;
type TextLists = Readonly<Record<string, readonly string[]>>;

/**
 * What is read of the events of an HTTP API or function URL (payload format 2.0) and of a load
 * balancer, with or without multi-value headers.
 */
export interface GatewayEvent {
  readonly rawPath?: string;
  readonly rawQueryString?: string;
  readonly cookies?: readonly string[];
  /** Load balancer. */
  readonly path?: string;
  readonly httpMethod?: string;
  /** As the client wrote them, still encoded. */
  readonly queryStringParameters?: Texts;
  readonly multiValueQueryStringParameters?: TextLists;
  readonly headers?: Texts;
  readonly multiValueHeaders?: TextLists;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
  readonly requestContext?: {
    readonly http?: { readonly method?: string; readonly sourceIp?: string };
    readonly elb?: unknown;
  };
}

export interface GatewayResponse {
  readonly statusCode: number;
  readonly headers?: Texts;
  readonly multiValueHeaders?: TextLists;
  readonly cookies?: readonly string[];
  readonly body: string;
  readonly isBase64Encoded: true;
}

/** Whether a load balancer asks, whose limits are smaller. */
export function isBalanced(event: GatewayEvent): boolean {
  return event.requestContext?.elb !== undefined;
}

export function liveRequest(event: GatewayEvent, signal: AbortSignal): LiveRequest {
  const { http } = event.requestContext ?? {};
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded === true ? 'base64' : 'utf8');
  return {
    method: http?.method ?? event.httpMethod ?? 'GET',
    target: targetOf(event),
    headers: headersOf(event),
    body,
    ...(http?.sourceIp === undefined ? {} : { from: http.sourceIp }),
    signal,
  };
}

/** In the form that the asking gateway takes. Base64 carries every body unchanged. */
export function gatewayResponse(
  event: GatewayEvent,
  answer: {
    readonly statusCode: number;
    readonly headers: PassedHeaders;
    readonly body: Uint8Array;
  },
): GatewayResponse {
  const { statusCode, body } = answer;
  const { 'set-cookie': cookies = [], 'content-length': _, ...headers } = answer.headers;
  const lists = Object.entries(headers).map(([name, value]) => [name, [value].flat()] as const);
  const whole = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const common = { statusCode, body: whole.toString('base64'), isBase64Encoded: true } as const;
  const cookieList = [cookies].flat();
  if (event.multiValueHeaders !== undefined) {
    const all = cookieList.length === 0 ? lists : [...lists, ['set-cookie', cookieList] as const];
    return { ...common, multiValueHeaders: Object.fromEntries(all) };
  }
  const texts = Object.fromEntries(lists.map(([name, values]) => [name, values.join(', ')]));
  if (cookieList.length === 0) return { ...common, headers: texts };
  if (!isBalanced(event)) return { ...common, headers: texts, cookies: cookieList };
  // One header has room for one cookie; a balancer that shall pass more has multi-value headers.
  return { ...common, headers: { ...texts, 'set-cookie': cookieList.at(-1) ?? '' } };
}

function targetOf(event: GatewayEvent): string {
  const path = event.rawPath ?? event.path ?? '/';
  const query = event.rawQueryString ?? queryOf(event);
  return query === '' ? path : `${path}?${query}`;
}

function queryOf({ queryStringParameters, multiValueQueryStringParameters }: GatewayEvent): string {
  const lists = Object.entries(multiValueQueryStringParameters ?? queryStringParameters ?? {});
  return lists
    .flatMap(([name, values]) => [values].flat().map((value) => `${name}=${value}`))
    .join('&');
}

function headersOf({ headers, multiValueHeaders, cookies }: GatewayEvent): IncomingHttpHeaders {
  const all = Object.entries(multiValueHeaders ?? headers ?? {});
  const passed = Object.fromEntries(
    all.map(([name, value]) => [name.toLowerCase(), [value].flat().join(', ')]),
  );
  return cookies === undefined ? passed : { ...passed, cookie: cookies.join('; ') };
}
