import { join } from 'node:path';

import type { CampaignSummary } from '../domain/campaign-summary.ts';
import { keysOf } from '../domain/names.ts';
import type { Plan } from '../domain/plan.ts';
import type { CliServices } from './services.ts';
import { UsageError } from './usage-error.ts';

/** The plan of a campaign that was started here, or a usage error. */
export async function requirePlan(services: CliServices, campaignId: string): Promise<Plan> {
  // What is no name can be no key either.
  const stored = /^[\w-]+$/.test(campaignId)
    ? await services.objects.get(keysOf(campaignId).plan)
    : undefined;
  if (stored === undefined) {
    throw new UsageError(
      `No campaign "${campaignId}" is in the store ${services.config.storeFolder}.`,
    );
  }
  const { plan } = JSON.parse(new TextDecoder().decode(stored.body)) as { readonly plan: Plan };
  return plan;
}

/** How a campaign ended, or undefined while it has not. */
export async function findSummary(
  services: CliServices,
  campaignId: string,
): Promise<CampaignSummary | undefined> {
  const stored = await services.objects.get(keysOf(campaignId).report('summary.json'));
  if (stored === undefined) return undefined;
  return JSON.parse(new TextDecoder().decode(stored.body)) as CampaignSummary;
}

/** The report for people as a path of this machine. */
export function reportPath(services: CliServices, campaignId: string): string {
  return join(services.config.storeFolder, keysOf(campaignId).report('report.html'));
}
