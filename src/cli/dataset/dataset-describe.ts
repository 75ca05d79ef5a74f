import { resolve } from 'node:path';

import { describeDataset } from '../../dataset/description/describe-dataset.ts';
import { writeWhole } from '../../dataset/tables/whole-file.ts';
import { datasetSummary, renderDatasetCard } from '../../report/cards/dataset-card.ts';
import { sentence } from '../check/check-text.ts';
import { documentText } from '../document-text.ts';
import type { CliServices } from '../services.ts';
import { UsageError } from '../usage-error.ts';
import { withCampaignDataset } from './campaign-dataset.ts';
import { describeRequests } from './dataset.ts';

/** What may stand behind `dataset describe`. */
export interface DescribeFlags {
  /** Of a campaign: only these slots, `1-6,8`. */
  readonly slots?: string;
  /** Of a campaign: path of the page to write beside what is printed. */
  readonly card?: string;
  /** Of a request log: columns that are called otherwise. */
  readonly time?: string;
  readonly workload?: string;
  readonly bytes?: string;
}

/** Describes a campaign (a name without an ending and without a folder) or else a request log. */
export async function describeSubject(
  services: CliServices,
  subject: string,
  { slots, card, time, workload, bytes }: DescribeFlags = {},
): Promise<number> {
  if (/^[\w-]+$/.test(subject)) {
    if (time !== undefined || workload !== undefined || bytes !== undefined) {
      throw new UsageError(
        `"${subject}" is a campaign; --time, --workload and --bytes are for request logs.`,
      );
    }
    return await describeCampaign(services, subject, { slots, card });
  }
  if (slots !== undefined || card !== undefined) {
    throw new UsageError(`"${subject}" is a request log; --slots and --card are for campaigns.`);
  }
  return await describeRequests(services, subject, {
    ...(time === undefined ? {} : { time }),
    ...(workload === undefined ? {} : { workload }),
    ...(bytes === undefined ? {} : { payloadBytes: bytes }),
  });
}

/** What the dataset holds and lacks; without a complete slot, what became of the slots. */
async function describeCampaign(
  services: CliServices,
  campaignId: string,
  { slots, card }: { readonly slots: string | undefined; readonly card: string | undefined },
): Promise<number> {
  const { output } = services;
  const chosen = { campaignId, ...(slots === undefined ? {} : { slots }) };
  const description = await withCampaignDataset(services, chosen, describeDataset);
  for (const line of documentText(datasetSummary(description))) output.line(line);
  output.json(description);
  if (card !== undefined) {
    await writeWhole(resolve(card), renderDatasetCard(description));
    for (const line of ['', ...sentence(`Card: ${card}`)]) output.line(line);
  }
  return 0;
}
