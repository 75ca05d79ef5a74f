import type { EcsCost, ImportCosts } from '../../dataset/import/import-request.ts';
import { edgeRequestUsd, edgeUseOf } from '../../domain/money/edge-price.ts';
import {
  fargateRequestUsd,
  requestsPerTaskHour,
  taskHourUsd,
} from '../../domain/money/fargate-price.ts';
import { lambdaRequestUsd } from '../../domain/money/lambda-price.ts';
import {
  defaultPriceBookName,
  type PriceBook,
  priceBookNames,
  priceBookOf,
  requirePriceBook,
} from '../../domain/money/price-books.ts';
import {
  type EdgeName,
  edgeNames,
  type Plan,
  type PricingPlan,
  taskCapacity,
  type WorkloadPlan,
} from '../../domain/plan.ts';
import { UsageError } from '../usage-error.ts';

interface CostOptions {
  readonly priceBook?: string;
  readonly lambdaEdge?: string;
  readonly ecsEdge?: string;
  readonly cost?: boolean;
}

/**
 * How rows without a cost get one: by the plan's prices and sizes, or by the options, which go
 * before them. `ecsUsd` is what `--ecs-cost` says, per workload.
 */
export function importCosts(
  options: CostOptions,
  plan: Plan | undefined,
  ecsUsd: Readonly<Record<string, number>>,
): ImportCosts {
  if (options.cost === false) return { kind: 'none' };
  const book = bookOf(options.priceBook, plan);
  const edge = {
    lambda: edgeOf(options.lambdaEdge, '--lambda-edge') ?? plan?.pricing.edge.lambda ?? 'none',
    ecs: edgeOf(options.ecsEdge, '--ecs-edge') ?? plan?.pricing.edge.ecs ?? 'none',
  };
  const pricing = { ...plan?.pricing, edge };
  const lambdaEdge = edgeUseOf(pricing, 'lambda');
  const fromPlan = plan === undefined ? {} : ecsCosts(book, plan, edge);
  const given = Object.fromEntries(
    Object.entries(ecsUsd).map(([workload, belowUsd]) => [workload, { belowUsd }]),
  );
  const ecs: Readonly<Record<string, EcsCost>> = { ...fromPlan, ...given };
  return {
    kind: 'priced',
    source:
      `price book ${book.name}, edge ${edge.lambda} (lambda) and ${edge.ecs} (ecs)` +
      `${plan === undefined ? '' : `, sizes of plan ${plan.campaign}`}`,
    lambdaFixedUsd: lambdaRequestUsd(book, lambdaEdge, { memoryMb: 1024, billedMs: 0 }),
    lambdaMbMsUsd: book.lambdaGbSecondUsd / 1024 / 1000,
    lambdaRefusedUsd: edgeRequestUsd(book, lambdaEdge, 'lambda'),
    ...(Object.keys(ecs).length === 0 ? {} : { ecs }),
  };
}

function ecsCosts(
  book: PriceBook,
  { workloads, pricing }: Plan,
  edge: PricingPlan['edge'],
): Record<string, EcsCost> {
  return Object.fromEntries(
    workloads.map((workload) => [workload.name, ecsCost(book, { ...pricing, edge }, workload)]),
  );
}

/** The step of METHOD 3.3; a workload whose CPU time nobody knows has only its lower side. */
function ecsCost(book: PriceBook, pricing: PricingPlan, workload: WorkloadPlan): EcsCost {
  const belowUsd = fargateRequestUsd(book, edgeUseOf(pricing, 'ecs'));
  const { cpuMs } = workload;
  if (cpuMs === undefined || cpuMs <= 0) return { belowUsd };
  const capacity = workload.ecsTasks * taskCapacity(workload);
  return {
    belowUsd,
    aboveUsd:
      belowUsd + taskHourUsd(book, workload) / requestsPerTaskHour(pricing, workload, cpuMs),
    rateLimitPerS: (pricing.targetUtilisation * capacity * 1000) / cpuMs,
  };
}

function bookOf(name: string | undefined, plan: Plan | undefined): PriceBook {
  if (name === undefined) return priceBookOf(plan?.pricing ?? { book: defaultPriceBookName });
  if (priceBookNames.includes(name)) return requirePriceBook(name);
  throw new UsageError(`There is no price book "${name}"; there are ${priceBookNames.join(', ')}.`);
}

function edgeOf(text: string | undefined, option: string): EdgeName | undefined {
  if (text === undefined) return undefined;
  // No Fargate task has a function URL.
  const possible = edgeNames.filter(
    (name) => name !== 'function-url' || option === '--lambda-edge',
  );
  const edge = possible.find((name) => name === text);
  if (edge !== undefined) return edge;
  throw new UsageError(`${option} is "${text}"; it is ${possible.join(', ')}.`);
}
