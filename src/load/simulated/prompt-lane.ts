import type { Platform } from '../../domain/platform.ts';
import type { EventQueue } from '../../testbeds/simulated/event-queue.ts';
import type { EdgeDelay } from './edge-delay.ts';
import type { RunSink } from './run-sink.ts';
import { replyAt, type Send } from './send.ts';

export interface PromptLaneParts {
  readonly edges: Readonly<Record<Platform, EdgeDelay>>;
  /** When the client stops waiting, and whom to tell. */
  readonly endings: EventQueue<() => void>;
  readonly sink: RunSink;
}

/** Requests that a gateway or balancer answers in its own name, without handing them on. */
export class PromptLane {
  readonly #parts: PromptLaneParts;

  constructor(parts: PromptLaneParts) {
    this.#parts = parts;
  }

  send(send: Send, statusCode: number, ended: () => void): void {
    const { edges, endings, sink } = this.#parts;
    const edge = edges[send.platform];
    const answerMs = send.sentAtMs + edge.forwardMs + edge.backMs();
    endings.add(Math.min(answerMs, send.deadlineMs), ended);
    sink.outcome(send, replyAt(send, answerMs, statusCode, undefined));
  }
}
