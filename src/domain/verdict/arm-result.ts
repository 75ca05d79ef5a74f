import type { SloPlan } from '../plan.ts';
import { canPrintQuantile, sum } from '../statistics/statistics.ts';
import { sampledLogCost } from './cost-contrast.ts';
import {
  type ArmColumns,
  type EvaluationTable,
  measuredOnce,
  type WorkloadColumns,
} from './evaluation-table.ts';
import type { ArmSpeed, WorkloadSpeed } from './fast-enough.ts';
import { pooledQuantile } from './pooled-latencies.ts';
import { sampledInterval } from './sampled-interval.ts';
import type { Sampling } from './sampling.ts';
import type { ArmResult, ArmWorkloadResult } from './verdict.ts';

/** What a reader sees of each arm, in the table's order. */
export function armResults({
  table,
  sampling,
  speeds,
  slos,
}: {
  readonly table: EvaluationTable;
  readonly sampling: Sampling;
  readonly speeds: readonly ArmSpeed[];
  readonly slos: readonly (SloPlan | undefined)[];
}): ArmResult[] {
  return table.arms.map((columns, arm) => {
    const speed = speeds[arm];
    if (speed === undefined) throw new Error(`Arm ${columns.arm} was not tested for its speed.`);
    const routed = columns.workloads.map(({ lambdaRequests, ecsRequests }) => ({
      lambda: sum(lambdaRequests),
      ecs: sum(ecsRequests),
    }));
    const onLambda = routed.reduce((sum, { lambda }) => sum + lambda, 0);
    const onEcs = routed.reduce((sum, { ecs }) => sum + ecs, 0);
    return {
      arm: columns.arm,
      requests: totalOver(columns, 'requests'),
      good: sum(columns.good),
      failed: totalOver(columns, 'failed'),
      ...costPer1000(table, columns, sampling),
      cost: wholeCost(columns),
      isFastEnough: speed.isFastEnough,
      fastEnoughStability: speed.stability,
      ...pooledP95(columns),
      lambdaShare: onLambda + onEcs === 0 ? 0 : onLambda / (onLambda + onEcs),
      workloads: columns.workloads.map((workload, index) =>
        workloadResult({
          name: table.workloads[index] ?? '',
          columns: workload,
          speed: speed.workloads[index],
          slo: slos[index],
          once: measuredOnce(table),
        }),
      ),
    };
  });
}

function costPer1000(
  table: EvaluationTable,
  columns: ArmColumns,
  sampling: Sampling,
): Pick<ArmResult, 'costPer1000Usd' | 'costPer1000Lower' | 'costPer1000Upper'> {
  const cost = sampledLogCost(table, columns, sampling);
  const usd = 1000 * Math.exp(cost.estimate);
  if (table.blocks.length < 2) {
    return { costPer1000Usd: usd, costPer1000Lower: usd, costPer1000Upper: usd };
  }
  const { lower, upper } = sampledInterval(sampling, cost, 0.05);
  return {
    costPer1000Usd: usd,
    costPer1000Lower: 1000 * Math.exp(lower),
    costPer1000Upper: 1000 * Math.exp(upper),
  };
}

/** Secondary (METHOD 6.2): of all requests as they came, whatever their workload. */
function pooledP95(columns: ArmColumns): Pick<ArmResult, 'latencyMsP95'> {
  const latencyMs = pooledQuantile(
    columns.workloads.map(({ latencies }) => latencies),
    0.95,
  );
  return latencyMs === undefined || !Number.isFinite(latencyMs) ? {} : { latencyMsP95: latencyMs };
}

/** All blocks together; services stand equally long in each, so their utilisation is the mean. */
function wholeCost({ costs }: ArmColumns): ArmResult['cost'] {
  const sumOf = (
    field:
      | 'hours'
      | 'good'
      | 'lambdaUsd'
      | 'ecsVariableUsd'
      | 'ecsBusyUsd'
      | 'ecsIdleUsd'
      | 'balancerUsd'
      | 'allInUsd',
  ): number => costs.reduce((sum, cost) => sum + cost[field], 0);
  const routers = costs.flatMap(({ routerUsd }) => routerUsd ?? []);
  const utilisations = costs.flatMap(({ utilisation }) => utilisation ?? []);
  const busy = utilisations.reduce((sum, utilisation) => sum + utilisation, 0);
  return {
    hours: sumOf('hours'),
    good: sumOf('good'),
    lambdaUsd: sumOf('lambdaUsd'),
    ecsVariableUsd: sumOf('ecsVariableUsd'),
    ecsBusyUsd: sumOf('ecsBusyUsd'),
    ecsIdleUsd: sumOf('ecsIdleUsd'),
    balancerUsd: sumOf('balancerUsd'),
    ...(routers.length > 0 ? { routerUsd: routers.reduce((sum, usd) => sum + usd, 0) } : {}),
    allInUsd: sumOf('allInUsd'),
    ...(utilisations.length > 0 ? { utilisation: busy / utilisations.length } : {}),
  };
}

function workloadResult({
  name,
  columns,
  speed,
  slo,
  once,
}: {
  readonly name: string;
  readonly columns: WorkloadColumns;
  readonly speed: WorkloadSpeed | undefined;
  readonly slo: SloPlan | undefined;
  readonly once: Uint16Array;
}): ArmWorkloadResult {
  if (speed === undefined) throw new Error(`Workload ${name} was not tested for its speed.`);
  return {
    workload: name,
    requests: sum(columns.requests),
    good: sum(columns.good),
    attainment: speed.attainment,
    attainmentLower: speed.attainmentLower,
    ...(slo === undefined ? {} : { target: slo.attainment }),
    isFastEnough: speed.finding === 'shown',
    finding: speed.finding,
    ...printedQuantiles(columns, once),
  };
}

const printed = [
  ['p50', 0.5],
  ['p75', 0.75],
  ['p90', 0.9],
  ['p95', 0.95],
  ['p99', 0.99],
] as const;

/** With at least 10 exceedances (METHOD 6.2), and where it is an answer and not a timeout. */
function printedQuantiles(
  { latencies }: WorkloadColumns,
  once: Uint16Array,
): Partial<Record<(typeof printed)[number][0], number>> {
  return Object.fromEntries(
    printed.flatMap(([name, q]) => {
      if (!canPrintQuantile(latencies.count, q)) return [];
      const latencyMs = latencies.quantile(q, once);
      return Number.isFinite(latencyMs) ? [[name, latencyMs]] : [];
    }),
  );
}

function totalOver(columns: ArmColumns, field: 'requests' | 'failed'): number {
  return sum(columns.workloads.map((workload) => sum(workload[field])));
}
