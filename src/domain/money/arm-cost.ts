import { type Arm, arms } from '../arm.ts';
import type { Plan } from '../plan.ts';
import { requireWorkload, taskCapacity } from '../plan.ts';
import { sum } from '../statistics/statistics.ts';
import type { ArmBlockCost, ArmCell } from '../verdict/verdict.ts';
import { type ArmTasks, tasksOf } from './arm-tasks.ts';
import { edgeUseOf } from './edge-price.ts';
import {
  balancerHourUsd,
  fargateRequestUsd,
  serviceHourUsd,
  taskHourUsd,
} from './fargate-price.ts';
import type { PriceBook } from './price-books.ts';
import { hasRouterService, routerUsd } from './router-task.ts';

export interface ArmCostQuestion {
  readonly cells: readonly ArmCell[];
  readonly plan: Plan;
  /** Busy time of one request on one vCPU, per workload. */
  readonly cpuMs: Readonly<Record<string, number>>;
  readonly book: PriceBook;
  /** How long everything deployed for an arm stands for the scored part of a block. */
  readonly hoursOf: (block: number) => number;
  /** Workloads with a Fargate service, per arm; an arm that is not named has none. */
  readonly services: Readonly<Partial<Record<Arm, readonly string[]>>>;
  /** Standing tasks of each service of an arm (METHOD 1.2); absent: the plan's. */
  readonly tasks?: ArmTasks;
}

/**
 * What every arm costs in every block it has cells in (METHOD 3.5): an arm pays for what was
 * deployed for it, whether it was used or not, and for tasks that its services added. Ordered by
 * arm, then block.
 */
export function armBlockCosts(question: ArmCostQuestion): ArmBlockCost[] {
  return arms.flatMap((arm) => {
    const cells = question.cells.filter((cell) => cell.arm === arm);
    const blocks = [...new Set(cells.map((cell) => cell.block))].sort((a, b) => a - b);
    const usesLambda = cells.some((cell) => cell.lambdaRequests > 0);
    return blocks.map((block) => {
      const ofBlock = cells.filter((cell) => cell.block === block);
      return blockCost(question, { arm, block, cells: ofBlock, usesLambda });
    });
  });
}

interface ArmBlock {
  readonly arm: Arm;
  readonly block: number;
  readonly cells: readonly ArmCell[];
  /** In any block: what is deployed for an arm stands in all of them. */
  readonly usesLambda: boolean;
}

function blockCost(
  question: ArmCostQuestion,
  { arm, block, cells, usesLambda }: ArmBlock,
): ArmBlockCost {
  const services = question.services[arm] ?? [];
  refuseUndeployed(services, cells);
  const { plan, tasks } = question;
  const cost = deploymentCost(question, {
    cells,
    hours: question.hoursOf(block),
    services: services.map((name) => ({ name, tasks: tasksOf(arm, name, tasks, plan) })),
    usesLambda,
    hasRouter: hasRouterService(arm, plan),
  });
  return { arm, block, ...cost };
}

/** What is deployed for some way of routing, and what was sent there in a time. */
export interface Deployment {
  readonly cells: readonly DeployedCell[];
  readonly hours: number;
  readonly services: readonly { readonly name: string; readonly tasks: number }[];
  readonly usesLambda: boolean;
  readonly hasRouter: boolean;
}

/** Counts may be expected ones, with fractions. */
export type DeployedCell = Pick<
  ArmCell,
  'workload' | 'requests' | 'good' | 'lambdaRequests' | 'ecsRequests' | 'lambdaUsd' | 'addedTaskS'
>;

