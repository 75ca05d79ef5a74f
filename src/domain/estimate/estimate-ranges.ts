/** Between which rates Fargate is cheaper, with every task that is added on the way (METHOD 3.4). */

import {
  balancerHourUsd,
  fargateRequestUsd,
  serviceHourUsd,
  taskHourUsd,
} from '../money/fargate-price.ts';
import { hoursPerMonth, lambdaMonthUsd } from '../money/lambda-month.ts';
import { sum } from '../statistics/statistics.ts';
import { besidesUsd, type EstimateQuestion, edgeOf, serviceGbSeconds } from './estimate-month.ts';
import { atPeak, limitOf, perTaskPerSecond, type ServiceLimit } from './estimate-service.ts';

/** Rates are those of all workloads together; the mix stays as it is. */
export interface CheaperRanges {
  /** Where Fargate is cheaper, rising. Above the last one, or without any, Lambda is. */
  readonly ranges: readonly CheaperRange[];
  /** The smallest rate from which Fargate stays cheaper; absent when there is none. */
  readonly breakEvenPerS?: number;
  /** Present: nothing is known above this rate, because so many tasks were enough to look at. */
  readonly lookedUpToPerS?: number;
}

export interface CheaperRange {
  readonly fromPerS: number;
  /** Absent: it stays cheaper. */
  readonly toPerS?: number;
  /** What makes Lambda cheaper again: a further task, or a tier of Lambda's price. */
  readonly endedBy?: 'task' | 'tier';
  /** All tasks together at its beginning. */
  readonly tasks: number;
}

/**
 * Between two rates at which a task is added or a tier of Lambda's price begins, both costs are
 * straight lines; so the ranges are found exactly, step by step. For one workload without free tier
 * the last range begins at Λ* of METHOD 3.4.
 */
export function cheaperRanges(question: EstimateQuestion): CheaperRanges {
  const mix = mixOf(question);
  const end = endOf(mix);
  const ranges: CheaperRange[] = [];
  let tasks = mix.services.map(({ leastTasks }) => leastTasks);
  let from = 0;
  for (let step = 0; step < mostSteps && from < end.perS; step += 1) {
    const to = Math.min(end.perS, nextStep(mix, tasks, from));
    if (to === Number.POSITIVE_INFINITY) break;
    addCheaper(ranges, { from, to, tasks: sum(tasks) }, [
      savedUsd(mix, from, tasks),
      savedUsd(mix, to, tasks),
    ]);
    tasks = tasks.map((count, index) => {
      const service = mix.services[index];
      return service !== undefined && count * service.perTaskPerS <= to * (1 + rounding)
        ? count + 1
        : count;
    });
    from = to;
  }
  return described(
    ranges.map((range) => withReason(mix, range)),
    { end, reachedPerS: from },
  );
}

/** So many tasks or tiers are looked at; no account has as many. */
const mostSteps = 20_000;
/** Rates at which a task is added are quotients. */
const rounding = 1e-12;

/** Per second of the whole mix. */
interface Mix {
  readonly question: EstimateQuestion;
  readonly services: readonly MixedService[];
  readonly gbSeconds: number;
  readonly lambdaBesidesUsd: number;
  readonly fargateUsd: number;
  /** What Fargate's entrance costs more in an hour; negative where only Lambda has one. */
  readonly entranceUsd: number;
}

interface MixedService {
  readonly limit: ServiceLimit;
  readonly leastTasks: number;
  /** Of the whole mix, for each task of this service. */
  readonly perTaskPerS: number;
  readonly taskUsd: number;
}

function mixOf(question: EstimateQuestion): Mix {
  const { book, pricing, peak, services } = question;
  const ratePerS = sum(services.map((service) => service.ratePerS));
  const mixed = (value: (service: (typeof services)[number]) => number): number =>
    sum(services.map((service) => (value(service) * service.ratePerS) / ratePerS));
  return {
    question,
    services: services.map((service): MixedService => {
      const limit = limitOf(service);
      const own = perTaskPerSecond(atPeak(pricing, peak), limit);
      return {
        limit,
        leastTasks: service.workload.ecsTasks,
        perTaskPerS: (own * ratePerS) / service.ratePerS,
        taskUsd: taskHourUsd(book, service.workload),
      };
    }),
    gbSeconds: mixed(serviceGbSeconds),
    lambdaBesidesUsd: mixed((service) => besidesUsd(question, service)),
    fargateUsd: fargateRequestUsd(book, edgeOf(question, 'ecs')),
    entranceUsd:
      balancerHourUsd(book, pricing.edge.ecs) - balancerHourUsd(book, pricing.edge.lambda),
  };
}

/** What Fargate with these tasks saves in a month at a rate. Network out is the same on both. */
function savedUsd(mix: Mix, ratePerS: number, tasks: readonly number[]): number {
  const { book, hasFreeTier } = mix.question;
  const requests = 3600 * hoursPerMonth * ratePerS;
  const use = { requests, gbSeconds: requests * mix.gbSeconds };
  const lambdaUsd = lambdaMonthUsd(book, use, { hasFreeTier }).totalUsd;
  const perRequestUsd = mix.lambdaBesidesUsd - mix.fargateUsd;
  const hourUsd = sum(
    mix.services.map(({ limit }, index) =>
      serviceHourUsd(book, { ...limit.workload, ecsTasks: tasks[index] ?? 0 }),
    ),
  );
  return lambdaUsd + requests * perRequestUsd - hoursPerMonth * (hourUsd + mix.entranceUsd);
}

