import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  proxyActivities,
  rootCause,
  setCurrentDetails,
  TimeoutFailure,
} from '@temporalio/workflow';

import type { LoadRunActivities } from '../activities/load/load-runs.ts';
import type { ObservationActivities } from '../activities/observations.ts';
import type { TestbedActivities } from '../activities/testbeds.ts';
import { outcomeOf, type SlotOutcome } from '../domain/campaign.ts';
import { type RunWindow, slotRunRef } from '../domain/requests/load-run.ts';
import {
  analysisOptions,
  drawOptions,
  loadRunOptions,
  testbedOptions,
} from './activity-options.ts';

const testbeds = proxyActivities<TestbedActivities>(testbedOptions);
const draws = proxyActivities<Pick<LoadRunActivities, 'drawRequests'>>(drawOptions);
const observations = proxyActivities<ObservationActivities>(analysisOptions);

export interface SlotInput {
  readonly campaignId: string;
  readonly slot: number;
  readonly window: RunWindow;
}

/** One scheduled load window: prepare, draw, run, join. Its result is what became of the slot. */
export async function slot({ campaignId, slot, window }: SlotInput): Promise<SlotOutcome> {
  const run = slotRunRef(campaignId, slot);
  setCurrentDetails(
    `Slot ${slot} of campaign **${campaignId}**, load from ${clock(window.startsAtMs)} UTC.`,
  );

  const prepared = testbeds.prepareWindow.executeWithOptions(
    { summary: 'bring the platforms up' },
    [{ run, window }],
  );
  const drawn = draws.drawRequests.executeWithOptions({ summary: 'draw the requests' }, [
    { run, startsAtMs: window.startsAtMs },
  ]);
  const [, requests] = await Promise.all([prepared, drawn]);
  if (window.pace === 'wall-clock' && Date.now() > window.latestStartMs) {
    const reason = `The platforms were ready only after the grace of ${graceSeconds(window)} s.`;
    return { slot, status: 'missed', reason };
  }

  try {
    await startLoad(window, `${requests.requests} requests to both platforms`)([{ run, window }]);
  } catch (error) {
    if (CancellationScope.current().consideredCancelled) throw error;
    if (isTooLate(error)) return { slot, status: 'missed', reason: missedReason(error, window) };
    throw error;
  }

  const summary = await observations.joinObservations.executeWithOptions(
    { summary: 'collect and join the records' },
    [{ run, window }],
  );
  const outcome = outcomeOf(slot, summary);
  setCurrentDetails(
    `Slot ${slot} is **${outcome.status}**: ${summary.rows} rows of ` +
      `${summary.intendedRequests} requests, ${summary.joinedRows} joined.`,
  );
  return outcome;
}

/** `runLoad` with the deadlines of its window; shared with the blocks of an evaluation. */
export function startLoad(
  window: RunWindow,
  summary: string,
): (args: Parameters<LoadRunActivities['runLoad']>) => ReturnType<LoadRunActivities['runLoad']> {
  const options = loadRunOptions({ summary, ...deadlinesOf(window, Date.now()) });
  const loads = proxyActivities<Pick<LoadRunActivities, 'runLoad'>>(options);
  return (args) => loads.runLoad.executeWithOptions({ summary }, args);
}

/** A simulated hour takes seconds; a worker that is busy with another campaign may take minutes. */
const immediateMs = 1_800_000;

function deadlinesOf(
  window: RunWindow,
  nowMs: number,
): { readonly scheduleToStartMs: number; readonly scheduleToCloseMs: number } {
  if (window.pace === 'immediate') {
    return { scheduleToStartMs: immediateMs, scheduleToCloseMs: 2 * immediateMs };
  }
  return {
    scheduleToStartMs: Math.max(1, window.latestStartMs - nowMs),
    // The generator itself stops at `endsBeforeMs`; storing its last segment takes seconds.
    scheduleToCloseMs: Math.max(1, window.endsBeforeMs - nowMs) + 30_000,
  };
}

/** Refused by the activity itself, or never started because no load worker was there. */
export function isTooLate(error: unknown): boolean {
  if (!(error instanceof ActivityFailure)) return false;
  const { cause } = error;
  if (cause instanceof ApplicationFailure) return cause.type === 'TooLate';
  return cause instanceof TimeoutFailure && cause.timeoutType === 'SCHEDULE_TO_START';
}

function missedReason(error: unknown, window: RunWindow): string {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  if (cause instanceof TimeoutFailure) {
    return `No load worker began the run within its grace of ${graceSeconds(window)} s.`;
  }
  return rootCause(error) ?? 'The run could not begin in time.';
}

function graceSeconds({ startsAtMs, latestStartMs }: RunWindow): number {
  return Math.round((latestStartMs - startsAtMs) / 1000);
}

function clock(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');
}
