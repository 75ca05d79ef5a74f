import { setImmediate } from 'node:timers/promises';
import type { Arm, Owner } from '../../domain/arm.ts';
import { arms } from '../../domain/arm.ts';
import { armServices, hybridPlatforms } from '../../domain/evaluation.ts';
import { addedTaskSeconds } from '../../domain/money/added-tasks.ts';
import { tasksOf } from '../../domain/money/arm-tasks.ts';
import { edgeUseOf } from '../../domain/money/edge-price.ts';
import { lambdaRequestUsd } from '../../domain/money/lambda-price.ts';
import { blockRun, parseRequestHeader } from '../../domain/names.ts';
import type { PlatformRecord, TaskRecord } from '../../domain/observation.ts';
import { requireWorkload } from '../../domain/plan.ts';
import type { IntendedRequest } from '../../domain/requests/requests.ts';
import { scoredWindow } from '../../domain/schedule.ts';
import type {
  EvaluationBlock,
  ResimulatedCell,
  ResimulationInput,
} from '../../domain/simulation/sensitivity.ts';
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
export async function resimulatedCells(input: Resimulation): Promise<readonly ResimulatedCell[]> {
  const { plan, cpuMs, setup, blocks, specOf } = input;
  const router = setup.arms.includes('hybrid') ? routerOf(input) : undefined;
  const cells: ResimulatedCell[] = [];
  let state: SimulationState | undefined;
  for (const block of blocks) {
    const { startsAtMs } = block;
    const counts = new BlockCounts(input, block);
    const run = new SimulatedRun({
      spec: specOf({ plan, cpuMs, run: blockRun(block.block), services: servicesIn(block, input) }),
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
    input.onBlock?.();
    await setImmediate();
  }
  return cells.sort(
    (one, other) => arms.indexOf(one.arm) - arms.indexOf(other.arm) || one.block - other.block,
  );
}

/** What is up in a block: what the arms deploy, with the numbers of tasks that the block has. */
function servicesIn({ tasks }: EvaluationBlock, { setup, plan }: Resimulation): ServiceSpec[] {
  return armServices(setup, plan).flatMap((service): ServiceSpec[] => {
    if (service.platform === 'lambda') return [service];
    const own = ownTasks(tasks, service.owner, service.workload);
    if (own === undefined) return [service];
    return own === 0 ? [] : [{ ...service, tasks: own }];
  });
}

function ownTasks(
  tasks: EvaluationBlock['tasks'],
  arm: Owner,
  workload: string,
): number | undefined {
  return tasks?.find((own) => own.arm === arm && own.workload === workload)?.tasks;
}

/** A simulated block is cut off when the next could begin, less the time for storing. */
const cutOffMs = 117_000;

interface CellSums {
  readonly latenciesMs: { readonly requestId: string; readonly latencyMs: number }[];
  lambdaRequests: number;
  ecsRequests: number;
  lambdaUsd: number;
  coldStarts: number;
}

/** Adds up what the arms do in one block; lead-in requests are served and not counted. */
class BlockCounts implements RunSink {
  readonly #input: Resimulation;
  readonly #block: EvaluationBlock;
  readonly #scored: ReadonlyMap<string, IntendedRequest>;
  readonly #sums = new Map<string, CellSums>();
  readonly #tasks: TaskRecord[] = [];

  constructor(input: Resimulation, block: EvaluationBlock) {
    this.#input = input;
    this.#block = block;
    const scored = block.requests.filter(({ isLeadIn }) => !isLeadIn);
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
    if (record.initMs !== undefined) sums.coldStarts += 1;
    sums.lambdaUsd += lambdaRequestUsd(book, edgeUseOf(plan.pricing, 'lambda'), {
      memoryMb: record.memorySizeMb,
      billedMs: record.billedMs,
    });
  }

  cells(): ResimulatedCell[] {
    const { plan, setup } = this.#input;
    return setup.arms.flatMap((arm) =>
      plan.workloads.flatMap(({ name }): ResimulatedCell[] => {
        const sums = this.#sums.get(cellKey(arm, name));
        return sums === undefined ? [] : [this.#cell(arm, name, sums)];
      }),
    );
  }

  #cell(arm: Arm, workload: string, sums: CellSums): ResimulatedCell {
    const { lambdaRequests, ecsRequests, lambdaUsd, coldStarts } = sums;
    const addedTaskS = this.#addedTaskS(arm, workload);
    const sloMs =
      requireWorkload(this.#input.plan, workload).slo?.latencyMs ?? Number.POSITIVE_INFINITY;
    const latenciesMs = sums.latenciesMs
      .sort((one, other) => (one.requestId < other.requestId ? -1 : 1))
      .map(({ latencyMs }) => latencyMs);
    const good = latenciesMs.filter(Number.isFinite);
    return {
      arm,
      block: this.#block.block,
      workload,
      requests: latenciesMs.length,
      good: good.length,
      insideSlo: good.filter((latencyMs) => latencyMs <= sloMs).length,
      failed: latenciesMs.length - good.length,
      latenciesMs,
      lambdaRequests,
      ecsRequests,
      lambdaUsd,
      coldStarts,
      ...(addedTaskS === 0 ? {} : { addedTaskS }),
    };
  }

  #addedTaskS(arm: Arm, workload: string): number {
    const { plan, setup } = this.#input;
    const { block, startsAtMs, tasks } = this.#block;
    const own = this.#tasks.filter((task) => task.owner === arm && task.workload === workload);
    const planned = tasksOf(arm, workload, setup.tasks, plan);
    const inBlock = ownTasks(tasks, arm, workload) ?? planned;
    const window = scoredWindow(plan, block, startsAtMs);
    const windowS = (window.toMs - window.fromMs) / 1000;
    // Fewer than planned are added tasks, too: a negative number of them.
    return addedTaskSeconds(own, { ...window, planned: inBlock }) + (inBlock - planned) * windowS;
  }

  /** Undefined for a request that is not scored. The target of an evaluation's request is an arm. */
  #sumsOf(requestId: string, target: string): CellSums | undefined {
    const workload = this.#scored.get(requestId)?.workload;
    if (workload === undefined) return undefined;
    const key = cellKey(target, workload);
    let sums = this.#sums.get(key);
    if (sums === undefined) {
      sums = { latenciesMs: [], lambdaRequests: 0, ecsRequests: 0, lambdaUsd: 0, coldStarts: 0 };
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
