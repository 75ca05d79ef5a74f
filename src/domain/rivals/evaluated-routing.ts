import type { EvaluationSetup } from '../evaluation.ts';
import { type DeployedCell, deploymentCost } from '../money/arm-cost.ts';
import { sizedTasks } from '../money/arm-tasks.ts';
import type { PriceBook } from '../money/price-books.ts';
import type { RateSwitch } from '../money/rate-switch.ts';
import type { Plan } from '../plan.ts';
import { scoredMs } from '../schedule.ts';
import type { ArmBlockCost, ArmCell, Verdict } from '../verdict/verdict.ts';
import type { Baseline } from './baselines.ts';
import type { PairColumns } from './pair-columns.ts';
import type { RivalCost } from './rival-cost.ts';
import { type RoutedCell, routedCells, routedQuantileMs } from './routed-cells.ts';
import type { Routing } from './routings.ts';

export interface BaselinesQuestion {
  readonly plan: Plan;
  readonly setup: EvaluationSetup;
  readonly cpuMs: Readonly<Record<string, number>>;
  readonly book: PriceBook;
  readonly machineCpus?: number;
  readonly pairs: PairColumns;
  /** Measured cells and costs of the same blocks. */
  readonly cells: readonly ArmCell[];
  readonly costs: readonly ArmBlockCost[];
  /** Of every workload, at the evaluation's rate. */
  readonly switches: readonly RateSwitch[];
  readonly quantile?: Verdict['quantile'];
  /** When each block began, by its number. */
  readonly startsAtMs: Readonly<Record<number, number>>;
  /** By default the bootstrap's; fewer only to test. */
  readonly resamples?: number;
}

export interface Evaluated {
  readonly routing: Routing;
  readonly baseline: Omit<Baseline, 'costPer1000Usd' | 'costPer1000Lower' | 'costPer1000Upper'>;
  /** One per block. */
  readonly costs: readonly RivalCost[];
}

/** What a way of routing would have brought, and what everything deployed for it would have cost. */
export function evaluateRouting(
  question: BaselinesQuestion,
  routing: Routing,
  blocks: readonly number[],
): Evaluated {
  const all = routedCells(question.pairs, routing, question.plan);
  const cells = all.filter(({ block }) => blocks.includes(block));
  const services = servicesOf(question, cells);
  const requests = sumOf(cells, 'requests');
  return {
    routing,
    baseline: {
      baseline: routing.baseline,
      requests,
      good: sumOf(cells, 'good'),
      lambdaShare: sumOf(cells, 'lambdaRequests') / requests,
      workloads: question.pairs.workloads.flatMap((name, workload) => {
        const own = cells.filter((cell) => cell.workload === name);
        const ofWorkload = sumOf(own, 'requests');
        if (ofWorkload === 0) return [];
        const q = quantileOf(question.quantile);
        const quantileMs =
          q === undefined ? undefined : routedQuantileMs(question.pairs, routing, { workload, q });
        return {
          workload: name,
          lambdaShare: sumOf(own, 'lambdaRequests') / ofWorkload,
          attainment: sumOf(own, 'insideSlo') / ofWorkload,
          ...(quantileMs === undefined ? {} : { quantileMs }),
          tasks: services.find((service) => service.name === name)?.tasks ?? 0,
        };
      }),
    },
    costs: costsOf(question, cells, services),
  };
}

type Services = readonly { readonly name: string; readonly tasks: number }[];

/** A workload with any request on Fargate has a service, sized for what it gets (METHOD 3.3). */
function servicesOf(
  { plan, cpuMs, setup, machineCpus }: BaselinesQuestion,
  cells: readonly RoutedCell[],
): Services {
  return plan.workloads.flatMap((workload) => {
    const own = cells.filter((cell) => cell.workload === workload.name);
    const ecsShare = sumOf(own, 'ecsRequests') / sumOf(own, 'requests');
    if (!(ecsShare > 0)) return [];
    // An older evaluation ran every arm with the plan's tasks; its rivals are like its arms.
    if (setup.tasks === undefined) return [{ name: workload.name, tasks: workload.ecsTasks }];
    const { ratePerS } = plan.evaluation;
    const sizing = { plan, cpuMs, ratePerS, ...(machineCpus === undefined ? {} : { machineCpus }) };
    return [{ name: workload.name, tasks: sizedTasks(sizing, workload, ecsShare) }];
  });
}

function costsOf(
  question: BaselinesQuestion,
  cells: readonly RoutedCell[],
  services: Services,
): RivalCost[] {
  const usesLambda = cells.some((cell) => cell.lambdaRequests > 0);
  const byBlock = Map.groupBy(cells, ({ block }) => block);
  return [...byBlock].map(([block, own]) => {
    const { allInUsd, good } = deploymentCost(question, {
      cells: own.map((cell) => withAddedTasks(question, cell)),
      hours: scoredMs(question.plan, block) / 3_600_000,
      services,
      usesLambda,
      // Weights of a balancer, or a rule that any client can have: no router of its own.
      hasRouter: false,
    });
    return { block, allInUsd, good };
  });
}

/** Tasks that the ecs-only arm's service added come with the requests that it added them for. */
function withAddedTasks({ cells }: BaselinesQuestion, cell: RoutedCell): DeployedCell {
  const measured = cells.find(
    ({ arm, block, workload }) =>
      arm === 'ecs-only' && block === cell.block && workload === cell.workload,
  );
  if (measured?.addedTaskS === undefined || cell.ecsRequests === 0) return cell;
  const ecsShare = cell.ecsRequests / cell.requests;
  return { ...cell, addedTaskS: ecsShare * measured.addedTaskS };
}

function quantileOf(name: BaselinesQuestion['quantile']): number | undefined {
  return name === undefined ? undefined : Number(name.slice(1)) / 100;
}

function sumOf(
  cells: readonly RoutedCell[],
  field: 'requests' | 'good' | 'insideSlo' | 'lambdaRequests' | 'ecsRequests',
): number {
  return cells.reduce((sum, cell) => sum + cell[field], 0);
}
