import { defaultPayloadConverter, type WorkflowHandle } from '@temporalio/client';

import { campaignWorkflowId } from '../../domain/names.ts';
import type { LogEntry } from './log-entry.ts';

type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;
type HistoryEvent = NonNullable<History['events']>[number];

/**
 * What a workflow's history says that a person asks for: begin and end, activities as one line when
 * they end, attempts that failed, what was said to it. Timers and tasks that went well are left out.
 */
export function historyEntries(
  campaignId: string,
  workflowId: string,
  { events }: History,
): LogEntry[] {
  const where = placeOf(campaignId, workflowId);
  const activities = new Map<string, Activity>();
  return (events ?? []).flatMap((event) => {
    const text = workflowText(event) ?? messageText(event) ?? activityText(event, activities);
    return text === undefined ? [] : [{ at: isoOf(event), source: 'temporal', where, text }];
  });
}

/** `slot/001`, `evaluation`, `campaign` or the workflow's own id where it is no part of the campaign's. */
export function placeOf(campaignId: string, workflowId: string): string {
  const campaign = campaignWorkflowId(campaignId);
  if (workflowId === campaign) return 'campaign';
  if (workflowId.startsWith(`${campaign}/`)) return workflowId.slice(campaign.length + 1);
  return workflowId.startsWith('testbed/') ? 'testbed' : workflowId;
}

function workflowText(event: HistoryEvent): string | undefined {
  const started = event.workflowExecutionStartedEventAttributes;
  if (started) return started.continuedExecutionRunId ? 'goes on in a new run' : 'began';
  if (event.workflowExecutionCompletedEventAttributes) return 'ended';
  if (event.workflowExecutionContinuedAsNewEventAttributes) return 'ends this run to go on as new';
  if (event.workflowExecutionTimedOutEventAttributes) return 'took too long and was ended';
  if (event.workflowExecutionCancelRequestedEventAttributes) return 'was asked to cancel';
  if (event.workflowExecutionCanceledEventAttributes) return 'was cancelled';
  const failed = event.workflowExecutionFailedEventAttributes;
  if (failed) return `failed: ${reasonOf(failed.failure)}`;
  const terminated = event.workflowExecutionTerminatedEventAttributes;
  if (terminated) return `was terminated: ${terminated.reason || 'no reason given'}`;
  const task = event.workflowTaskFailedEventAttributes;
  // Not a failure: something happened while the task was at work, so it is done again.
  if (!task || task.failure?.message === 'UnhandledCommand') return undefined;
  return `its code failed and is tried again: ${reasonOf(task.failure)}`;
}

function messageText(event: HistoryEvent): string | undefined {
  const signal = event.workflowExecutionSignaledEventAttributes;
  if (signal) return `signal ${signal.signalName}${argumentsOf(signal.input)}`;
  const update = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input;
  return update ? `update ${update.name}${argumentsOf(update.args)}` : undefined;
}

interface Activity {
  readonly name: string;
  readonly scheduledAtMs: number;
  readonly attempt?: number;
}

function activityText(event: HistoryEvent, activities: Map<string, Activity>): string | undefined {
  const scheduled = event.activityTaskScheduledEventAttributes;
  if (scheduled) {
    const summary = textOf(event.userMetadata?.summary);
    const name = `${scheduled.activityType?.name}${summary === undefined ? '' : ` (${summary})`}`;
    activities.set(String(event.eventId), { name, scheduledAtMs: msOf(event) });
    return undefined;
  }
  const started = event.activityTaskStartedEventAttributes;
  if (started) {
    const key = String(started.scheduledEventId);
    const activity = activities.get(key);
    if (activity === undefined) return undefined;
    const attempt = started.attempt ?? 1;
    activities.set(key, { ...activity, attempt });
    // Recorded when the attempt ends, with the failure of the one before.
    return attempt > 1 && started.lastFailure
      ? `${activity.name}: attempt ${attempt}, after ${reasonOf(started.lastFailure)}`
      : undefined;
  }
  return endText(event, activities);
}

function endText(
  event: HistoryEvent,
  activities: ReadonlyMap<string, Activity>,
): string | undefined {
  const completed = event.activityTaskCompletedEventAttributes;
  const failed = event.activityTaskFailedEventAttributes;
  const timedOut = event.activityTaskTimedOutEventAttributes;
  const canceled = event.activityTaskCanceledEventAttributes;
  const end = completed ?? failed ?? timedOut ?? canceled;
  if (!end) return undefined;
  const activity = activities.get(String(end.scheduledEventId));
  if (activity === undefined) return undefined;
  const seconds = ((msOf(event) - activity.scheduledAtMs) / 1000).toFixed(1);
  const attempts = (activity.attempt ?? 1) > 1 ? `, attempt ${activity.attempt}` : '';
  const after = `after ${seconds} s${attempts}`;
  if (completed) return `${activity.name}: done ${after}`;
  if (canceled) return `${activity.name}: cancelled ${after}`;
  return `${activity.name}: failed ${after}: ${reasonOf((failed ?? timedOut)?.failure)}`;
}

interface Failure {
  readonly message?: string | null;
  readonly cause?: Failure | null;
}

/** Of a chain of failures the innermost says what happened; the others say who was told. */
function reasonOf(failure: Failure | null | undefined): string {
  const messages: string[] = [];
  for (let at = failure; at; at = at.cause) if (at.message) messages.push(at.message);
  return messages.at(-1) ?? 'no reason is recorded';
}

interface Payloads {
  readonly payloads?: readonly Payload[] | null;
}
type Payload = Parameters<typeof defaultPayloadConverter.fromPayload>[0];

const longestArgument = 200;

function argumentsOf(input: Payloads | null | undefined): string {
  const texts = (input?.payloads ?? []).map((payload) => {
    const text = JSON.stringify(decoded(payload));
    return text.length <= longestArgument ? text : `${text.slice(0, longestArgument)}...`;
  });
  return texts.length === 0 ? '' : `: ${texts.join(', ')}`;
}

function textOf(payload: Payload | null | undefined): string | undefined {
  const value = payload ? decoded(payload) : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** Null for what was written in a way that this version does not know. */
function decoded(payload: Payload): unknown {
  try {
    return defaultPayloadConverter.fromPayload(payload);
  } catch {
    return null;
  }
}

function msOf({ eventTime }: HistoryEvent): number {
  return Number(eventTime?.seconds ?? 0) * 1000 + (eventTime?.nanos ?? 0) / 1e6;
}

function isoOf(event: HistoryEvent): string {
  return new Date(msOf(event)).toISOString();
}
