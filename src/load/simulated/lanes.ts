import type { Owner } from '../../domain/arm.ts';
import type { PoolState } from '../../testbeds/simulated/lambda-model.ts';
import { type Lane, LaneBuilder, type LaneBuilderInput } from './lane-builder.ts';

/** What outlives a run: the environments of every function, by `<owner>/<workload>`. */
export interface SimulationState {
  readonly pools: Readonly<Record<string, PoolState>>;
}

export interface LanesInput extends LaneBuilderInput {
  readonly state?: SimulationState;
}

/** All pools and services of a run: each owner has its own (METHOD 1.2). */
export class Lanes {
  readonly #input: LanesInput;
  readonly #builder: LaneBuilder;
  readonly #owners = new Map<Owner, Map<string, Lane>>();

  constructor(input: LanesInput) {
    this.#input = input;
    this.#builder = new LaneBuilder(input);
    // Also those that nobody will send to: their tasks are up, and say so.
    for (const { owner, platform, workload } of input.spec.services) {
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
      lane = this.#builder.build(
        owner,
        workload,
        this.#input.state?.pools[poolKey(owner, workload)],
      );
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
}

function poolKey(owner: Owner, workload: string): string {
  return `${owner}/${workload}`;
}
