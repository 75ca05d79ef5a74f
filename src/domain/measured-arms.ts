import { isCandidate } from './arm.ts';
import type { MeasuredArms } from './arm-measures.ts';
import { defaultResamples } from './bootstrap.ts';
import type { EvaluationSetup } from './evaluation.ts';
import { evaluationTable } from './evaluation-table.ts';
import { plannedExtension } from './extension.ts';
import type { Plan } from './plan.ts';
import { priceBookOf } from './price-books.ts';
import { randomFor } from './random.ts';
import { samplingOf } from './sampling.ts';
import { scoredCosts } from './score-cells.ts';
import type { ArmCell } from './verdict.ts';

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
