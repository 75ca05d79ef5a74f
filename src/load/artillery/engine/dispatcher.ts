import { randomBytes } from 'node:crypto';
import { header, requestHeader } from '../../../domain/names.ts';
import type { LoadColumns } from '../../../domain/observation.ts';
import type { IntendedRequest, Target } from '../../../domain/requests/requests.ts';
import type { LoadState } from '../../../router/load-state.ts';
import type { Router } from '../../../router/router.ts';
import type { Payload, PayloadMaker } from '../../payloads.ts';
import { nowMs, waitUntil } from './clock.ts';
import {
  type EngineRun,
  firstPlannedMs,
  type PendingRequest,
  type PendingTarget,
} from './engine-run.ts';
import { type RouterFacts, routerFacts } from './router-answer.ts';
import type { SegmentWriter } from './segment-writer.ts';
import { type Exchange, type Reply, type Sender, unsent } from './sender.ts';

export interface DispatcherParts {
  readonly run: EngineRun;
  readonly token: string;
  readonly payloadMakers: ReadonlyMap<string, PayloadMaker>;
  readonly router: Router | undefined;
  readonly load: LoadState;
  readonly sender: Sender;
  readonly writer: SegmentWriter;
}

/** The payload is made this long before the first send, so that its making delays no send. */
const preparationMs = 250;

/** Serves intended requests: waits, routes, sends to each target, and writes down what happened. */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #urls: ReadonlyMap<string, string>;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    this.#urls = new Map(
      parts.run.endpoints.map(({ owner, platform, workload, url }) => [
        `${owner}/${platform}/${workload}`,
        url,
      ]),
    );
  }

  /**
   * Resolves when every target has its outcome. Each target keeps its own planned time, whether or
   * not an earlier one has answered: waiting would close the loop (METHOD 1.1).
   */
  async serve(pending: PendingRequest): Promise<void> {
    await waitUntil(firstPlannedMs(pending) - preparationMs);
    const payload = this.#makePayload(pending.request);
    await Promise.all(
      pending.targets.map((target) => this.#serveTarget(pending.request, target, payload)),
    );
  }

  #makePayload(request: IntendedRequest): Payload | Error {
    try {
      const make = this.#parts.payloadMakers.get(request.workload);
      if (make === undefined) throw new Error(`No handler for workload "${request.workload}".`);
      return make(request.payloadSeed);
    } catch (error) {
      // The workload's own code failed: a fact about its requests, not the end of the run.
      console.error(`The payload of ${request.requestId} could not be made: ${error}`);
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  async #serveTarget(
    request: IntendedRequest,
    pending: PendingTarget,
    payload: Payload | Error,
  ): Promise<void> {
    await waitUntil(pending.plannedAtMs);
    const { run, writer } = this.#parts;
    const { target, position, plannedAtMs } = pending;
    const atMs = nowMs();
    if (atMs >= run.endsBeforeMs) return;

    const identity = { requestId: request.requestId, target: target.target, attempt: run.attempt };
    const send = async (way: Pick<Exchange, 'url' | 'onHead'>): Promise<Reply> => {
      if (payload instanceof Error) return unsent(atMs, 'PAYLOAD_BROKEN');
      writer.write({ kind: 'sent', ...identity, sentAtMs: atMs });
      return await this.#send(requestHeader(request.requestId, target.target), payload, way);
    };
    const isServed = target.platform === undefined && run.router?.place === 'service';
    const outcome = isServed
      ? await this.#throughService(request, target, send)
      : await this.#directly({ request, target, payload, atMs }, send);
    writer.write({
      kind: 'outcome',
      ...identity,
      position,
      plannedAtMs,
      movedMs: run.movedMs,
      ...outcome,
    });
  }

  /** To a router service, which chooses the platform and says so in its answer. */
  async #throughService(request: IntendedRequest, { owner }: Target, send: Send) {
    const router = this.#parts.run.routers?.find((candidate) => candidate.owner === owner);
    if (router === undefined) throw new Error(`There is no router service of ${owner}.`);
    let facts: RouterFacts = {};
    const reply = await send({
      url: `${router.url}/${request.workload}`,
      onHead: (headers) => {
        facts = routerFacts(headers);
      },
    });
    return { ...facts, ...reply };
  }

  /** To the platform of the target, or the one that our own router picks. */
  async #directly({ request, target, payload, atMs }: Planned, send: Send) {
    const { load } = this.#parts;
    const columns = load.columns(target.owner, request.workload, atMs);
    const routed = this.#route(request, target, payload, columns);
    const { platform } = routed;
    const url = this.#urls.get(`${target.owner}/${platform}/${request.workload}`);
    if (url === undefined) {
      throw new Error(`No ${platform} endpoint of ${target.owner} for ${request.workload}.`);
    }
    const answered = load.begin(target.owner, request.workload, platform, atMs);
    const reply = await send({ url });
    answered();
    return { ...columns, ...routed, ...reply };
  }

  #route(request: IntendedRequest, target: Target, payload: Payload | Error, load: LoadColumns) {
    const { router, run } = this.#parts;
    if (target.platform !== undefined) return { platform: target.platform };
    if (router === undefined) {
      throw new Error(`${request.requestId}/${target.target} has no platform and no router.`);
    }
    const startedMs = performance.now();
    const { platform, pLambda } = router.route({
      workload: request.workload,
      payloadBytes: payload instanceof Error ? request.payloadBytes : payload.body.byteLength,
      atMs: nowMs(),
      load,
    });
    const routerMs = performance.now() - startedMs;
    const modelHash = pLambda === undefined ? undefined : run.router?.modelHash;
    return { platform, routedTo: platform, routerMs, pLambda, modelHash };
  }

  async #send(
    echo: string,
    payload: Payload,
    way: Pick<Exchange, 'url' | 'onHead'>,
  ): Promise<Reply> {
    const { run, token, sender } = this.#parts;
    return await sender.send({
      ...way,
      body: payload.body,
      headers: {
        'content-type': payload.contentType,
        [header.request]: echo,
        [header.token]: token,
        'X-Amzn-Trace-Id': traceId(),
      },
      requestHeader: echo,
      timeoutMs: run.timeoutMs,
      endsBeforeMs: run.endsBeforeMs,
    });
  }
}

type Send = (way: Pick<Exchange, 'url' | 'onHead'>) => Promise<Reply>;

interface Planned {
  readonly request: IntendedRequest;
  readonly target: Target;
  readonly payload: Payload | Error;
  readonly atMs: number;
}

/** The platforms' own correlation id (METHOD 2.3). */
function traceId(): string {
  const seconds = Math.floor(nowMs() / 1_000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')}`;
}
