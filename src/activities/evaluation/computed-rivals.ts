import { capacityFacts } from '../../dataset/capacity-facts.ts';
import { evaluationPairs } from '../../dataset/evaluation/evaluation-pairs.ts';
import { isCandidate } from '../../domain/arm.ts';
import type { PriceBook } from '../../domain/money/price-books.ts';
import { type RateSwitch, switchByRate } from '../../domain/money/rate-switch.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Baselines } from '../../domain/rivals/baselines.ts';
import { computeBaselines } from '../../domain/rivals/compute-baselines.ts';
import type { BaselinesQuestion } from '../../domain/rivals/evaluated-routing.ts';
import type { CampaignStore } from '../campaign-store.ts';
import { withBlocks, withSlots } from '../stored-observations.ts';

/** The rivals of METHOD 6.1 that need no deployment, beside the arms of these blocks. */
export async function computedRivals(
  store: CampaignStore,
  measured: Omit<BaselinesQuestion, 'pairs' | 'switches' | 'machineCpus'>,
  { blocks, slots }: { readonly blocks: readonly number[]; readonly slots: readonly number[] },
): Promise<Baselines | undefined> {
  const { plan, setup, cpuMs, book } = measured;
  const { cpuCount } = await store.deployment();
  const arms = setup.arms.filter(isCandidate);
  const pairs = await withBlocks(store, blocks, (parquet) =>
    evaluationPairs({ parquet, plan, cpuMs, arms }),
  );
  const switches = await switchesOf(store, slots, { plan, cpuMs, book });
  return computeBaselines({ ...measured, machineCpus: cpuCount, pairs, switches });
}

/** Set before the evaluation: by the billed times of the complete slots. Blocks are steady. */
async function switchesOf(
  store: CampaignStore,
  slots: readonly number[],
  {
    plan,
    cpuMs,
    book,
  }: {
    readonly plan: Plan;
    readonly cpuMs: Readonly<Record<string, number>>;
    readonly book: PriceBook;
  },
): Promise<RateSwitch[]> {
  const facts =
    slots.length === 0
      ? undefined
      : await withSlots(store, slots, (parquet) => capacityFacts({ parquet, plan }));
  const { ratePerS } = plan.evaluation;
  const asked: Plan = { ...plan, load: { ...plan.load, ratePerS, shape: 'steady' } };
  return plan.workloads.map((workload) => {
    const lambdaBilledMs = facts?.lambdaBilledMs[workload.name];
    return switchByRate(asked, book, {
      workload,
      cpuMs: busyTime(cpuMs, workload.name),
      ...(lambdaBilledMs === undefined ? {} : { lambdaBilledMs }),
    });
  });
}

function busyTime(cpuMs: Readonly<Record<string, number>>, workload: string): number {
  const own = cpuMs[workload];
  if (own !== undefined) return own;
  throw new Error(
    `No busy time of workload "${workload}". Give it as "cpu" in the plan, or deploy.`,
  );
}
