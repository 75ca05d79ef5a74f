/** What a month would cost on either platform, without a campaign (METHOD 3). */

import { balancerHourUsd, fargateRequestUsd } from '../money/fargate-price.ts';
import { hoursPerMonth } from '../money/lambda-month.ts';
import type { Platform } from '../platform.ts';
import { sum } from '../statistics/statistics.ts';
import {
  besidesUsd,
  type EstimateQuestion,
  edgeOf,
  type Month,
  monthlyRequests,
  monthOf,
  serviceGbSeconds,
  taskMonthUsd,
} from './estimate-month.ts';
import { type CheaperRanges, cheaperRanges } from './estimate-ranges.ts';
import {
  atPeak,
  naiveMonth,
  perTaskPerSecond,
  type ServiceNeed,
  type ServiceQuestion,
} from './estimate-service.ts';

export interface Estimate {
  /** All workloads together. */
  readonly ratePerS: number;
  readonly month: Month;
  /** By price alone; a tie goes to Lambda, which needs no tasks to look after. */
  readonly cheaper: Platform;
  readonly services: readonly ServiceEstimate[];
  /** The cheapest platform for each workload; absent with one workload. */
  readonly split?: SplitMonth;
  readonly ranges: CheaperRanges;
  /** The same month at other rates. */
  readonly otherRates: readonly OtherRate[];
  readonly naive: NaiveMonth;
  /**
   * The most CPU of a request with which Fargate still costs no more at this rate; absent where
   * something else than CPU decides, or nothing does.
   */
  readonly mostCpuMs?: number;
}

export interface ServiceEstimate {
  readonly name: string;
  readonly ratePerS: number;
  readonly need: ServiceNeed;
  /** A month without any balancer. */
  readonly lambdaUsd: number;
  readonly fargateUsd: number;
}

/** METHOD 4.1 before any data: each workload where it is cheaper, one balancer for all services. */
export interface SplitMonth {
  readonly platforms: Readonly<Record<string, Platform>>;
  readonly totalUsd: number;
}

export interface OtherRate {
  readonly times: number;
  readonly ratePerS: number;
  readonly lambdaUsd: number;
  readonly fargateUsd: number;
  readonly tasks: number;
}

/** The tasks of a month as if they were billed by request duration (METHOD 3.3). */
export interface NaiveMonth {
  readonly usd: number;
  readonly tasksUsd: number;
  /** How many times as much the tasks really cost. */
  readonly factor: number;
}

export function estimate(question: EstimateQuestion): Estimate {
  const month = monthOf(question);
  const ranges = cheaperRanges(question);
  const services = question.services.map((service, index) =>
    serviceEstimate(question, service, { month, index }),
  );
  const mostCpuMs = mostCpu(question, month);
  return {
    ratePerS: sum(question.services.map(({ ratePerS }) => ratePerS)),
    month,
    cheaper: month.fargate.totalUsd < month.lambda.totalUsd ? 'ecs' : 'lambda',
    services,
    ...(services.length > 1 ? { split: splitMonth(question, services) } : {}),
    ranges,
    otherRates: [0.5, 1, 2].map((times) => otherRate(question, times)),
    naive: naiveOf(question, month),
    ...(mostCpuMs === undefined ? {} : { mostCpuMs }),
  };
}

/** The same mix at a multiple of its rate. */
export function atTimes(question: EstimateQuestion, times: number): EstimateQuestion {
  const services = question.services.map((service) => ({
    ...service,
    ratePerS: times * service.ratePerS,
  }));
  return { ...question, services };
}

function otherRate(question: EstimateQuestion, times: number): OtherRate {
  const scaled = atTimes(question, times);
  const { lambda, fargate, needs } = monthOf(scaled);
  return {
    times,
    ratePerS: sum(scaled.services.map(({ ratePerS }) => ratePerS)),
    lambdaUsd: lambda.totalUsd,
    fargateUsd: fargate.totalUsd,
    tasks: sum(needs.map(({ tasks }) => tasks)),
  };
}