/** All of it for the whole time, whether it was used or not (METHOD 3.5). */
export function deploymentCost(
  question: Pick<ArmCostQuestion, 'plan' | 'cpuMs' | 'book'>,
  { cells, hours, services: deployed, usesLambda, hasRouter }: Deployment,
): Omit<ArmBlockCost, 'arm' | 'block'> {
  const { plan, book } = question;
  const lambdaUsd = sum(cells.map((cell) => cell.lambdaUsd));
  const ecsRequests = sum(cells.map((cell) => cell.ecsRequests));
  const ecsVariableUsd = ecsRequests * fargateRequestUsd(book, edgeUseOf(plan.pricing, 'ecs'));
  const services = deployed.map((service) => serviceUse(question, service, { cells, hours }));
  const ecsBusyUsd = sum(services.map((service) => service.busyUsd));
  const ecsIdleUsd = sum(services.map((service) => service.usd)) - ecsBusyUsd;
  const ownRouterUsd = hasRouter
    ? routerUsd(book, plan, { hours, requests: requestsOf(cells) })
    : 0;
  const usesEcs = services.length > 0 || hasRouter;
  const balancerUsd = hours * balancerUsdPerHour(question, usesEcs, usesLambda);
  const deployedVcpuS = sum(services.map((service) => service.deployedVcpuS));
  const busyVcpuS = sum(services.map((service) => service.busyVcpuS));
  return {
    hours,
    good: sum(cells.map((cell) => cell.good)),
    lambdaUsd,
    ecsVariableUsd,
    ecsBusyUsd,
    ecsIdleUsd,
    balancerUsd,
    ...(hasRouter ? { routerUsd: ownRouterUsd } : {}),
    allInUsd: lambdaUsd + ecsVariableUsd + ecsBusyUsd + ecsIdleUsd + balancerUsd + ownRouterUsd,
    ...(deployedVcpuS > 0 ? { utilisation: busyVcpuS / deployedVcpuS } : {}),
  };
}

/** A request on a service that nobody pays for would make its arm look cheap. */
function refuseUndeployed(services: readonly string[], cells: readonly ArmCell[]): void {
  const stray = cells.find((cell) => cell.ecsRequests > 0 && !services.includes(cell.workload));
  if (stray === undefined) return;
  throw new Error(
    `Arm ${stray.arm} sent ${stray.ecsRequests} requests of "${stray.workload}" to Fargate in ` +
      `block ${stray.block}, but its services are ${services.join(', ') || 'none'}. ` +
      'Name every service that was deployed for the arm.',
  );
}

interface ServiceUse {
  readonly usd: number;
  readonly busyUsd: number;
  readonly busyVcpuS: number;
  readonly deployedVcpuS: number;
}

function serviceUse(
  { plan, cpuMs, book }: Pick<ArmCostQuestion, 'plan' | 'cpuMs' | 'book'>,
  { name, tasks }: Deployment['services'][number],
  { cells, hours }: Pick<Deployment, 'cells' | 'hours'>,
): ServiceUse {
  const workload = { ...requireWorkload(plan, name), ecsTasks: tasks };
  const requestMs = cpuMs[name];
  if (requestMs === undefined) {
    throw new Error(`No busy time of workload "${name}". Give it as "cpu" in the plan, or deploy.`);
  }
  const own = cells.filter((cell) => cell.workload === name);
  const requests = sum(own.map((cell) => cell.ecsRequests));
  const addedHours = sum(own.map((cell) => cell.addedTaskS ?? 0)) / 3600;
  const usd = hours * serviceHourUsd(book, workload) + addedHours * taskHourUsd(book, workload);
  // What holds a slot keeps that slot's part of the task busy (METHOD 3.3).
  const vcpusPerBusy = workload.ecsVcpu / taskCapacity(workload);
  const busyVcpuS = ((requests * requestMs) / 1000) * vcpusPerBusy;
  const deployedVcpuS = 3600 * (hours * workload.ecsTasks + addedHours) * workload.ecsVcpu;
  // Requests of a stretch may still be answered in its drain: more than everything is not busy.
  // A service that is down for a whole block (a what-if) has no task that could be busy.
  const busyShare = deployedVcpuS < 1e-6 ? 0 : Math.min(1, busyVcpuS / deployedVcpuS);
  return { usd, busyUsd: usd * busyShare, busyVcpuS, deployedVcpuS };
}

/** One balancer serves both platforms where both stand behind one. */
function balancerUsdPerHour(
  { book, plan }: Pick<ArmCostQuestion, 'book' | 'plan'>,
  usesEcs: boolean,
  usesLambda: boolean,
): number {
  const ecsUsd = usesEcs ? balancerHourUsd(book, plan.pricing.edge.ecs) : 0;
  const lambdaUsd = usesLambda ? balancerHourUsd(book, plan.pricing.edge.lambda) : 0;
  return Math.max(ecsUsd, lambdaUsd);
}

/** Refused and failed ones too: they have passed the router. */
function requestsOf(cells: readonly DeployedCell[]): number {
  return sum(cells.map((cell) => cell.requests));
}
