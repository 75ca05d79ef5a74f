import { isUtf8 } from 'node:buffer';

export interface GatewayRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  readonly nowMs: number;
  readonly requestId: string;
}

/** Lambda takes and gives at most 6 MB when it is called synchronously. */
export const largestLambdaPayloadBytes = 6 * 1024 * 1024;

/**
 * The event that an API Gateway HTTP API hands to a function, payload format 2.0: text as it is,
 * everything else in base64.
 */
export function gatewayEvent(request: GatewayRequest): string {
  const { path, headers, body, nowMs, requestId } = request;
  const isText = textType.test(headers['content-type'] ?? '') && isUtf8(body);
  return JSON.stringify({
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers,
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      stage: '$default',
      requestId,
      timeEpoch: nowMs,
      http: { method: 'POST', path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
    },
    body: body.toString(isText ? 'utf8' : 'base64'),
    isBase64Encoded: !isText,
  });
}

const textType = /^(?:text\/|application\/(?:json|xml|javascript)\b)/;

export interface GatewayAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What a function answered, as HTTP; undefined when it is not in the form that a gateway takes. */
export function parseGatewayAnswer(text: string): GatewayAnswer | undefined {
  const answer = parseObject(text);
  const statusCode = answer?.['statusCode'];
  const body = answer?.['body'] ?? '';
  if (typeof statusCode !== 'number' || typeof body !== 'string') return undefined;
  if (!Number.isInteger(statusCode) || statusCode < 200 || statusCode > 599) return undefined;
  const encoding = answer?.['isBase64Encoded'] === true ? 'base64' : 'utf8';
  const headers = headersOf(answer?.['headers'] ?? {});
  if (headers === undefined) return undefined;
  return { statusCode, headers, body: Buffer.from(body, encoding) };
}

function headersOf(value: unknown): Readonly<Record<string, string>> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]));
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    // Not JSON: then it is not an answer in a gateway's form.
    return undefined;
  }
}
