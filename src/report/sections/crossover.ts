import { type BreakEven, breakEvenPerHour } from '../../domain/money/break-even.ts';
import { edgeUseOf } from '../../domain/money/edge-price.ts';
import {
  balancerHourUsd,
  type Demand,
  fargateRequestUsd,
  serviceHourUsd,
  tasksNeeded,
  utilisationOf,
} from '../../domain/money/fargate-price.ts';
import { expectedBilledMs, lambdaRequestUsd } from '../../domain/money/lambda-price.ts';
import {
  type PriceBook,
  priceBookNames,
  requirePriceBook,
} from '../../domain/money/price-books.ts';
import type { WorkloadPlan } from '../../domain/plan.ts';
import type { ReportInput } from '../report-input.ts';

/** Where one workload changes sides, and where the plan's question stands (METHOD 3.4). */
export interface Crossover {
  readonly workload: string;
  /** Of the question: the evaluation's rate times the workload's share. */
  readonly planPerHour: number;
  /** Undefined: Fargate is never cheaper, however high the rate. */
  readonly breakEven?: BreakEven;
  readonly lambdaPer1000Usd: number;
  /** A service of its own at the plan's rate, idle and balancer included. */
  readonly ecsPer1000Usd: number;
  /** So many that they carry the rate below the target utilisation (METHOD 3.3). */
  readonly tasks: number;
  readonly utilisation: number;
  /** The plan's own tasks, where these are fewer. */
  readonly deployed?: { readonly tasks: number; readonly utilisation: number };
  readonly cheaper: 'lambda' | 'ecs';
}

/** One per workload whose CPU time is known; the rest cannot be computed. */
export function crossoversOf(input: ReportInput): readonly Crossover[] {
  const book = findPriceBook(input);
  if (book === undefined) return [];
  return input.plan.workloads.flatMap((workload) => {
    const cpuMs = input.deployment?.cpuMs[workload.name] ?? workload.cpuMs;
    return cpuMs === undefined ? [] : [crossoverOf(input, book, { workload, cpuMs })];
  });
}

export function findPriceBook({ plan }: ReportInput): PriceBook | undefined {
  const { book, ownPrices } = plan.pricing;
  if (ownPrices !== undefined) return ownPrices;
  return priceBookNames.includes(book) ? requirePriceBook(book) : undefined;
}

/** Rate of the question: the evaluation's, or without an evaluation the collection's. */
export function questionRatePerS({ plan }: ReportInput): number {
  return plan.evaluation.blocks > 0 ? plan.evaluation.ratePerS : plan.load.ratePerS;
}

function crossoverOf(
  input: ReportInput,
  book: PriceBook,
  { workload, cpuMs }: { readonly workload: WorkloadPlan; readonly cpuMs: number },
): Crossover {
  const { pricing } = input.plan;
  const lambdaBilledMs = measuredBilledMs(input, book, workload);
  const measured = { cpuMs, ...(lambdaBilledMs === undefined ? {} : { lambdaBilledMs }) };
  const ratePerS = questionRatePerS(input) * workload.share;
  const demand = { ratePerS, cpuMs };
  const tasks = tasksNeeded(pricing, workload, demand);
  const service = serviceAt(input, book, { workload: { ...workload, ecsTasks: tasks }, demand });
  const breakEven = breakEvenPerHour(book, pricing, workload, measured);
  const lambdaUsd = lambdaRequestUsd(book, edgeUseOf(pricing, 'lambda'), {
    memoryMb: workload.lambdaMemoryMb,
    billedMs: lambdaBilledMs ?? expectedBilledMs(workload, cpuMs),
  });
  // A balancer in front of Lambda stands there at any rate, like one in front of Fargate.
  const entranceUsd = balancerHourUsd(book, pricing.edge.lambda) / (3600 * ratePerS);
  const lambdaPer1000Usd = 1000 * (lambdaUsd + entranceUsd);
  const { ecsPer1000Usd } = service;
  return {
    workload: workload.name,
    planPerHour: 3600 * ratePerS,
    ...(breakEven === undefined ? {} : { breakEven }),
    lambdaPer1000Usd,
    ecsPer1000Usd,
    tasks,
    utilisation: service.utilisation,
    ...(tasks === workload.ecsTasks
      ? {}
      : {
          deployed: {
            tasks: workload.ecsTasks,
            utilisation: utilisationOf(workload, demand),
          },
        }),
    cheaper: ecsPer1000Usd < lambdaPer1000Usd ? 'ecs' : 'lambda',
  };
}

/** With the tasks that it has. */
function serviceAt(
  { plan }: ReportInput,
  book: PriceBook,
  { workload, demand }: { readonly workload: WorkloadPlan; readonly demand: Demand },
): { readonly ecsPer1000Usd: number; readonly utilisation: number } {
  const ecs = edgeUseOf(plan.pricing, 'ecs');
  const fixedUsd = serviceHourUsd(book, workload) + balancerHourUsd(book, ecs);
  const perRequestUsd = fixedUsd / (3600 * demand.ratePerS) + fargateRequestUsd(book, ecs);
  return {
    ecsPer1000Usd: 1000 * perRequestUsd,
    utilisation: utilisationOf(workload, demand),
  };
}

/**
 * The profile has the mean cost of a request on Lambda; what it was billed for follows by taking
 * away what a request costs that is billed for no time at all.
 */
export function measuredBilledMs(
  { plan, profile }: ReportInput,
  book: PriceBook,
  { name, lambdaMemoryMb: memoryMb }: WorkloadPlan,
): number | undefined {
  const row = profile?.latencies.find((one) => one.workload === name && one.platform === 'lambda');
  if (row === undefined) return undefined;
  const fixedUsd = lambdaRequestUsd(book, edgeUseOf(plan.pricing, 'lambda'), {
    memoryMb,
    billedMs: 0,
  });
  const billedUsd = row.marginalPer1000Usd / 1000 - fixedUsd;
  const billedMs = (1000 * billedUsd) / ((memoryMb / 1024) * book.lambdaGbSecondUsd);
  return billedMs > 0 ? billedMs : undefined;
}
