/** What a request on Lambda takes and costs (METHOD 3.2). All amounts in USD. */
import type { EdgeName, WorkloadPlan } from '../plan.ts';
import { type EdgeUse, edgeRequestUsd, preflightCalls } from './edge-price.ts';
import { handlerLogBytes, lambdaSystemLogBytes, logsOf } from './log-price.ts';
import type { PriceBook } from './price-books.ts';

/** Memory that buys one vCPU on Lambda. */
export const lambdaMbPerVcpu = 1769;

/** vCPUs that a function's memory buys: 128 MB = 0.072 vCPU (METHOD 1.7). */
export function lambdaVcpus(memoryMb: number): number {
  return memoryMb / lambdaMbPerVcpu;
}

/**
 * How long a warm request takes before any was measured: d = s·1769/m of METHOD 3.4. More than one
 * vCPU does not speed up the busy time of a single request.
 */
export function expectedDurationMs(workload: WorkloadPlan, cpuMs: number): number {
  // What waits for others waits as long in any memory.
  if (workload.bound === 'io') return cpuMs;
  return cpuMs / Math.min(1, lambdaVcpus(workload.lambdaMemoryMb));
}

/** What is billed of such a request. */
export function expectedBilledMs(workload: WorkloadPlan, cpuMs: number): number {
  return billedMsOf({ durationMs: expectedDurationMs(workload, cpuMs) });
}

/**
 * What Lambda bills of a request, in whole milliseconds: ceil(duration + init). Init counts since
 * August 2025, also of managed runtimes (METHOD 2.4).
 */
export function billedMsOf(report: {
  readonly durationMs: number;
  readonly initMs?: number;
}): number {
  return Math.ceil(report.durationMs + (report.initMs ?? 0));
}

/** Mean billed time where a share of the requests is cold (METHOD 3.2). */
export function meanBilledMs(request: {
  readonly durationMs: number;
  readonly initMs: number;
  readonly coldShare: number;
}): number {
  const { coldShare } = request;
  const warmMs = billedMsOf({ durationMs: request.durationMs });
  return coldShare * billedMsOf(request) + (1 - coldShare) * warmMs;
}

export interface LambdaRequest {
  readonly memoryMb: number;
  /** As billed: whole for one request (`billedMsOf`), with a fraction for a mean of several. */
  readonly billedMs: number;
}

/** The parts of one request's price; they add up to `lambdaRequestUsd`. */
export interface LambdaParts {
  readonly requestUsd: number;
  /** GB-seconds. */
  readonly computeUsd: number;
  /** Preflights that the edge meters included. */
  readonly edgeUsd: number;
  readonly logsUsd: number;
  /** Invocations for preflights that the edge does not answer; 0 without any. */
  readonly preflightUsd: number;
}

/** One request on Lambda, edge and logs included (METHOD 3.2). */
export function lambdaRequestUsd(
  book: PriceBook,
  edge: EdgeName | EdgeUse,
  request: LambdaRequest,
): number {
  const { requestUsd, computeUsd, edgeUsd, logsUsd, preflightUsd } = lambdaRequestParts(
    book,
    edge,
    request,
  );
  return requestUsd + computeUsd + edgeUsd + logsUsd + preflightUsd;
}

export function lambdaRequestParts(
  book: PriceBook,
  edge: EdgeName | EdgeUse,
  request: LambdaRequest,
): LambdaParts {
  const { memoryMb } = request;
  const logsUsd = logsOf(book, lambdaSystemLogBytes + handlerLogBytes);
  const preflightUsd =
    book.lambdaRequestUsd + computeUsd(book, { memoryMb, billedMs: leastBilledMs }) + logsUsd;
  return {
    requestUsd: book.lambdaRequestUsd,
    computeUsd: computeUsd(book, request),
    edgeUsd: edgeRequestUsd(book, edge, 'lambda'),
    logsUsd,
    preflightUsd: preflightCalls(edge) * preflightUsd,
  };
}

/** An answer to a preflight takes next to nothing, and is billed for a millisecond at least. */
const leastBilledMs = 1;

function computeUsd(book: PriceBook, { memoryMb, billedMs }: LambdaRequest): number {
  return gbSecondsOf({ memoryMb, billedMs }) * book.lambdaGbSecondUsd;
}

/** GB-seconds of one request. */
export function gbSecondsOf({ memoryMb, billedMs }: LambdaRequest): number {
  return (memoryMb / 1024) * (billedMs / 1000);
}
