import { requestHeader } from '../../domain/names.ts';
import type { LoadColumns } from '../../domain/observation.ts';
import type { Platform } from '../../domain/platform.ts';
import type { IntendedRequest, Target } from '../../domain/requests/requests.ts';
import { randomFor } from '../../domain/statistics/random.ts';
import { LoadState } from '../../router/load-state.ts';
import type { Router } from '../../router/router.ts';
import { EventQueue } from '../../testbeds/simulated/event-queue.ts';
import { normalAt } from '../../testbeds/simulated/noise-model.ts';
import { isTooLarge } from '../../testbeds/simulated/payload-model.ts';
import type { SimulationSpec } from '../../testbeds/simulated/simulation-spec.ts';
import type { LoadRunSpec } from '../load-generator.ts';
import type { Lane } from './lane-builder.ts';
import { Lanes, type SimulationState } from './lanes.ts';
import type { RunSink } from './run-sink.ts';
import type { Routing, Send } from './send.ts';

export type SimulatedRunTimes = Pick<
  LoadRunSpec,
  'startsAtMs' | 'movedMs' | 'timeoutMs' | 'endsBeforeMs'
>;

export interface SimulatedRunInput {
  readonly spec: SimulationSpec;
  readonly times: SimulatedRunTimes;
  readonly sink: RunSink;
  /** What an earlier run has left; absent: everything is new. */
  readonly state?: SimulationState;
  /** Decides about targets without a platform. */
  readonly router?: Router;
  readonly modelHash?: string;
  /** `<requestId>/<target>` of what an earlier attempt has sent: it is not moved by the outage. */
  readonly alreadySent?: ReadonlySet<string>;
}

/** A target that waits for its time. */
interface Pending {
  readonly request: IntendedRequest;
  readonly target: Target;
  readonly position: number;
  readonly movedMs: number;
}

/**
 * One load run in virtual time (METHOD 7.1): one pass over the intended requests in the order of
 * their first offset, all owners at the same time. A pure function of its input; what it holds is
 * what is on its way, however many requests there are.
 */
export class SimulatedRun {
  readonly #input: SimulatedRunInput;
  readonly #lanes: Lanes;
  readonly #load = new LoadState();
  readonly #pending = new EventQueue<Pending>();
  readonly #workSalts = new Map<string, number>();

  constructor(input: SimulatedRunInput) {
    this.#input = input;
    this.#lanes = new Lanes(input);
  }

  /** Takes the next request, after everything that is to be sent before it. */
  accept(request: IntendedRequest): void {
    const { times, alreadySent } = this.#input;
    const [first] = request.targets;
    // A target may be moved, but never to an earlier time: nothing that comes later can come first.
    if (first !== undefined) this.#sendUntil(times.startsAtMs + first.offsetMs);
    for (const [index, target] of request.targets.entries()) {
      const isSent = alreadySent?.has(requestHeader(request.requestId, target.target)) ?? false;
      const movedMs = isSent ? 0 : times.movedMs;
      this.#pending.add(times.startsAtMs + target.offsetMs + movedMs, {
        request,
        target,
        position: index + 1,
        movedMs,
      });
    }
  }

  /** Sends what is left, waits for every answer, and returns what the next run begins with. */
  finish(): SimulationState {
    this.#sendUntil(Number.POSITIVE_INFINITY);
    return this.#lanes.finish();
  }

  #sendUntil(toMs: number): void {
    while (this.#pending.nextMs < toMs) {
      const atMs = this.#pending.nextMs;
      this.#send(this.#pending.take(), atMs);
    }
  }

  #send(pending: Pending, atMs: number): void {
    const { times } = this.#input;
    // What is planned for after the end is not sent: its row will say `not-issued`.
    if (atMs >= times.endsBeforeMs) return;
    const { request, target, position, movedMs } = pending;
    const { owner } = target;
    const lane = this.#lanes.lane(owner, request.workload);
    settle(lane, atMs);
    const columns = this.#load.columns(owner, request.workload, atMs);
    const routing = target.platform === undefined ? this.#route(pending, atMs, columns) : undefined;
    const platform = target.platform ?? requireRouted(pending, routing);
    const restMs = times.endsBeforeMs - atMs;
    const send: Send = {
      requestId: request.requestId,
      target: target.target,
      position,
      work: this.#workOf(request),
      plannedAtMs: atMs,
      movedMs,
      platform,
      columns,
      routing,
      sentAtMs: atMs,
      deadlineMs: atMs + Math.min(restMs, times.timeoutMs),
      isDeadlineOfRun: restMs < times.timeoutMs,
    };
    const ended = this.#load.begin(owner, request.workload, platform, atMs);
    this.#dispatch(lane, send, request.payloadBytes, ended);
  }

  #dispatch(lane: Lane, send: Send, payloadBytes: number, ended: () => void): void {
    const { platform } = send;
    if (isTooLarge(platform, this.#input.spec.edge[platform], payloadBytes)) {
      lane.edge.send(send, 413, ended);
    } else if (platform === 'lambda') {
      lane.lambda.send(send, ended);
    } else if (lane.ecs === undefined) {
      lane.edge.send(send, 503, ended);
    } else {
      lane.ecs.send(send, ended);
    }
  }

  #route({ request }: Pending, atMs: number, load: LoadColumns): Routing | undefined {
    const { router, modelHash, spec } = this.#input;
    if (router === undefined) return undefined;
    const { workload, payloadBytes } = request;
    const { platform, pLambda } = router.route({ workload, payloadBytes, atMs, load });
    return {
      routedTo: platform,
      routerMs: spec.simulation.routerMs,
      pLambda,
      modelHash: pLambda === undefined ? undefined : modelHash,
    };
  }

  /** Lognormal over the requests of a workload, and the same for all targets of one. */
  #workOf({ workload, payloadSeed }: IntendedRequest): number {
    const { seed, simulation } = this.#input.spec;
    let salt = this.#workSalts.get(workload);
    if (salt === undefined) {
      salt = Math.floor(randomFor(seed, 'work', workload)() * 2 ** 32);
      this.#workSalts.set(workload, salt);
    }
    const sigma = simulation.fitted?.[workload]?.requestSigma ?? simulation.requestSigma;
    return Math.exp(sigma * normalAt(salt, payloadSeed));
  }
}

/** What the client knows at a time: who has answered it by then, and whom it has given up. */
function settle({ ecs, endings }: Lane, atMs: number): void {
  ecs?.advance(atMs);
  while (endings.nextMs <= atMs) endings.take()();
}

function requireRouted({ request, target }: Pending, routing: Routing | undefined): Platform {
  if (routing !== undefined) return routing.routedTo;
  throw new Error(`${request.requestId}/${target.target} has no platform and no router.`);
}
