import { setImmediate } from 'node:timers/promises';
import type { Owner } from '../../domain/arm.ts';
import { hybridPlatforms } from '../../domain/evaluation.ts';
import { edgeUseOf } from '../../domain/money/edge-price.ts';
import { fargateMarginalUsd } from '../../domain/money/fargate-price.ts';
import { expectedBilledMs, lambdaRequestUsd } from '../../domain/money/lambda-price.ts';
import { parseRequestHeader, requestHeader } from '../../domain/names.ts';
import type { PlatformRecord } from '../../domain/observation.ts';
import { type Plan, requireWorkload } from '../../domain/plan.ts';
import type { IntendedRequest } from '../../domain/requests/requests.ts';
import type { ReplayedSend, ReplayInput } from '../../domain/simulation/simulated-replay.ts';
import { createRouter, type Router } from '../../router/router.ts';
import type { SimulationSpec } from '../../testbeds/simulated/simulation-spec.ts';
import type { SimulationState } from './lanes.ts';
import type { RunSink } from './run-sink.ts';
import { isGood, type Reply, type Send } from './send.ts';
import { SimulatedRun } from './simulated-run.ts';

export interface SimulatedReplay extends ReplayInput {
  readonly specOf: (window: {
    readonly plan: Plan;
    readonly cpuMs: ReplayInput['cpuMs'];
    readonly run: string;
    readonly services: ReplayInput['services'];
  }) => SimulationSpec;
}

/** Every send of every run, lead-in too. Between two runs others may use the process. */
export async function replayedSends(input: SimulatedReplay): Promise<readonly ReplayedSend[]> {
  const { plan, cpuMs, services, specOf } = input;
  const router = routerOf(input);
  const sends: ReplayedSend[] = [];
  let state: SimulationState | undefined;
  for (const { run, startsAtMs, endsBeforeMs, requests } of input.runs) {
    const listed = new SendList(input, requests, router);
    const simulated = new SimulatedRun({
      spec: specOf({ plan, cpuMs, run, services }),
      times: { startsAtMs, movedMs: 0, timeoutMs: plan.load.timeoutMs, endsBeforeMs },
      sink: listed,
      ...(state === undefined ? {} : { state }),
      ...(router === undefined ? {} : { router }),
    });
    for (const request of requests) simulated.accept(request);
    state = simulated.finish();
    for (const send of listed.sends()) sends.push(send);
    await setImmediate();
  }
  return sends;
}

function routerOf({ router, plan }: SimulatedReplay): Router | undefined {
  if (router === undefined) return undefined;
  const { setup, artifact } = router;
  const rules = {
    platformsOf: hybridPlatforms(setup, plan),
    workloads: setup.estimates,
    timezone: plan.schedule.timezone,
  };
  return createRouter(rules, artifact);
}

class SendList implements RunSink {
  readonly #input: SimulatedReplay;
  readonly #router: Router | undefined;
  readonly #requests: ReadonlyMap<string, IntendedRequest>;
  readonly #replies: { readonly send: Send; readonly reply: Reply }[] = [];
  readonly #billed = new Map<string, { readonly memoryMb: number; readonly billedMs: number }>();

  constructor(
    input: SimulatedReplay,
    requests: readonly IntendedRequest[],
    router: Router | undefined,
  ) {
    this.#input = input;
    this.#router = router;
    this.#requests = new Map(requests.map((request) => [request.requestId, request]));
  }

  outcome(send: Send, reply: Reply): void {
    this.#replies.push({ send, reply });
  }

  platform(record: PlatformRecord): void {
    if (record.kind !== 'report' || parseRequestHeader(record.awsRequestId) === undefined) return;
    const { memorySizeMb: memoryMb, billedMs } = record;
    this.#billed.set(record.awsRequestId, { memoryMb, billedMs });
  }

  /** What a send costs is known when its report is, which comes after its reply. */
  *sends(): Generator<ReplayedSend> {
    for (const { send, reply } of this.#replies) {
      const request = this.#requests.get(send.requestId);
      const target = request?.targets.find((one) => one.target === send.target);
      if (request === undefined || target === undefined) continue;
      const { workload, payloadBytes } = request;
      const load = send.columns;
      const situation = { workload, payloadBytes, atMs: send.sentAtMs, load };
      yield {
        requestId: send.requestId,
        workload,
        owner: target.owner,
        position: send.position,
        platform: send.platform,
        ...(this.#router === undefined ? {} : { routed: this.#router.route(situation).platform }),
        isGood: isGood(reply),
        ...(reply.outcome === 'answered' ? { latencyMs: reply.latencyMs } : {}),
        costUsd: this.#costUsd(send, workload, target.owner),
        load,
      };
    }
  }

  #costUsd(send: Send, name: string, owner: Owner): number {
    const { plan, book, cpuMs, services } = this.#input;
    const workload = requireWorkload(plan, name);
    const workloadCpuMs = cpuMs[name] ?? 0;
    if (send.platform === 'ecs') {
      const ratePerS = send.columns.recentRateEcsPerS;
      const { tasks = workload.ecsTasks } =
        services.find((one) => one.owner === owner && one.workload === name && one.tasks) ?? {};
      const service = { ...workload, ecsTasks: tasks };
      return fargateMarginalUsd(book, plan.pricing, service, { ratePerS, cpuMs: workloadCpuMs });
    }
    // A request that was refused must not look cheaper than one that was served (METHOD 1.6).
    const billed = this.#billed.get(requestHeader(send.requestId, send.target)) ?? {
      memoryMb: workload.lambdaMemoryMb,
      billedMs: expectedBilledMs(workload, workloadCpuMs),
    };
    return lambdaRequestUsd(book, edgeUseOf(plan.pricing, 'lambda'), billed);
  }
}
