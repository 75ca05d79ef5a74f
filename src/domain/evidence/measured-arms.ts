import { isCandidate } from '../arm.ts';
import type { EvaluationSetup } from '../evaluation.ts';
import { priceBookOf } from '../money/price-books.ts';
import type { Plan } from '../plan.ts';
import { randomFor } from '../statistics/random.ts';
import { defaultResamples } from '../verdict/bootstrap.ts';
import { evaluationTable } from '../verdict/evaluation-table.ts';
import { plannedExtension } from '../verdict/extension.ts';
import { samplingOf } from '../verdict/sampling.ts';
import { scoredCosts } from '../verdict/score-cells.ts';
import type { ArmCell } from '../verdict/verdict.ts';
import type { MeasuredArms } from './arm-measures.ts';

/**
 * An evaluation as its verdict sees it: the same blocks, drawn again in the same way (METHOD 6.3).
 * Undefined when there is no block in which every arm was measured.
 */
export function measuredArms({
  plan,
  setup,
  cpuMs,
  cells,
  startsAtMs,
}: {
  readonly plan: Plan;
  readonly setup: EvaluationSetup;
  readonly cpuMs: Readonly<Record<string, number>>;
  readonly cells: readonly ArmCell[];
  /** When each block began. */
  readonly startsAtMs: Readonly<Record<number, number>>;
}): MeasuredArms | undefined {
  const table = evaluationTable({
    arms: setup.arms.filter(isCandidate),
    workloads: plan.workloads.map(({ name }) => name),
    cells,
    costs: scoredCosts({ plan, setup, cells, cpuMs, book: priceBookOf(plan.pricing) }),
  });
  if (table.blocks.length === 0) return undefined;
  const extension = plannedExtension(plan);
  const sampling = samplingOf({
    table,
    random: randomFor(plan.seed, 'verdict', 'blocks'),
    count: defaultResamples,
    startsAtMs,
    timezone: plan.schedule.timezone,
    ...(extension === undefined ? {} : { extension }),
  });
  return { table, sampling, cells };
}
