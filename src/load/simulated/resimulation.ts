import { setImmediate } from 'node:timers/promises';
import { addedTaskSeconds } from '../../domain/added-tasks.ts';
import type { Arm } from '../../domain/arm.ts';
import { arms } from '../../domain/arm.ts';
import { armServices, hybridPlatforms } from '../../domain/evaluation.ts';
import { blockRun, parseRequestHeader } from '../../domain/names.ts';
import type { PlatformRecord, TaskRecord } from '../../domain/observation.ts';
import { requireWorkload } from '../../domain/plan.ts';
import { lambdaRequestUsd } from '../../domain/pricing.ts';
import type { IntendedRequest } from '../../domain/requests.ts';
import { scoredWindow } from '../../domain/schedule.ts';
import type { EvaluationBlock, ResimulationInput } from '../../domain/sensitivity.ts';
import type { ArmCell } from '../../domain/verdict.ts';
import { createRouter, type Router } from '../../router/router.ts';
import type { SimulationSpec } from '../../testbeds/simulated/simulation-spec.ts';
import type { ServiceSpec } from '../../testbeds/testbed.ts';
import type { SimulationState } from './lanes.ts';
import type { RunSink } from './run-sink.ts';
import { isGood, type Reply, type Send } from './send.ts';
import { SimulatedRun } from './simulated-run.ts';

export interface Resimulation extends ResimulationInput {
  readonly specOf: (window: {
    readonly plan: ResimulationInput['plan'];
    readonly cpuMs: ResimulationInput['cpuMs'];
    readonly run: string;
    readonly services: readonly ServiceSpec[];
  }) => SimulationSpec;
}

/**
 * Blocks of an evaluation in virtual time once more, without any file: what every arm did in each
 * scored block. With the plan of the campaign the same as its own blocks gave, to the microseconds
 * to which records are rounded. Between two blocks others may use the process.
 */
export async function resimulatedCells(input: Resimulation): Promise<readonly ArmCell[]> {
  const { plan, cpuMs, setup, blocks, specOf } = input;
  const services = armServices(input.setup, input.plan);
  const router = setup.arms.includes('hybrid') ? routerOf(input) : undefined;
  const cells: ArmCell[] = [];
  let state: SimulationState | undefined;
  for (const block of blocks) {
    const { startsAtMs } = block;
    const counts = new BlockCounts(input, block);
    const run = new SimulatedRun({
      spec: specOf({ plan, cpuMs, run: blockRun(block.block), services }),
      times: {
        startsAtMs,
        movedMs: 0,
        timeoutMs: plan.load.timeoutMs,
        endsBeforeMs: startsAtMs + plan.evaluation.blockDurationMs + cutOffMs,
      },
      sink: counts,
      ...(state === undefined ? {} : { state }),
      ...(router === undefined ? {} : { router }),
    });
    for (const request of block.requests) run.accept(request);
    state = run.finish();
    if (block.block > plan.evaluation.leadInBlocks) cells.push(...counts.cells());
    await setImmediate();
  }
  return cells.sort(
    (one, other) => arms.indexOf(one.arm) - arms.indexOf(other.arm) || one.block - other.block,
  );
}

/** A simulated block is cut off when the next could begin, less the time for storing. */
const cutOffMs = 117_000;

interface CellSums {
  readonly latenciesMs: { readonly requestId: string; readonly latencyMs: number }[];
  lambdaRequests: number;
  ecsRequests: number;
  lambdaUsd: number;
}

/** Adds up what the arms do in one block; lead-in requests are served and not counted. */
class BlockCounts implements RunSink {
  readonly #input: Resimulation;
  readonly #block: number;
  readonly #startsAtMs: number;
  readonly #scored: ReadonlyMap<string, IntendedRequest>;
  readonly #sums = new Map<string, CellSums>();
  readonly #tasks: TaskRecord[] = [];

  constructor(input: Resimulation, { block, startsAtMs, requests }: EvaluationBlock) {
    this.#input = input;
    this.#block = block;
    this.#startsAtMs = startsAtMs;
    const scored = requests.filter(({ isLeadIn }) => !isLeadIn);
    this.#scored = new Map(scored.map((request) => [request.requestId, request]));
  }

