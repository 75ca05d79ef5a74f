import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { type Platform, platforms } from '../../domain/platform.ts';
import type { LiveRouter, Routed } from './live-router.ts';
import { openApiDocument } from './openapi.ts';
import { answerHeaders, type PassedHeaders, requestHeaders } from './pass-on.ts';
import { Ending, Refusal } from './refusal.ts';
import { routedLine, routerHeaders } from './router-headers.ts';
import type { RouterSettings } from './settings.ts';
import { Upstream, UpstreamFailure } from './upstream.ts';

/** A request as it came in, whoever took it: a server or a Lambda function. */
export interface LiveRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
  /** The client's address. */
  readonly from?: string;
  /** Aborted with an `Ending`. */
  readonly signal: AbortSignal;
}

export interface LiveAnswer {
  readonly statusCode: number;
  readonly headers: PassedHeaders;
  /** The platform's answer as it comes, or a text of our own. */
  readonly body: IncomingMessage | string;
}

export interface RouterServiceSpec {
  readonly settings: RouterSettings;
  readonly live: LiveRouter;
  /** One JSON line for whoever collects what the service prints. */
  readonly print: (line: object) => void;
}

/** Routes requests to their platforms: the same for every way in which they come. */
export class RouterService {
  readonly #spec: RouterServiceSpec;
  readonly #upstream = new Upstream();
  readonly #startedAt = new Date().toISOString();
  readonly #routedTo: Record<Platform, number> = { lambda: 0, ecs: 0 };
  readonly #failures = { unreachable: 0, overdue: 0, undelivered: 0 };
  #inFlight = 0;

  constructor(spec: RouterServiceSpec) {
    this.#spec = spec;
  }

  /** Rejects with the signal's `Ending` when the client has gone; whatever else fails is an answer. */
  async answer(request: LiveRequest): Promise<LiveAnswer> {
    const { workload, rest } = partsOf(request.target);
    if (request.method === 'GET' && request.target === '/health') return json(this.#health());
    if (request.method === 'GET' && request.target === '/openapi.json')
      return json(openApiDocument);
    const startedMs = performance.now();
    if (!isBelow(rest)) return refused(this.#noSuchPath(request.target));
    const routed = this.#spec.live.route(workload, request.body.byteLength);
    if (routed === undefined) return refused(this.#noSuchPath(workload));
    const base = this.#spec.settings.workloads[workload]?.endpoints[routed.platform] ?? '';
    return await this.#forward(request, { routed, url: `${base}${rest}`, startedMs });
  }

  close(): void {
    this.#upstream.close();
  }

  async #forward(
    request: LiveRequest,
    way: { readonly routed: Routed; readonly url: string; readonly startedMs: number },
  ): Promise<LiveAnswer> {
    const { routed, url, startedMs } = way;
    const { method, headers, body, from, signal } = request;
    this.#begin(routed);
    try {
      const passedOn = requestHeaders(headers, { bodyBytes: body.byteLength, from });
      const sending = this.#upstream.send({ url, method, headers: passedOn, body, signal });
      const handedOverMs = performance.now();
      const upstream = await sending;
      const answeredMs = performance.now();
      upstream.once('close', () => this.#end(request, routed, { isDelivered: !signal.aborted }));
      const passedBack = answerHeaders(upstream.headers);
      const addedMs = handedOverMs - startedMs + performance.now() - answeredMs;
      return {
        statusCode: upstream.statusCode ?? 502,
        headers: { ...passedBack, ...routerHeaders(routed, addedMs) },
        body: upstream,
      };
    } catch (error) {
      const isGone = error instanceof Ending && error.kind === 'client-gone';
      this.#end(request, routed, { isDelivered: !isGone });
      if (isGone) throw error;
      return refused(this.#failure(error, routed.platform), routerHeaders(routed));
    }
  }

  #begin({ platform }: Routed): void {
    this.#inFlight += 1;
    this.#routedTo[platform] += 1;
  }

  /** An answer that reaches nobody leaves a line, so that its request still has a platform. */
  #end(
    { headers }: LiveRequest,
    routed: Routed,
    { isDelivered }: { readonly isDelivered: boolean },
  ): void {
    this.#inFlight -= 1;
    routed.end();
    if (isDelivered) return;
    this.#failures.undelivered += 1;
    const line = routedLine(headers, routed);
    if (line !== undefined) this.#spec.print(line);
  }

  #failure(error: unknown, platform: Platform): Refusal {
    if (error instanceof Ending) {
      this.#failures.overdue += 1;
      const { timeoutMs } = this.#spec.settings;
      return new Refusal('overdue', `${platform} did not answer within ${timeoutMs} ms.`);
    }
    this.#failures.unreachable += 1;
    const code = error instanceof UpstreamFailure ? error.code : String(error);
    return new Refusal('unreachable', `${platform} did not answer (${code}). Look if it is up.`);
  }

  #noSuchPath(workload: string): Refusal {
    const known = Object.keys(this.#spec.settings.workloads).join(', /');
    const message = `No workload is called "${workload.slice(0, 100)}". Paths are /${known}.`;
    return new Refusal('no-such-path', message);
  }

  #health() {
    return {
      status: 'ok',
      ...this.#spec.live.state(),
      startedAt: this.#startedAt,
      requests: platforms.reduce((sum, platform) => sum + this.#routedTo[platform], 0),
      inFlight: this.#inFlight,
      routedTo: { ...this.#routedTo },
      failures: { ...this.#failures },
    };
  }
}

/** In the router's own name; also used where a request does not get as far as a workload. */
export function refused(refusal: Refusal, headers: PassedHeaders = {}): LiveAnswer {
  return {
    statusCode: refusal.statusCode,
    headers: { 'content-type': 'application/json', ...headers },
    body: refusal.body,
  };
}

/** `/thumbnail/large?x=1` is workload `thumbnail` and the rest `/large?x=1`. */
function partsOf(target: string): { readonly workload: string; readonly rest: string } {
  const [, workload = '', rest = ''] = /^\/([^/?]*)(.*)$/s.exec(target) ?? [];
  return { workload, rest };
}

/** A path that climbs out of its endpoint would reach whatever else the platform's origin serves. */
function isBelow(rest: string): boolean {
  if (rest === '' || rest.startsWith('?')) return true;
  return URL.parse(`http://origin/endpoint${rest}`)?.pathname.startsWith('/endpoint/') ?? false;
}

function json(value: object): LiveAnswer {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { statusCode: 200, headers, body: JSON.stringify(value) };
}
