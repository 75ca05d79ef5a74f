import type { SimulatedFargate } from '../../domain/simulation/simulation.ts';

/** CloudWatch's period for the CPU of a service. */
const periodMs = 60_000;
/** ECS scales in when the average stays below this part of the target. */
const scaleInPart = 0.9;

interface Scalable {
  readonly vcpu: number;
  readonly slotsPerTask?: number;
  readonly tasks: number;
  readonly beginsMs: number;
}

/** Target tracking: alarms over whole minutes decide how many tasks a service should have. */
export class ServiceScaling {
  readonly #plan: SimulatedFargate;
  readonly #capacity: number;
  readonly #tasksMin: number;
  #minutesAbove = 0;
  #minutesBelow = 0;
  #busyMsBefore = 0;
  /** When it looks next. */
  nextMs: number;

  constructor(plan: SimulatedFargate, { vcpu, slotsPerTask, tasks, beginsMs }: Scalable) {
    this.#plan = plan;
    this.#capacity = slotsPerTask ?? vcpu;
    this.#tasksMin = tasks;
    this.nextMs = beginsMs + periodMs;
  }

  /**
   * The number of tasks wanted after one more minute. `busyMs`: of all tasks since the beginning;
   * `running` share the load, `ordered` counts those that still start as well.
   */
  decide(service: {
    readonly busyMs: number;
    readonly running: number;
    readonly ordered: number;
  }): number {
    const { busyMs, running, ordered } = service;
    const { scalingTarget, scaleOutAfterMs, scaleInAfterMs, tasksMax } = this.#plan;
    const utilisation =
      (busyMs - this.#busyMsBefore) / (periodMs * this.#capacity * Math.max(1, running));
    this.#busyMsBefore = busyMs;
    this.nextMs += periodMs;
    this.#minutesAbove = utilisation > scalingTarget ? this.#minutesAbove + 1 : 0;
    this.#minutesBelow = utilisation < scaleInPart * scalingTarget ? this.#minutesBelow + 1 : 0;
    const needed = Math.ceil((running * utilisation) / scalingTarget);
    if (this.#minutesAbove * periodMs >= scaleOutAfterMs) {
      this.#minutesAbove = 0;
      return Math.max(ordered, Math.min(tasksMax, needed));
    }
    if (this.#minutesBelow * periodMs >= scaleInAfterMs) {
      this.#minutesBelow = 0;
      return Math.min(ordered, Math.max(this.#tasksMin, needed));
    }
    return ordered;
  }
}
