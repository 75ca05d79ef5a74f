import type { SimulatedFargate } from '../../domain/simulation/simulation.ts';
import type { Random } from '../../domain/statistics/random.ts';
import { normalDraw } from './noise-model.ts';
import { ProcessorSharing, SlotQueue, type TaskQueue } from './task-queue-model.ts';

/** What all tasks of a service have in common. */
export interface FargateTaskSpec {
  readonly fargate: SimulatedFargate;
  readonly vcpu: number;
  /** Of an I/O-bound workload; absent: CPU-bound, served by processor sharing. */
  readonly slotsPerTask?: number;
}

export interface Task<Job> {
  /** From 1. */
  readonly number: number;
  readonly startedAtMs: number;
  readonly queue: TaskQueue<Job>;
  /** When it is healthy, and takes requests. */
  readonly readyAtMs: number;
  readonly failure: TaskFailure | undefined;
  /** Requests that it was given. */
  sequence: number;
  isDraining: boolean;
  stopped?: { readonly atMs: number; readonly reason: string };
}

export interface TaskFailure {
  readonly atMs: number;
  readonly kind: 'out-of-memory' | 'health-check';
}

export interface NewTask {
  readonly number: number;
  /** Up at `atMs` already, or ordered then and up after its start. */
  readonly state: 'up' | 'ordered';
  readonly atMs: number;
}

/** Where a task is placed, how long it takes to start and how it will fail: all is chance. */
export function newTask<Job>(
  { fargate, vcpu, slotsPerTask }: FargateTaskSpec,
  random: Random,
  { number, state, atMs }: NewTask,
): Task<Job> {
  const speed = fargate.speed * Math.exp(fargate.placementSigma * normalDraw(random));
  const startMs = startDelayMs(fargate, random());
  const readyAtMs = state === 'up' ? atMs : atMs + startMs;
  return {
    number,
    startedAtMs: state === 'up' ? atMs - startMs : atMs,
    readyAtMs,
    queue:
      slotsPerTask === undefined
        ? new ProcessorSharing({ vcpu, speed, atMs })
        : // What waits for others waits as long on any host.
          new SlotQueue({ slots: slotsPerTask, atMs }),
    failure: failureOf(fargate, readyAtMs, random),
    sequence: 0,
    isDraining: false,
  };
}

/** Triangular between the shortest and the longest, with the given mean. */
function startDelayMs(
  {
    startMsMin: min,
    startMsMean: mean,
    startMsMax: max,
  }: Pick<SimulatedFargate, 'startMsMin' | 'startMsMean' | 'startMsMax'>,
  uniform: number,
): number {
  if (max <= min) return min;
  const mode = Math.min(max, Math.max(min, 3 * mean - min - max));
  const turn = (mode - min) / (max - min);
  return uniform < turn
    ? min + Math.sqrt(uniform * (max - min) * (mode - min))
    : max - Math.sqrt((1 - uniform) * (max - min) * (max - mode));
}

/** The first of the two kinds of failure, or none when neither ever happens. */
function failureOf(
  { outOfMemoryPerHour, healthCheckFailuresPerHour }: SimulatedFargate,
  readyAtMs: number,
  random: Random,
): TaskFailure | undefined {
  const perHour = outOfMemoryPerHour + healthCheckFailuresPerHour;
  if (perHour <= 0) return undefined;
  const atMs = readyAtMs - (Math.log(1 - random()) / perHour) * 3_600_000;
  const isOutOfMemory = random() * perHour < outOfMemoryPerHour;
  return { atMs, kind: isOutOfMemory ? 'out-of-memory' : 'health-check' };
}
