import { Agent, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { PermanentFailure } from '../../domain/failures.ts';
import { Balancer, type Forwarded } from './balancer.ts';
import { Task, type TaskSpec } from './task.ts';

export interface ServiceSpec extends TaskSpec {
  readonly health: HealthSpec;
  /** Unscored requests for each fresh task: its first ones are 10 to 50 % slower. */
  readonly warmUp: {
    readonly requests: number;
    readonly makePayload: (index: number) => {
      readonly contentType: string;
      readonly body: Uint8Array;
    };
  };
  readonly onTaskStarted: (task: Task) => void;
  readonly onTaskStopped: (task: Task) => void;
}

/**
 * A busy loop of seconds must not cost a task its life: it is replaced after `unhealthyAfter` checks
 * in a row without an answer.
 */
export interface HealthSpec {
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly unhealthyAfter: number;
  readonly startTimeoutMs: number;
}

export const defaultHealth: HealthSpec = {
  everyMs: 2_000,
  timeoutMs: 5_000,
  unhealthyAfter: 5,
  startTimeoutMs: 60_000,
};

/** A warm-up that takes longer has gone wrong, and the window must not wait for it. */
const warmUpTimeoutMs = 10_000;
const longestRestartDelayMs = 10_000;

/** A Fargate service: the desired number of tasks behind a balancer of its own. */
export class Service {
  readonly #spec: ServiceSpec;
  readonly #balancer = new Balancer();
  readonly #agent = new Agent({ keepAlive: true });
  readonly #closing = new AbortController();
  #tasks: Task[] = [];
  #desired = 0;
  #restarts = 0;
  #healthTimer: NodeJS.Timeout | undefined;

  constructor(spec: ServiceSpec) {
    this.#spec = spec;
  }

  get tasks(): readonly Task[] {
    return this.#tasks;
  }

  forward(forwarded: Forwarded, response: ServerResponse): void {
    this.#balancer.forward(this.#tasks, forwarded, response);
  }

  /**
   * Ends all tasks and resolves when as many as desired are healthy and warm (METHOD 1.9: a task
   * for a week is one host). Between two windows nobody needs the old ones any longer.
   */
  async replace(desired: number, reason: string): Promise<void> {
    this.#desired = desired;
    this.#restarts = 0;
    const old = this.#tasks;
    this.#tasks = [];
    const fresh = Array.from({ length: desired }, () => this.#start());
    try {
      await Promise.all([
        ...old.map((task) => task.stop(reason)),
        ...fresh.map((task) => this.#welcome(task, this.#spec.warmUp.requests)),
      ]);
      await this.#untilComplete();
    } catch (error) {
      // Whoever asked must decide; starting a broken program over and over helps nobody.
      this.#desired = 0;
      throw error;
    }
    this.#planHealthCheck();
  }

  /** Sends one payload to a task directly and resolves to the status code. */
  sendDirectly(
    task: Task,
    payload: { readonly contentType: string; readonly body: Uint8Array },
    timeoutMs: number,
  ): Promise<number> {
    return task.send(payload, { agent: this.#agent, timeoutMs });
  }

  /** Every task and its groups are gone when it resolves. */
  async close(reason: string): Promise<void> {
    this.#desired = 0;
    this.#closing.abort();
    clearTimeout(this.#healthTimer);
    const tasks = this.#tasks;
    this.#tasks = [];
    await Promise.all(tasks.map((task) => task.stop(reason)));
    this.#balancer.close();
    this.#agent.destroy();
  }

  #start(): Task {
    const task = new Task(this.#spec, (stopped) => this.#onStopped(stopped));
    this.#tasks.push(task);
    this.#spec.onTaskStarted(task);
    return task;
  }

  /** A warm-up may have killed a task; the one that follows it comes up without. */
  async #untilComplete(): Promise<void> {
    const deadline = Date.now() + this.#spec.health.startTimeoutMs;
    const running = (): number => this.#tasks.filter((task) => task.state === 'running').length;
    while (running() < this.#desired) {
      if (Date.now() > deadline) {
        const { workload } = this.#spec;
        throw new Error(`Of ${this.#desired} tasks of workload "${workload}" ${running()} run.`);
      }
      await sleep(25);
    }
  }

  /** A fresh task gets load when it is healthy, and before a window when it is warm as well. */
  async #welcome(task: Task, warmUpRequests: number): Promise<void> {
    const deadline = Date.now() + this.#spec.health.startTimeoutMs;
    try {
      while (!(await task.isHealthy(this.#spec.health.timeoutMs))) {
        if (Date.now() > deadline) throw new Error('it was not healthy in time');
        await sleep(25);
      }
    } catch (error) {
      await task.stop('Task failed to start');
      throw brokenStart(this.#spec.workload, task, error);
    }
    await this.#warm(task, warmUpRequests);
    if (task.state === 'pending') task.state = 'running';
  }

  /** A workload that fails under its own payload is for the load to find out, not for the warm-up. */
  async #warm(task: Task, requests: number): Promise<void> {
    try {
      for (let index = 0; index < requests; index += 1) {
        await this.sendDirectly(task, this.#spec.warmUp.makePayload(index), warmUpTimeoutMs);
      }
    } catch (error) {
      this.#spec.onTrouble('A task was not warmed up', error);
      // It may be dying of it, and then it must not count as running for its last moments.
      const survived = await task.isHealthy(this.#spec.health.timeoutMs);
      if (!survived) await task.stop('Task failed during its warm-up');
    }
  }

  #onStopped(task: Task): void {
    const wasOurs = this.#tasks.includes(task);
    this.#tasks = this.#tasks.filter((other) => other !== task);
    this.#spec.onTaskStopped(task);
    if (wasOurs && task.state === 'stopped') this.#restore();
  }

  /** Starts what is missing, more slowly each time in a window. */
  #restore(): void {
    if (this.#closing.signal.aborted || this.#tasks.length >= this.#desired) return;
    const delayMs = Math.min(longestRestartDelayMs, 100 * 2 ** Math.min(10, this.#restarts));
    this.#restarts += 1;
    sleep(delayMs, undefined, { signal: this.#closing.signal })
      .then(async () => {
        // As on ECS, a task that replaces another in the middle of the load comes up cold.
        if (this.#tasks.length < this.#desired) await this.#welcome(this.#start(), 0);
      })
      .catch((error: unknown) => {
        if (!this.#closing.signal.aborted) this.#spec.onTrouble('A task was not replaced', error);
      });
  }

  #planHealthCheck(): void {
    clearTimeout(this.#healthTimer);
    if (this.#closing.signal.aborted || this.#desired === 0) return;
    this.#healthTimer = setTimeout(() => {
      Promise.all(this.#tasks.map((task) => this.#check(task)))
        .catch((error: unknown) => this.#spec.onTrouble('A health check failed', error))
        .finally(() => this.#planHealthCheck());
    }, this.#spec.health.everyMs);
  }

  async #check(task: Task): Promise<void> {
    if (task.state !== 'running') return;
    const { timeoutMs, unhealthyAfter } = this.#spec.health;
    if (await task.isHealthy(timeoutMs)) {
      task.failedChecks = 0;
      return;
    }
    task.failedChecks += 1;
    if (task.failedChecks >= unhealthyAfter) await task.stop('Task failed ELB health checks');
  }
}

function brokenStart(workload: string, task: Task, cause: unknown): PermanentFailure {
  const printed = task.lastLines.join('\n') || '(nothing)';
  return new PermanentFailure(
    'WorkloadBroken',
    `A task of workload "${workload}" did not start (${task.stoppedReason ?? 'unknown reason'}). ` +
      `Correct its handler and try again. It printed:\n${printed}`,
    { cause },
  );
}
