import { storeDataset } from '../dataset/stored-dataset.ts';
import type { DatasetRef } from '../domain/dataset/dataset.ts';
import type { ActivityPorts } from './activity-ports.ts';
import { CampaignStore } from './campaign-store.ts';
import { beating } from './heartbeats.ts';
import { withSlots } from './stored-observations.ts';

export type DatasetActivities = ReturnType<typeof createDatasetActivities>;

export interface DatasetInput {
  readonly campaignId: string;
  readonly slots: readonly number[];
}

export function createDatasetActivities(ports: ActivityPorts) {
  return { buildDataset };

  /** Merges complete slots into an immutable dataset; the same slots give the same fingerprint. */
  async function buildDataset({ campaignId, slots }: DatasetInput): Promise<DatasetRef> {
    const store = new CampaignStore(ports.objects, campaignId);
    const dataset = await beating(() =>
      withSlots(store, slots, (parquet) => storeDataset(ports.objects, campaignId, parquet)),
    );
    const { fingerprint, rows, pairs } = dataset;
    return { fingerprint, slots: dataset.slots, rows, pairs };
  }
}