/** The next rate above `from` at which a line bends or jumps. */
function nextStep(mix: Mix, tasks: readonly number[], from: number): number {
  const { book, hasFreeTier } = mix.question;
  const free = hasFreeTier ? book.lambdaFree : { requests: 0, gbSeconds: 0 };
  const perS = (gbSeconds: number): number =>
    (free.gbSeconds + gbSeconds) / (3600 * hoursPerMonth * mix.gbSeconds);
  const bends = [
    free.requests / (3600 * hoursPerMonth),
    perS(0),
    ...book.lambdaTiers.map(({ fromGbSeconds }) => perS(fromGbSeconds)),
  ];
  const steps = mix.services.map(({ perTaskPerS }, index) => (tasks[index] ?? 0) * perTaskPerS);
  return Math.min(...[...bends, ...steps].filter((rate) => rate > from * (1 + rounding)));
}

function withReason({ question, gbSeconds }: Mix, range: CheaperRange): CheaperRange {
  const { toPerS } = range;
  if (toPerS === undefined) return range;
  const [tier] = question.book.lambdaTiers;
  const monthlyGbSeconds = 3600 * hoursPerMonth * toPerS * gbSeconds;
  const isInTier = tier !== undefined && monthlyGbSeconds > tier.fromGbSeconds;
  return { ...range, endedBy: isInTier ? 'tier' : 'task' };
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly tasks: number;
}

/** Adds the part of a stretch in which Fargate is cheaper; both ends' savings are given. */
function addCheaper(
  ranges: CheaperRange[],
  { from, to, tasks }: Stretch,
  [first, last]: readonly [number, number],
): void {
  if (first <= 0 && last <= 0) return;
  const crossing = first === last ? from : from + (first / (first - last)) * (to - from);
  const begin = first > 0 ? from : crossing;
  const end = last > 0 ? to : crossing;
  const before = ranges.at(-1);
  if (before?.toPerS !== undefined && first > 0 && before.toPerS >= from) {
    ranges[ranges.length - 1] = { ...before, toPerS: end };
    return;
  }
  ranges.push({ fromPerS: begin, toPerS: end, tasks });
}

/** How far to look, and what is proved for everything above. */
interface End {
  readonly perS: number;
  readonly above: 'fargate' | 'lambda' | 'unknown';
}

/**
 * A further request saves its price on Lambda less x, less its part of a task. Where that is more
 * than nothing even in Lambda's last tier, Fargate wins from some rate on: N is at most one task
 * above what is needed, so from (Σh + F + free)/gain. Where it is nothing in the first tier, Lambda
 * wins as soon as an entrance of its own is earned.
 */
function endOf(mix: Mix): End {
  const { book, hasFreeTier } = mix.question;
  const gainUsd = (gbSecondUsd: number): number =>
    book.lambdaRequestUsd +
    mix.gbSeconds * gbSecondUsd +
    mix.lambdaBesidesUsd -
    mix.fargateUsd -
    sum(mix.services.map(({ taskUsd, perTaskPerS }) => taskUsd / (3600 * perTaskPerS)));
  const leastGbSecondUsd = Math.min(
    book.lambdaGbSecondUsd,
    ...book.lambdaTiers.map(({ gbSecondUsd }) => gbSecondUsd),
  );
  const lasting = gainUsd(leastGbSecondUsd);
  const first = gainUsd(book.lambdaGbSecondUsd);
  if (lasting > 0) {
    const { requests, gbSeconds } = book.lambdaFree;
    const freeUsd = hasFreeTier
      ? requests * book.lambdaRequestUsd + gbSeconds * book.lambdaGbSecondUsd
      : 0;
    const fixedUsd =
      sum(mix.services.map(({ taskUsd, leastTasks }) => leastTasks * taskUsd)) +
      sum(mix.services.map(({ taskUsd }) => taskUsd)) +
      Math.max(0, mix.entranceUsd) +
      freeUsd / hoursPerMonth;
    return { perS: fixedUsd / (3600 * lasting), above: 'fargate' };
  }
  if (first > 0) return { perS: Number.POSITIVE_INFINITY, above: 'unknown' };
  const earnedUsd = Math.max(0, -mix.entranceUsd);
  return { perS: earnedUsd === 0 ? 0 : earnedUsd / (3600 * -first), above: 'lambda' };
}

function described(
  ranges: readonly CheaperRange[],
  { end, reachedPerS }: { readonly end: End; readonly reachedPerS: number },
): CheaperRanges {
  const isKnown = reachedPerS >= end.perS;
  if (!isKnown) return { ranges, lookedUpToPerS: reachedPerS };
  if (end.above !== 'fargate') return { ranges };
  const last = ranges.at(-1);
  const { toPerS: _open, endedBy: _reason, ...open } = last ?? { fromPerS: end.perS, tasks: 0 };
  return { ranges: [...ranges.slice(0, -1), open], breakEvenPerS: open.fromPerS };
}
