import { requestHeader } from '../../domain/names.ts';
import type { EventQueue } from '../../testbeds/simulated/event-queue.ts';
import {
  billedMs,
  type Invocation,
  type LambdaPool,
  type PoolState,
} from '../../testbeds/simulated/lambda-model.ts';
import type { EdgeDelay } from './edge-delay.ts';
import type { RunSink } from './run-sink.ts';
import { type Reply, replyAt, type Send } from './send.ts';

export interface LambdaLaneParts {
  readonly pool: LambdaPool;
  /** `<owner>.<workload>`, of which the names of its environments are made. */
  readonly name: string;
  readonly memoryMb: number;
  readonly memoryUsedMb: number;
  readonly edge: EdgeDelay;
  /** When the client stops waiting, and whom to tell. */
  readonly endings: EventQueue<() => void>;
  readonly sink: RunSink;
}

/** The requests of one workload of one owner that go to Lambda. Calls come in the order of time. */
export class LambdaLane {
  readonly #parts: LambdaLaneParts;

  constructor(parts: LambdaLaneParts) {
    this.#parts = parts;
  }

  /** Everything about an invocation is known when it begins, so its reply is told at once. */
  send(send: Send, ended: () => void): void {
    const { pool, edge, endings, sink } = this.#parts;
    const arrivesMs = send.sentAtMs + edge.forwardMs;
    const invocation = pool.invoke(arrivesMs, send.work);
    const answerMs = (invocation?.endMs ?? arrivesMs) + edge.backMs();
    endings.add(Math.min(answerMs, send.deadlineMs), ended);
    sink.outcome(send, this.#reply(send, invocation, answerMs));
    if (invocation !== undefined) this.#record(send, invocation);
  }

  state(): PoolState {
    return this.#parts.pool.state();
  }

  #reply(send: Send, invocation: Invocation | undefined, answerMs: number): Reply {
    if (invocation === undefined) return replyAt(send, answerMs, 429, undefined);
    if (invocation.isTimeout) return replyAt(send, answerMs, 504, undefined);
    return replyAt(send, answerMs, 200, {
      environmentId: this.#environmentId(invocation),
      sequence: invocation.sequence,
      serverMs: invocation.handlerMs,
    });
  }

  #record(send: Send, invocation: Invocation): void {
    const { memoryMb, memoryUsedMb, sink } = this.#parts;
    const { requestId, target } = send;
    const { sequence, initMs, durationMs, handlerMs, endMs, isTimeout } = invocation;
    const awsRequestId = requestHeader(requestId, target);
    if (!isTimeout) {
      sink.platform({
        kind: 'handler',
        requestId,
        target,
        platform: 'lambda',
        environmentId: this.#environmentId(invocation),
        environmentSequence: sequence,
        serverMs: handlerMs,
        awsRequestId,
        atMs: endMs,
      });
    }
    sink.platform({
      kind: 'report',
      awsRequestId,
      durationMs,
      billedMs: billedMs(durationMs, initMs ?? 0),
      memorySizeMb: memoryMb,
      maxMemoryUsedMb: Math.min(memoryMb, memoryUsedMb),
      ...(initMs === undefined ? {} : { initMs }),
      ...(isTimeout ? { failure: 'timeout' } : {}),
      atMs: endMs,
    });
  }

  #environmentId({ environment }: Invocation): string {
    return `${this.#parts.name}.environment-${environment.number}`;
  }
}
