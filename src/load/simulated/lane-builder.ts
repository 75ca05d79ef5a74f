import type { Owner } from '../../domain/arm.ts';
import { lambdaMbPerVcpu } from '../../domain/money/lambda-price.ts';
import { type Random, randomFor } from '../../domain/statistics/random.ts';
import { type Disturbance, disturbanceOf } from '../../testbeds/simulated/disturbance-model.ts';
import { EventQueue } from '../../testbeds/simulated/event-queue.ts';
import {
  Concurrency,
  type ExecutionModel,
  LambdaPool,
  type PoolState,
} from '../../testbeds/simulated/lambda-model.ts';
import { normalDraw } from '../../testbeds/simulated/noise-model.ts';
import type {
  SimulatedWorkload,
  SimulationSpec,
} from '../../testbeds/simulated/simulation-spec.ts';
import { EdgeDelay } from './edge-delay.ts';
import { FargateLane } from './fargate-lane.ts';
import { LambdaLane } from './lambda-lane.ts';
import { PromptLane } from './prompt-lane.ts';
import type { RunSink } from './run-sink.ts';

/** Where the requests of one workload of one owner go. */
export interface Lane {
  readonly lambda: LambdaLane;
  /** Absent: the window has no tasks for it. */
  readonly ecs: FargateLane | undefined;
  /** For what is answered before a platform gets it. */
  readonly edge: PromptLane;
  /** When the client stops waiting for an answer, and whom to tell. */
  readonly endings: EventQueue<() => void>;
}

export interface LaneBuilderInput {
  readonly spec: SimulationSpec;
  readonly times: { readonly startsAtMs: number };
  readonly sink: RunSink;
}

interface PoolParts {
  readonly owner: Owner;
  readonly sizes: SimulatedWorkload;
  readonly random: (...key: readonly string[]) => Random;
  readonly state: PoolState | undefined;
}

/** Makes lanes from the numbers of plan and calibration, with chance and disturbances of the run. */
export class LaneBuilder {
  readonly #input: LaneBuilderInput;
  readonly #disturbance: { readonly lambda: Disturbance; readonly ecs: Disturbance };
  readonly #concurrency = new Map<Owner, Concurrency>();

