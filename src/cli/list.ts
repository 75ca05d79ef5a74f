import { collectCampaigns, type ListedCampaign } from './campaign-list.ts';
import type { CliServices } from './services.ts';
import { findReachableSession } from './session.ts';
import { columns, wrap } from './wrap.ts';

/** Prints the campaigns of this store and those that run. Changes nothing. */
export async function listCampaigns(services: CliServices): Promise<number> {
  const { output, objects, config } = services;
  const session = await findReachableSession(services);
  try {
    const campaigns = await collectCampaigns(objects, session?.client);
    const hasServer = session !== undefined;
    for (const line of listLines(campaigns, { hasServer, storeFolder: config.storeFolder })) {
      output.line(line);
    }
    output.json({ campaigns, hasServer });
    return 0;
  } finally {
    await session?.close();
  }
}

/** A table of at most 80 columns, and what its words mean where that is not plain. */
export function listLines(
  campaigns: readonly ListedCampaign[],
  { hasServer, storeFolder }: { readonly hasServer: boolean; readonly storeFolder: string },
): string[] {
  if (campaigns.length === 0) {
    const known = hasServer ? ' and none runs' : '';
    return wrap(
      `No campaign is in the store ${storeFolder}${known}. "crossover demo" runs the first.`,
    );
  }
  return [
    ...rowLines(campaigns),
    ...notes(campaigns, hasServer).flatMap((note) => ['', ...wrap(note)]),
  ];
}

function rowLines(campaigns: readonly ListedCampaign[]): string[] {
  const head = ['campaign', 'outcome', 'slots', 'testbed', 'when (UTC)'];
  const rows = campaigns.map((campaign) => [
    campaign.campaignId,
    campaign.phase ?? campaign.outcome,
    slotText(campaign),
    campaign.testbed,
    whenText(campaign),
  ]);
  const lines = aligned([head, ...rows]);
  if (lines.every((line) => line.length <= columns)) return lines;
  // An id is what one types, so it is never cut: a long one gets a line of its own.
  const details = aligned(rows.map((row) => row.slice(1)));
  return rows.flatMap(([campaignId = ''], index) => [campaignId, `  ${details[index]}`]);
}

/** Columns as wide as their widest cell. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function slotText({ slots, slotsDone }: ListedCampaign): string {
  return `${slotsDone ?? '-'}/${slots ?? '-'}`;
}

function whenText({ outcome, startedAt, endedAt }: ListedCampaign): string {
  if (outcome === 'running' && startedAt !== undefined) return `since ${clock(startedAt)}`;
  return endedAt === undefined ? '-' : clock(endedAt);
}

function clock(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}

function notes(campaigns: readonly ListedCampaign[], hasServer: boolean): string[] {
  const unfinished = campaigns.some(({ outcome }) => outcome === 'unfinished');
  const elsewhere = campaigns.some(({ isInStore }) => !isInStore);
  return [
    hasServer ? '' : 'No Temporal server answers here, so nothing is known of what runs.',
    unfinished
      ? 'unfinished: has no end and does not run here. "crossover run PLAN" continues a suspended ' +
        'one; "crossover report ID" writes the report of one that is lost.'
      : '',
    elsewhere ? 'Without its number of slots: its results are in another store.' : '',
  ].filter((note) => note !== '');
}
