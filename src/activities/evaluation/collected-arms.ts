import { collectionCells } from '../../dataset/evaluation/collection-cells.ts';
import type { EvaluationSetup } from '../../domain/evaluation.ts';
import { slotRun } from '../../domain/names.ts';
import type { Plan } from '../../domain/plan.ts';
import type { CollectedArms } from '../../domain/verdict/platform-estimates.ts';
import type { CampaignStore } from '../campaign-store.ts';
import { withSlots } from '../stored-observations.ts';
import { startsOf } from './block-summaries.ts';

/** What slots say about lambda-only and ecs-only (METHOD 6.0); undefined without a slot. */
export async function collectedArms(
  store: CampaignStore,
  slots: readonly number[],
  evaluation: {
    readonly plan: Plan;
    readonly setup: EvaluationSetup;
    readonly cpuMs: Readonly<Record<string, number>>;
  },
): Promise<CollectedArms | undefined> {
  if (slots.length === 0) return undefined;
  const { plan, setup, cpuMs } = evaluation;
  const { cells, costs } = await withSlots(store, slots, (parquet) =>
    collectionCells({ parquet, plan, cpuMs }),
  );
  const apartBecause = otherDeployment(plan, setup);
  return {
    cells,
    costs,
    startsAtMs: await startsOf(store, slots, slotRun),
    ...(apartBecause === undefined ? {} : { apartBecause }),
  };
}

/** The collection has the plan's tasks, ecs-only those that its traffic needs (METHOD 1.2). */
function otherDeployment(plan: Plan, { tasks }: EvaluationSetup): string | undefined {
  const other = plan.workloads.filter(
    ({ name, ecsTasks }) => (tasks?.['ecs-only']?.[name] ?? ecsTasks) !== ecsTasks,
  );
  if (other.length === 0) return undefined;
  const named = other.map(
    ({ name, ecsTasks }) => `${name} (${ecsTasks} and ${tasks?.['ecs-only']?.[name]})`,
  );
  return (
    'Collection and evaluation had services of different numbers of tasks: ' +
    `${named.join(', ')}.`
  );
}
