import { edgeUseOf } from '../domain/money/edge-price.ts';
import { fargateMarginalUsd } from '../domain/money/fargate-price.ts';
import { expectedBilledMs, lambdaRequestUsd } from '../domain/money/lambda-price.ts';
import { type PriceBook, priceBookOf } from '../domain/money/price-books.ts';
import { type Plan, taskCapacity, type WorkloadPlan } from '../domain/plan.ts';
import type { Database } from './duckdb.ts';

/**
 * The prices of METHOD 3 as a small table, because both are simple in what a row knows: Lambda is a
 * straight line in memory x billed time, Fargate's marginal cost a step at the target utilisation
 * of as many tasks as its owner has: the table has the rate limit of one, and the plan's number.
 * Nothing of a Fargate price depends on how long a request took (METHOD 3.3).
 */
export async function createPriceTable(
  database: Database,
  plan: Plan,
  cpuMs: Readonly<Record<string, number>>,
): Promise<void> {
  const book = priceBookOf(plan.pricing);
  const rows = plan.workloads.map((workload) => {
    const workloadCpuMs = requireCpuMs(cpuMs, workload.name);
    return {
      workload: workload.name,
      lambda_memory_mb: workload.lambdaMemoryMb,
      ecs_memory_mb: workload.ecsMemoryMb,
      ...lambdaLine(book, plan, workload, workloadCpuMs),
      ...fargateStep(book, plan, workload, workloadCpuMs),
    };
  });
  await database.createTable('workload_price', priceColumns, rows);
}

const priceColumns = {
  workload: 'VARCHAR',
  lambda_memory_mb: 'DOUBLE',
  ecs_memory_mb: 'DOUBLE',
  lambda_fixed_usd: 'DOUBLE',
  lambda_mb_ms_usd: 'DOUBLE',
  lambda_expected_usd: 'DOUBLE',
  ecs_tasks: 'DOUBLE',
  ecs_task_limit_per_s: 'DOUBLE',
  ecs_below_usd: 'DOUBLE',
  ecs_above_usd: 'DOUBLE',
} as const;

function lambdaLine(book: PriceBook, plan: Plan, workload: WorkloadPlan, cpuMs: number) {
  const memoryMb = workload.lambdaMemoryMb;
  const usdFor = (billedMs: number): number =>
    lambdaRequestUsd(book, edgeUseOf(plan.pricing, 'lambda'), { memoryMb, billedMs });
  const fixedUsd = usdFor(0);
  // A whole hour, so that the difference keeps all its digits beside the fixed part.
  const spanMs = 3_600_000;
  return {
    lambda_fixed_usd: fixedUsd,
    lambda_mb_ms_usd: (usdFor(spanMs) - fixedUsd) / spanMs / memoryMb,
    lambda_expected_usd: usdFor(expectedBilledMs(workload, cpuMs)),
  };
}

function fargateStep(book: PriceBook, plan: Plan, workload: WorkloadPlan, cpuMs: number) {
  const taskLimitPerS = (plan.pricing.targetUtilisation * taskCapacity(workload)) / (cpuMs / 1000);
  const usdAt = (ratePerS: number): number =>
    fargateMarginalUsd(book, plan.pricing, workload, { ratePerS, cpuMs });
  return {
    ecs_tasks: workload.ecsTasks,
    ecs_task_limit_per_s: taskLimitPerS,
    ecs_below_usd: usdAt(0),
    ecs_above_usd: usdAt(2 * workload.ecsTasks * taskLimitPerS),
  };
}

export function requireCpuMs(cpuMs: Readonly<Record<string, number>>, workload: string): number {
  const value = cpuMs[workload];
  if (value === undefined || !(value > 0)) {
    throw new Error(
      `The CPU time of workload "${workload}" is ${value}: pricing needs it. ` +
        'Give it as "cpu" in the plan, or deploy first, which measures it.',
    );
  }
  return value;
}

/**
 * Makes the view `costed_observation`: the open observations with a cost for every row. Where the
 * platform reported none (METHOD 1.6) the mean of the workload on that platform stands in, and
 * before there is any the expected cost: a request that failed must not look cheaper than one that
 * was served. The means stay those of the observations that are open now, also when fewer of them
 * are opened afterwards to be read part by part.
 */
export async function openCosts(
  database: Database,
  plan: Plan,
  cpuMs: Readonly<Record<string, number>>,
): Promise<void> {
  await createPriceTable(database, plan, cpuMs);
  await database.run(meanCostTable);
  await database.run(costedView);
}

/** Summed as decimals: a sum of doubles depends on which thread came first, and with it a hash. */
const meanCostTable = `
create table mean_cost as
select workload, platform,
  sum(marginal_cost_usd::decimal(38, 18))::double / count(marginal_cost_usd) as mean_cost_usd
from observation
group by workload, platform
`;

const costedView = `
create view costed_observation as
select
  observation.*,
  coalesce(
    marginal_cost_usd,
    mean_cost_usd,
    if(observation.platform = 'ecs', ecs_below_usd, lambda_expected_usd)
  ) as cost_usd
from observation
left join workload_price using (workload)
left join mean_cost
  on mean_cost.workload = observation.workload and mean_cost.platform = observation.platform
`;
