/** Two arms beside each other, outside the race between all of them. */
import type { Arm } from '../arm.ts';
import type { Plan } from '../plan.ts';
import { type CostContrast, costContrastIn } from './cost-contrast.ts';
import { type EvaluationTable, evaluationTable } from './evaluation-table.ts';
import { latencyContrast, latencyEstimates, type QuantileName } from './latency-contrast.ts';
import type { Sampling } from './sampling.ts';
import type { ArmBlockCost, ArmCell, ArmContrast } from './verdict.ts';

/** A table of two arms, in the blocks in which both were measured; undefined when one was not. */
export function tableOfTwo(
  pair: readonly [Arm, Arm],
  measured: {
    readonly plan: Plan;
    readonly cells: readonly ArmCell[];
    readonly costs: readonly ArmBlockCost[];
  },
): EvaluationTable | undefined {
  const { plan, cells, costs } = measured;
  const table = evaluationTable({
    arms: pair,
    workloads: plan.workloads.map(({ name }) => name),
    cells: cells.filter(({ arm }) => pair.includes(arm)),
    costs: costs.filter(({ arm }) => pair.includes(arm)),
  });
  return table.unmeasured.length > 0 || table.blocks.length < 2 ? undefined : table;
}

export interface Compared {
  readonly cost: CostContrast;
  /** Absent without a quantile, or where it cannot be printed or estimated. */
  readonly latency?: NonNullable<ArmContrast['latency']>;
}

export interface TwoArms {
  readonly plan: Plan;
  readonly table: EvaluationTable;
  readonly sampling: Sampling;
  /** The one that the verdict names. */
  readonly quantile: QuantileName | undefined;
}

/** Either arm against the other. */
export type Comparison = (arm: Arm, against: Arm) => Compared | undefined;

export function comparisonOf({ plan, table, sampling, quantile }: TwoArms): Comparison {
  const { margin } = plan.question;
  const costOf = costContrastIn({ table, sampling, margin });
  const estimates =
    quantile === undefined ? undefined : latencyEstimates(table, sampling.resamples, quantile);
  const shares = plan.workloads.map(({ share }) => share);
  const { timeoutMs } = plan.load;
  const indexOf = (name: Arm): number => table.arms.findIndex(({ arm }) => arm === name);
  return (arm, against) => {
    const cost = costOf(arm, against);
    if (cost === undefined) return undefined;
    const question = estimates && { estimates, shares, sampling, margin, timeoutMs };
    const latency = question && latencyContrast(question, indexOf(arm), indexOf(against));
    return latency === undefined ? { cost } : { cost, latency };
  };
}
