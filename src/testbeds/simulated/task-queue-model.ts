import { EventQueue } from './event-queue.ts';

/** Called for every job that is done, in the order of time. */
export type OnDone<Job> = (job: Job, doneMs: number) => void;

/**
 * The requests inside one task. Time is handed in and never goes back: `advance` first, then `add`
 * at the same time.
 */
export interface TaskQueue<Job> {
  readonly size: number;
  /** When the next job is done, if nothing is added; infinity when there is none. */
  readonly nextDoneMs: number;
  /** `workMs`: busy time of one vCPU on the usual host, or of one slot on any. */
  add(job: Job, workMs: number): void;
  advance(toMs: number, onDone: OnDone<Job>): void;
  /** Empties the queue; the jobs are lost. */
  drop(): readonly Job[];
  readonly counters: QueueCounters;
}

export interface QueueCounters {
  /** Busy time of vCPUs, or of slots, so far. */
  readonly busyMs: number;
  /** Time for which somebody wanted to compute and the task's limit did not let him. */
  readonly throttledMs: number;
}

/**
 * Processor sharing: every job gets the same part of the task's vCPUs, and at most one of them,
 * because a request is served by one thread. As all jobs progress equally, the attained service of
 * them all is one number, and the next job to end is the one that had the least to do.
 */
export class ProcessorSharing<Job> implements TaskQueue<Job> {
  readonly #vcpu: number;
  readonly #speed: number;
  /** By the attained service at which the job will be done. */
  readonly #jobs = new EventQueue<Job>();
  #attainedMs = 0;
  #atMs: number;
  #busyMs = 0;
  #throttledMs = 0;

  constructor(input: { readonly vcpu: number; readonly speed: number; readonly atMs: number }) {
    this.#vcpu = input.vcpu;
    this.#speed = input.speed;
    this.#atMs = input.atMs;
  }

  get size(): number {
    return this.#jobs.size;
  }

  get counters(): QueueCounters {
    return { busyMs: this.#busyMs, throttledMs: this.#throttledMs };
  }

  add(job: Job, workMs: number): void {
    // From zero again, whenever that is possible: a sum of a whole week would lose digits.
    if (this.#jobs.size === 0) this.#attainedMs = 0;
    this.#jobs.add(this.#attainedMs + workMs, job);
  }

  get nextDoneMs(): number {
    return this.#atMs + (this.#jobs.nextMs - this.#attainedMs) / this.#perMs;
  }

  advance(toMs: number, onDone: OnDone<Job>): void {
    while (this.#jobs.size > 0) {
      const doneMs = this.nextDoneMs;
      if (doneMs > toMs) {
        this.#attainedMs += this.#perMs * (toMs - this.#atMs);
        this.#spend(toMs - this.#atMs);
        break;
      }
      this.#attainedMs = this.#jobs.nextMs;
      this.#spend(doneMs - this.#atMs);
      this.#atMs = doneMs;
      onDone(this.#jobs.take(), doneMs);
    }
    this.#atMs = toMs;
  }

  drop(): readonly Job[] {
    const jobs: Job[] = [];
    while (this.#jobs.size > 0) jobs.push(this.#jobs.take());
    return jobs;
  }

  /** Service that every job attains in a millisecond. */
  get #perMs(): number {
    return this.#speed * Math.min(1, this.#vcpu / this.#jobs.size);
  }

  #spend(elapsedMs: number): void {
    const wanted = this.#jobs.size;
    this.#busyMs += elapsedMs * Math.min(wanted, this.#vcpu);
    this.#throttledMs += elapsedMs * Math.max(0, 1 - this.#vcpu / wanted);
  }
}

/** c slots, first come, first served: for requests that mostly wait for something else. */
export class SlotQueue<Job> implements TaskQueue<Job> {
  readonly #slots: number;
  readonly #serving = new EventQueue<Job>();
  readonly #waiting = new EventQueue<{ readonly job: Job; readonly workMs: number }>();
  #atMs: number;
  #busyMs = 0;

  constructor(input: { readonly slots: number; readonly atMs: number }) {
    this.#slots = input.slots;
    this.#atMs = input.atMs;
  }

  get size(): number {
    return this.#serving.size + this.#waiting.size;
  }

  get counters(): QueueCounters {
    return { busyMs: this.#busyMs, throttledMs: 0 };
  }

  get nextDoneMs(): number {
    return this.#serving.nextMs;
  }

  add(job: Job, workMs: number): void {
    if (this.#serving.size < this.#slots) this.#serving.add(this.#atMs + workMs, job);
    else this.#waiting.add(this.#atMs, { job, workMs });
  }

  advance(toMs: number, onDone: OnDone<Job>): void {
    while (this.#serving.size > 0 && this.#serving.nextMs <= toMs) {
      const doneMs = this.#serving.nextMs;
      this.#spend(doneMs);
      const done = this.#serving.take();
      if (this.#waiting.size > 0) {
        const { job, workMs } = this.#waiting.take();
        this.#serving.add(doneMs + workMs, job);
      }
      onDone(done, doneMs);
    }
    this.#spend(toMs);
  }

  drop(): readonly Job[] {
    const jobs: Job[] = [];
    while (this.#serving.size > 0) jobs.push(this.#serving.take());
    while (this.#waiting.size > 0) jobs.push(this.#waiting.take().job);
    return jobs;
  }

  #spend(toMs: number): void {
    this.#busyMs += (toMs - this.#atMs) * this.#serving.size;
    this.#atMs = toMs;
  }
}
