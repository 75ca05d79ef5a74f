/** One workload at one rate on both platforms, with every part of its price (METHOD 3.2 to 3.6). */

import type { PricingPlan, WorkloadPlan } from '../plan.ts';
import { type BreakEven, breakEvenPerHour } from './break-even.ts';
import { type BodyBytes, edgeRequestUsd, edgeUseOf, egressUsd } from './edge-price.ts';
import { balancerHourUsd, type ServiceHour, serviceHour, taskHourUsd } from './fargate-price.ts';
import {
  expectedBilledMs,
  type LambdaParts,
  lambdaRequestParts,
  lambdaRequestUsd,
} from './lambda-price.ts';
import type { PriceBook } from './price-books.ts';

export interface PriceQuestion {
  readonly book: PriceBook;
  readonly pricing: PricingPlan;
  readonly workload: WorkloadPlan;
  /** Of this workload alone; above 0. */
  readonly ratePerS: number;
  /** s of METHOD 3.3: busy time of one request on one vCPU, or the time that it holds its slot. */
  readonly cpuMs: number;
  /** Mean that was measured, init included; absent: from `cpuMs` and the memory (METHOD 3.4). */
  readonly lambdaBilledMs?: number;
  /** Part of the requests that get a good answer, 1 if not given. */
  readonly goodShare?: number;
  /** Means of the bodies; absent: small ones, and no network out. */
  readonly bytes?: BodyBytes;
  /** The part of a shared entrance that this workload pays, by requests; 1 if not given. */
  readonly entranceShare?: number;
}

export interface WorkloadPrice {
  readonly lambda: LambdaHour;
  readonly fargate: FargateHour;
  /** Of this workload alone, with a whole entrance of its own; undefined: there is none. */
  readonly breakEven?: BreakEven;
  readonly naive: NaivePrice;
  /** Network out for an hour of answers, the same on both platforms and in neither total. */
  readonly egressHourUsd: number;
}

export interface LambdaHour {
  readonly billedMs: number;
  /** Of one request. */
  readonly parts: LambdaParts;
  /** What one more request costs. */
  readonly marginalUsd: number;
  /** Its balancer, where it has one. */
  readonly entranceUsd: number;
  readonly allInUsd: number;
  /** All-in per good request; absent without one. */
  readonly averageUsd?: number;
}

export interface FargateHour extends ServiceHour {
  /** The tasks' public addresses; they are part of `busyUsd` and `idleUsd`. */
  readonly addressUsd: number;
  /** What the edge meters; part of `variableUsd`, whose rest is logs. */
  readonly edgeUsd: number;
}

/** What a shared task costs when it is billed by request duration, like a function (METHOD 3.3). */
export interface NaivePrice {
  readonly durationMs: number;
  /** Of one request. */
  readonly requestUsd: number;
  /** N/(λ·d): how many times as much the tasks really cost. */
  readonly factor: number;
}

export function workloadPrice(question: PriceQuestion): WorkloadPrice {
  const { book, pricing, workload, cpuMs, ratePerS, bytes } = question;
  const breakEven = breakEvenPerHour(book, pricing, workload, question);
  const fargate = fargateHour(question);
  return {
    lambda: lambdaHour(question),
    fargate,
    ...(breakEven === undefined ? {} : { breakEven }),
    naive: naivePrice(book, workload, { cpuMs, ratePerS, tasks: fargate.tasks }),
    egressHourUsd: 3600 * ratePerS * egressUsd(book, bytes?.response ?? 0),
  };
}

function lambdaHour(question: PriceQuestion): LambdaHour {
  const { book, workload, ratePerS, cpuMs } = question;
  const billedMs = question.lambdaBilledMs ?? expectedBilledMs(workload, cpuMs);
  const request = { memoryMb: workload.lambdaMemoryMb, billedMs };
  const edge = { ...edgeUseOf(question.pricing, 'lambda'), ...bodiesOf(question) };
  const marginalUsd = lambdaRequestUsd(book, edge, request);
  const entranceUsd = (question.entranceShare ?? 1) * balancerHourUsd(book, edge);
  const allInUsd = entranceUsd + 3600 * ratePerS * marginalUsd;
  const goodPerHour = 3600 * ratePerS * (question.goodShare ?? 1);
  return {
    billedMs,
    parts: lambdaRequestParts(book, edge, request),
    marginalUsd,
    entranceUsd,
    allInUsd,
    ...(goodPerHour > 0 ? { averageUsd: allInUsd / goodPerHour } : {}),
  };
}

function fargateHour(question: PriceQuestion): FargateHour {
  const { book, pricing, workload, ratePerS } = question;
  const hour = serviceHour(book, pricing, workload, question);
  const edge = { ...edgeUseOf(pricing, 'ecs'), ...bodiesOf(question) };
  return {
    ...hour,
    addressUsd: hour.tasks * book.ipv4HourUsd,
    edgeUsd: 3600 * ratePerS * edgeRequestUsd(book, edge, 'ecs'),
  };
}

function bodiesOf({ bytes }: Pick<PriceQuestion, 'bytes'>): { readonly bytes?: BodyBytes } {
  return bytes === undefined ? {} : { bytes };
}

/**
 * d is how long the request keeps its task: s on a whole vCPU, longer on a part of one; what waits,
 * waits as long on any.
 */
export function naivePrice(
  book: PriceBook,
  workload: WorkloadPlan,
  use: { readonly cpuMs: number; readonly ratePerS: number; readonly tasks: number },
): NaivePrice {
  const speed = workload.bound === 'io' ? 1 : Math.min(1, workload.ecsVcpu);
  const durationMs = use.cpuMs / speed;
  return {
    durationMs,
    requestUsd: (durationMs / 3_600_000) * taskHourUsd(book, workload),
    factor: use.tasks / ((use.ratePerS * durationMs) / 1000),
  };
}
