/** Costs of what was computed, over the blocks and the resamples of what was measured. */

import { weightedSum } from '../verdict/bootstrap.ts';
import { logCostOf } from '../verdict/evaluation-table.ts';
import { type Sampled, sampledInterval } from '../verdict/sampled-interval.ts';
import type { Sampling } from '../verdict/sampling.ts';
import type { RatioInterval } from '../verdict/verdict.ts';
import type { Baseline } from './baselines.ts';

export interface RivalCost {
  readonly block: number;
  readonly allInUsd: number;
  readonly good: number;
}

/** What was drawn again, and the numbers of its blocks. */
export interface DrawnBlocks {
  readonly blocks: readonly number[];
  readonly sampling: Sampling;
}

/** All-in per 1,000 good requests; with one block the bare figure. */
export function costPer1000(
  costs: readonly RivalCost[],
  drawn: DrawnBlocks,
): Pick<Baseline, 'costPer1000Usd' | 'costPer1000Lower' | 'costPer1000Upper'> {
  const sampled = logCostsOf(costs, drawn);
  const usd = 1000 * Math.exp(sampled.estimate);
  if (drawn.blocks.length < 2) {
    return { costPer1000Usd: usd, costPer1000Lower: usd, costPer1000Upper: usd };
  }
  const { lower, upper } = sampledInterval(drawn.sampling, sampled, 0.05);
  return {
    costPer1000Usd: usd,
    costPer1000Lower: 1000 * Math.exp(lower),
    costPer1000Upper: 1000 * Math.exp(upper),
  };
}

/** Cost of one over that of another; undefined where one of them lacks a block, or with one only. */
export function costAgainst(
  { own, other }: { readonly own: readonly RivalCost[]; readonly other: readonly RivalCost[] },
  drawn: DrawnBlocks,
): RatioInterval | undefined {
  const isComplete = [own, other].every((costs) =>
    drawn.blocks.every((block) => costs.some((cost) => cost.block === block)),
  );
  if (!isComplete || drawn.blocks.length < 2) return undefined;
  const [first, second] = [logCostsOf(own, drawn), logCostsOf(other, drawn)];
  const minus = (values: Float64Array, others: Float64Array): Float64Array =>
    values.map((value, index) => value - (others[index] ?? Number.NaN));
  const ratio = {
    estimate: first.estimate - second.estimate,
    resampled: minus(first.resampled, second.resampled),
    perUnit: minus(first.perUnit, second.perUnit),
  };
  const { lower, upper } = sampledInterval(drawn.sampling, ratio, 0.05);
  return { ratio: Math.exp(ratio.estimate), lower: Math.exp(lower), upper: Math.exp(upper) };
}

/** ln of the all-in cost per good request: measured, per resample and per unit. */
function logCostsOf(
  costs: readonly RivalCost[],
  { blocks, sampling }: DrawnBlocks,
): Required<Sampled> {
  const own = blocks.map((block) => costs.find((cost) => cost.block === block));
  const usd = Float64Array.from(own, (cost) => cost?.allInUsd ?? 0);
  const good = Float64Array.from(own, (cost) => cost?.good ?? 0);
  const drawnOnce = new Uint16Array(blocks.length).fill(1);
  const logCost = (times: Uint16Array): number =>
    logCostOf(weightedSum(usd, times), weightedSum(good, times));
  return {
    estimate: logCost(drawnOnce),
    resampled: Float64Array.from(sampling.resamples.rows, logCost),
    perUnit: Float64Array.from(sampling.units, (unit) =>
      logCost(drawnOnce.map((_, block) => Number(unit.includes(block)))),
    ),
  };
}
