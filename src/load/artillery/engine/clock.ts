import { setTimeout as sleep } from 'node:timers/promises';

/** Epoch milliseconds with fractions, steady within a run. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/**
 * Resolves at a moment, never before it: timers fire up to 1.4 ms early, which would show up as a
 * negative lag, so the rest is waited for again.
 */
export async function waitUntil(atMs: number): Promise<void> {
  for (let restMs = atMs - nowMs(); restMs > 0; restMs = atMs - nowMs()) {
    await sleep(Math.min(restMs, longestTimerMs));
  }
}

/** Beyond 2^31 ms Node fires a timer at once. */
const longestTimerMs = 2_147_483_647;
