import { join } from 'node:path';

import type { Client } from '@temporalio/client';

import { searchAttribute, slotRun, slotWorkflowId } from '../domain/names.ts';
import { historyEntries, placeOf } from './logs/history-entries.ts';
import { inOrder, type LogEntry } from './logs/log-entry.ts';
import { processEntries } from './logs/process-entries.ts';
import type { CliServices } from './services.ts';
import { findReachableSession } from './session.ts';
import { requirePlan } from './stored-campaign.ts';
import { UsageError } from './usage-error.ts';
import { wrap } from './wrap.ts';

/** Prints what happened in a campaign or in one of its slots, in order. Changes nothing. */
export async function showLogs(
  services: CliServices,
  campaignId: string,
  slotText: string | undefined,
): Promise<number> {
  const { output, config } = services;
  const { schedule } = await requirePlan(services, campaignId);
  const slot = slotText === undefined ? undefined : requireSlot(slotText, schedule.slots);
  const history = await readHistories(services, campaignId, slot);
  const logged = await processEntries(join(config.stateFolder, 'logs'), campaignId);
  const all = inOrder([...history.entries, ...ofThis(history.entries, logged)]);
  const entries = slot === undefined ? all : ofSlot(all, campaignId, slot);

  for (const line of entryLines(entries)) output.line(line);
  for (const entry of entries) output.json(entry);
  if (entries.length === 0) output.line('Nothing is recorded of it on this machine.');
  if (history.isMissing) {
    for (const line of wrap(withoutTemporal)) output.line(line);
  }
  return 0;
}

/** Clocks of Temporal and of this machine may differ by so much. */
const clockSkewMs = 60_000;

/** Without what was logged of a removed campaign that had the same name. */
function ofThis(history: readonly LogEntry[], logged: readonly LogEntry[]): readonly LogEntry[] {
  const [first] = inOrder(history);
  if (first === undefined) return logged;
  const sinceMs = Date.parse(first.at) - clockSkewMs;
  return logged.filter(({ at }) => Date.parse(at) >= sinceMs);
}

const withoutTemporal =
  'Without Temporal, which does not answer here: this is only what the processes of this machine ' +
  'have logged. "crossover dev" starts the server again.';

function requireSlot(text: string, slots: number): number {
  const slot = Number(text);
  if (Number.isInteger(slot) && slot >= 1 && slot <= slots) return slot;
  throw new UsageError(`"${text}" is no slot of this campaign: they are numbered 1 to ${slots}.`);
}

interface Histories {
  readonly entries: readonly LogEntry[];
  readonly isMissing: boolean;
}

/** A week has some two hundred histories; each takes milliseconds, on a busy server tens of them. */
const historiesWithinMs = 60_000;

const atOnce = 8;

async function readHistories(
  services: CliServices,
  campaignId: string,
  slot: number | undefined,
): Promise<Histories> {
  const session = await findReachableSession(services);
  if (session === undefined) return { entries: [], isMissing: true };
  const campaign = `${searchAttribute.campaignId} = "${campaignId}"`;
  const query =
    slot === undefined
      ? campaign
      : `${campaign} AND WorkflowId = "${slotWorkflowId(campaignId, slot)}"`;
  try {
    const entries = await session.client.withDeadline(Date.now() + historiesWithinMs, () =>
      fetchEntries(session.client, campaignId, query),
    );
    return { entries, isMissing: false };
  } finally {
    await session.close();
  }
}

async function fetchEntries(
  { workflow }: Client,
  campaignId: string,
  query: string,
): Promise<LogEntry[]> {
  const runs: { readonly workflowId: string; readonly runId: string }[] = [];
  for await (const { workflowId, runId } of workflow.list({ query })) {
    runs.push({ workflowId, runId });
  }
  const entries: LogEntry[] = [];
  for (let start = 0; start < runs.length; start += atOnce) {
    const some = runs.slice(start, start + atOnce).map(async ({ workflowId, runId }) => {
      const history = await workflow.getHandle(workflowId, runId).fetchHistory();
      return historyEntries(campaignId, workflowId, history);
    });
    entries.push(...(await Promise.all(some)).flat());
  }
  return entries;
}

/**
 * Entries that name the slot, and between the first and the last of them what processes without a
 * slot, such as a testbed's host, have logged.
 */
function ofSlot(entries: readonly LogEntry[], campaignId: string, slot: number): LogEntry[] {
  const run = slotRun(slot);
  const place = placeOf(campaignId, slotWorkflowId(campaignId, slot));
  const names = ({ where, text, fields }: LogEntry): boolean =>
    where === place ||
    fields?.['run'] === run ||
    fields?.['slot'] === slot ||
    `${text} ${fields?.['stoppedReason'] ?? ''}`.split(/[^\w-]+/).includes(run);
  const first = entries.findIndex(names);
  const last = entries.findLastIndex(names);
  return entries.filter(
    (entry, index) => names(entry) || (entry.where === undefined && index > first && index < last),
  );
}

const placeWidth = 14;
const timeWidth = '03:40:22.737'.length;

/** For people: a line with the date where a day begins, then one entry after the other. */
export function entryLines(entries: readonly LogEntry[]): string[] {
  let day = '';
  return entries.flatMap((entry) => {
    const at = new Date(entry.at).toISOString();
    const today = at.slice(0, 10);
    const heading = today === day ? [] : [`${today} (UTC)`];
    day = today;
    const place = (entry.where ?? entry.source).padEnd(placeWidth);
    const text = `${at.slice(11, 23)}  ${place}  ${oneLine(entry.text)}${fieldText(entry)}`;
    return [...heading, ...wrap(text, { indent: ' '.repeat(timeWidth + 2) }).map(hardCut)];
  });
}

/** Of everything that a line may carry, so much: the rest is in the JSON. */
const longestField = 160;

/** Ids and hashes are told apart by their beginning. */
const longId = /\b[0-9a-f]{20,}\b/g;

function fieldText({ fields }: LogEntry): string {
  const shown = Object.entries(fields ?? {}).filter(
    ([name]) => name !== 'pid' && name !== 'level' && name !== 'attempt',
  );
  return shown
    .map(([name, value]) => {
      const written = oneLine(typeof value === 'string' ? value : JSON.stringify(value));
      const text = written.replaceAll(longId, (id) => id.slice(0, 12));
      return `  ${name}=${text.length <= longestField ? text : `${text.slice(0, longestField)}...`}`;
    })
    .join('');
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\p{C}+\s*/gu, ' ');
}

/** A word that is longer than a line, such as a path, is cut; with --json it is whole. */
function hardCut(line: string): string {
  return line.length <= 80 ? line : `${line.slice(0, 77)}...`;
}
