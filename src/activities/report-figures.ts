import { campaignFigures } from '../dataset/figures/campaign-figures.ts';
import type { CampaignProgress } from '../domain/campaign.ts';
import { parseSummaryKey } from '../domain/names.ts';
import type { DeploymentRecord } from '../testbeds/testbed.ts';
import type { CampaignStore } from './campaign-store.ts';
import { withBlocks, withSlots } from './stored-observations.ts';

/**
 * Figures of all slots and blocks that have observations; degraded ones are shown, though not trained
 * on. Empty before there are any, and without a deployment, whose busy times price them.
 */
export async function storedFigures(
  store: CampaignStore,
  progress: CampaignProgress,
  deployment: DeploymentRecord | undefined,
): Promise<Partial<Awaited<ReturnType<typeof campaignFigures>>>> {
  const slots = progress.outcomes.filter((outcome) => 'rows' in outcome).map(({ slot }) => slot);
  const blocks = await joinedBlocks(store);
  if (deployment === undefined || slots.length + blocks.length === 0) return {};
  const plan = await store.plan();
  return await withSlots(store, slots, (slotFiles) =>
    withBlocks(store, blocks, (blockFiles) =>
      campaignFigures({ slots: slotFiles, blocks: blockFiles, plan, cpuMs: deployment.cpuMs }),
    ),
  );
}

/** Also of an evaluation that did not come to its end: a summary is written after the rows. */
async function joinedBlocks(store: CampaignStore): Promise<readonly number[]> {
  const blocks: number[] = [];
  // A report is always written, also of a store that lost something (it is made from what is there).
  const stored = new Set(await store.objects.list(store.keys.observations));
  for (const key of await store.objects.list(store.keys.receipts)) {
    const parsed = parseSummaryKey(key);
    if (parsed?.kind !== 'block') continue;
    if (stored.has(store.keys.blockObservations(parsed.number))) blocks.push(parsed.number);
  }
  return blocks.sort((a, b) => a - b);
}
