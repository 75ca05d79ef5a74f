import type { Owner } from '../../domain/arm.ts';
import { lambdaMbPerVcpu } from '../../domain/pricing.ts';
import { type Random, randomFor } from '../../domain/random.ts';
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

/** What outlives a run: the environments of every function, by `<owner>/<workload>`. */
export interface SimulationState {
  readonly pools: Readonly<Record<string, PoolState>>;
}

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

export interface LanesInput {
  readonly spec: SimulationSpec;
  readonly times: { readonly startsAtMs: number };
  readonly sink: RunSink;
  readonly state?: SimulationState;
}

/** All pools and services of a run: each owner has its own (METHOD 1.2). */
export class Lanes {
  readonly #input: LanesInput;
  readonly #disturbance: { readonly lambda: Disturbance; readonly ecs: Disturbance };
  readonly #owners = new Map<Owner, Map<string, Lane>>();
  readonly #concurrency = new Map<Owner, Concurrency>();

  constructor(input: LanesInput) {
    this.#input = input;
    const { simulation, seed, services } = input.spec;
    this.#disturbance = {
      lambda: disturbanceOf('lambda', simulation.disturbance, seed),
      ecs: disturbanceOf('ecs', simulation.disturbance, seed),
    };
    // Also those that nobody will send to: their tasks are up, and say so.
    for (const { owner, platform, workload } of services) {
      if (platform === 'ecs') this.lane(owner, workload);
    }
  }

  lane(owner: Owner, workload: string): Lane {
    let lanes = this.#owners.get(owner);
    if (lanes === undefined) {
      lanes = new Map();
      this.#owners.set(owner, lanes);
    }
    let lane = lanes.get(workload);
    if (lane === undefined) {
      lane = this.#create(owner, workload);
      lanes.set(workload, lane);
    }
    return lane;
  }

  /** Waits for everything that is on its way, and closes the window. */
  finish(): SimulationState {
    const lanes = [...this.#owners.values()].flatMap((byWorkload) => [...byWorkload.values()]);
    let endMs = this.#input.times.startsAtMs;
    for (const { ecs } of lanes) endMs = Math.max(endMs, ecs?.drain() ?? endMs);
    for (const { ecs } of lanes) ecs?.close(endMs);
    const pools = { ...this.#input.state?.pools };
    for (const [owner, byWorkload] of this.#owners) {
      for (const [workload, { lambda }] of byWorkload) {
        pools[poolKey(owner, workload)] = lambda.state();
      }
    }
    return { pools };
  }

  #create(owner: Owner, workload: string): Lane {
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
        pool: this.#createPool(owner, sizes, random),
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
              workload,
              service: this.#serviceSpec(sizes, tasks),
              randomOf: (task) => random('ecs', 'task', task),
              workMs: this.#fargateWork(sizes, random('ecs', 'noise')),
              memoryUsedMb: simulation.memoryUsedMb,
              edge: ecsEdge,
              endings,
              sink,
            }),
      edge: new PromptLane({ edges: { lambda: lambdaEdge, ecs: ecsEdge }, endings, sink }),
      endings,
    };
  }

  #createPool(
    owner: Owner,
    workload: SimulatedWorkload,
    random: (...key: readonly string[]) => Random,
  ): LambdaPool {
    const { spec, state } = this.#input;
    const { lambda } = spec.simulation;
    const earlier = state?.pools[poolKey(owner, workload.name)];
    return new LambdaPool({
      spec: {
        ...lambda,
        memoryMb: workload.lambdaMemoryMb,
        timeoutMs: spec.timeoutMs,
        execution: executionOf(spec, workload),
        init: spec.init,
        firstCallMs: workload.firstCallMs,
      },
      random: {
        noise: random('lambda', 'noise'),
        init: random('lambda', 'init'),
        idle: random('lambda', 'idle'),
      },
      concurrency: this.#concurrencyOf(owner),
      disturbance: this.#disturbance.lambda,
      ...(earlier === undefined ? {} : { state: earlier }),
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

  #fargateWork({ cpuMs }: SimulatedWorkload, noise: Random): (atMs: number) => number {
    const { noiseSigma } = this.#input.spec.simulation.fargate;
    const disturbance = this.#disturbance.ecs;
    return (atMs) => cpuMs * Math.exp(noiseSigma * normalDraw(noise)) * disturbance(atMs);
  }
}

/**
 * s·1769/m for what computes (METHOD 3.4): busy time is that of one vCPU. What waits for others
 * waits as long whatever the memory is.
 */
export function executionOf(spec: SimulationSpec, workload: SimulatedWorkload): ExecutionModel {
  const { overheadMs, memoryCapMb } = spec.simulation.lambda;
  const { cpuMs, bound, lambdaMemoryMb } = workload;
  return bound === 'io'
    ? { aMs: overheadMs, wMsMb: cpuMs * lambdaMemoryMb, capMb: lambdaMemoryMb }
    : { aMs: overheadMs, wMsMb: cpuMs * lambdaMbPerVcpu, capMb: memoryCapMb };
}

function poolKey(owner: Owner, workload: string): string {
  return `${owner}/${workload}`;
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
