/** What a service on Fargate costs, busy or not (METHOD 3.3). All amounts in USD. */
import { type EdgeName, type PricingPlan, taskCapacity, type WorkloadPlan } from '../plan.ts';
import {
  asEdgeUse,
  type BodyBytes,
  type EdgeUse,
  edgeRequestUsd,
  edgeUseOf,
  preflightCalls,
} from './edge-price.ts';
import { handlerLogBytes, logsOf } from './log-price.ts';
import type { PriceBook } from './price-books.ts';

/** x of METHOD 3.3: what one more request on a running service costs. */
export function fargateRequestUsd(book: PriceBook, edge: EdgeName | EdgeUse): number {
  const lines = 1 + preflightCalls(edge);
  return edgeRequestUsd(book, edge, 'ecs') + lines * logsOf(book, handlerLogBytes);
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
export function balancerHourUsd(book: PriceBook, edge: EdgeName | EdgeUse): number {
  return asEdgeUse(edge).name === 'alb'
    ? book.albHourUsd + balancerAddresses * book.ipv4HourUsd
    : 0;
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
  const variableUsd = fargateRequestUsd(book, edgeUseOf(pricing, 'ecs'));
  return variableUsd + furtherTaskUsd(book, pricing, workload, demand);
}

/** A request's part of one more task; nothing as long as the plan's are below their target. */
function furtherTaskUsd(
  book: PriceBook,
  pricing: PricingPlan,
  workload: WorkloadPlan,
  demand: Demand,
): number {
  if (utilisationOf(workload, demand) <= pricing.targetUtilisation) return 0;
  return taskHourUsd(book, workload) / requestsPerTaskHour(pricing, workload, demand.cpuMs);
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
  /** Of one request; above the target of the plan's tasks with its part of a further one. */
  readonly marginalUsd: number;
}

/** What a service serves; see `PriceQuestion` for the optional parts. */
interface ServiceDemand extends Demand {
  /** Part of the requests that get a good answer, 1 if not given. */
  readonly goodShare?: number;
  /** The part of the balancer that this service pays, 1 if not given. */
  readonly entranceShare?: number;
  readonly bytes?: BodyBytes;
}

/** With the tasks that the demand needs, at least the plan's (METHOD 3.3). */
export function serviceHour(
  book: PriceBook,
  pricing: PricingPlan,
  workload: WorkloadPlan,
  demand: ServiceDemand,
): ServiceHour {
  const tasks = tasksNeeded(pricing, workload, demand);
  const scaled = { ...workload, ecsTasks: tasks };
  const utilisation = utilisationOf(scaled, demand);
  const serviceUsd = serviceHourUsd(book, scaled);
  const busyUsd = serviceUsd * Math.min(1, utilisation);
  const edge = edgeUseOf(pricing, 'ecs');
  const balancerUsd = (demand.entranceShare ?? 1) * balancerHourUsd(book, edge);
  const bodies = demand.bytes === undefined ? {} : { bytes: demand.bytes };
  const requestUsd = fargateRequestUsd(book, { ...edge, ...bodies });
  const variableUsd = 3600 * demand.ratePerS * requestUsd;
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
    marginalUsd: requestUsd + furtherTaskUsd(book, pricing, workload, demand),
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

/** A balancer needs subnets in two availability zones and has an address in each. */
const balancerAddresses = 2;
