/** What a plan would cost on AWS, and what it can decide, before anything runs. */

import { type Arm, armsOf, copyOf, isCandidate } from '../arm.ts';
import { type Plan, taskCapacity, type WorkloadPlan } from '../plan.ts';
import { mostBlocks, mostScoredBlocks } from '../schedule.ts';
import { alwaysValidRadius } from '../verdict/always-valid.ts';
import { sizedTasks } from './arm-tasks.ts';
import { decideCapacity } from './capacity.ts';
import { edgeUseOf } from './edge-price.ts';
import { balancerHourUsd, fargateRequestUsd, serviceHourUsd } from './fargate-price.ts';
import { expectedBilledMs, lambdaRequestUsd } from './lambda-price.ts';
import { type PriceBook, priceBookOf } from './price-books.ts';
import { hasRouterService, routerUsd } from './router-task.ts';

/**
 * The smallest relative difference in cost or latency that the plan's evaluation finds with 80 %
 * power, 2.8·SE of METHOD 6.4: 8.4 % for 24 blocks of 360 requests. One that may go on is taken to
 * its end, and pays for its always-valid intervals (METHOD 6.5). Undefined without a scored block.
 */
export function minimumDetectableEffect(plan: Plan): number | undefined {
  const blocks = mostScoredBlocks(plan);
  if (blocks < 1) return undefined;
  const requests = (plan.evaluation.ratePerS * plan.evaluation.blockDurationMs) / 1000;
  const betweenBlocks = (2 * blockSd ** 2) / blocks;
  const withinBlocks = plan.workloads
    .map(({ share }) => {
      const requestsOfWorkload = requests * share;
      const quantileVariance = (p95Variance * logLatencySd ** 2) / requestsOfWorkload;
      return (share ** 2 * 2 * quantileVariance) / blocks;
    })
    .reduce((sum, value) => sum + value, 0);
  const standardErrors =
    plan.evaluation.extendTo === undefined
      ? detectableStandardErrors
      : detectableWhenValidAlways(blocks);
  return standardErrors * Math.sqrt(betweenBlocks + withinBlocks);
}

/** 1.96 + 0.84: two-sided 5 %, 80 % power. */
export const detectableStandardErrors = 2.8;

/** The same at the end of an evaluation of so many blocks that could have ended before. */
export function detectableWhenValidAlways(blocks: number): number {
  const radius = alwaysValidRadius({ units: blocks, mostUnits: blocks, alpha: 0.05 });
  return radius * Math.sqrt(blocks) + 0.84;
}
/** Spread of an arm's block means, and of ln latency inside a block (METHOD 6.4). */
const blockSd = 0.1;
const logLatencySd = 0.25;
/** n·Var of a normal sample's p95 in units of its variance: 0.95·0.05/φ(1.645)² = 4.47. */
const p95Variance = 4.47;

export interface CostForecast {
  /** Collection and evaluation: for how long services stand. */
  readonly hours: number;
  readonly lambdaUsd: number;
  /** Services, busy and idle, the variable part of their requests, and the hybrid's router. */
  readonly fargateUsd: number;
  /** The part of `fargateUsd` that is paid for idle tasks. */
  readonly idleUsd: number;
  readonly balancerUsd: number;
  readonly totalUsd: number;
  /** Workloads whose busy time is not known yet: they are counted with 100 ms. */
  readonly assumedWorkloads: readonly string[];
}

const assumedCpuMs = 100;

/**
 * What the campaign would cost on AWS at the plan's rates and list prices: the collection with both
 * platforms standing from slot to slot, and the evaluation with everything each arm owns
 * (METHOD 3.5). Hybrid and best-static are counted as the capacity decision of METHOD 4.1.
 */
export function forecastCost(
  plan: Plan,
  cpuMs: Readonly<Record<string, number>> | undefined,
): CostForecast {
  const known = (workload: WorkloadPlan): number | undefined =>
    cpuMs?.[workload.name] ?? workload.cpuMs;
  const book = priceBookOf(plan.pricing);
  const load = plan.workloads.map((workload) => ({
    workload,
    cpuMs: known(workload) ?? assumedCpuMs,
  }));
  const parts = [collection(plan, book, load), ...evaluation(plan, book, load)];
  const total = (pick: (part: Part) => number): number =>
    parts.reduce((sum, part) => sum + pick(part), 0);
  const lambdaUsd = total((part) => part.lambdaUsd);
  const fargateUsd = total((part) => part.fargateUsd);
  const balancerUsd = total((part) => part.balancerUsd);
  return {
    hours: collectionHours(plan) + evaluationHours(plan),
    lambdaUsd,
    fargateUsd,
    idleUsd: total((part) => part.idleUsd),
    balancerUsd,
    totalUsd: lambdaUsd + fargateUsd + balancerUsd,
    assumedWorkloads: plan.workloads
      .filter((workload) => known(workload) === undefined)
      .map(({ name }) => name),
  };
}

interface WorkloadLoad {
  readonly workload: WorkloadPlan;
  readonly cpuMs: number;
}

/** Something that stands for a number of hours and gets a number of requests. */
interface Part {
  readonly lambdaUsd: number;
  readonly fargateUsd: number;
  readonly idleUsd: number;
  readonly balancerUsd: number;
}

function collectionHours({ schedule }: Plan): number {
  return (schedule.slots * schedule.everyMs) / 3_600_000;
}

