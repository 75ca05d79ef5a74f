import type { CampaignSummary } from '../domain/campaign-summary.ts';
import type { CliServices } from './services.ts';
import { findSummary, reportPath } from './stored-campaign.ts';
import { wrap } from './wrap.ts';

/** Prints how a campaign ended and where its report is. Returns the exit code of the command. */
export async function printEnd(
  services: CliServices,
  campaignId: string,
  startedAtMs: number,
): Promise<number> {
  const { output } = services;
  const summary = await findSummary(services, campaignId);
  if (summary === undefined) {
    output.line(
      `Campaign ${campaignId} has ended without a report. "crossover report ${campaignId}" writes one.`,
    );
    return 1;
  }
  const path = reportPath(services, campaignId);
  for (const line of endLines(summary)) output.line(line);
  output.line(`Report: ${path}`);
  const seconds = Math.round((Date.now() - startedAtMs) / 1000);
  output.json({ ...summary, reportPath: path, seconds });
  return summary.outcome === 'completed' || summary.outcome === 'stopped' ? 0 : 1;
}

/** The end of a campaign in a few lines, for people. */
export function endLines(summary: CampaignSummary): readonly string[] {
  const { slots, verdict, stamp } = summary;
  const counts = Object.entries(slots)
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${count} ${status}`);
  const reason = summary.reason === undefined ? '' : ` (${summary.reason})`;
  return [
    '',
    `Campaign ${summary.campaignId} ${summary.outcome}${reason}.`,
    `Slots: ${counts.length === 0 ? 'none' : counts.join(', ')}. ` +
      `Requests: ${summary.observedRequests} of ${summary.intendedRequests} observed.`,
    '',
    ...wrap('none' in verdict ? `No verdict: ${verdict.none}` : verdict.sentence),
    ...(stamp === undefined ? [] : wrap(`A simulation: ${stamp}.`)),
  ];
}
