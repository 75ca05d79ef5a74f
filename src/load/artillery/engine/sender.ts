import http from 'node:http';
import https from 'node:https';
import { urlToHttpOptions } from 'node:url';
import { header } from '../../../domain/names.ts';
import type { OutcomeRecord } from '../../../domain/observation.ts';
import { nowMs } from './clock.ts';
import type { Written } from './segment-writer.ts';

export interface Exchange {
  readonly url: string;
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  /** What the handler must echo for the answer to be good. */
  readonly requestHeader: string;
  /** For connecting, sending and the whole answer together. */
  readonly timeoutMs: number;
  /** Everything is cut off at this time. */
  readonly endsBeforeMs: number;
  /** Called with the head of the answer, whatever becomes of its body. */
  readonly onHead?: (headers: http.IncomingHttpHeaders) => void;
}

/** What one send showed; every send has one, whatever happens to it. */
export type Reply = Pick<
  Written<OutcomeRecord>,
  | 'sentAtMs'
  | 'outcome'
  | 'statusCode'
  | 'errorCode'
  | 'isGood'
  | 'responseBytes'
  | 'latencyMs'
  | 'firstByteMs'
  | 'connectMs'
  | 'wasConnectionReused'
  | 'echoedRequestId'
  | 'environmentId'
  | 'environmentSequence'
  | 'serverMs'
>;

/** Posts to the platforms over connections that are kept alive, one pool per origin. */
export class Sender {
  readonly #routes = new Map<string, Route>();
  readonly #agents = new Map<string, http.Agent>();

  /** Never rejects. */
  async send(exchange: Exchange): Promise<Reply> {
    try {
      return await new Promise((resolve) => {
        new Flight(exchange, this.#route(exchange.url), resolve).start();
      });
    } catch (error) {
      // Node refuses, for example, a header value with a line break before anything is sent.
      return unsent(nowMs(), error instanceof Error ? codeOf(error) : 'UNKNOWN');
    }
  }

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
  }

  #route(url: string): Route {
    let route = this.#routes.get(url);
    if (route === undefined) {
      const { origin, protocol } = new URL(url);
      const agent = this.#agents.get(origin) ?? newAgent(protocol);
      this.#agents.set(origin, agent);
      const options = { ...urlToHttpOptions(new URL(url)), method: 'POST', agent };
      route =
        protocol === 'https:'
          ? { options, request: https.request, connectedEvent: 'secureConnect' }
          : { options, request: http.request, connectedEvent: 'connect' };
      this.#routes.set(url, route);
    }
    return route;
  }
}

interface Route {
  readonly options: http.RequestOptions;
  readonly request: (options: http.RequestOptions) => http.ClientRequest;
  readonly connectedEvent: 'connect' | 'secureConnect';
}

/**
 * Load balancers drop connections that were idle for 60 s; one that is given up earlier by us
 * cannot be reset under a request.
 */
const idleConnectionMs = 50_000;

function newAgent(protocol: string): http.Agent {
  const options = { keepAlive: true, timeout: idleConnectionMs };
  return protocol === 'https:' ? new https.Agent(options) : new http.Agent(options);
}

/** One request on its way, from the first byte to whatever ends it. */
class Flight {
  readonly #exchange: Exchange;
  readonly #request: http.ClientRequest;
  readonly #resolve: (reply: Reply) => void;
  readonly #timing: Timing = {};
  #sentAtMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #response: http.IncomingMessage | undefined;
  #responseBytes = 0;

  constructor(exchange: Exchange, route: Route, resolve: (reply: Reply) => void) {
    this.#exchange = exchange;
    this.#resolve = resolve;
    this.#request = route.request({
      ...route.options,
      headers: { ...exchange.headers, 'content-length': exchange.body.byteLength },
    });
    this.#request.on('socket', (socket) => {
      if (socket.connecting) socket.once(route.connectedEvent, () => this.#mark('connectMs'));
    });
    this.#request.on('response', (response) => this.#receive(response));
    this.#request.on('error', (error) =>
      this.#fail(this.#response === undefined ? codeOf(error) : 'BODY_CUT'),
    );
  }

  /** The clock starts when everything is ready: making the request is no part of its latency. */
  start(): void {
    const { body, timeoutMs, endsBeforeMs } = this.#exchange;
    this.#sentAtMs = nowMs();
    const restMs = endsBeforeMs - this.#sentAtMs;
    const errorCode = restMs < timeoutMs ? 'CUT_OFF' : 'TIMEOUT';
    this.#timer = setTimeout(
      () => {
        this.#settle({ outcome: 'timeout', errorCode });
        this.#request.destroy();
      },
      Math.min(restMs, timeoutMs),
    );
    this.#request.end(body);
  }

  #receive(response: http.IncomingMessage): void {
    this.#response = response;
    this.#mark('firstByteMs');
    this.#exchange.onHead?.(response.headers);
    response.on('data', (chunk: Buffer) => {
      this.#responseBytes += chunk.byteLength;
    });
    response.on('error', () => this.#fail('BODY_CUT'));
    response.on('end', () =>
      this.#settle({ outcome: 'answered', latencyMs: nowMs() - this.#sentAtMs }),
    );
  }

  #mark(moment: keyof Timing): void {
    this.#timing[moment] = nowMs() - this.#sentAtMs;
  }

  #fail(errorCode: string): void {
    this.#settle({ outcome: 'failed', errorCode });
  }

  /** Settling twice is harmless: a promise keeps its first value. */
  #settle(ending: Pick<Reply, 'outcome' | 'errorCode' | 'latencyMs'>): void {
    clearTimeout(this.#timer);
    const facts = responseFacts(this.#response);
    const isGood =
      ending.outcome === 'answered' &&
      isSuccess(facts.statusCode) &&
      facts.echoedRequestId === this.#exchange.requestHeader;
    this.#resolve({
      sentAtMs: this.#sentAtMs,
      ...ending,
      ...facts,
      ...this.#timing,
      isGood,
      responseBytes: this.#response === undefined ? undefined : this.#responseBytes,
      wasConnectionReused: this.#request.reusedSocket,
    });
  }
}

/** The reply of a request that failed before a byte of it could be sent. */
export function unsent(atMs: number, errorCode: string): Reply {
  return {
    sentAtMs: atMs,
    outcome: 'failed',
    errorCode,
    isGood: false,
    wasConnectionReused: false,
    ...responseFacts(undefined),
  };
}

interface Timing {
  connectMs?: number;
  firstByteMs?: number;
}

function responseFacts(response: http.IncomingMessage | undefined) {
  return {
    statusCode: response?.statusCode,
    echoedRequestId: textHeader(response, header.request),
    environmentId: textHeader(response, header.environment),
    environmentSequence: numberHeader(response, header.sequence),
    serverMs: numberHeader(response, header.serverMs),
  };
}

function isSuccess(statusCode: number | undefined): boolean {
  return statusCode !== undefined && statusCode >= 200 && statusCode < 400;
}

function textHeader(response: http.IncomingMessage | undefined, name: string): string | undefined {
  const value = response?.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

function numberHeader(
  response: http.IncomingMessage | undefined,
  name: string,
): number | undefined {
  const text = textHeader(response, name);
  const value = text === undefined || text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
