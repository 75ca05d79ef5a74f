import type { Plan, WorkloadPlan } from '../plan.ts';
import { requireWorkload } from '../plan.ts';
import type { Platform } from '../platform.ts';
import { shortOfCpus, sizedTasks } from './arm-tasks.ts';
import { edgeUseOf } from './edge-price.ts';
import {
  balancerHourUsd,
  fargateRequestUsd,
  serviceHourUsd,
  tasksNeeded,
  utilisationOf,
} from './fargate-price.ts';
import { expectedBilledMs, lambdaRequestUsd } from './lambda-price.ts';
import type { PriceBook } from './price-books.ts';

export interface CapacityQuestion {
  readonly plan: Plan;
  /** Busy time of one request on one vCPU, per workload. */
  readonly cpuMs: Readonly<Record<string, number>>;
  readonly book: PriceBook;
  /** Rate of the question, over all workloads. */
  readonly ratePerS: number;
  /** Mean billed time of a request; a workload that is absent is estimated by METHOD 3.4. */
  readonly lambdaBilledMs: Readonly<Record<string, number>>;
  /** On complete slots; absent before there are any: the cheaper platform is taken then. */
  readonly isFastEnough: Readonly<Record<string, Readonly<Record<Platform, boolean>>>> | undefined;
  /** CPUs of the machine; counts only on testbeds whose tasks share one. */
  readonly machineCpus?: number;
}

export interface CapacityDecision {
  /** Best-static: the platform of each workload (METHOD 4.1). */
  readonly table: Readonly<Record<string, Platform>>;
  /** Workloads that get a Fargate service, in the plan's order: those whose platform is `ecs`. */
  readonly withCapacity: readonly string[];
  /** Why, in sentences with the numbers. */
  readonly reason: string;
}

/**
 * Which workloads are worth a Fargate service at the rate in question (METHOD 4.1): the cheapest
 * assignment in which every workload is on a platform that is fast enough. The balancer is paid
 * once by all services together, so their savings are added up before they are compared with it.
 *
 * A service has the tasks that METHOD 3.3 gives for all requests of its workload, as an arm that
 * sends them all to Fargate has (`arm-tasks.ts`). Where the machine has no CPUs for them it keeps
 * the plan's number: above the target utilisation it is measured and not assumed whether that is
 * still fast enough; only a service that could not keep up is ruled out here.
 */
export function decideCapacity(question: CapacityQuestion): CapacityDecision {
  const options = question.plan.workloads.map((workload) => optionOf(question, workload));
  const chosen = cheapestServices(question, options);
  const table = Object.fromEntries(
    options.map(({ name }): [string, Platform] => [name, chosen.has(name) ? 'ecs' : 'lambda']),
  );
  const withCapacity = options.map(({ name }) => name).filter((name) => chosen.has(name));
  return { table, withCapacity, reason: reasonOf(question, options, chosen) };
}

/**
 * At 90 % of fixed tasks a request waits 4.5 service times on average (M/D/1), and any disturbance
 * makes the queue grow through the block.
 */
const mostUtilisation = 0.9;

interface Option {
  readonly name: string;
  readonly lambdaHourUsd: number;
  /** Service and variable part, without the balancer. */
  readonly ecsHourUsd: number;
  readonly utilisation: number;
  /** N: what an arm's service has. */
  readonly tasks: number;
  /** Tasks that would carry the rate at the target utilisation. */
  readonly tasksNeeded: number;
  /** The only platform that will do, if only one does. */
  readonly forced?: Platform;
}

function optionOf(question: CapacityQuestion, workload: WorkloadPlan): Option {
  const { plan, book } = question;
  const { name } = workload;
  const cpuMs = question.cpuMs[name];
  if (cpuMs === undefined) {
    throw new Error(`No busy time of workload "${name}". Give it as "cpu" in the plan, or deploy.`);
  }
  const ratePerS = question.ratePerS * workload.share;
  const lambdaUsd = lambdaRequestUsd(book, edgeUseOf(plan.pricing, 'lambda'), {
    memoryMb: workload.lambdaMemoryMb,
    billedMs: question.lambdaBilledMs[name] ?? expectedBilledMs(workload, cpuMs),
  });
  const variableUsd = 3600 * ratePerS * fargateRequestUsd(book, edgeUseOf(plan.pricing, 'ecs'));
  const tasks = sizedTasks(question, workload, 1);
  const sized = { ...workload, ecsTasks: tasks };
  const utilisation = utilisationOf(sized, { ratePerS, cpuMs });
  const forced =
    utilisation > mostUtilisation ? 'lambda' : forcedPlatform(question.isFastEnough?.[name]);
  return {
    name,
    lambdaHourUsd: 3600 * ratePerS * lambdaUsd,
    ecsHourUsd: serviceHourUsd(book, sized) + variableUsd,
    utilisation,
    tasks,
    tasksNeeded: tasksNeeded(plan.pricing, workload, { ratePerS, cpuMs }),
    ...(forced === undefined ? {} : { forced }),
  };
}

