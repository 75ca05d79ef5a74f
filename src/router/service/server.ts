import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { largestRequestBytes } from './limits.ts';
import { Ending, Refusal } from './refusal.ts';
import { type LiveAnswer, type RouterService, refused } from './router-service.ts';

/** A balancer keeps idle connections for 60 s, and whoever reuses them must be first to close. */
const keepAliveMs = 65_000;

/**
 * The router as an HTTP server: a request is taken whole, because its size is a feature and has a
 * limit; an answer passes as it comes. Nothing takes longer than `timeoutMs` altogether.
 */
export function createRouterServer(
  service: RouterService,
  { timeoutMs }: { readonly timeoutMs: number },
): Server {
  const server = createServer((request, response) => {
    serve(service, { request, response, timeoutMs }).catch(() => {
      // The client has gone: there is nobody left to tell.
      response.destroy();
    });
  });
  server.keepAliveTimeout = keepAliveMs;
  return server;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly timeoutMs: number;
}

async function serve(service: RouterService, exchange: Exchange): Promise<void> {
  const { request, response, timeoutMs } = exchange;
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(new Ending('overdue')), timeoutMs);
  response.once('close', () => {
    clearTimeout(timer);
    if (!response.writableFinished) ending.abort(new Ending('client-gone'));
  });
  deliver(await answerOf(service, request, ending.signal), response);
}

async function answerOf(
  service: RouterService,
  request: IncomingMessage,
  signal: AbortSignal,
): Promise<LiveAnswer> {
  const { method = 'GET', url: target = '/', headers, socket } = request;
  const from = socket.remoteAddress === undefined ? {} : { from: socket.remoteAddress };
  try {
    const body = await readBody(request, signal);
    return await service.answer({ method, target, headers, body, signal, ...from });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // What is perhaps still being sent belongs to no request any more.
    return refused(error, { connection: 'close' });
  }
}

function deliver({ statusCode, headers, body }: LiveAnswer, response: ServerResponse): void {
  response.writeHead(statusCode, { ...headers });
  if (typeof body === 'string') {
    response.end(body);
    return;
  }
  // The status is out: an answer that breaks off can only be broken off here as well.
  body.on('error', () => response.destroy());
  body.pipe(response);
}

/**
 * The whole body, if it is small enough and comes in time. One that is too large is read to its
 * end all the same, and dropped: a client that is still sending does not hear a refusal.
 */
function readBody(request: IncomingMessage, signal: AbortSignal): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= largestRequestBytes) chunks.push(chunk);
      else chunks = [];
    });
    request.on('end', () => {
      if (length <= largestRequestBytes) resolve(Buffer.concat(chunks));
      else reject(new Refusal('too-large', 'A request is at most 6 MB: Lambda takes no more.'));
    });
    request.on('error', reject);
    signal.addEventListener('abort', () => reject(slowOrGone(signal.reason)), { once: true });
  });
}

function slowOrGone(reason: unknown): unknown {
  const isSlow = reason instanceof Ending && reason.kind === 'overdue';
  return isSlow ? new Refusal('slow-request', 'The request did not arrive in time.') : reason;
}
