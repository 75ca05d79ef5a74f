import { billedMsOf } from '../../domain/money/lambda-price.ts';
import type { InvocationLog } from './read-log.ts';
import type { Invocation } from './report-line.ts';

/** What a log says about all functions in it. */
export interface LogSummary {
  /** By function and memory size, the most invocations first. */
  readonly functions: readonly FunctionSummary[];
  readonly invocations: number;
  /** Absent without two different timestamps. */
  readonly time?: LogTime;
  /** Lines whose billed time leaves out their init, as before August 2025. */
  readonly billedWithoutInit: number;
}

export interface FunctionSummary {
  /** As the source names it, else by its memory size. */
  readonly name: string;
  readonly memoryMb: number;
  readonly invocations: number;
  readonly durationMs: Distribution;
  /** By today's rule: init is billed. */
  readonly billedMs: Distribution;
  /** Of the cold starts; absent without any. */
  readonly initMs?: Distribution;
  readonly coldStarts: number;
  /** The largest of all; absent where no line says it. */
  readonly usedMb?: number;
  readonly timeouts: number;
  readonly errors: number;
}

export interface Distribution {
  readonly mean: number;
  readonly p50: number;
  /** Quantiles that too few values lie above are left out (METHOD 6.2). */
  readonly p95?: number;
  readonly p99?: number;
  readonly max: number;
}

export interface LogTime {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly ratePerS: number;
  /** The busiest hour, or minute of a log of less than three hours, over the mean. */
  readonly busiest: { readonly unit: 'hour' | 'minute'; readonly times: number };
  /** Invocations without a timestamp; they are counted in the rate. */
  readonly untimed: number;
}

const hourMs = 3_600_000;
const minuteMs = 60_000;
/** A mean over one or two whole hours says nothing of a busiest one. */
const hoursForHours = 3;

/** `memoryMb` stands in where lines leave the memory size out. */
export function summariseLog(
  { invocations }: Pick<InvocationLog, 'invocations'>,
  { memoryMb }: { readonly memoryMb?: number | undefined } = {},
): LogSummary | { readonly withoutMemory: number } {
  const groups = new Map<string, FunctionGroup>();
  let withoutMemory = 0;
  for (const invocation of invocations) {
    const size = invocation.memoryMb ?? memoryMb;
    if (size === undefined) {
      withoutMemory += 1;
      continue;
    }
    const { functionName } = invocation;
    const key = `${functionName ?? ''}/${size}`;
    const group = groups.get(key) ?? { functionName, memoryMb: size, invocations: [] };
    groups.set(key, group);
    group.invocations.push(invocation);
  }
  if (withoutMemory > 0) return { withoutMemory };
  const all = [...groups.values()].sort((a, b) => b.invocations.length - a.invocations.length);
  const time = timeOf(invocations);
  return {
    functions: all.map((group) => functionSummary(group, all)),
    invocations: invocations.length,
    ...(time === undefined ? {} : { time }),
    billedWithoutInit: invocations.filter(isBilledWithoutInit).length,
  };
}

interface FunctionGroup {
  readonly functionName: string | undefined;
  readonly memoryMb: number;
  readonly invocations: Invocation[];
}

function functionSummary(group: FunctionGroup, all: readonly FunctionGroup[]): FunctionSummary {
  const { invocations, memoryMb } = group;
  const initMs = invocations.flatMap((each) => (each.initMs === undefined ? [] : [each.initMs]));
  const usedMb = invocations.reduce((most, each) => Math.max(most, each.usedMb ?? 0), 0);
  return {
    name: nameOf(group, all),
    memoryMb,
    invocations: invocations.length,
    durationMs: distributionOf(invocations.map(({ durationMs }) => durationMs)),
    billedMs: distributionOf(invocations.map(billedToday)),
    ...(initMs.length === 0 ? {} : { initMs: distributionOf(initMs) }),
    coldStarts: initMs.length,
    ...(usedMb === 0 ? {} : { usedMb }),
    timeouts: invocations.filter(({ status }) => status === 'timeout').length,
    errors: invocations.filter(({ status }) => status === 'error' || status === 'failure').length,
  };
}

/** The memory size tells apart what has no name, and versions of the same function. */
function nameOf(group: FunctionGroup, all: readonly FunctionGroup[]): string {
  const size = `${group.memoryMb}MB`;
  if (group.functionName === undefined) return size;
  const isOnly = all.filter((other) => other.functionName === group.functionName).length === 1;
  return isOnly ? group.functionName : `${group.functionName} ${size}`;
}

/** Since August 2025 the init of every function is billed (METHOD 2.4). */
function billedToday(invocation: Invocation): number {
  const { billedMs, billedRestoreMs = 0 } = invocation;
  if (billedMs === undefined || isBilledWithoutInit(invocation)) return billedMsOf(invocation);
  return billedMs + billedRestoreMs;
}

function isBilledWithoutInit({
  durationMs,
  billedMs,
  initMs,
  billedRestoreMs,
}: Invocation): boolean {
  if (initMs === undefined || initMs < 1 || billedMs === undefined) return false;
  // A snapshot's restore is billed in a field of its own.
  return billedRestoreMs === undefined && billedMs <= Math.ceil(durationMs);
}

/** So many values must lie above a quantile (METHOD 6.2). */
const leastAbove = 10;

function distributionOf(values: readonly number[]): Distribution {
  const rising = values.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    rising[Math.min(rising.length - 1, Math.ceil(share * rising.length) - 1)] ?? 0;
  const has = (share: number): boolean => (1 - share) * rising.length >= leastAbove - 1e-9;
  return {
    mean: rising.reduce((total, value) => total + value, 0) / rising.length,
    p50: at(0.5),
    ...(has(0.95) ? { p95: at(0.95) } : {}),
    ...(has(0.99) ? { p99: at(0.99) } : {}),
    max: rising.at(-1) ?? 0,
  };
}

/**
 * The rate is that of the gaps between the first and the last invocation, of which there is one less
 * than of invocations.
 */
function timeOf(invocations: readonly Invocation[]): LogTime | undefined {
  const times = invocations.flatMap(({ atMs }) => (atMs === undefined ? [] : [atMs]));
  let firstMs = Number.POSITIVE_INFINITY;
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const atMs of times) {
    firstMs = Math.min(firstMs, atMs);
    lastMs = Math.max(lastMs, atMs);
  }
  if (!(lastMs > firstMs)) return undefined;
  const ratePerS = (invocations.length - 1) / ((lastMs - firstMs) / 1000);
  const unit = lastMs - firstMs >= hoursForHours * hourMs ? 'hour' : 'minute';
  const unitMs = unit === 'hour' ? hourMs : minuteMs;
  const counts = new Map<number, number>();
  for (const atMs of times) {
    const bin = Math.floor((atMs - firstMs) / unitMs);
    counts.set(bin, (counts.get(bin) ?? 0) + 1);
  }
  const most = Math.max(...[...counts.values()]);
  const mean = times.length / Math.max(1, (lastMs - firstMs) / unitMs);
  return {
    firstMs,
    lastMs,
    ratePerS,
    busiest: { unit, times: Math.max(1, most / mean) },
    untimed: invocations.length - times.length,
  };
}
