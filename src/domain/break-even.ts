/** From which load on Fargate is cheaper than Lambda (METHOD 3.4). */
import type { PricingPlan, WorkloadPlan } from './plan.ts';
import type { PriceBook } from './price-books.ts';
import {
  balancerHourUsd,
  expectedBilledMs,
  fargateRequestUsd,
  lambdaMbPerVcpu,
  lambdaRequestUsd,
  requestsPerTaskHour,
  taskHourUsd,
} from './pricing.ts';

export interface BreakEven {
  /** Λ*: the smallest number of requests an hour from which Fargate stays cheaper. */
  readonly requestsPerHour: number;
  /** Tasks that serve Λ* at the target utilisation. */
  readonly tasks: number;
  /** Below Λ*: where Fargate is cheaper for a while, until a further task is needed. */
  readonly earlier: readonly LoadInterval[];
}

export interface LoadInterval {
  readonly fromPerHour: number;
  readonly toPerHour: number;
  readonly tasks: number;
}

/** So many intervals below Λ* are listed at most. */
const listedIntervals = 20;

/**
 * Λ* = (N·h + F) / (C_lambda − x), with N raised until the plan's target utilisation holds
 * (METHOD 3.4). Undefined when Fargate is never cheaper, however high the load.
 *
 * With c = requests per task and hour and d = C_lambda − x, N tasks are cheaper on the interval
 * [(N·h + F)/d, N·c]. It is not empty from N = F/(d·c − h) on, and it reaches the next one from
 * N = (h + F)/(d·c − h) on, so Λ* is the beginning of that one.
 */
export function breakEvenPerHour(
  book: PriceBook,
  pricing: PricingPlan,
  workload: WorkloadPlan,
  measured: { readonly cpuMs: number; readonly lambdaBilledMs?: number },
): BreakEven | undefined {
  const billedMs = measured.lambdaBilledMs ?? expectedBilledMs(workload, measured.cpuMs);
  const lambdaUsd = lambdaRequestUsd(book, pricing.edge.lambda, {
    memoryMb: workload.lambdaMemoryMb,
    billedMs,
  });
  const savedUsd = lambdaUsd - fargateRequestUsd(book, pricing.edge.ecs);
  const taskUsd = taskHourUsd(book, workload);
  const fixedUsd = Math.max(
    0,
    balancerHourUsd(book, pricing.edge.ecs) - balancerHourUsd(book, pricing.edge.lambda),
  );
  const perTask = requestsPerTaskHour(pricing, workload, measured.cpuMs);
  const gainUsd = savedUsd * perTask - taskUsd;
  if (gainUsd <= 0) return undefined;

  const startOf = (tasks: number): number => (tasks * taskUsd + fixedUsd) / savedUsd;
  const first = Math.max(workload.ecsTasks, Math.ceil(fixedUsd / gainUsd));
  const lasting = Math.max(workload.ecsTasks, Math.ceil((taskUsd + fixedUsd) / gainUsd));
  const earlier: LoadInterval[] = [];
  for (let tasks = first; tasks < lasting && earlier.length < listedIntervals; tasks += 1) {
    earlier.push({ fromPerHour: startOf(tasks), toPerHour: tasks * perTask, tasks });
  }
  return { requestsPerHour: startOf(lasting), tasks: lasting, earlier };
}

/**
 * The same as a utilisation, averaged over all billed hours: CPU-bound, 2 GB per vCPU, without
 * edge, balancer, logs and addresses: 47.6 % / (1 + P_req/(m_GB·d·P_gbs)) with us-east-1 prices on
 * x86 (METHOD 3.4).
 */
export function breakEvenUtilisation(
  book: PriceBook,
  { cpuMs, memoryMb }: { readonly cpuMs: number; readonly memoryMb: number },
): number {
  const billedS = (cpuMs / 1000) * (lambdaMbPerVcpu / memoryMb);
  const computeUsd = (memoryMb / 1024) * billedS * book.lambdaGbSecondUsd;
  const vcpuSecondUsd = (book.fargateVcpuHourUsd + 2 * book.fargateGbHourUsd) / 3600;
  return ((cpuMs / 1000) * vcpuSecondUsd) / (computeUsd + book.lambdaRequestUsd);
}
