import { priceBookOf } from '../../domain/money/price-books.ts';
import { repricedCells } from '../../domain/what-if/repricing.ts';
import {
  type Changes,
  changedPlan,
  changedSetup,
  needsSimulation,
  type WhatIf,
} from '../../domain/what-if/what-if.ts';
import { changeLines } from '../../domain/what-if/what-if-changes.ts';
import { whatIfNotes } from '../../domain/what-if/what-if-notes.ts';
import { whatIfResult } from '../../domain/what-if/what-if-result.ts';
import type { ActivityPorts } from '../activity-ports.ts';
import { CampaignStore } from '../campaign-store.ts';
import { type EvaluatedCampaign, openCampaign } from './evaluated-campaign.ts';
import { simulate } from './what-if-simulation.ts';

type WhatIfPorts = Pick<ActivityPorts, 'objects' | 'testbeds' | 'payloadSizes' | 'checkoutFolder'>;

/** Answers from the store of a campaign that has a verdict; changes nothing in it. */
export function createWhatIf(ports: WhatIfPorts) {
  return async (request: {
    readonly campaignId: string;
    readonly changes: Changes;
    /** What is being done, for who waits. */
    readonly onProgress: (text: string) => void;
  }): Promise<WhatIf> => {
    const { campaignId, changes, onProgress } = request;
    const campaign = await openCampaign(new CampaignStore(ports.objects, campaignId));
    const { setup, cpuMs } = campaign;
    const plan = changedPlan(campaign.plan, changes);
    const changed = {
      plan,
      setup: changedSetup(setup, changes),
      cpuMs,
      book: priceBookOf(plan.pricing),
    };
    const repriced = repricedCells({ ...campaign, ...changed });
    const simulated = needsSimulation(changes)
      ? await simulate({ ports, campaign, changes, onProgress })
      : undefined;
    onProgress('Deciding again');
    const result = whatIfResult({ campaign, changed, changes, repriced, simulated });
    return {
      campaignId,
      changes: changeLines(campaign.plan, changes),
      ...result,
      ...(simulated === undefined ? {} : { fit: simulated.fit }),
      notes: [
        ...doubtNotes(campaign),
        ...whatIfNotes({ ...changed, baseline: campaign.plan, changes }),
        ...(simulated?.notes ?? []),
      ],
    };
  };
}

/** What the campaign's own verdict doubts is as doubtful here. */
function doubtNotes({ baseline, stored }: EvaluatedCampaign): string[] {
  if (stored === undefined) return [];
  const isSame = stored.answer === baseline.answer && stored.isDecided === baseline.isDecided;
  return isSame ? [] : [`The campaign's verdict says more: ${stored.sentence}`];
}
