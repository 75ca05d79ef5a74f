import type { LoadColumns } from '../../domain/observation.ts';
import type { Platform } from '../../domain/platform.ts';

/** One target of a request on its way: what is known when it is sent. Times are epoch ms. */
export interface Send {
  readonly requestId: string;
  readonly target: string;
  /** From 1, in the order of sending of the request. */
  readonly position: number;
  /** How much more work than usual this request is; the same for all of its targets. */
  readonly work: number;
  readonly plannedAtMs: number;
  readonly movedMs: number;
  readonly platform: Platform;
  readonly columns: LoadColumns;
  readonly routing: Routing | undefined;
  readonly sentAtMs: number;
  /** What is not answered then is a timeout, or cut off by the end of the run. */
  readonly deadlineMs: number;
  readonly isDeadlineOfRun: boolean;
}

/** Columns of a send that the router decided about. */
export interface Routing {
  readonly routedTo: Platform;
  readonly routerMs: number;
  readonly pLambda: number | undefined;
  readonly modelHash: string | undefined;
}

/** What the client sees of it. */
export type Reply =
  | {
      readonly outcome: 'answered';
      readonly statusCode: number;
      readonly latencyMs: number;
      /** Who answered; a gateway or balancer that answers in its own name is nobody. */
      readonly server: Server | undefined;
    }
  | { readonly outcome: 'timeout'; readonly errorCode: 'TIMEOUT' | 'CUT_OFF' };

export interface Server {
  readonly environmentId: string;
  readonly sequence: number;
  readonly serverMs: number;
}

/** METHOD 2.1: 2xx or 3xx, and from our own handler, which echoes the request's id. */
export function isGood(reply: Reply): boolean {
  return reply.outcome === 'answered' && reply.server !== undefined && reply.statusCode < 400;
}

/** An answer that is ready at a time, as the client sees it, which waits no longer than it may. */
export function replyAt(
  send: Send,
  answerMs: number,
  statusCode: number,
  server: Server | undefined,
): Reply {
  if (answerMs > send.deadlineMs) return lateReply(send);
  return { outcome: 'answered', statusCode, latencyMs: answerMs - send.sentAtMs, server };
}

export function lateReply(send: Send): Reply {
  return { outcome: 'timeout', errorCode: send.isDeadlineOfRun ? 'CUT_OFF' : 'TIMEOUT' };
}
