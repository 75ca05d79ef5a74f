/** The computed rivals as rules: where each of them would have sent every request (METHOD 6.1). */

import type { EvaluationSetup } from '../evaluation.ts';
import type { RateSwitch } from '../money/rate-switch.ts';
import type { BaselineName } from './baselines.ts';
import { oracleChoice } from './oracle.ts';
import type { PairColumns } from './pair-columns.ts';

export interface Routing {
  readonly baseline: BaselineName;
  /** Probability of Lambda per pair: 0 or 1 but for `random`, of which the expectation is exact. */
  readonly lambda: Float64Array;
}

/**
 * Oracle and hindsight route what the capacity decision gave a service (METHOD 4.1: capacity first)
 * and send the rest to Lambda, as the hybrid does; switch by rate makes both decisions itself.
 * `random` draws at the share that the hybrid had of each workload, and needs one.
 */
export function routingsOf(
  pairs: PairColumns,
  setup: Pick<EvaluationSetup, 'withCapacity'>,
  switches: readonly RateSwitch[],
): readonly Routing[] {
  const { lambda, ecs, rows, cells, workloads } = pairs;
  const isRouted = workloads.map((name) => setup.withCapacity.includes(name));
  const routed = (goesToLambda: (row: number) => boolean): Float64Array =>
    Float64Array.from(pairs.workload, (workload, row) =>
      isRouted[workload] === true && !goesToLambda(row) ? 0 : 1,
    );
  const random = randomShares(pairs);
  return [
    { baseline: 'attainable-oracle', lambda: routed(oracleChoice(rows, cells)) },
    {
      baseline: 'hindsight',
      lambda: routed((row) => (lambda.utility[row] ?? 0) < (ecs.utility[row] ?? 0)),
    },
    { baseline: 'switch-by-rate', lambda: byRate(pairs, switches) },
    ...(random === undefined ? [] : [{ baseline: 'random' as const, lambda: random }]),
  ];
}

/** The evaluation asks at one rate, so that every hour of it has the same weights. */
function byRate({ workloads, workload }: PairColumns, switches: readonly RateSwitch[]) {
  const shares = workloads.map((name) => {
    const own = switches.find((candidate) => candidate.workload === name);
    return (own?.hours[0]?.lambdaPercent ?? 100) / 100;
  });
  return Float64Array.from(workload, (index) => shares[index] ?? 1);
}

/** Part of each workload's pairs that the hybrid sent to Lambda; undefined without a hybrid. */
function randomShares({ workloads, workload, arms }: PairColumns): Float64Array | undefined {
  const hybrid = arms.find(({ arm }) => arm === 'hybrid');
  if (hybrid === undefined) return undefined;
  const all = workloads.map(() => 0);
  const onLambda = workloads.map(() => 0);
  for (const [row, index] of workload.entries()) {
    const isLambda = hybrid.isLambda[row] ?? Number.NaN;
    if (Number.isNaN(isLambda)) continue;
    all[index] = (all[index] ?? 0) + 1;
    onLambda[index] = (onLambda[index] ?? 0) + isLambda;
  }
  const shares = all.map((count, index) => (count === 0 ? 1 : (onLambda[index] ?? 0) / count));
  return Float64Array.from(workload, (index) => shares[index] ?? 1);
}
