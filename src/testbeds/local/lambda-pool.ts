import { randomUUID } from 'node:crypto';
import type { ReportRecord } from '../../domain/observation.ts';
import {
  Environment,
  type FunctionSpec,
  type InvocationEnd,
  type InvocationResult,
} from './environment.ts';

export interface PoolSpec extends FunctionSpec {
  /** How long an idle environment is kept, while the pool is active. */
  readonly idleLimitMs: number;
  /** Execution environments at the same time. */
  readonly concurrency: number;
  /** Monotonic milliseconds; the system's when absent. */
  readonly nowMs?: () => number;
}

export interface Invocation {
  readonly event: string;
  readonly traceId: string;
}

export type Invoked =
  | { readonly status: 'throttled' }
  | { readonly status: 'done'; readonly result: InvocationResult; readonly report: ReportRecord };

/**
 * The execution environments of one function of one owner. The most recently used one serves next,
 * as on Lambda, so that the others may grow old. The clock by which they age stands still while the
 * pool is not active: an arm that waits for its turn must not lose what it paid for (METHOD 1.2).
 */
export class LambdaPool {
  readonly #spec: PoolSpec;
  readonly #systemMs: () => number;
  readonly #all = new Set<Environment>();
  /** Longest idle first. */
  #idle: Environment[] = [];
  readonly #removals = new Set<Promise<void>>();
  #clockMs = 0;
  #activeSinceMs: number | undefined;
  #evictionTimer: NodeJS.Timeout | undefined;

  constructor(spec: PoolSpec) {
    this.#spec = spec;
    this.#systemMs = spec.nowMs ?? (() => performance.now());
  }

  get environments(): number {
    return this.#all.size;
  }

  setActive(isActive: boolean): void {
    if (isActive === (this.#activeSinceMs !== undefined)) return;
    this.#clockMs = this.#nowMs();
    this.#activeSinceMs = isActive ? this.#systemMs() : undefined;
    this.#evictExpired();
  }

  async invoke(invocation: Invocation): Promise<Invoked> {
    this.#evictExpired();
    const warm = this.#idle.pop();
    if (warm !== undefined) return this.#run(warm, invocation, undefined);
    if (this.#all.size >= this.#spec.concurrency) return { status: 'throttled' };
    const environment = new Environment(this.#spec, (ended) => this.#onEnded(ended));
    this.#all.add(environment);
    const failedInit = await environment.start();
    return this.#run(environment, invocation, { failedInit });
  }

  /** Every environment and its groups are gone when it resolves. */
  async close(): Promise<void> {
    clearTimeout(this.#evictionTimer);
    for (const environment of [...this.#all]) this.#retire(environment);
    await Promise.all(this.#removals);
  }

  async #run(
    environment: Environment,
    invocation: Invocation,
    cold: { readonly failedInit: InvocationResult | undefined } | undefined,
  ): Promise<Invoked> {
    const awsRequestId = randomUUID();
    const end =
      cold?.failedInit === undefined
        ? await environment.invoke({
            awsRequestId,
            event: invocation.event,
            deadlineMs: Date.now() + this.#spec.timeoutMs,
            functionArn: `arn:aws:lambda:local:000000000000:function:${this.#spec.name}`,
            traceId: invocation.traceId,
          })
        : neverInvoked(cold.failedInit);
    const initMs = cold === undefined ? undefined : environment.initMs;
    const { result } = end;
    if (result.status === 'ended' || environment.isEnded) this.#retire(environment);
    else this.#release(environment);
    return { status: 'done', result, report: this.#report(awsRequestId, end, initMs) };
  }

  /** METHOD 2.4: the init of a cold start is billed together with the duration. */
  #report(awsRequestId: string, end: InvocationEnd, initMs: number | undefined): ReportRecord {
    const { result, peakMb } = end;
    return {
      kind: 'report',
      awsRequestId,
      durationMs: hundredths(end.durationMs),
      billedMs: Math.ceil(hundredths(end.durationMs) + hundredths(initMs ?? 0)),
      memorySizeMb: this.#spec.memoryMb,
      ...(peakMb === undefined ? {} : { maxMemoryUsedMb: peakMb }),
      ...(initMs === undefined ? {} : { initMs: hundredths(initMs) }),
      throttledMs: hundredths(end.throttledMs),
      cpuMs: hundredths(end.cpuMs),
      ...(result.status === 'ended' ? { failure: result.failure } : {}),
      atMs: Date.now(),
    };
  }

  #release(environment: Environment): void {
    environment.idleSinceMs = this.#nowMs();
    this.#idle.push(environment);
    this.#planEviction();
  }

  #evictExpired(): void {
    const expiredBeforeMs = this.#nowMs() - this.#spec.idleLimitMs;
    for (const environment of this.#idle.filter((idle) => idle.idleSinceMs <= expiredBeforeMs)) {
      this.#retire(environment);
    }
    this.#planEviction();
  }

  #planEviction(): void {
    clearTimeout(this.#evictionTimer);
    const oldest = this.#idle[0];
    if (oldest === undefined || this.#activeSinceMs === undefined) return;
    const dueMs = oldest.idleSinceMs + this.#spec.idleLimitMs - this.#nowMs();
    // One millisecond more, because timers fire early; the bound is the longest that Node can wait.
    const delayMs = Math.min(Math.max(0, dueMs) + 1, 2 ** 31 - 1);
    this.#evictionTimer = setTimeout(() => this.#evictExpired(), delayMs);
  }

  #retire(environment: Environment): void {
    this.#all.delete(environment);
    this.#idle = this.#idle.filter((idle) => idle !== environment);
    const removal = environment
      .end()
      .catch((error: unknown) => this.#spec.onTrouble('An environment could not be removed', error))
      .finally(() => this.#removals.delete(removal));
    this.#removals.add(removal);
  }

  /** An environment that dies while it serves is retired when its counters have been read. */
  #onEnded(environment: Environment): void {
    if (this.#idle.includes(environment)) this.#retire(environment);
  }

  #nowMs(): number {
    const sinceMs = this.#activeSinceMs;
    return this.#clockMs + (sinceMs === undefined ? 0 : this.#systemMs() - sinceMs);
  }
}

function neverInvoked(result: InvocationResult): InvocationEnd {
  return { result, durationMs: 0, cpuMs: 0, throttledMs: 0, peakMb: undefined };
}

function hundredths(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
