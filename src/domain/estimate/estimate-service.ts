/** What one workload needs on Fargate, and why (METHOD 3.3). */

import { requestsPerTaskHour, tasksNeeded, utilisationOf } from '../money/fargate-price.ts';
import { lambdaVcpus } from '../money/lambda-price.ts';
import type { PriceBook } from '../money/price-books.ts';
import { naivePrice } from '../money/workload-price.ts';
import { type PricingPlan, taskCapacity, type WorkloadPlan } from '../plan.ts';

/** One workload of an estimate, at its own rate. */
export interface ServiceQuestion {
  /** Sizes; `ecsTasks` is the smallest number of tasks. Its share is not looked at. */
  readonly workload: WorkloadPlan;
  readonly ratePerS: number;
  /** Means on Lambda: the request's own time, and what is billed with cold starts in it. */
  readonly durationMs: number;
  readonly billedMs: number;
  /** What a request keeps busy of a task; one of both is needed. */
  readonly busy: BusyTime;
}

export interface BusyTime {
  /** Of one vCPU; 0 for a request that only waits. */
  readonly cpuMs?: number;
  /** Of one slot; with `bound: io` only. */
  readonly slotMs?: number;
}

/** What a task runs out of first. */
export interface ServiceLimit {
  readonly by: 'cpu' | 'slots';
  /** s of METHOD 3.3, of this resource. */
  readonly busyMs: number;
  /** cap of METHOD 3.3: vCPUs or slots of one task. */
  readonly capacity: number;
  /** The workload as bound by it. */
  readonly workload: WorkloadPlan;
}

export interface ServiceNeed {
  readonly tasks: number;
  /** Before rounding up and the smallest number: peak·λ·s / (cap·U*). */
  readonly exactTasks: number;
  readonly limit: ServiceLimit;
  /** Of all tasks, averaged over all billed hours. */
  readonly utilisation: number;
  /** What one task serves while the busiest time stays below the target. */
  readonly perTaskPerS: number;
  /** Requests that one task has open at the same time, on average. */
  readonly openPerTask: number;
}

/** Where work waits for others and computes as well, the scarcer of slots and CPU decides. */
export function limitOf(service: ServiceQuestion): ServiceLimit {
  const { workload, busy } = service;
  const limits: ServiceLimit[] = [];
  if (busy.cpuMs !== undefined) {
    const bound: WorkloadPlan = { ...workload, bound: 'cpu' };
    const capacity = taskCapacity(bound);
    limits.push({ by: 'cpu', busyMs: busy.cpuMs, capacity, workload: bound });
  }
  if (busy.slotMs !== undefined) {
    const bound: WorkloadPlan = { ...workload, bound: 'io' };
    const capacity = taskCapacity(bound);
    limits.push({ by: 'slots', busyMs: busy.slotMs, capacity, workload: bound });
  }
  const [first, second] = limits;
  if (first === undefined) throw new Error(`Workload "${workload.name}" keeps nothing busy.`);
  if (second === undefined) return first;
  return second.busyMs / second.capacity > first.busyMs / first.capacity ? second : first;
}

/**
 * N is fixed for the busiest time, `peak` times the mean rate (METHOD 3.4): as if the mean had to
 * stay below U* ÷ peak.
 */
export function atPeak(pricing: PricingPlan, peak: number): PricingPlan {
  return { ...pricing, targetUtilisation: pricing.targetUtilisation / peak };
}

export function needOf(pricing: PricingPlan, peak: number, service: ServiceQuestion): ServiceNeed {
  const limit = limitOf(service);
  const demand = { ratePerS: service.ratePerS, cpuMs: limit.busyMs };
  const peaked = atPeak(pricing, peak);
  const tasks = tasksNeeded(peaked, limit.workload, demand);
  const perTaskPerS = perTaskPerSecond(peaked, limit);
  return {
    tasks,
    exactTasks: service.ratePerS / perTaskPerS,
    limit,
    utilisation: utilisationOf({ ...limit.workload, ecsTasks: tasks }, demand),
    perTaskPerS,
    openPerTask: (service.ratePerS * taskDurationMs(service)) / 1000 / tasks,
  };
}

export function perTaskPerSecond(peaked: PricingPlan, limit: ServiceLimit): number {
  return requestsPerTaskHour(peaked, limit.workload, limit.busyMs) / 3600;
}

/**
 * How long a request takes on a task that has nothing else to do: what it waits on Lambda it waits
 * here as well, what it computes takes as long as its part of a vCPU makes it.
 */
export function taskDurationMs({ workload, durationMs, busy }: ServiceQuestion): number {
  if (busy.cpuMs === undefined) return busy.slotMs ?? durationMs;
  return (
    waitingMs({ workload, durationMs, cpuMs: busy.cpuMs }) + busy.cpuMs / fargateSpeed(workload)
  );
}

/** The part of a duration on Lambda in which the request does not compute. */
export function waitingMs(request: {
  readonly workload: WorkloadPlan;
  readonly durationMs: number;
  readonly cpuMs: number;
}): number {
  const { workload, durationMs, cpuMs } = request;
  return Math.max(0, durationMs - cpuMs / lambdaSpeed(workload));
}

/** What many comparisons do: a task billed by request duration, like a function (METHOD 3.3). */
export function naiveMonth(
  book: PriceBook,
  service: ServiceQuestion,
  use: { readonly tasks: number; readonly requests: number },
): { readonly durationMs: number; readonly usd: number; readonly factor: number } {
  const durationMs = taskDurationMs(service);
  const { requestUsd, factor } = naivePrice(
    book,
    // The duration is known: nothing is left to be stretched by a part of a vCPU.
    { ...service.workload, bound: 'io' },
    { cpuMs: durationMs, ratePerS: service.ratePerS, tasks: use.tasks },
  );
  return { durationMs, usd: use.requests * requestUsd, factor };
}

/** A single request computes on one vCPU at most, and on less where less is bought. */
export function lambdaSpeed({ lambdaMemoryMb }: Pick<WorkloadPlan, 'lambdaMemoryMb'>): number {
  return Math.min(1, lambdaVcpus(lambdaMemoryMb));
}

export function fargateSpeed({ ecsVcpu }: Pick<WorkloadPlan, 'ecsVcpu'>): number {
  return Math.min(1, ecsVcpu);
}
