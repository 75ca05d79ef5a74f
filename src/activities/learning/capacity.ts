import { capacityFacts } from '../../dataset/capacity-facts.ts';
import { type CapacityDecision, decideCapacity } from '../../domain/money/capacity.ts';
import { priceBookOf } from '../../domain/money/price-books.ts';
import type { CampaignStore } from '../campaign-store.ts';
import { type StoredSlot, withSlots } from '../stored-observations.ts';

/**
 * Which workloads get a Fargate service at the evaluation's rate, and with it best-static
 * (METHOD 4.1): from the complete slots, or before there are any from the plan alone.
 */
export async function capacityOf(
  store: CampaignStore,
  slots: readonly number[],
): Promise<CapacityDecision> {
  return await withSlots(store, slots, (parquet) => capacityFrom(store, parquet));
}

export async function capacityFrom(
  store: CampaignStore,
  parquet: readonly StoredSlot[],
): Promise<CapacityDecision> {
  const [plan, deployment] = await Promise.all([store.plan(), store.deployment()]);
  const facts = parquet.length === 0 ? undefined : await capacityFacts({ parquet, plan });
  return decideCapacity({
    plan,
    cpuMs: deployment.cpuMs,
    book: priceBookOf(plan.pricing),
    ratePerS: plan.evaluation.ratePerS,
    machineCpus: deployment.cpuCount,
    lambdaBilledMs: facts?.lambdaBilledMs ?? {},
    isFastEnough: facts?.isFastEnough,
  });
}
