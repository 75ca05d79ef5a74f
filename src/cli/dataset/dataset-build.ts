import { storeDataset } from '../../dataset/stored-dataset.ts';
import { keysOf } from '../../domain/names.ts';
import { ranges } from '../../report/format.ts';
import { entry } from '../check/check-text.ts';
import type { CliServices } from '../services.ts';
import { refuseEmpty, withCampaignDataset } from './campaign-dataset.ts';

/** Merges the complete slots of a campaign into its dataset, as a retraining does. */
export async function buildCampaignDataset(
  services: CliServices,
  campaignId: string,
  options: { readonly slots?: string } = {},
): Promise<number> {
  return await withCampaignDataset(services, { campaignId, ...options }, async (campaign) => {
    refuseEmpty(campaign);
    const dataset = await storeDataset(services.objects, campaignId, campaign.parquet);
    const { fingerprint, slots, rows, pairs } = dataset;
    const { output } = services;
    for (const line of [
      ...entry('Dataset', fingerprint),
      ...entry('Slots', `${ranges(slots)} (${slots.length} of ${campaign.plan.schedule.slots})`),
      ...entry('Rows', `${rows}, one per request and platform`),
      ...entry('Pairs', `${pairs} with two outcomes`),
    ]) {
      output.line(line);
    }
    output.json({
      campaignId,
      fingerprint,
      slots,
      rows,
      pairs,
      key: keysOf(campaignId).dataset(fingerprint),
    });
    return 0;
  });
}
