import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export interface RuntimeInvocation {
  readonly awsRequestId: string;
  readonly event: string;
  readonly deadlineMs: number;
  readonly functionArn: string;
  readonly traceId: string;
}

/** What the function said about an invocation. */
export interface FunctionOutcome {
  readonly body: string;
  readonly isError: boolean;
}

const routePattern =
  /^\/2018-06-01\/runtime\/(?:invocation\/(?:(next)|([^/]+)\/(response|error))|(init)\/error)$/;

/**
 * The Lambda Runtime API (2018-06-01) of one execution environment: the runtime inside asks for the
 * next invocation and posts its outcome. The first `next` is the end of the init phase.
 */
export class RuntimeApi {
  readonly #server: Server;
  readonly #onInitEnd: (error?: Error) => void;
  #waiting: ServerResponse | undefined;
  #queued: RuntimeInvocation | undefined;
  #current: { readonly id: string; settle(outcome: FunctionOutcome): void } | undefined;

  constructor(onInitEnd: (error?: Error) => void) {
    this.#onInitEnd = onInitEnd;
    this.#server = createServer((request, response) => this.#serve(request, response));
    this.#server.keepAliveTimeout = 0;
  }

  /** Resolves to `host:port`, the form that runtimes expect. */
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) {
      throw new Error(`The Runtime API has no port: ${String(address)}.`);
    }
    return `127.0.0.1:${address.port}`;
  }

  /** Hands over one invocation; never resolves when the environment dies first. */
  invoke(invocation: RuntimeInvocation): Promise<FunctionOutcome> {
    return new Promise((resolve) => {
      this.#current = { id: invocation.awsRequestId, settle: resolve };
      const waiting = this.#waiting;
      this.#waiting = undefined;
      if (waiting === undefined) this.#queued = invocation;
      else give(waiting, invocation);
    });
  }

  close(): void {
    this.#current = undefined;
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      this.#answer(request.url ?? '', Buffer.concat(chunks).toString('utf8'), response);
    });
  }

  #answer(path: string, body: string, response: ServerResponse): void {
    const [, next, id, verb, init] = routePattern.exec(path) ?? [];
    if (next !== undefined) {
      this.#next(response);
      return;
    }
    if (id === undefined && init === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
    if (init !== undefined) this.#onInitEnd(new Error(body));
    else if (id === this.#current?.id) this.#settle({ body, isError: verb === 'error' });
  }

  #next(response: ServerResponse): void {
    this.#onInitEnd();
    const queued = this.#queued;
    this.#queued = undefined;
    if (queued === undefined) this.#waiting = response;
    else give(response, queued);
  }

  #settle(outcome: FunctionOutcome): void {
    const current = this.#current;
    this.#current = undefined;
    current?.settle(outcome);
  }
}

function give(response: ServerResponse, invocation: RuntimeInvocation): void {
  response.writeHead(200, {
    'content-type': 'application/json',
    'Lambda-Runtime-Aws-Request-Id': invocation.awsRequestId,
    'Lambda-Runtime-Deadline-Ms': String(Math.round(invocation.deadlineMs)),
    'Lambda-Runtime-Invoked-Function-Arn': invocation.functionArn,
    'Lambda-Runtime-Trace-Id': invocation.traceId,
  });
  response.end(invocation.event);
}
