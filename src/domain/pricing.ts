/** What requests and services cost (METHOD 3). All amounts in USD. */
import { type EdgeName, type PricingPlan, taskCapacity, type WorkloadPlan } from './plan.ts';
import type { PriceBook } from './price-books.ts';

/** Memory that buys one vCPU on Lambda. */
export const lambdaMbPerVcpu = 1769;

/** vCPUs that a function's memory buys: 128 MB = 0.072 vCPU (METHOD 1.7). */
export function lambdaVcpus(memoryMb: number): number {
  return memoryMb / lambdaMbPerVcpu;
}

/**
 * Billed time of a warm request before any was measured: d = s·1769/m of METHOD 3.4. More than one
 * vCPU does not speed up the busy time of a single request.
 */
export function expectedBilledMs(workload: WorkloadPlan, cpuMs: number): number {
  // What waits for others waits as long in any memory.
  if (workload.bound === 'io') return cpuMs;
  return cpuMs / Math.min(1, lambdaVcpus(workload.lambdaMemoryMb));
}

/** One request on Lambda, edge and logs included (METHOD 3.2). `billedMs` is rounded up. */
export function lambdaRequestUsd(
  book: PriceBook,
  edge: EdgeName,
  request: { readonly memoryMb: number; readonly billedMs: number },
): number {
  const gbSeconds = (request.memoryMb / 1024) * (Math.ceil(request.billedMs) / 1000);
  return (
    book.lambdaRequestUsd +
    gbSeconds * book.lambdaGbSecondUsd +
    edgeRequestUsd(book, edge) +
    logsUsd(book, lambdaSystemLogBytes + handlerLogBytes)
  );
}

/** x of METHOD 3.3: what one more request on a running service costs. */
export function fargateRequestUsd(book: PriceBook, edge: EdgeName): number {
  return edgeRequestUsd(book, edge) + logsUsd(book, handlerLogBytes);
}

/** h of METHOD 3.3: one task for an hour, its public address included. */
export function taskHourUsd(
  book: PriceBook,
  workload: Pick<WorkloadPlan, 'ecsVcpu' | 'ecsMemoryMb'>,
): number {
  return (
    workload.ecsVcpu * book.fargateVcpuHourUsd +
    (workload.ecsMemoryMb / 1024) * book.fargateGbHourUsd +
    book.ipv4HourUsd
  );
}

/** N·h with the plan's number of tasks: a service for an hour, busy or not. */
export function serviceHourUsd(book: PriceBook, workload: WorkloadPlan): number {
  return workload.ecsTasks * taskHourUsd(book, workload);
}

/** F of METHOD 3.3: the balancer and its addresses for an hour; without a balancer nothing. */
export function balancerHourUsd(book: PriceBook, edge: EdgeName): number {
  return edge === 'alb' ? book.albHourUsd + balancerAddresses * book.ipv4HourUsd : 0;
}

export interface Demand {
  readonly ratePerS: number;
  /** s: busy time of one request on one vCPU. */
  readonly cpuMs: number;
}

/** N(λ) = max(N_min, ceil(λ·s / (cap·U*))) of METHOD 3.3; N_min is the plan's number of tasks. */
export function tasksNeeded(
  pricing: PricingPlan,
  workload: WorkloadPlan,
  { ratePerS, cpuMs }: Demand,
): number {
  const busyVcpus = (ratePerS * cpuMs) / 1000;
  const tasks = busyVcpus / (taskCapacity(workload) * pricing.targetUtilisation);
  // 0.6 / (0.5 · 0.6) is a little more than 2 in binary; that must not buy a third task.
  return Math.max(workload.ecsTasks, Math.ceil(tasks * (1 - 1e-12)));
}

/** Utilisation of the plan's tasks: busy vCPUs over deployed vCPUs; above 1 it is overload. */
export function utilisationOf(workload: WorkloadPlan, { ratePerS, cpuMs }: Demand): number {
  return (ratePerS * cpuMs) / 1000 / (workload.ecsTasks * taskCapacity(workload));
}

/**
 * Marginal cost of one request on Fargate (METHOD 3.3): x up to the target utilisation of the
 * plan's tasks, and its part of a further task above it.
 */
