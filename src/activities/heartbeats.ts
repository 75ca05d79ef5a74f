import { cancellationSignal, heartbeat } from '@temporalio/activity';

/**
 * Far below every heartbeat timeout, so that one lost beat does not end an attempt, and soon enough
 * for a cancellation, which comes back with a beat.
 */
const beatMs = 1_000;

/**
 * Runs work that can take long: beats by a timer of its own with the latest details, so that work
 * that is silent for a while is not taken for dead, and hands over the signal of cancellation.
 */
export async function beating<Result>(
  work: (options: {
    readonly signal: AbortSignal;
    readonly beat: (details: unknown) => void;
  }) => Promise<Result>,
): Promise<Result> {
  let latest: unknown;
  heartbeat(latest);
  const timer = setInterval(() => heartbeat(latest), beatMs);
  try {
    return await work({
      signal: cancellationSignal(),
      beat: (details) => {
        latest = details;
      },
    });
  } finally {
    clearInterval(timer);
  }
}