/** Tiers and free tier are the account's: a workload has its part of them by what it uses. */
function serviceEstimate(
  question: EstimateQuestion,
  service: ServiceQuestion,
  { month, index }: { readonly month: Month; readonly index: number },
): ServiceEstimate {
  const need = month.needs[index];
  if (need === undefined) throw new Error(`No tasks for workload "${service.workload.name}".`);
  const requests = monthlyRequests(service);
  const gbSecondsOfAll = sum(
    question.services.map((other) => monthlyRequests(other) * serviceGbSeconds(other)),
  );
  const gbShare = (requests * serviceGbSeconds(service)) / gbSecondsOfAll;
  const { requestsUsd, computeUsd, networkUsd } = month.lambda;
  const requestShare = requests / month.requests;
  const own = requestShare * requestsUsd + gbShare * computeUsd;
  const network = requestShare * networkUsd;
  const variableUsd = requests * fargateRequestUsd(question.book, edgeOf(question, 'ecs'));
  return {
    name: service.workload.name,
    ratePerS: service.ratePerS,
    need,
    lambdaUsd: own + requests * besidesUsd(question, service) + network,
    fargateUsd: taskMonthUsd(question.book, need) + variableUsd + network,
  };
}

/**
 * Once a balancer is paid each workload decides for itself, so one of three splits is the cheapest:
 * no service, every one that saves, and all (which can save a balancer in front of Lambda).
 */
function splitMonth(
  { book, pricing }: EstimateQuestion,
  services: readonly ServiceEstimate[],
): SplitMonth {
  const monthUsd = (onFargate: readonly ServiceEstimate[]): number => {
    const ownUsd = sum(
      services.map((service) =>
        onFargate.includes(service) ? service.fargateUsd : service.lambdaUsd,
      ),
    );
    const balancers = [
      onFargate.length > 0 ? balancerHourUsd(book, pricing.edge.ecs) : 0,
      onFargate.length < services.length ? balancerHourUsd(book, pricing.edge.lambda) : 0,
    ];
    return ownUsd + hoursPerMonth * Math.max(...balancers);
  };
  const saving = services.filter(({ fargateUsd, lambdaUsd }) => fargateUsd < lambdaUsd);
  let best: readonly ServiceEstimate[] = [];
  for (const candidate of [saving, services]) {
    if (monthUsd(candidate) < monthUsd(best)) best = candidate;
  }
  const platforms = services.map((service): [string, Platform] => [
    service.name,
    best.includes(service) ? 'ecs' : 'lambda',
  ]);
  return { platforms: Object.fromEntries(platforms), totalUsd: monthUsd(best) };
}

function naiveOf({ book, services }: EstimateQuestion, month: Month): NaiveMonth {
  const usd = sum(
    services.map((service, index) => {
      const { tasks } = month.needs[index] ?? { tasks: 0 };
      return naiveMonth(book, service, { tasks, requests: monthlyRequests(service) }).usd;
    }),
  );
  const tasksUsd = month.fargate.busyUsd + month.fargate.idleUsd;
  return { usd, tasksUsd, factor: tasksUsd / usd };
}

/** As many tasks as Lambda's price would pay, each as busy as its target allows. */
function mostCpu(question: EstimateQuestion, month: Month): number | undefined {
  const [need, ...others] = month.needs;
  if (need === undefined || others.length > 0 || need.limit.by !== 'cpu') return undefined;
  const taskUsd = taskMonthUsd(question.book, { ...need, tasks: 1 });
  const { busyUsd, idleUsd, totalUsd } = month.fargate;
  const besideTasksUsd = totalUsd - busyUsd - idleUsd;
  const tasks = Math.floor((month.lambda.totalUsd - besideTasksUsd) / taskUsd);
  if (tasks < need.limit.workload.ecsTasks) return undefined;
  const peaked = atPeak(question.pricing, question.peak);
  const [service] = question.services;
  const ofOneMs = perTaskPerSecond(peaked, { ...need.limit, busyMs: 1 });
  return service === undefined ? undefined : (tasks * ofOneMs) / service.ratePerS;
}