export function fargateMarginalUsd(
  book: PriceBook,
  pricing: PricingPlan,
  workload: WorkloadPlan,
  demand: Demand,
): number {
  const variableUsd = fargateRequestUsd(book, pricing.edge.ecs);
  if (utilisationOf(workload, demand) <= pricing.targetUtilisation) return variableUsd;
  const taskUsd = taskHourUsd(book, workload);
  return variableUsd + taskUsd / requestsPerTaskHour(pricing, workload, demand.cpuMs);
}

/** One workload's own service for an hour, with the idle part as its own line (METHOD 3.3, 3.6). */
export interface ServiceHour {
  readonly tasks: number;
  readonly utilisation: number;
  readonly busyUsd: number;
  /** Paid, not used. */
  readonly idleUsd: number;
  readonly balancerUsd: number;
  readonly variableUsd: number;
  readonly allInUsd: number;
  /** All-in per good request; absent without one. */
  readonly averageUsd?: number;
  readonly marginalUsd: number;
}

/** `goodShare`: part of the requests that get a good answer, 1 if not given. */
export function serviceHour(
  book: PriceBook,
  pricing: PricingPlan,
  workload: WorkloadPlan,
  demand: Demand & { readonly goodShare?: number },
): ServiceHour {
  const tasks = tasksNeeded(pricing, workload, demand);
  const scaled = { ...workload, ecsTasks: tasks };
  const utilisation = utilisationOf(scaled, demand);
  const serviceUsd = serviceHourUsd(book, scaled);
  const busyUsd = serviceUsd * Math.min(1, utilisation);
  const balancerUsd = balancerHourUsd(book, pricing.edge.ecs);
  const variableUsd = 3600 * demand.ratePerS * fargateRequestUsd(book, pricing.edge.ecs);
  const allInUsd = serviceUsd + balancerUsd + variableUsd;
  const goodPerHour = 3600 * demand.ratePerS * (demand.goodShare ?? 1);
  return {
    tasks,
    utilisation,
    busyUsd,
    idleUsd: serviceUsd - busyUsd,
    balancerUsd,
    variableUsd,
    allInUsd,
    ...(goodPerHour > 0 ? { averageUsd: allInUsd / goodPerHour } : {}),
    marginalUsd: fargateMarginalUsd(book, pricing, scaled, demand),
  };
}

/** Requests an hour that one task serves at the target utilisation: 3600·cap·U* ÷ s. */
export function requestsPerTaskHour(
  pricing: PricingPlan,
  workload: WorkloadPlan,
  cpuMs: number,
): number {
  return (3600 * taskCapacity(workload) * pricing.targetUtilisation) / (cpuMs / 1000);
}

/**
 * Lambda's START, END and REPORT lines (66, 55 and about 140 bytes) and our handler's own JSON line
 * (about 300); CloudWatch adds 26 bytes to each event it takes in.
 */
const lambdaSystemLogBytes = 66 + 55 + 140 + 3 * 26;
const handlerLogBytes = 300 + 26;
const bytesPerGb = 2 ** 30;

function logsUsd(book: PriceBook, bytes: number): number {
  return (bytes / bytesPerGb) * book.logsGbUsd;
}

/** A balancer needs subnets in two availability zones and has an address in each. */
const balancerAddresses = 2;

/**
 * An approximation: one new connection per request, of which an LCU holds 25 a second. It is too
 * much when clients keep connections, and too little above 11.9 kB per request and answer, where
 * the LCU's 1 GB an hour is reached first. The HTTP API meters in steps of 512 kB: one step here.
 */
const requestsPerLcuHour = 25 * 3600;

/** One request through an edge; what the edge costs by the hour is `balancerHourUsd`. */
export function edgeRequestUsd(book: PriceBook, edge: EdgeName): number {
  switch (edge) {
    case 'none':
    // A function URL is free: its requests are Lambda's own.
    case 'function-url':
      return 0;
    case 'rest-api':
      return book.restApiRequestUsd;
    case 'http-api':
      return book.httpApiRequestUsd;
    case 'alb':
      return book.albLcuHourUsd / requestsPerLcuHour;
    default:
      return edge satisfies never;
  }
}
