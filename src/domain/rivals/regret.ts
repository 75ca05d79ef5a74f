/** How much of what can be attained by routing a way of routing loses (METHOD 6.1). */

import { sampledInterval } from '../verdict/sampled-interval.ts';
import type { Regret } from './baselines.ts';
import type { PairColumns } from './pair-columns.ts';
import type { DrawnBlocks } from './rival-cost.ts';
import type { Routing } from './routings.ts';

/** One way of serving the pairs: its u of each, NaN where it has no outcome. */
export interface Served {
  readonly of: string;
  readonly utility: Float64Array;
}

/** Expected u of a routing's choice. */
export function routedUtility({ lambda, ecs }: PairColumns, routing: Routing): Float64Array {
  return routing.lambda.map(
    (onLambda, row) =>
      onLambda * (lambda.utility[row] ?? Number.NaN) +
      (1 - onLambda) * (ecs.utility[row] ?? Number.NaN),
  );
}

export interface RegretQuestion extends DrawnBlocks {
  readonly pairs: PairColumns;
  /** u of the attainable oracle's choice. */
  readonly oracle: Float64Array;
  /** Part of the load per workload; 0 of those that nothing is routed of. They add up to 1. */
  readonly shares: readonly number[];
}

/**
 * Mean u, weighted by the workloads' shares, and what it is above the oracle's on the same requests,
 * with its interval over blocks. The oracle is cross-fitted: something may be a little below it.
 */
export function regretOf(question: RegretQuestion, { of, utility }: Served): Regret {
  const own = sumsOf(question, utility, () => 0);
  const above = sumsOf(question, utility, (row) => question.oracle[row] ?? Number.NaN);
  const once = new Uint16Array(question.blocks.length).fill(1);
  const regret = weightedMean(question, above, once);
  const { lower, upper } = intervalOf(question, above, regret);
  return { of, meanU: weightedMean(question, own, once), regret, lower, upper };
}

/** Per workload, one value per block: Σ (u − reference) and the number of requests. */
interface BlockSums {
  readonly sums: readonly Float64Array[];
  readonly counts: readonly Float64Array[];
}

function sumsOf(
  { pairs, blocks }: RegretQuestion,
  utility: Float64Array,
  reference: (row: number) => number,
): BlockSums {
  const placeOf = new Map(blocks.map((block, place) => [block, place]));
  const sums = pairs.workloads.map(() => new Float64Array(blocks.length));
  const counts = pairs.workloads.map(() => new Float64Array(blocks.length));
  for (const [row, workload] of pairs.workload.entries()) {
    const place = placeOf.get(pairs.block[row] ?? 0);
    const above = (utility[row] ?? Number.NaN) - reference(row);
    const [sum, count] = [sums[workload], counts[workload]];
    if (place === undefined || Number.isNaN(above) || !sum || !count) continue;
    sum[place] = (sum[place] ?? 0) + above;
    count[place] = (count[place] ?? 0) + 1;
  }
  return { sums, counts };
}

function weightedMean(
  { shares }: RegretQuestion,
  { sums, counts }: BlockSums,
  drawn: Uint16Array,
): number {
  let total = 0;
  for (const [workload, share] of shares.entries()) {
    if (share === 0) continue;
    const [sum, count] = [sums[workload], counts[workload]];
    if (sum === undefined || count === undefined) continue;
    let [drawnSum, drawnCount] = [0, 0];
    for (const [block, times] of drawn.entries()) {
      drawnSum += times * (sum[block] ?? 0);
      drawnCount += times * (count[block] ?? 0);
    }
    total += share * (drawnSum / drawnCount);
  }
  return total;
}

function intervalOf(
  question: RegretQuestion,
  above: BlockSums,
  estimate: number,
): Pick<Regret, 'lower' | 'upper'> {
  const { blocks, sampling } = question;
  if (blocks.length < 2) return { lower: estimate, upper: estimate };
  const resampled = Float64Array.from(sampling.resamples.rows, (drawn) =>
    weightedMean(question, above, drawn),
  );
  return sampledInterval(sampling, { estimate, resampled }, 0.05);
}
