import { ActivityCancellationType, type ActivityOptions, type Duration } from '@temporalio/common';

import { taskQueue } from '../domain/names.ts';

/** What cannot be cured by a retry says so itself (`PermanentFailure`), so every option retries. */
const retry = { initialInterval: '1 second', maximumInterval: '30 seconds' } as const;

export const testbedOptions: ActivityOptions = {
  taskQueue: taskQueue.campaign,
  // Bringing up a testbed and measuring 30 requests of each workload takes under a minute here.
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '30 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { ...retry, maximumAttempts: 5 },
};

export const releaseOptions: ActivityOptions = {
  ...testbedOptions,
  // Teardown cannot be skipped: it is tried until it works.
  retry,
};

export const drawOptions: ActivityOptions = {
  taskQueue: taskQueue.campaign,
  // An hour of requests is drawn in well under a second.
  startToCloseTimeout: '1 minute',
  retry: { ...retry, maximumAttempts: 5 },
};

/**
 * A queued run never becomes a late one (scheduleToStart), and a retry never runs into the next
 * slot (scheduleToClose). A worker that dies is noticed within the heartbeat timeout.
 */
export function loadRunOptions(input: {
  readonly summary: string;
  readonly scheduleToStartMs: Duration;
  readonly scheduleToCloseMs: Duration;
}): ActivityOptions & { readonly summary: string } {
  return {
    taskQueue: taskQueue.load,
    summary: input.summary,
    scheduleToStartTimeout: input.scheduleToStartMs,
    scheduleToCloseTimeout: input.scheduleToCloseMs,
    heartbeatTimeout: '30 seconds',
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { initialInterval: '1 second', maximumInterval: '5 seconds' },
  };
}

export const analysisOptions: ActivityOptions = {
  taskQueue: taskQueue.analysis,
  // Merging a week takes a minute on two cores; joining a slot takes seconds.
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '1 minute',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { ...retry, maximumAttempts: 5 },
};

export const trainingOptions: ActivityOptions = {
  ...analysisOptions,
  // 40,000 rows: a forest of 200 trees takes a minute on two cores, a combination of a grid with
  // its folds several. The heartbeat notices a dead worker long before this.
  startToCloseTimeout: '2 hours',
};

export const scheduleOptions: ActivityOptions = {
  taskQueue: taskQueue.campaign,
  // The server answers in milliseconds; each call has a deadline of its own.
  startToCloseTimeout: '1 minute',
  // The campaign does not depend on it: after about two minutes it goes on without.
  retry: { ...retry, maximumAttempts: 8 },
};

export const reportOptions: ActivityOptions = {
  ...analysisOptions,
  startToCloseTimeout: '5 minutes',
};
