/** A month of some workloads on Lambda and on Fargate, line by line (METHOD 3.2, 3.3, 3.5). */

import {
  type BodyBytes,
  type EdgeUse,
  edgeRequestUsd,
  edgeUseOf,
  egressMonthUsd,
} from '../money/edge-price.ts';
import { balancerHourUsd, fargateRequestUsd, serviceHourUsd } from '../money/fargate-price.ts';
import { hoursPerMonth, lambdaMonthUsd } from '../money/lambda-month.ts';
import { gbSecondsOf, lambdaRequestParts } from '../money/lambda-price.ts';
import type { PriceBook } from '../money/price-books.ts';
import type { PricingPlan } from '../plan.ts';
import type { Platform } from '../platform.ts';
import { sum } from '../statistics/statistics.ts';
import { needOf, type ServiceNeed, type ServiceQuestion } from './estimate-service.ts';

export interface EstimateQuestion {
  readonly book: PriceBook;
  readonly pricing: PricingPlan;
  /** At least one; they share one balancer. */
  readonly services: readonly ServiceQuestion[];
  /** The busiest time over the mean, 1 or more: N is fixed for it (METHOD 3.4). */
  readonly peak: number;
  /** Whether the account's free tier is left for this. */
  readonly hasFreeTier: boolean;
  /** Means of the bodies; without them they are small. */
  readonly bytes?: BodyBytes;
}

/** The lines of a month; they add up to `totalUsd`. */
export interface LambdaMonthLines {
  /** After the free tier, as is `computeUsd`. */
  readonly requestsUsd: number;
  readonly computeUsd: number;
  readonly edgeUsd: number;
  readonly balancerUsd: number;
  readonly logsUsd: number;
  /** Preflights that come through to the function. */
  readonly preflightUsd: number;
  readonly networkUsd: number;
  readonly totalUsd: number;
  /** What the free tier has taken off; no line of its own. */
  readonly freeUsd: number;
}

export interface FargateMonthLines {
  /** The tasks with their addresses, as far as they work. */
  readonly busyUsd: number;
  /** Paid, not used. */
  readonly idleUsd: number;
  readonly edgeUsd: number;
  readonly balancerUsd: number;
  readonly logsUsd: number;
  readonly networkUsd: number;
  readonly totalUsd: number;
  /** The tasks' public addresses: a part of `busyUsd` and `idleUsd`. */
  readonly addressesUsd: number;
}

export interface Month {
  readonly requests: number;
  readonly lambda: LambdaMonthLines;
  readonly fargate: FargateMonthLines;
  /** In the order of the services. */
  readonly needs: readonly ServiceNeed[];
}

export function monthOf(question: EstimateQuestion): Month {
  const { pricing, peak, services } = question;
  const needs = services.map((service) => needOf(pricing, peak, service));
  return {
    requests: sum(services.map(monthlyRequests)),
    lambda: lambdaLines(question),
    fargate: fargateLines(question, needs),
    needs,
  };
}

export function monthlyRequests({ ratePerS }: Pick<ServiceQuestion, 'ratePerS'>): number {
  return 3600 * hoursPerMonth * ratePerS;
}

/** GB-seconds of the mean request of a service. */
export function serviceGbSeconds({ workload, billedMs }: ServiceQuestion): number {
  return gbSecondsOf({ memoryMb: workload.lambdaMemoryMb, billedMs });
}

/** What a request costs on Lambda beside the price of the request and of its GB-seconds. */
export function besidesUsd(question: EstimateQuestion, service: ServiceQuestion): number {
  const { edgeUsd, logsUsd, preflightUsd } = besides(question, service);
  return edgeUsd + logsUsd + preflightUsd;
}

/** An edge with the bodies of the question. */
export function edgeOf({ pricing, bytes }: EstimateQuestion, platform: Platform): EdgeUse {
  return { ...edgeUseOf(pricing, platform), ...(bytes === undefined ? {} : { bytes }) };
}

function lambdaLines(question: EstimateQuestion): LambdaMonthLines {
  const { book, services, hasFreeTier } = question;
  const use = {
    requests: sum(services.map(monthlyRequests)),
    gbSeconds: sum(services.map((service) => monthlyRequests(service) * serviceGbSeconds(service))),
  };
  const { requestsUsd, computeUsd, totalUsd, freeUsd } = lambdaMonthUsd(book, use, { hasFreeTier });
  const total = (part: 'edgeUsd' | 'logsUsd' | 'preflightUsd'): number =>
    sum(services.map((service) => monthlyRequests(service) * besides(question, service)[part]));
  const [edgeUsd, logsUsd, preflightUsd] = [
    total('edgeUsd'),
    total('logsUsd'),
    total('preflightUsd'),
  ];
  const balancerUsd = hoursPerMonth * balancerHourUsd(book, question.pricing.edge.lambda);
  const networkUsd = networkMonthUsd(question);
  return {
    requestsUsd,
    computeUsd,
    edgeUsd,
    balancerUsd,
    logsUsd,
    preflightUsd,
    networkUsd,
    totalUsd: totalUsd + edgeUsd + balancerUsd + logsUsd + preflightUsd + networkUsd,
    freeUsd,
  };
}

function besides(
  question: EstimateQuestion,
  { workload, billedMs }: ServiceQuestion,
): { readonly edgeUsd: number; readonly logsUsd: number; readonly preflightUsd: number } {
  const request = { memoryMb: workload.lambdaMemoryMb, billedMs };
  return lambdaRequestParts(question.book, edgeOf(question, 'lambda'), request);
}

function fargateLines(
  question: EstimateQuestion,
  needs: readonly ServiceNeed[],
): FargateMonthLines {
  const { book } = question;
  const requests = sum(question.services.map(monthlyRequests));
  const edge = edgeOf(question, 'ecs');
  const edgeUsd = requests * edgeRequestUsd(book, edge, 'ecs');
  const logsUsd = requests * fargateRequestUsd(book, edge) - edgeUsd;
  const costs = needs.map((need) => taskMonthUsd(book, need));
  const busyUsd = sum(
    needs.map(({ utilisation }, index) => Math.min(1, utilisation) * (costs[index] ?? 0)),
  );
  const idleUsd = sum(costs) - busyUsd;
  const balancerUsd = hoursPerMonth * balancerHourUsd(book, edge);
  const networkUsd = networkMonthUsd(question);
  return {
    busyUsd,
    idleUsd,
    edgeUsd,
    balancerUsd,
    logsUsd,
    networkUsd,
    totalUsd: busyUsd + idleUsd + edgeUsd + balancerUsd + logsUsd + networkUsd,
    addressesUsd: hoursPerMonth * sum(needs.map(({ tasks }) => tasks)) * book.ipv4HourUsd,
  };
}

/** N·h for a month. */
export function taskMonthUsd(book: PriceBook, { limit, tasks }: ServiceNeed): number {
  return hoursPerMonth * serviceHourUsd(book, { ...limit.workload, ecsTasks: tasks });
}

/** The same answers leave from both platforms. */
function networkMonthUsd({ book, services, bytes, hasFreeTier }: EstimateQuestion): number {
  const requests = sum(services.map(monthlyRequests));
  return egressMonthUsd(book, requests * (bytes?.response ?? 0), { hasFreeTier });
}
