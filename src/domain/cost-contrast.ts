import type { Arm } from './arm.ts';
import {
  enoughBlocks,
  expandedInterval,
  fewBlockInterval,
  type Interval,
  type Resamples,
} from './bootstrap.ts';
import { contrastOf } from './contrast.ts';
import {
  type ArmColumns,
  blockLogCosts,
  type EvaluationTable,
  logCost,
  measuredOnce,
  resampledLogCost,
} from './evaluation-table.ts';
import { standardDeviation } from './statistics.ts';
import type { ArmContrast } from './verdict.ts';

export interface CostContrast {
  readonly arm: Arm;
  readonly against: Arm;
  readonly cost: ArmContrast['cost'];
  /** Standard deviation of the log ratio between blocks. */
  readonly blockSd: number;
}

/**
 * Every pair of arms once, by all-in cost per good request: the answer first, otherwise the cheaper
 * arm. The same resamples are used for all arms, because the arms share their blocks. One block
 * has no spread, so it gives no contrast.
 */
export function costContrasts({
  table,
  resamples,
  margin,
  answer,
}: {
  readonly table: EvaluationTable;
  readonly resamples: Resamples;
  readonly margin: number;
  readonly answer: Arm | undefined;
}): CostContrast[] {
  if (table.blocks.length < 2) return [];
  const once = measuredOnce(table);
  const ordered = table.arms
    .map((columns) => ({
      columns,
      measured: logCost(columns, once),
      resampled: resampledLogCost(columns, resamples),
    }))
    .sort((a, b) => {
      const answerFirst = Number(b.columns.arm === answer) - Number(a.columns.arm === answer);
      return answerFirst !== 0 ? answerFirst : a.measured - b.measured;
    });
  return ordered.flatMap((first, index) =>
    ordered.slice(index + 1).map((second) => contrastOfCosts(first, second, margin)),
  );
}

interface ArmCosts {
  readonly columns: ArmColumns;
  readonly measured: number;
  readonly resampled: Float64Array;
}

function contrastOfCosts(first: ArmCosts, second: ArmCosts, margin: number): CostContrast {
  const ofSecond = blockLogCosts(second.columns);
  const perBlock = blockLogCosts(first.columns).map(
    (value, block) => value - (ofSecond[block] ?? Number.NaN),
  );
  const resampled = first.resampled.map(
    (value, row) => value - (second.resampled[row] ?? Number.NaN),
  );
  const interval95 = costInterval(perBlock, resampled, 0.05);
  const interval90 = costInterval(perBlock, resampled, 0.1);
  return {
    arm: first.columns.arm,
    against: second.columns.arm,
    cost: {
      ratio: Math.exp(first.measured - second.measured),
      lower: Math.exp(interval95.lower),
      upper: Math.exp(interval95.upper),
      contrast: contrastOf({ interval95, interval90, margin }),
    },
    blockSd: standardDeviation(perBlock),
  };
}

/** Of a log cost or a log cost ratio: from its block values when the blocks are few (METHOD 6.3). */
export function costInterval(
  perBlock: Float64Array,
  resampled: Float64Array,
  alpha: number,
): Interval {
  return perBlock.length < enoughBlocks
    ? fewBlockInterval(perBlock, alpha)
    : expandedInterval(resampled, perBlock.length, alpha);
}
