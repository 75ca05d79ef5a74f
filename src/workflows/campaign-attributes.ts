import {
  defineSearchAttributeKey,
  type SearchAttributePair,
  SearchAttributeType,
} from '@temporalio/common';

import type { CampaignPhase } from '../domain/campaign.ts';
import { searchAttribute } from '../domain/names.ts';
import type { TestbedName } from '../domain/platform.ts';

const campaignIdKey = defineSearchAttributeKey(
  searchAttribute.campaignId,
  SearchAttributeType.KEYWORD,
);
const phaseKey = defineSearchAttributeKey(
  searchAttribute.campaignPhase,
  SearchAttributeType.KEYWORD,
);
const testbedKey = defineSearchAttributeKey(searchAttribute.testbed, SearchAttributeType.KEYWORD);
const slotsDoneKey = defineSearchAttributeKey(searchAttribute.slotsDone, SearchAttributeType.INT);
const spentKey = defineSearchAttributeKey(searchAttribute.spentUsd, SearchAttributeType.DOUBLE);

/** What every workflow of a campaign can be found by. */
export function campaignAttributes(input: {
  readonly campaignId: string;
  readonly testbed: TestbedName;
  readonly phase: CampaignPhase;
}): SearchAttributePair[] {
  return [
    { key: campaignIdKey, value: input.campaignId },
    { key: testbedKey, value: input.testbed },
    { key: phaseKey, value: input.phase },
  ];
}

/** What changes on the campaign itself while it runs. */
export function progressAttributes(input: {
  readonly phase: CampaignPhase;
  readonly slotsDone: number;
  readonly spentUsd: number;
}): SearchAttributePair[] {
  return [
    { key: phaseKey, value: input.phase },
    { key: slotsDoneKey, value: input.slotsDone },
    { key: spentKey, value: input.spentUsd },
  ];
}
