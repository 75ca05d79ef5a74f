import type { Owner } from '../../domain/arm.ts';
import type { Random } from '../../domain/statistics/random.ts';
import type { EventQueue } from '../../testbeds/simulated/event-queue.ts';
import {
  FargateService,
  type FargateServiceSpec,
  type ServiceEvents,
} from '../../testbeds/simulated/fargate-model.ts';
import type { Task } from '../../testbeds/simulated/fargate-task-model.ts';
import type { EdgeDelay } from './edge-delay.ts';
import type { RunSink } from './run-sink.ts';
import { lateReply, replyAt, type Send } from './send.ts';

export interface FargateLaneParts {
  /** `<run>.<owner>.<workload>`, of which the names of its tasks are made. */
  readonly name: string;
  readonly owner: Owner;
  readonly workload: string;
  readonly service: FargateServiceSpec;
  readonly randomOf: (task: number) => Random;
  /** Busy time of a usual request at a time of sending. */
  readonly workMs: (atMs: number) => number;
  readonly memoryUsedMb: number;
  /** Added to what the queue says; see `FittedWorkload`. */
  readonly offsetMs: number;
  readonly edge: EdgeDelay;
  /** When the client stops waiting, and whom to tell. */
  readonly endings: EventQueue<() => void>;
  readonly sink: RunSink;
}

/** A request inside the service. */
interface Flight {
  readonly send: Send;
  readonly arrivedMs: number;
  readonly backMs: number;
  readonly ended: () => void;
  task: Task<Flight> | undefined;
  sequence: number;
  /** The client has its reply, or has given up. */
  isSettled: boolean;
}

/** Taken out in large pieces, because taking out one moves all others. */
const settledKept = 1_024;

/** The requests of one workload of one owner that go to Fargate. Calls come in the order of time. */
export class FargateLane implements ServiceEvents<Flight> {
  readonly #parts: FargateLaneParts;
  readonly #service: FargateService<Flight>;
  /** In the order of sending, which is the order of their deadlines. */
  #flights: Flight[] = [];
  /** Those before this place are settled. */
  #firstOpen = 0;

  constructor(parts: FargateLaneParts) {
    this.#parts = parts;
    this.#service = new FargateService(parts.service, parts.randomOf, this);
  }

  send(send: Send, ended: () => void): void {
    const { edge, workMs, endings, sink } = this.#parts;
    const arrivedMs = send.sentAtMs + edge.forwardMs;
    const flight: Flight = {
      send,
      arrivedMs,
      backMs: edge.backMs(),
      ended,
      task: undefined,
      sequence: 0,
      isSettled: false,
    };
    const task = this.#service.submit(flight, arrivedMs, send.work * workMs(arrivedMs));
    if (typeof task === 'string') {
      const answerMs = arrivedMs + flight.backMs;
      endings.add(Math.min(answerMs, send.deadlineMs), ended);
      sink.outcome(send, replyAt(send, answerMs, 503, undefined));
      return;
    }
    flight.task = task;
    flight.sequence = task.sequence;
    this.#flights.push(flight);
  }

  /** Catches up with what has happened until then. */
  advance(atMs: number): void {
    this.#service.advance(atMs);
    for (;;) {
      const flight = this.#flights[this.#firstOpen];
      if (flight === undefined) break;
      if (!flight.isSettled && flight.send.deadlineMs > atMs) break;
      this.#giveUp(flight);
      this.#firstOpen += 1;
    }
    if (this.#firstOpen > settledKept) {
      this.#flights = this.#flights.slice(this.#firstOpen);
      this.#firstOpen = 0;
    }
  }

  /** Serves what is inside to its end, and returns when that was. */
  drain(): number {
    return this.#service.drain();
  }

  /** The records of the tasks, with a last reading of their counters. */
  close(atMs: number): void {
    const { sink, owner, workload } = this.#parts;
    this.#service.close(atMs);
    for (const task of this.#service.tasks) {
      sink.platform({
        kind: 'task',
        taskId: this.#taskId(task),
        workload,
        owner,
        cpuModel: 'simulated',
        placement: `${this.#taskId(task)}.host`,
        startedAtMs: task.startedAtMs,
        ...(task.stopped === undefined
          ? {}
          : { stoppedAtMs: task.stopped.atMs, stoppedReason: task.stopped.reason }),
      });
    }
  }

  onDone(flight: Flight, leftQueueMs: number): void {
    const { send, arrivedMs, backMs, task, sequence } = flight;
    const environmentId = task === undefined ? '' : this.#taskId(task);
    const serverMs = Math.max(0, leftQueueMs - arrivedMs + this.#parts.offsetMs);
    const doneMs = leftQueueMs + (serverMs - (leftQueueMs - arrivedMs));
    this.#parts.sink.platform({
      kind: 'handler',
      requestId: send.requestId,
      target: send.target,
      platform: 'ecs',
      environmentId,
      environmentSequence: sequence,
      serverMs,
      taskId: environmentId,
      atMs: doneMs,
    });
    this.#answer(flight, doneMs + backMs, 200, { environmentId, sequence, serverMs });
  }

  /** The balancer answers for a task that has broken the connection. */
  onLost(flight: Flight, atMs: number): void {
    this.#answer(flight, atMs + flight.backMs, 502, undefined);
  }

  onSample(task: Task<Flight>, atMs: number): void {
    const { busyMs, throttledMs } = task.queue.counters;
    this.#parts.sink.platform({
      kind: 'task-sample',
      taskId: this.#taskId(task),
      atMs,
      cpuTotalMs: busyMs,
      throttledTotalMs: throttledMs,
      memoryUsedMb: this.#parts.memoryUsedMb,
    });
  }

  #answer(
    flight: Flight,
    answerMs: number,
    statusCode: number,
    server: Parameters<typeof replyAt>[3],
  ): void {
    if (flight.isSettled) return;
    flight.isSettled = true;
    const { send, ended } = flight;
    this.#parts.endings.add(Math.min(answerMs, send.deadlineMs), ended);
    this.#parts.sink.outcome(send, replyAt(send, answerMs, statusCode, server));
  }

  /** The client's patience ends; the task goes on with what nobody waits for. */
  #giveUp(flight: Flight): void {
    if (flight.isSettled) return;
    flight.isSettled = true;
    flight.ended();
    this.#parts.sink.outcome(flight.send, lateReply(flight.send));
  }

  #taskId(task: Task<Flight>): string {
    return `${this.#parts.name}.task-${task.number}`;
  }
}
