import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { header, parseRequestHeader } from '../../domain/names.ts';
import { gatewayEvent, largestLambdaPayloadBytes, parseGatewayAnswer } from './api-gateway.ts';
import type { InvocationResult } from './environment.ts';
import type { Fleet } from './fleet.ts';
import { runOf } from './handler-line.ts';
import type { HostLog } from './host-log.ts';
import type { LambdaPool } from './lambda-pool.ts';
import type { RecordWriter } from './record-store.ts';

export interface EdgeSpec {
  readonly fleet: Fleet;
  readonly token: string;
  readonly timeoutMs: number;
  readonly records: RecordWriter;
  readonly log: HostLog;
}

/** No platform takes more than this; a bound for what one request can make us hold. */
const largestBodyBytes = 32 * 1024 * 1024;

/**
 * The data plane: `POST /<owner>/<platform>/<workload>`, or `/<owner>/router/<workload>`. It stands
 * for the API Gateway before the functions and the load balancer before the tasks and the router,
 * and checks the token for all.
 */
export function createEdge(spec: EdgeSpec): Server {
  const server = createServer((request, response) => {
    serve(spec, request, response).catch((error: unknown) => {
      if (error instanceof Refusal) {
        refuse(response, error);
        return;
      }
      spec.log('Request failed at the edge', { path: request.url, error: String(error) });
      if (response.headersSent) response.destroy();
      else refuse(response, new Refusal(500, 'The host failed; its log says why.'));
    });
  });
  // Longer than any client keeps an idle connection, so that the client closes first.
  server.keepAliveTimeout = 65_000;
  return server;
}

async function serve(
  spec: EdgeSpec,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isSame(single(request.headers[header.token]) ?? '', spec.token)) {
    throw new Refusal(403, `The header ${header.token} does not hold this host's token.`);
  }
  const path = request.url ?? '';
  const [, owner, place, workload] = /^\/([\w-]+)\/(lambda|ecs|router)\/([^/?]+)$/.exec(path) ?? [];
  if (owner === undefined || workload === undefined) {
    throw new Refusal(404, `Nothing is at ${path}. Paths are /<owner>/<platform>/<workload>.`);
  }
  if (request.method !== 'POST') throw new Refusal(405, 'Requests are sent with POST.');
  const sent = single(request.headers[header.request]);
  if (sent !== undefined && parseRequestHeader(sent) === undefined) {
    throw new Refusal(400, `${header.request} is "${sent}", not <request id>/<target>.`);
  }
  const pool = place === 'lambda' ? spec.fleet.findPool(owner, workload) : undefined;
  const service = place === 'ecs' ? spec.fleet.findService(owner, workload) : undefined;
  const router = place === 'router' ? spec.fleet.findRouter(owner) : undefined;
  if (pool === undefined && service === undefined && router === undefined) {
    throw new Refusal(503, `${path} is not part of the window that is prepared.`);
  }
  spec.fleet.noteRequest(owner);
  const body = await readBody(request);
  if (body === undefined) throw new Refusal(413, 'The payload is larger than 32 MB.');
  const forwarded = { path, headers: workloadHeaders(request.headers), body };
  if (pool !== undefined) await invoke(spec, pool, forwarded, response);
  else service?.forward({ ...forwarded, timeoutMs: spec.timeoutMs }, response);
  // The router is ours, and has to show the token again where it sends on to.
  const withToken = { ...forwarded.headers, [header.token]: spec.token };
  router?.forward(
    { ...forwarded, path: `/${workload}`, headers: withToken, timeoutMs: spec.timeoutMs },
    response,
  );
}

type Headers = Readonly<Record<string, string | undefined>>;

interface Forwarded {
  readonly path: string;
  readonly headers: Headers;
  readonly body: Buffer;
}

async function invoke(
  spec: EdgeSpec,
  pool: LambdaPool,
  { path, headers, body }: Forwarded,
  response: ServerResponse,
): Promise<void> {
  const event = gatewayEvent({ path, headers, body, nowMs: Date.now(), requestId: randomUUID() });
  // In base64 a payload grows by a third, and the limit counts the event as it is handed over.
  if (Buffer.byteLength(event) > largestLambdaPayloadBytes) {
    throw new Refusal(413, 'The event is larger than the 6 MB that Lambda takes.');
  }
  const invoked = await pool.invoke({ event, traceId: headers['x-amzn-trace-id'] ?? '' });
  if (invoked.status === 'throttled') throw new Refusal(429, 'Rate exceeded');
  const sent = parseRequestHeader(headers[header.request] ?? '');
  const run = sent === undefined ? undefined : runOf(sent.requestId);
  if (run !== undefined) spec.records.write(run, invoked.report);
  answer(response, invoked.result);
}

/** As a function URL does it: 502 for whatever goes wrong in the function, 504 when time is over. */
function answer(response: ServerResponse, result: InvocationResult): void {
  if (result.status === 'ended') {
    throw new Refusal(result.failure === 'timeout' ? 504 : 502, result.message);
  }
  if (result.status === 'function-error') throw new Refusal(502, 'The function failed.');
  if (result.body.length > largestLambdaPayloadBytes) {
    throw new Refusal(502, 'The answer is larger than the 6 MB that Lambda gives.');
  }
  const parsed = parseGatewayAnswer(result.body);
  if (parsed === undefined) throw new Refusal(502, "The answer is in no gateway's form.");
  const { statusCode, headers, body } = parsed;
  response.writeHead(statusCode, { ...headers, 'content-length': body.length }).end(body);
}

/** Equal lengths by hashing, then in constant time: how long it takes says nothing. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

const ownHeaders = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'transfer-encoding',
  // The secret ends at the edge: a workload that prints its headers cannot give it away.
  header.token,
]);

function workloadHeaders(headers: IncomingHttpHeaders): Headers {
  const kept = Object.entries(headers).flatMap(([name, value]) => {
    const text = single(value);
    return text === undefined || ownHeaders.has(name) ? [] : [[name, text] as const];
  });
  return {
    ...Object.fromEntries(kept),
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-proto': 'http',
  };
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}

/** Reads to the end in any case: a client that is still sending does not hear a refusal. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length <= largestBodyBytes) chunks.push(chunk);
  }
  return length <= largestBodyBytes ? Buffer.concat(chunks) : undefined;
}

/** An answer in the edge's own name. */
class Refusal extends Error {
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

function refuse(response: ServerResponse, { statusCode, message }: Refusal): void {
  response.writeHead(statusCode, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ message }));
}
