/** From which load on Fargate is cheaper than Lambda (METHOD 3.4). */

import type { PricingPlan, WorkloadPlan } from '../plan.ts';
import { type BodyBytes, edgeUseOf } from './edge-price.ts';
import {
  balancerHourUsd,
  fargateRequestUsd,
  requestsPerTaskHour,
  taskHourUsd,
} from './fargate-price.ts';
import { expectedBilledMs, lambdaMbPerVcpu, lambdaRequestUsd } from './lambda-price.ts';
import type { PriceBook } from './price-books.ts';

export interface BreakEven {
  /** Λ*: the smallest number of requests an hour from which Fargate stays cheaper. */
  readonly requestsPerHour: number;
  /** Tasks that serve Λ* at the target utilisation. */
  readonly tasks: number;
  /** The most that these tasks serve at the target utilisation; beyond, it holds with more tasks. */
  readonly upToPerHour: number;
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
 * (METHOD 3.4). Undefined when Fargate never stays cheaper, however high the load.
 *
 * With c = requests per task and hour and d = C_lambda − x, N tasks are cheaper on the interval
 * [(N·h + F)/d, N·c]. It is not empty from N = F/(d·c − h) on, and it reaches the next one from
 * N = (h + F)/(d·c − h) on, so Λ* is the beginning of that one. F is what Fargate's balancer costs
 * more than Lambda's, and negative where only Lambda has one: Λ* can be 0. (There Fargate can be
 * cheaper at low loads although it does not stay so: then too the answer is undefined.)
 */
export function breakEvenPerHour(
  book: PriceBook,
  pricing: PricingPlan,
  workload: WorkloadPlan,
  measured: {
    readonly cpuMs: number;
    readonly lambdaBilledMs?: number;
    readonly bytes?: BodyBytes;
  },
): BreakEven | undefined {
  const billedMs = measured.lambdaBilledMs ?? expectedBilledMs(workload, measured.cpuMs);
  const bodies = measured.bytes === undefined ? {} : { bytes: measured.bytes };
  const lambdaUsd = lambdaRequestUsd(
    book,
    { ...edgeUseOf(pricing, 'lambda'), ...bodies },
    {
      memoryMb: workload.lambdaMemoryMb,
      billedMs,
    },
  );
  const savedUsd = lambdaUsd - fargateRequestUsd(book, { ...edgeUseOf(pricing, 'ecs'), ...bodies });
  const taskUsd = taskHourUsd(book, workload);
  const fixedUsd =
    balancerHourUsd(book, pricing.edge.ecs) - balancerHourUsd(book, pricing.edge.lambda);
  const perTask = requestsPerTaskHour(pricing, workload, measured.cpuMs);
  const gainUsd = savedUsd * perTask - taskUsd;
  if (gainUsd <= 0) return undefined;

  const startOf = (tasks: number): number => Math.max(0, tasks * taskUsd + fixedUsd) / savedUsd;
  const first = Math.max(workload.ecsTasks, Math.ceil(fixedUsd / gainUsd));
  const lasting = Math.max(workload.ecsTasks, Math.ceil((taskUsd + fixedUsd) / gainUsd));
  const earlier: LoadInterval[] = [];
  for (let tasks = first; tasks < lasting && earlier.length < listedIntervals; tasks += 1) {
    earlier.push({ fromPerHour: startOf(tasks), toPerHour: tasks * perTask, tasks });
  }
  return {
    requestsPerHour: startOf(lasting),
    tasks: lasting,
    upToPerHour: lasting * perTask,
    earlier,
  };
}

/**
 * The same as a utilisation, averaged over all billed hours: 2 GB per vCPU, without edge, balancer,
 * logs and addresses: 47.6 % / (1 + P_req/(m_GB·d·P_gbs)) with us-east-1 prices on x86 for work that
 * computes. `overlap`: requests that one vCPU serves at once; what waits is billed as long in any
 * memory, and its break-even is divided by the overlap (METHOD 3.4).
 */
export function breakEvenUtilisation(
  book: PriceBook,
  request: { readonly cpuMs: number; readonly memoryMb: number; readonly overlap?: number },
): number {
  const { cpuMs, memoryMb, overlap } = request;
  const billedS = (cpuMs / 1000) * (overlap === undefined ? lambdaMbPerVcpu / memoryMb : 1);
  const computeUsd = (memoryMb / 1024) * billedS * book.lambdaGbSecondUsd;
  const vcpuSecondUsd = (book.fargateVcpuHourUsd + 2 * book.fargateGbHourUsd) / 3600;
  const busyUsd = ((cpuMs / 1000) * vcpuSecondUsd) / (overlap ?? 1);
  return busyUsd / (computeUsd + book.lambdaRequestUsd);
}
