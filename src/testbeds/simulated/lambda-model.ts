import type { Random } from '../../domain/statistics/random.ts';
import type { Disturbance } from './disturbance-model.ts';
import { EventQueue } from './event-queue.ts';
import { type InitModel, initMsAt } from './init-model.ts';
import { normalDraw } from './noise-model.ts';

/** One function, in numbers: what the model needs of plan and calibration. */
export interface LambdaFunction {
  readonly memoryMb: number;
  readonly timeoutMs: number;
  readonly execution: ExecutionModel;
  /** σ of ln execution time of equal requests. */
  readonly noiseSigma: number;
  readonly init: InitModel;
  readonly dependencyInitMs: number;
  /** By how much the first invocation of an environment takes longer. */
  readonly firstCallMs: number;
  readonly idleLimitMs: number;
  readonly idleLimitSigma: number;
  readonly lifeMs: number;
  readonly scaleOutEnvironments: number;
  readonly scaleOutPeriodMs: number;
}

/** `a + W / min(memory, cap)`. */
export interface ExecutionModel {
  readonly aMs: number;
  readonly wMsMb: number;
  readonly capMb: number;
}

/** The part of a warm execution that the handler takes: all but the runtime's own `a`. */
export function handlerMs({ wMsMb, capMb }: ExecutionModel, memoryMb: number): number {
  return wMsMb / Math.min(memoryMb, capMb);
}

/** METHOD 2.4: the init of a cold start is billed together with the duration, in whole ms. */
export function billedMs(durationMs: number, initMs: number): number {
  return Math.ceil(hundredths(durationMs + initMs));
}

/** REPORT lines have two decimals; a sum of two such numbers has, too. */
export function hundredths(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}

/** One execution environment. Its times are epoch milliseconds. */
export interface Environment {
  /** From 1, over all runs of the pool. */
  readonly number: number;
  readonly bornMs: number;
  /** Invocations that it has served. */
  sequence: number;
  /** When it is gone, if it stays idle until then. */
  expiresMs: number;
}

export interface Invocation {
  readonly environment: Environment;
  readonly sequence: number;
  /** Absent in a warm environment. */
  readonly initMs: number | undefined;
  /** As reported: without the init, with the runtime's own part. */
  readonly durationMs: number;
  /** What the handler itself says. */
  readonly handlerMs: number;
  readonly endMs: number;
  /** The platform ended it; the handler said nothing, and the environment is gone. */
  readonly isTimeout: boolean;
}

/** Invocations at the same time over all functions of an owner. */
export class Concurrency {
  readonly #limit: number;
  readonly #pools: LambdaPool[] = [];
  inUse = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  join(pool: LambdaPool): void {
    this.#pools.push(pool);
  }

