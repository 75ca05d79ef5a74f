import { fitFigures } from '../../dataset/figures/fit-figures.ts';
import { type FittedSimulation, fittedSimulation } from '../../domain/simulation/simulation-fit.ts';
import { testbedFacts } from '../../domain/testbed-facts.ts';
import type { CampaignStore } from '../campaign-store.ts';
import { withSlots } from '../stored-observations.ts';

/** A simulation that describes a campaign, from its complete slots: evaluation blocks are held out. */
export async function fittedCampaign(
  store: CampaignStore,
  slots: readonly number[],
): Promise<FittedSimulation> {
  const [plan, { cpuMs }] = await Promise.all([store.plan(), store.deployment()]);
  // Its own parameters describe it: nothing has to be read.
  if (testbedFacts[plan.testbed].hasVirtualTime) return { plan, notes: [] };
  const figures = await withSlots(store, slots, (parquet) => fitFigures({ parquet, plan }));
  return fittedSimulation(figures, plan, cpuMs);
}
