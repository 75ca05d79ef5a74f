import { describeDataset } from '../dataset/description/describe-dataset.ts';
import { type CampaignProgress, completeSlots } from '../domain/campaign.ts';
import type { DatasetRef } from '../domain/dataset/dataset.ts';
import { renderDatasetCard } from '../report/cards/dataset-card.ts';
import type { DeploymentRecord } from '../testbeds/testbed.ts';
import type { CampaignStore } from './campaign-store.ts';
import { withSlots } from './stored-observations.ts';

/** Writes the page that goes with the dataset; without a complete slot it says so, and why. */
export async function writeDatasetCard(
  store: CampaignStore,
  progress: CampaignProgress,
  { stamp }: { readonly stamp?: string },
): Promise<void> {
  const plan = await store.plan();
  const deployment = await store.json<DeploymentRecord>(store.keys.deployment);
  const slots = completeSlots(progress);
  const dataset = findDataset(progress, slots);
  const description = await withSlots(store, slots, (parquet) =>
    describeDataset({
      campaignId: store.campaignId,
      plan,
      cpuMs: deployment?.cpuMs ?? {},
      ...(deployment === undefined ? {} : { machineCpus: deployment.cpuCount }),
      parquet,
      outcomes: progress.outcomes,
      ...(dataset === undefined ? {} : { dataset }),
      ...(stamp === undefined ? {} : { stamp }),
    }),
  );
  await store.objects.put(store.keys.report('dataset-card.md'), renderDatasetCard(description));
}

/** The last retraining's, if it has seen the same slots: a week's fingerprint takes seconds. */
function findDataset(
  { retraining }: CampaignProgress,
  slots: readonly number[],
): DatasetRef | undefined {
  const dataset = retraining?.dataset;
  return dataset?.slots.join() === slots.join() ? dataset : undefined;
}