/** Of as many blocks as there may be: what is forecast must not be exceeded. */
function evaluationHours({ evaluation }: Plan): number {
  return (mostBlocks(evaluation) * evaluation.blockDurationMs) / 3_600_000;
}

function collection(plan: Plan, book: PriceBook, load: readonly WorkloadLoad[]): Part {
  const counted = load.map((entry) => {
    const perSlot = (plan.load.ratePerS * entry.workload.share * plan.load.durationMs) / 1000;
    // The workloads take turns on the ladder (METHOD 1.8).
    const ladder = ladderRequests(plan, entry) / plan.workloads.length;
    const requests = plan.schedule.slots * (perSlot + ladder);
    return { ...entry, lambdaRequests: requests, ecsRequests: requests, hasService: true };
  });
  return priced(plan, book, collectionHours(plan), counted);
}

function ladderRequests(plan: Plan, { workload, cpuMs }: WorkloadLoad): number {
  const { ladder } = plan.load;
  if (ladder === undefined) return 0;
  const fullRatePerS = (workload.ecsTasks * taskCapacity(workload)) / (cpuMs / 1000);
  return ladder.utilisation
    .map((utilisation) => (utilisation * fullRatePerS * ladder.stepMs) / 1000)
    .reduce((sum, requests) => sum + Math.min(ladder.pairs, requests), 0);
}

function evaluation(plan: Plan, book: PriceBook, load: readonly WorkloadLoad[]): Part[] {
  if (plan.evaluation.blocks === 0) return [];
  const sizing = {
    plan,
    cpuMs: Object.fromEntries(load.map(({ workload, cpuMs }) => [workload.name, cpuMs])),
    ratePerS: plan.evaluation.ratePerS,
  };
  const { withCapacity } = decideCapacity({
    ...sizing,
    book,
    lambdaBilledMs: {},
    isFastEnough: undefined,
  });
  const hasRouter = plan.learning.families.length > 0;
  return armsOf(plan)
    .filter((arm) => arm !== 'hybrid' || hasRouter)
    .map((arm) => {
      const counted = load.map((entry) => {
        const { name, share } = entry.workload;
        const requests = plan.evaluation.ratePerS * share * evaluationHours(plan) * 3600;
        const onEcs = isOnEcs(arm, withCapacity.includes(name));
        // Each arm is sized for its own traffic (METHOD 1.2): here all of the workload's.
        const ecsTasks = sizedTasks(sizing, entry.workload, onEcs ? 1 : 0);
        return {
          ...entry,
          workload: { ...entry.workload, ecsTasks },
          lambdaRequests: onEcs ? 0 : requests,
          ecsRequests: onEcs ? requests : 0,
          hasService: onEcs,
        };
      });
      const part = priced(plan, book, evaluationHours(plan), counted);
      return hasRouterService(arm, plan) ? withRouter(part, plan, book) : part;
    });
}

/** A copy does what its original does. */
function isOnEcs(arm: Arm, hasCapacity: boolean): boolean {
  if (!isCandidate(arm)) return copyOf[arm].platform === 'ecs';
  return arm === 'ecs-only' || (arm !== 'lambda-only' && hasCapacity);
}

function withRouter(part: Part, plan: Plan, book: PriceBook): Part {
  const hours = evaluationHours(plan);
  const requests = plan.evaluation.ratePerS * hours * 3600;
  const balancerUsd = hours * balancerHourUsd(book, plan.pricing.edge.ecs);
  return {
    ...part,
    fargateUsd: part.fargateUsd + routerUsd(book, plan, { hours, requests }),
    balancerUsd: Math.max(part.balancerUsd, balancerUsd),
  };
}

interface CountedLoad extends WorkloadLoad {
  readonly lambdaRequests: number;
  readonly ecsRequests: number;
  readonly hasService: boolean;
}

function priced(
  { pricing }: Plan,
  book: PriceBook,
  hours: number,
  load: readonly CountedLoad[],
): Part {
  let lambdaUsd = 0;
  let fargateUsd = 0;
  let idleUsd = 0;
  for (const { workload, cpuMs, lambdaRequests, ecsRequests, hasService } of load) {
    const billed = {
      memoryMb: workload.lambdaMemoryMb,
      billedMs: expectedBilledMs(workload, cpuMs),
    };
    lambdaUsd += lambdaRequests * lambdaRequestUsd(book, edgeUseOf(pricing, 'lambda'), billed);
    fargateUsd += ecsRequests * fargateRequestUsd(book, edgeUseOf(pricing, 'ecs'));
    if (!hasService || hours === 0) continue;
    const serviceUsd = hours * serviceHourUsd(book, workload);
    const busyVcpuHours = (ecsRequests * cpuMs) / 3_600_000;
    const busyShare = busyVcpuHours / (hours * workload.ecsTasks * taskCapacity(workload));
    fargateUsd += serviceUsd;
    idleUsd += serviceUsd * (1 - Math.min(1, busyShare));
  }
  const hasService = load.some((entry) => entry.hasService);
  const usesLambda = load.some((entry) => entry.lambdaRequests > 0);
  const balancerUsd =
    hours *
    Math.max(
      hasService ? balancerHourUsd(book, pricing.edge.ecs) : 0,
      usesLambda ? balancerHourUsd(book, pricing.edge.lambda) : 0,
    );
  return { lambdaUsd, fargateUsd, idleUsd, balancerUsd };
}