/** Where both platforms or none is fast enough, the price decides. */
function forcedPlatform(
  isFastEnough: Readonly<Record<Platform, boolean>> | undefined,
): Platform | undefined {
  if (isFastEnough === undefined || isFastEnough.lambda === isFastEnough.ecs) return undefined;
  return isFastEnough.lambda ? 'lambda' : 'ecs';
}

/**
 * Given that a balancer is paid, each workload decides for itself; so only three sets can be the
 * cheapest: as few services as possible, every one that saves, and as many as possible (which can
 * save a balancer in front of Lambda). A tie goes to fewer services.
 */
function cheapestServices(
  question: CapacityQuestion,
  options: readonly Option[],
): ReadonlySet<string> {
  const free = options.filter(({ forced }) => forced === undefined);
  const forced = options.filter((option) => option.forced === 'ecs').map(({ name }) => name);
  const saving = free.filter((option) => savingUsd(option) > 0).map(({ name }) => name);
  const candidates = [
    new Set(forced),
    new Set([...forced, ...saving]),
    new Set([...forced, ...free.map(({ name }) => name)]),
  ];
  let best = candidates[0] ?? new Set<string>();
  for (const candidate of candidates.slice(1)) {
    if (hourUsd(question, options, candidate) < hourUsd(question, options, best)) best = candidate;
  }
  return best;
}

function savingUsd(option: Option): number {
  return option.lambdaHourUsd - option.ecsHourUsd;
}

function hourUsd(
  question: CapacityQuestion,
  options: readonly Option[],
  services: ReadonlySet<string>,
): number {
  const { edge } = question.plan.pricing;
  const requestsUsd = options.reduce(
    (sum, option) => sum + (services.has(option.name) ? option.ecsHourUsd : option.lambdaHourUsd),
    0,
  );
  // One balancer can stand in front of both platforms.
  const ecsBalancerUsd = services.size > 0 ? balancerHourUsd(question.book, edge.ecs) : 0;
  const lambdaBalancerUsd =
    services.size < options.length ? balancerHourUsd(question.book, edge.lambda) : 0;
  return requestsUsd + Math.max(ecsBalancerUsd, lambdaBalancerUsd);
}

function reasonOf(
  question: CapacityQuestion,
  options: readonly Option[],
  chosen: ReadonlySet<string>,
): string {
  const perWorkload = options.map((option) => {
    const platform = chosen.has(option.name) ? 'Fargate' : 'Lambda';
    const prices = `Lambda ${perHour(option.lambdaHourUsd)}, Fargate ${perHour(option.ecsHourUsd)}`;
    return `${option.name} on ${platform} (${prices}${remark(question, option)})`;
  });
  const sharedUsd = balancerHourUsd(question.book, question.plan.pricing.edge.ecs);
  const shared = sharedUsd > 0 ? `; one balancer for all services ${perHour(sharedUsd)}` : '';
  const short = shortOfCpus(question);
  const decided = `At ${question.ratePerS} requests/s: ${perWorkload.join(', ')}${shared}.`;
  return short === undefined ? decided : `${decided} ${short}`;
}

function remark({ plan }: CapacityQuestion, option: Option): string {
  const { ecsTasks } = requireWorkload(plan, option.name);
  const busy = `${(100 * option.utilisation).toFixed(0)} % busy`;
  const tasks = tasksText(option.tasks);
  const advice = `${option.tasksNeeded} would be below the target`;
  if (option.utilisation > mostUtilisation) return `; ${tasks} cannot carry it, ${advice}`;
  const sized =
    option.tasks > ecsTasks ? ` with ${tasks} instead of the plan's ${ecsTasks} at ` : ' at ';
  if (option.forced !== undefined) {
    // What was fast enough was measured on the tasks of the collection, which are the plan's.
    const measured = option.tasks > ecsTasks ? `, measured with ${tasksText(ecsTasks)}` : '';
    return `${sized}${busy}; the other platform is not fast enough${measured}`;
  }
  const isAboveTarget = option.tasksNeeded > option.tasks;
  return isAboveTarget ? ` with ${tasks} at ${busy}, ${advice}` : `${sized}${busy}`;
}

function tasksText(tasks: number): string {
  return tasks === 1 ? '1 task' : `${tasks} tasks`;
}

function perHour(usd: number): string {
  return `$${usd.toFixed(4)}/h`;
}
