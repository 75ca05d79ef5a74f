import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { campaignWorkflowId } from '../../domain/names.ts';
import { placeOf } from './history-entries.ts';
import type { LogEntry } from './log-entry.ts';

/** One line of `.crossover/logs/*.ndjson`, of which only the time is sure. */
type Line = Readonly<Record<string, unknown>> & { readonly at: string };

/** What says where a line comes from, and is said otherwise in an entry. */
const spokenFields = new Set([
  'at',
  'process',
  'message',
  'fact',
  'workflowId',
  'workflowRunId',
  'workflowType',
  'runId',
  'namespace',
  'taskQueue',
  'taskToken',
  'sdkComponent',
  'activityId',
  'isLocal',
  'campaignId',
]);

/** What the processes of this machine have logged about a campaign, file by file. */
export async function processEntries(logFolder: string, campaignId: string): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  for (const name of await logFiles(logFolder)) {
    const owner = createOwner(campaignId);
    const lines = createInterface({ input: createReadStream(join(logFolder, name)) });
    for await (const text of lines) {
      const line = parseLine(text);
      if (line !== undefined && owner(line)) entries.push(entryOf(line, name, campaignId));
    }
  }
  return entries;
}

/** Older ones first: `local-host.ndjson.1` before `local-host.ndjson`. */
async function logFiles(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names
      .filter((name) => /\.ndjson(\.\d+)?$/.test(name))
      .sort()
      .reverse();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Undefined for half a line, which a killed process leaves, and for what is no fact with a time. */
function parseLine(text: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isLine(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isLine(value: unknown): value is Line {
  if (typeof value !== 'object' || value === null || !('at' in value)) return false;
  return typeof value.at === 'string' && !Number.isNaN(Date.parse(value.at));
}

/**
 * Whether a line is about the campaign: it names it, or its process said before that it works for
 * it and for nobody else, as a testbed's host does.
 */
function createOwner(campaignId: string): (line: Line) => boolean {
  const workflow = campaignWorkflowId(campaignId);
  const servedBy = new Map<unknown, unknown>();
  return ({ pid, fact, workflowId, campaignId: named }) => {
    if (typeof workflowId === 'string') {
      return (
        workflowId === workflow || workflowId.startsWith(`${workflow}/`) || named === campaignId
      );
    }
    if (named !== undefined && fact !== undefined) servedBy.set(pid, named);
    if (named !== undefined) return named === campaignId;
    return fact !== undefined && servedBy.get(pid) === campaignId;
  };
}

function entryOf(line: Line, fileName: string, campaignId: string): LogEntry {
  const { at, process: named, message, fact, workflowId } = line;
  const fields = Object.entries(line).filter(([name]) => !spokenFields.has(name));
  const source = typeof named === 'string' ? named : fileName.replace(/\.ndjson.*$/, '');
  return {
    at,
    source,
    ...(typeof workflowId === 'string' ? { where: placeOf(campaignId, workflowId) } : {}),
    text: String(message ?? fact ?? 'A line without a message'),
    ...(fields.length === 0 ? {} : { fields: Object.fromEntries(fields) }),
  };
}
