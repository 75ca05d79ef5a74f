import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { header } from '../../src/domain/names.ts';

export interface Arrival {
  readonly requestHeader: string;
  readonly path: string;
  readonly atMs: number;
  readonly token: string;
  readonly traceId: string;
  readonly contentType: string;
  readonly body: Buffer;
}

export interface MisbehavingServer extends AsyncDisposable {
  readonly url: string;
  readonly arrivals: readonly Arrival[];
}

/** A real HTTP server whose path says what it does wrong; any other path is answered well. */
export async function startMisbehavingServer(): Promise<MisbehavingServer> {
  const arrivals: Arrival[] = [];
  const server = createServer((request, response) => {
    const atMs = performance.timeOrigin + performance.now();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      arrivals.push(arrivalOf(request, atMs, Buffer.concat(chunks)));
      const path = request.url?.slice(1) ?? '';
      (behaviours[path] ?? answer)(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port was assigned.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    arrivals,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

function answer(request: IncomingMessage, response: ServerResponse): void {
  echo(request, response);
  response.setHeader(header.environment, 'env-1');
  response.setHeader(header.sequence, '7');
  response.setHeader(header.serverMs, '1.5');
  response.end('fine');
}

const behaviours: Readonly<Record<string, Behaviour>> = {
  slow: (request, response) => {
    echo(request, response);
    setTimeout(() => response.end('late'), 800);
  },
  hang: () => undefined,
  'hang-in-body': (request, response) => {
    echo(request, response);
    response.write('never ends');
  },
  reset: (request) => {
    request.socket.resetAndDestroy();
  },
  cut: (request, response) => {
    echo(request, response);
    response.setHeader('content-length', '1000');
    response.write('only this');
    setTimeout(() => request.socket.destroy(), 20);
  },
  status404: (request, response) => status(404, request, response),
  status429: (request, response) => status(429, request, response),
  status500: (request, response) => status(500, request, response),
  status303: (request, response) => status(303, request, response),
  'wrong-echo': (_request, response) => {
    response.setHeader(header.request, 'somebody/else');
    response.end('fine');
  },
  'no-echo': (_request, response) => {
    response.end('fine');
  },
  garbage: (request) => {
    request.socket.end('this is not HTTP\r\n\r\n');
  },
};

function echo(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader(header.request, textOf(request, header.request));
}

function status(code: number, request: IncomingMessage, response: ServerResponse): void {
  echo(request, response);
  response.statusCode = code;
  response.setHeader('location', '/ok');
  response.end('see the status');
}

function arrivalOf(request: IncomingMessage, atMs: number, body: Buffer): Arrival {
  return {
    requestHeader: textOf(request, header.request),
    path: request.url?.slice(1) ?? '',
    atMs,
    token: textOf(request, header.token),
    traceId: textOf(request, 'x-amzn-trace-id'),
    contentType: textOf(request, 'content-type'),
    body,
  };
}

function textOf(request: IncomingMessage, name: string): string {
  return String(request.headers[name] ?? '');
}