  outcome(send: Send, reply: Reply): void {
    const sums = this.#sumsOf(send.requestId, send.target);
    if (sums === undefined) return;
    // Only an answer has a latency, and only a good one counts (METHOD 6.2).
    const isAnswer = reply.outcome === 'answered' && isGood(reply);
    const latencyMs = isAnswer ? reply.latencyMs : Number.POSITIVE_INFINITY;
    sums.latenciesMs.push({ requestId: send.requestId, latencyMs });
    if (send.platform === 'lambda') sums.lambdaRequests += 1;
    else sums.ecsRequests += 1;
  }

  /** What ran on Lambda is billed, however it ended; what was refused left no report. */
  platform(record: PlatformRecord): void {
    if (record.kind === 'task') this.#tasks.push(record);
    if (record.kind !== 'report') return;
    const { requestId = '', target = '' } = parseRequestHeader(record.awsRequestId) ?? {};
    const sums = this.#sumsOf(requestId, target);
    if (sums === undefined) return;
    const { plan, book } = this.#input;
    sums.lambdaUsd += lambdaRequestUsd(book, plan.pricing.edge.lambda, {
      memoryMb: record.memorySizeMb,
      billedMs: record.billedMs,
    });
  }

  cells(): ArmCell[] {
    const { plan, setup } = this.#input;
    return setup.arms.flatMap((arm) =>
      plan.workloads.flatMap(({ name }): ArmCell[] => {
        const sums = this.#sums.get(cellKey(arm, name));
        return sums === undefined ? [] : [this.#cell(arm, name, sums)];
      }),
    );
  }

  #cell(arm: Arm, workload: string, sums: CellSums): ArmCell {
    const { lambdaRequests, ecsRequests, lambdaUsd } = sums;
    const addedTaskS = this.#addedTaskS(arm, workload);
    const sloMs =
      requireWorkload(this.#input.plan, workload).slo?.latencyMs ?? Number.POSITIVE_INFINITY;
    const latenciesMs = sums.latenciesMs
      .sort((one, other) => (one.requestId < other.requestId ? -1 : 1))
      .map(({ latencyMs }) => latencyMs);
    const good = latenciesMs.filter(Number.isFinite);
    return {
      arm,
      block: this.#block,
      workload,
      requests: latenciesMs.length,
      good: good.length,
      insideSlo: good.filter((latencyMs) => latencyMs <= sloMs).length,
      failed: latenciesMs.length - good.length,
      latenciesMs,
      lambdaRequests,
      ecsRequests,
      lambdaUsd,
      ...(addedTaskS === 0 ? {} : { addedTaskS }),
    };
  }

  #addedTaskS(arm: Arm, workload: string): number {
    const { plan } = this.#input;
    const own = this.#tasks.filter((task) => task.owner === arm && task.workload === workload);
    return addedTaskSeconds(own, {
      ...scoredWindow(plan, this.#block, this.#startsAtMs),
      planned: requireWorkload(plan, workload).ecsTasks,
    });
  }

  /** Undefined for a request that is not scored. The target of an evaluation's request is an arm. */
  #sumsOf(requestId: string, target: string): CellSums | undefined {
    const workload = this.#scored.get(requestId)?.workload;
    if (workload === undefined) return undefined;
    const key = cellKey(target, workload);
    let sums = this.#sums.get(key);
    if (sums === undefined) {
      sums = { latenciesMs: [], lambdaRequests: 0, ecsRequests: 0, lambdaUsd: 0 };
      this.#sums.set(key, sums);
    }
    return sums;
  }
}

function cellKey(arm: string, workload: string): string {
  return `${arm}/${workload}`;
}

function routerOf({ plan, setup, artifact }: Resimulation): Router {
  const rules = {
    platformsOf: hybridPlatforms(setup, plan),
    workloads: setup.estimates,
    timezone: plan.schedule.timezone,
  };
  return createRouter(rules, artifact);
}