  /** Ended invocations are only counted off when it matters. */
  isReached(atMs: number): boolean {
    if (this.inUse < this.#limit) return false;
    for (const pool of this.#pools) pool.advance(atMs);
    return this.inUse >= this.#limit;
  }
}

/** What a pool leaves to the next run. Idle environments are in the order of their last use. */
export interface PoolState {
  readonly created: number;
  readonly idle: readonly Environment[];
}

export const emptyPool: PoolState = { created: 0, idle: [] };

/** Streams of chance of a pool: apart, so that changing one parameter leaves the others' draws. */
export interface PoolRandom {
  readonly noise: Random;
  readonly init: Random;
  readonly idle: Random;
}

/**
 * The environments of one function of one owner (METHOD 7.1). The most recently used idle one
 * serves next; an idle one is gone after a limit that is drawn for each idle period, or when its
 * life is over. Calls must come in the order of time.
 */
export class LambdaPool {
  readonly #function: LambdaFunction;
  readonly #random: PoolRandom;
  readonly #concurrency: Concurrency;
  readonly #disturbance: Disturbance;
  readonly #handlerMs: number;
  readonly #busy = new EventQueue<Environment>();
  /** Longest idle first. */
  readonly #idle: Environment[];
  #created: number;
  /** Environments that may be made at once, as of the last one that was. */
  #allowance: number;
  #allowanceAtMs = Number.NEGATIVE_INFINITY;

  constructor(input: {
    readonly spec: LambdaFunction;
    readonly random: PoolRandom;
    readonly concurrency: Concurrency;
    readonly disturbance: Disturbance;
    readonly state?: PoolState;
  }) {
    const { spec, random, concurrency, disturbance, state = emptyPool } = input;
    this.#function = spec;
    this.#random = random;
    this.#concurrency = concurrency;
    this.#disturbance = disturbance;
    this.#handlerMs = handlerMs(spec.execution, spec.memoryMb);
    this.#created = state.created;
    this.#idle = state.idle.map((environment) => ({ ...environment }));
    this.#allowance = spec.scaleOutEnvironments;
    concurrency.join(this);
  }

  /**
   * Serves a request that takes `work` times as long as the workload's usual one. Undefined: 429,
   * because the owner has too many at the same time, or the function too many new ones.
   */
  invoke(atMs: number, work: number): Invocation | undefined {
    this.advance(atMs);
    if (this.#concurrency.isReached(atMs)) return undefined;
    const warm = this.#takeWarm(atMs);
    const environment = warm ?? this.#create(atMs);
    if (environment === undefined) return undefined;
    environment.sequence += 1;
    this.#concurrency.inUse += 1;

    const { init, dependencyInitMs, firstCallMs, noiseSigma, execution, timeoutMs } =
      this.#function;
    const isCold = warm === undefined;
    const initMs = isCold
      ? hundredths(initMsAt(init, normalDraw(this.#random.init)) + dependencyInitMs)
      : undefined;
    const noise = work * Math.exp(noiseSigma * normalDraw(this.#random.noise));
    const neededMs = this.#handlerMs * noise * this.#disturbance(atMs) + (isCold ? firstCallMs : 0);
    const isTimeout = neededMs + execution.aMs > timeoutMs;
    const durationMs = isTimeout ? timeoutMs : hundredths(neededMs + execution.aMs);
    const endMs = atMs + (initMs ?? 0) + durationMs;
    if (isTimeout) environment.expiresMs = Number.NEGATIVE_INFINITY;
    this.#busy.add(endMs, environment);
    return {
      environment,
      sequence: environment.sequence,
      initMs,
      durationMs,
      handlerMs: neededMs,
      endMs,
      isTimeout,
    };
  }

  /** Environments whose invocation has ended are idle from then on. */
  advance(toMs: number): void {
    while (this.#busy.size > 0 && this.#busy.nextMs <= toMs) {
      const sinceMs = this.#busy.nextMs;
      this.#release(this.#busy.take(), sinceMs);
    }
  }

  /** What the next run finds: everything that serves is served to its end. */
  state(): PoolState {
    this.advance(Number.POSITIVE_INFINITY);
    return { created: this.#created, idle: this.#idle.map((environment) => ({ ...environment })) };
  }

  #release(environment: Environment, sinceMs: number): void {
    this.#concurrency.inUse -= 1;
    const { idleLimitMs, idleLimitSigma, lifeMs } = this.#function;
    const lifeEndsMs = environment.bornMs + lifeMs;
    if (environment.expiresMs === Number.NEGATIVE_INFINITY || lifeEndsMs <= sinceMs) return;
    const limitMs = idleLimitMs * Math.exp(idleLimitSigma * normalDraw(this.#random.idle));
    environment.expiresMs = Math.min(sinceMs + limitMs, lifeEndsMs);
    this.#idle.push(environment);
  }

  /** Environments that have gone are only noticed here: in between they change nothing. */
  #takeWarm(atMs: number): Environment | undefined {
    for (;;) {
      const latest = this.#idle.pop();
      if (latest === undefined || latest.expiresMs > atMs) return latest;
    }
  }

  #create(atMs: number): Environment | undefined {
    const { scaleOutEnvironments, scaleOutPeriodMs } = this.#function;
    const regainedMs = Math.min(scaleOutPeriodMs, atMs - this.#allowanceAtMs);
    const regained = (scaleOutEnvironments / scaleOutPeriodMs) * regainedMs;
    this.#allowance = Math.min(scaleOutEnvironments, this.#allowance + regained);
    this.#allowanceAtMs = atMs;
    if (this.#allowance < 1) return undefined;
    this.#allowance -= 1;
    this.#created += 1;
    return { number: this.#created, bornMs: atMs, sequence: 0, expiresMs: 0 };
  }
}
