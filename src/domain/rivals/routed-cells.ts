/** What a way of routing would have done in each block: sums of the pure arms' outcomes. */
import type { DeployedCell } from '../money/arm-cost.ts';
import type { Plan } from '../plan.ts';
import { canPrintQuantile, rankOf } from '../statistics/statistics.ts';
import type { PairColumns } from './pair-columns.ts';
import type { Routing } from './routings.ts';

/** As a measured cell, with expected counts: they have fractions where chance routes. */
export interface RoutedCell extends DeployedCell {
  readonly block: number;
  readonly insideSlo: number;
}

/**
 * One cell per block and workload with a pair. The pairs stand for all requests of their block and
 * workload, so that the few without an outcome on one of the arms make no rival cheaper.
 */
export function routedCells(pairs: PairColumns, { lambda }: Routing, plan: Plan): RoutedCell[] {
  const slos = plan.workloads.map(({ slo }) => slo?.latencyMs ?? Number.POSITIVE_INFINITY);
  const sums = new Map<string, Sums>();
  for (const [row, workload] of pairs.workload.entries()) {
    const block = pairs.block[row] ?? 0;
    const key = `${block}/${workload}`;
    const own = sums.get(key) ?? {
      block,
      workload,
      pairs: 0,
      good: 0,
      inside: 0,
      lambda: 0,
      usd: 0,
    };
    const onLambda = lambda[row] ?? 0;
    const sloMs = slos[workload] ?? Number.POSITIVE_INFINITY;
    const [lambdaMs, ecsMs] = [latency(pairs.lambda, row), latency(pairs.ecs, row)];
    own.pairs += 1;
    own.lambda += onLambda;
    own.usd += onLambda * (pairs.lambda.billedUsd[row] ?? 0);
    own.good += expected(onLambda, Number.isFinite(lambdaMs), Number.isFinite(ecsMs));
    own.inside += expected(onLambda, isInside(lambdaMs, sloMs), isInside(ecsMs, sloMs));
    sums.set(key, own);
  }
  return [...sums.values()].map((own) => cellOf(own, pairs));
}

interface Sums {
  readonly block: number;
  /** Index of the workload. */
  readonly workload: number;
  pairs: number;
  good: number;
  inside: number;
  lambda: number;
  usd: number;
}

function cellOf(own: Sums, { workloads, scored }: PairColumns): RoutedCell {
  const workload = workloads[own.workload] ?? '';
  const all = scored.find((cell) => cell.block === own.block && cell.workload === workload);
  const times = (all?.requests ?? own.pairs) / own.pairs;
  return {
    block: own.block,
    workload,
    requests: times * own.pairs,
    good: times * own.good,
    insideSlo: times * own.inside,
    lambdaRequests: times * own.lambda,
    ecsRequests: times * (own.pairs - own.lambda),
    lambdaUsd: times * own.usd,
  };
}

function latency({ latencyMs }: PairColumns['lambda'], row: number): number {
  return latencyMs[row] ?? Number.POSITIVE_INFINITY;
}

function isInside(latencyMs: number, sloMs: number): boolean {
  return Number.isFinite(latencyMs) && latencyMs <= sloMs;
}

function expected(onLambda: number, isOnLambda: boolean, isOnEcs: boolean): number {
  return onLambda * Number(isOnLambda) + (1 - onLambda) * Number(isOnEcs);
}

/**
 * The q-quantile of a workload's latencies under a way of routing, where each outcome counts with
 * its probability. Undefined where it cannot be printed, or is no good answer (METHOD 6.2).
 */
export function routedQuantileMs(
  pairs: PairColumns,
  { lambda }: Routing,
  { workload, q }: { readonly workload: number; readonly q: number },
): number | undefined {
  const outcomes: { readonly latencyMs: number; readonly weight: number }[] = [];
  let count = 0;
  for (const [row, own] of pairs.workload.entries()) {
    if (own !== workload) continue;
    count += 1;
    const onLambda = lambda[row] ?? 0;
    if (onLambda > 0) outcomes.push({ latencyMs: latency(pairs.lambda, row), weight: onLambda });
    if (onLambda < 1) outcomes.push({ latencyMs: latency(pairs.ecs, row), weight: 1 - onLambda });
  }
  if (!canPrintQuantile(count, q)) return undefined;
  outcomes.sort((a, b) => (a.latencyMs < b.latencyMs ? -1 : Number(a.latencyMs > b.latencyMs)));
  // Weights are added up: a rank must not be missed by the last digit of the sum.
  const rank = rankOf(count, q) - 1e-9 * count;
  let below = 0;
  for (const { latencyMs, weight } of outcomes) {
    below += weight;
    if (below >= rank) return Number.isFinite(latencyMs) ? latencyMs : undefined;
  }
  return undefined;
}
