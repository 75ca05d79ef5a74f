import type { Random } from '../../domain/statistics/random.ts';
import {
  type FargateTaskSpec,
  type NewTask,
  newTask,
  type Task,
  type TaskFailure,
} from './fargate-task-model.ts';
import { ServiceScaling } from './scaling-model.ts';

/** One service of one owner, in numbers. */
export interface FargateServiceSpec extends FargateTaskSpec {
  /** Tasks that are up when the window begins, and the fewest that target tracking leaves. */
  readonly tasks: number;
  readonly beginsMs: number;
}

/** What happens in a service, told in the order of time of each task. */
export interface ServiceEvents<Job> {
  onDone(job: Job, doneMs: number): void;
  /** The task died with the request in it. */
  onLost(job: Job, atMs: number): void;
  /** The counters of a task are read. */
  onSample(task: Task<Job>, atMs: number): void;
}

/** Why a request was not taken: both are 503 at a load balancer. */
export type Refusal = 'no-task' | 'full';

/**
 * N tasks behind a balancer that prefers the task with the fewest outstanding requests (METHOD
 * 7.1). Everything between two calls is caught up by the later one; calls come in order of time.
 */
export class FargateService<Job> {
  readonly #spec: FargateServiceSpec;
  readonly #randomOf: (task: number) => Random;
  readonly #events: ServiceEvents<Job>;
  readonly #scaling: ServiceScaling | undefined;
  /** All tasks that were ever up, for their records. */
  readonly tasks: Task<Job>[] = [];
  #up: Task<Job>[] = [];
  /** Tasks that take no more requests, and why they end. */
  readonly #stopping = new Map<Task<Job>, string>();
  #turn = 0;
  #atMs: number;
  #nextSampleMs: number;
  #nextEventMs: number;
  readonly #onDone: (job: Job, doneMs: number) => void;

  constructor(
    spec: FargateServiceSpec,
    /** Chance of each task, by its number: its host, its start, its failure. */
    randomOf: (task: number) => Random,
    events: ServiceEvents<Job>,
  ) {
    this.#spec = spec;
    this.#randomOf = randomOf;
    this.#events = events;
    this.#onDone = (job, doneMs) => events.onDone(job, doneMs);
    this.#atMs = spec.beginsMs;
    this.#nextSampleMs = spec.beginsMs;
    this.#nextEventMs = spec.beginsMs;
    this.#scaling =
      spec.fargate.scaling === 'fixed' ? undefined : new ServiceScaling(spec.fargate, spec);
    // Tasks are replaced before each window, outside the load (METHOD 1.9).
    for (let task = 0; task < spec.tasks; task += 1) this.#start(spec.beginsMs, 'up');
  }

  /** Gives a request to a task. The task, or why there is none. `workMs` is on the usual host. */
  submit(job: Job, atMs: number, workMs: number): Task<Job> | Refusal {
    this.advance(atMs);
    const task = this.#pick();
    if (task === undefined) return 'no-task';
    if (task.queue.size >= this.#spec.fargate.requestsPerTask) return 'full';
    task.sequence += 1;
    task.queue.add(job, workMs);
    return task;
  }

  advance(toMs: number): void {
    while (this.#nextEventMs <= toMs) {
      this.#advanceTasks(this.#nextEventMs);
      this.#handleEvents();
    }
    if (toMs > this.#atMs) this.#advanceTasks(toMs);
  }

  /** When the last request that is inside now is done, if nothing goes wrong; at least now. */
  drain(): number {
    for (;;) {
      const nextMs = Math.min(...this.#up.map((task) => task.queue.nextDoneMs));
      if (nextMs === Number.POSITIVE_INFINITY) return this.#atMs;
      this.advance(nextMs);
    }
  }

  /** The window is over: a last reading of all counters. */
  close(atMs: number): void {
    this.advance(atMs);
    for (const task of this.#up) if (task.readyAtMs <= atMs) this.#events.onSample(task, atMs);
  }

  #advanceTasks(toMs: number): void {
    for (const task of this.#up) task.queue.advance(toMs, this.#onDone);
    this.#atMs = toMs;
  }

  /** The healthy task with the fewest outstanding requests; in turn where several have that number. */
  #pick(): Task<Job> | undefined {
    const up = this.#up;
    this.#turn += 1;
    let picked: Task<Job> | undefined;
    for (let step = 0; step < up.length; step += 1) {
      const task = up[(this.#turn + step) % up.length] as Task<Job>;
      if (task.isDraining || task.readyAtMs > this.#atMs) continue;
      if (picked === undefined || task.queue.size < picked.queue.size) picked = task;
    }
    return picked;
  }

  #handleEvents(): void {
    const atMs = this.#atMs;
    for (const task of this.#up) {
      if (task.failure !== undefined && task.failure.atMs <= atMs) this.#fail(task, task.failure);
    }
    this.#stopDrained();
    this.#scale();
    if (this.#nextSampleMs <= atMs) {
      for (const task of this.#up) if (task.readyAtMs <= atMs) this.#events.onSample(task, atMs);
      this.#nextSampleMs += this.#spec.fargate.sampleEveryMs;
    }
    this.#planNextEvent();
  }

  #fail(task: Task<Job>, { kind }: TaskFailure): void {
    if (task.isDraining) return;
    task.isDraining = true;
    if (kind === 'out-of-memory') {
      for (const job of task.queue.drop()) this.#events.onLost(job, this.#atMs);
    }
    this.#stopping.set(task, kind);
    this.#start(this.#atMs, 'ordered');
  }

  /** A task that takes no more requests ends when it has answered those it has. */
  #stopDrained(): void {
    if (this.#stopping.size === 0) return;
    for (const [task, reason] of this.#stopping) {
      if (task.queue.size > 0) continue;
      this.#stopping.delete(task);
      this.#events.onSample(task, this.#atMs);
      task.stopped = { atMs: this.#atMs, reason };
      this.#up = this.#up.filter((other) => other !== task);
    }
  }

  #scale(): void {
    const scaling = this.#scaling;
    if (scaling === undefined || scaling.nextMs > this.#atMs) return;
    const serving = this.#up.filter((task) => !task.isDraining);
    const running = serving.filter((task) => task.readyAtMs <= this.#atMs);
    const busyMs = this.tasks.reduce((sum, { queue }) => sum + queue.counters.busyMs, 0);
    const wanted = scaling.decide({ busyMs, running: running.length, ordered: serving.length });
    for (let missing = wanted - serving.length; missing > 0; missing -= 1) {
      this.#start(this.#atMs, 'ordered');
    }
    for (const task of running.slice(0, Math.max(0, serving.length - wanted))) {
      task.isDraining = true;
      this.#stopping.set(task, 'scale-in');
    }
  }

  #start(atMs: number, state: NewTask['state']): void {
    const number = this.tasks.length + 1;
    const task = newTask<Job>(this.#spec, this.#randomOf(number), { number, state, atMs });
    this.tasks.push(task);
    this.#up.push(task);
    this.#planNextEvent();
  }

  #planNextEvent(): void {
    let nextMs = Math.min(this.#nextSampleMs, this.#scaling?.nextMs ?? Number.POSITIVE_INFINITY);
    for (const { failure, isDraining } of this.#up) {
      if (failure !== undefined && !isDraining) nextMs = Math.min(nextMs, failure.atMs);
    }
    this.#nextEventMs = nextMs;
  }
}
