import type { Client } from '@temporalio/client';

import type { CampaignProgress } from '../domain/campaign.ts';
import { campaignWorkflowId } from '../domain/names.ts';
import {
  noteSignal,
  pauseUpdate,
  resumeUpdate,
  skipUpdate,
  stopUpdate,
} from '../workflows/messages.ts';
import { steer } from './campaign-client.ts';
import type { CliServices } from './services.ts';
import { openSession } from './session.ts';
import { UsageError } from './usage-error.ts';

export async function pause(services: CliServices, campaignId: string): Promise<number> {
  return await act(services, async (client) => {
    const progress = await steer(client, campaignId, () =>
      handleOf(client, campaignId).executeUpdate(pauseUpdate),
    );
    const first = progress.running === undefined ? '' : `After ${progress.running} `;
    return said(progress, `${first}${campaignId} pauses. "crossover resume" undoes it.`);
  });
}

export async function resume(services: CliServices, campaignId: string): Promise<number> {
  return await act(services, async (client) => {
    const progress = await steer(client, campaignId, () =>
      handleOf(client, campaignId).executeUpdate(resumeUpdate),
    );
    return said(progress, `${campaignId} goes on.`);
  });
}

/** Slots as people write them: `7`, `7,9`, `7-9`. */
export async function skip(
  services: CliServices,
  campaignId: string,
  slots: readonly string[],
): Promise<number> {
  const numbers = slots.flatMap(parseSlots);
  return await act(services, async (client) => {
    const progress = await steer(client, campaignId, () =>
      handleOf(client, campaignId).executeUpdate(skipUpdate, { args: [numbers] }),
    );
    return said(progress, `${campaignId} will skip slots ${progress.skips.join(', ')}.`);
  });
}

export async function stop(
  services: CliServices,
  campaignId: string,
  reason: string,
): Promise<number> {
  return await act(services, async (client) => {
    const progress = await steer(client, campaignId, () =>
      handleOf(client, campaignId).executeUpdate(stopUpdate, { args: [reason] }),
    );
    return said(progress, `${campaignId} stops: its report is written, its testbed released.`);
  });
}

export async function note(
  services: CliServices,
  campaignId: string,
  text: string,
): Promise<number> {
  return await act(services, async (client) => {
    await steer(client, campaignId, () => handleOf(client, campaignId).signal(noteSignal, text));
    return { line: 'Noted; it will stand in the report.', json: { campaignId, note: text } };
  });
}

interface Said {
  readonly line: string;
  readonly json: unknown;
}

async function act(
  services: CliServices,
  action: (client: Client) => Promise<Said>,
): Promise<number> {
  const session = await openSession(services);
  try {
    const { line, json } = await action(session.client);
    services.output.line(line);
    services.output.json(json);
    return 0;
  } finally {
    await session.close();
  }
}

function said(progress: CampaignProgress, line: string): Said {
  return { line, json: progress };
}

function handleOf(client: Client, campaignId: string) {
  return client.workflow.getHandle(campaignWorkflowId(campaignId));
}

/** Exported for its test: what a person writes is met here, at the border. */
export function parseSlots(text: string): readonly number[] {
  return text.split(',').flatMap((part) => {
    const match = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(part.trim());
    const from = Number(match?.[1]);
    const to = Number(match?.[2] ?? match?.[1]);
    if (match === null || from < 1 || to < from) {
      throw new UsageError(`"${part}" is no slot. Write 7, or 7-9, or 7,9.`);
    }
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}