  constructor(input: LaneBuilderInput) {
    this.#input = input;
    const { simulation, seed } = input.spec;
    this.#disturbance = {
      lambda: disturbanceOf('lambda', simulation.disturbance, seed),
      ecs: disturbanceOf('ecs', simulation.disturbance, seed),
    };
  }

  /** `pool`: what the run before has left of the function's environments. */
  build(owner: Owner, workload: string, pool: PoolState | undefined): Lane {
    const { spec, sink } = this.#input;
    const { simulation, run } = spec;
    const sizes = requireWorkload(spec, workload);
    const random = (...key: readonly (string | number)[]): Random =>
      randomFor(spec.seed, run, owner, workload, ...key);
    const { sigma, lambdaMs, ecsMs } = simulation.edge;
    const lambdaEdge = new EdgeDelay(lambdaMs, sigma, random('lambda', 'edge'));
    const ecsEdge = new EdgeDelay(ecsMs, sigma, random('ecs', 'edge'));
    const endings = new EventQueue<() => void>();
    const tasks = tasksOf(spec, owner, workload);
    return {
      lambda: new LambdaLane({
        pool: this.#createPool({ owner, sizes, random, state: pool }),
        name: `${owner}.${workload}`,
        memoryMb: sizes.lambdaMemoryMb,
        memoryUsedMb: simulation.memoryUsedMb,
        edge: lambdaEdge,
        endings,
        sink,
      }),
      ecs:
        tasks === undefined
          ? undefined
          : new FargateLane({
              name: `${run}.${owner}.${workload}`,
              owner,
              workload,
              service: this.#serviceSpec(sizes, tasks),
              randomOf: (task) => random('ecs', 'task', task),
              workMs: this.#fargateWork(sizes, random('ecs', 'noise')),
              memoryUsedMb: simulation.memoryUsedMb,
              offsetMs: sizes.fitted?.ecsOffsetMs ?? 0,
              edge: ecsEdge,
              endings,
              sink,
            }),
      edge: new PromptLane({ edges: { lambda: lambdaEdge, ecs: ecsEdge }, endings, sink }),
      endings,
    };
  }

  #createPool({ owner, sizes, random, state }: PoolParts): LambdaPool {
    const { spec } = this.#input;
    const { lambda } = spec.simulation;
    const { fitted } = sizes;
    return new LambdaPool({
      spec: {
        ...lambda,
        memoryMb: sizes.lambdaMemoryMb,
        timeoutMs: spec.timeoutMs,
        execution: executionOf(spec, sizes),
        init: spec.init,
        firstCallMs: sizes.firstCallMs,
        ...(fitted === undefined ? {} : { noiseSigma: fitted.lambdaNoiseSigma }),
        // A measured init has what the function's own dependencies take in it.
        ...(sizes.init === undefined ? {} : { init: sizes.init, dependencyInitMs: 0 }),
      },
      random: {
        noise: random('lambda', 'noise'),
        init: random('lambda', 'init'),
        idle: random('lambda', 'idle'),
      },
      concurrency: this.#concurrencyOf(owner),
      disturbance: this.#disturbance.lambda,
      ...(state === undefined ? {} : { state }),
    });
  }

  #concurrencyOf(owner: Owner): Concurrency {
    let concurrency = this.#concurrency.get(owner);
    if (concurrency === undefined) {
      concurrency = new Concurrency(this.#input.spec.simulation.lambda.concurrency);
      this.#concurrency.set(owner, concurrency);
    }
    return concurrency;
  }

  #serviceSpec({ ecsVcpu, bound, slotsPerTask = 1 }: SimulatedWorkload, tasks: number) {
    return {
      fargate: this.#input.spec.simulation.fargate,
      vcpu: ecsVcpu,
      ...(bound === 'io' ? { slotsPerTask } : {}),
      tasks,
      beginsMs: this.#input.times.startsAtMs,
    };
  }

  #fargateWork({ cpuMs, fitted }: SimulatedWorkload, noise: Random): (atMs: number) => number {
    const noiseSigma = fitted?.ecsNoiseSigma ?? this.#input.spec.simulation.fargate.noiseSigma;
    const disturbance = this.#disturbance.ecs;
    return (atMs) => cpuMs * Math.exp(noiseSigma * normalDraw(noise)) * disturbance(atMs);
  }
}

/**
 * s·1769/m for what computes (METHOD 3.4): busy time is that of one vCPU. What waits for others
 * waits as long whatever the memory is.
 */
function executionOf(spec: SimulationSpec, workload: SimulatedWorkload): ExecutionModel {
  const { overheadMs, memoryCapMb } = spec.simulation.lambda;
  const { bound, lambdaMemoryMb, fitted } = workload;
  const cpuMs = workload.cpuMs * (fitted?.lambdaFactor ?? 1);
  return bound === 'io'
    ? { aMs: overheadMs, wMsMb: cpuMs * lambdaMemoryMb, capMb: lambdaMemoryMb }
    : { aMs: overheadMs, wMsMb: cpuMs * lambdaMbPerVcpu, capMb: memoryCapMb };
}

function tasksOf({ services }: SimulationSpec, owner: Owner, workload: string): number | undefined {
  const service = services.find(
    (candidate) =>
      candidate.owner === owner && candidate.platform === 'ecs' && candidate.workload === workload,
  );
  return service === undefined ? undefined : (service.tasks ?? 1);
}

function requireWorkload({ workloads }: SimulationSpec, name: string): SimulatedWorkload {
  const workload = workloads.find((candidate) => candidate.name === name);
  if (workload !== undefined) return workload;
  const known = workloads.map((candidate) => candidate.name).join(', ');
  throw new Error(`The simulated window has no workload "${name}"; it has ${known}.`);
}
