import type { Arm } from '../arm.ts';
import { contrastOf } from './contrast.ts';
import {
  type ArmColumns,
  type EvaluationTable,
  logCost,
  measuredOnce,
  resampledLogCost,
  unitLogCosts,
} from './evaluation-table.ts';
import {
  type Sampled,
  sampledCentre,
  sampledInterval,
  sampledStandardError,
} from './sampled-interval.ts';
import type { Sampling } from './sampling.ts';
import type { ArmContrast } from './verdict.ts';

export interface CostContrast {
  readonly arm: Arm;
  readonly against: Arm;
  readonly cost: ArmContrast['cost'];
  /** Of the log ratio, from its spread between blocks or days. */
  readonly standardError: number;
  /** What that spread is of. */
  readonly blocks: number;
  /** Of them: slots of the collection, of which an evaluation cannot have more. */
  readonly slots: number;
}

export interface ContrastQuestion {
  readonly table: EvaluationTable;
  readonly sampling: Sampling;
  readonly margin: number;
}

/**
 * Every pair of arms once, by all-in cost per good request: the answer first, otherwise the cheaper
 * arm. The same resamples are used for all arms, because the arms share their blocks. One block
 * has no spread, so it gives no contrast.
 */
export function costContrasts(
  question: ContrastQuestion & { readonly answer: Arm | undefined },
): CostContrast[] {
  const { table, answer } = question;
  const once = measuredOnce(table);
  const ordered = table.arms
    .map((columns) => ({ arm: columns.arm, measured: logCost(columns, once) }))
    .sort((a, b) => {
      const answerFirst = Number(b.arm === answer) - Number(a.arm === answer);
      return answerFirst !== 0 ? answerFirst : a.measured - b.measured;
    });
  const contrast = costContrastIn(question);
  return ordered.flatMap(({ arm }, index) =>
    ordered.slice(index + 1).flatMap((other) => contrast(arm, other.arm) ?? []),
  );
}

/** The contrast of two arms of a table; undefined with fewer than two blocks, or without an arm. */
export function costContrastIn({
  table,
  sampling,
  margin,
}: ContrastQuestion): (arm: Arm, against: Arm) => CostContrast | undefined {
  const costs = new Map<Arm, Sampled & { readonly perUnit: Float64Array }>();
  const costOf = (arm: Arm) => {
    const known = costs.get(arm);
    if (known !== undefined) return known;
    const columns = table.arms.find((candidate) => candidate.arm === arm);
    if (columns === undefined || table.blocks.length < 2) return undefined;
    const cost = sampledLogCost(table, columns, sampling);
    costs.set(arm, cost);
    return cost;
  };
  return (arm, against) => {
    const first = costOf(arm);
    const second = costOf(against);
    if (first === undefined || second === undefined) return undefined;
    const ratio = {
      estimate: first.estimate - second.estimate,
      resampled: differences(first.resampled, second.resampled),
      perUnit: differences(first.perUnit, second.perUnit),
    };
    const interval95 = sampledInterval(sampling, ratio, 0.05);
    const interval90 = sampledInterval(sampling, ratio, 0.1);
    return {
      arm,
      against,
      cost: {
        ratio: Math.exp(sampledCentre(sampling, ratio)),
        lower: Math.exp(interval95.lower),
        upper: Math.exp(interval95.upper),
        contrast: contrastOf({ interval95, interval90, margin }),
      },
      standardError: sampledStandardError(sampling, ratio.perUnit),
      blocks: table.blocks.length,
      slots: 0,
    };
  };
}

/** ln of what an arm costs per good request: measured, in each resample, and in each unit. */
export function sampledLogCost(
  table: EvaluationTable,
  columns: ArmColumns,
  { resamples, units }: Sampling,
): Sampled & { readonly perUnit: Float64Array } {
  return {
    estimate: logCost(columns, measuredOnce(table)),
    resampled: resampledLogCost(columns, resamples),
    perUnit: unitLogCosts(columns, units),
  };
}

function differences(values: Float64Array, others: Float64Array): Float64Array {
  return values.map((value, index) => value - (others[index] ?? Number.NaN));
}
