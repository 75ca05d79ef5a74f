import { log } from '@temporalio/activity';

import { PermanentFailure } from '../../domain/failures.ts';
import type { RunReceipt } from '../../domain/receipt.ts';
import type { LoadRunRef, RunWindow } from '../../domain/requests/load-run.ts';
import type { LoadRunEnd, LoadRunSpec } from '../../load/load-generator.ts';
import type { Deployment } from '../../testbeds/testbed.ts';
import { type ActivityPorts, requireTestbed } from '../activity-ports.ts';
import { CampaignStore, toJson } from '../campaign-store.ts';
import { beating } from '../heartbeats.ts';
import type { WindowInput } from '../testbeds.ts';
import { generatorReadyMs, loadRunSpec } from './load-run-spec.ts';
import { type DrawInput, requestsOf } from './request-draw.ts';
import { SegmentArchive } from './segment-archive.ts';

export type LoadRunActivities = ReturnType<typeof createLoadRunActivities>;

export function createLoadRunActivities(ports: ActivityPorts) {
  return { drawRequests, runLoad };

  /** Draws everything that the run will send, before anything is sent (METHOD 1.1). */
  async function drawRequests(input: DrawInput): Promise<{ readonly requests: number }> {
    const store = new CampaignStore(ports.objects, input.run.campaignId);
    const drawn = await requestsOf(ports, store, input);
    const lines = drawn.map((request) => `${JSON.stringify(request)}\n`).join('');
    // Drawn once: a retry finds the same requests, even if the code was changed in between.
    await ports.objects.putIfAbsent(store.keys.requests(input.run.run), lines);
    return { requests: drawn.length };
  }

  /**
   * Sends the drawn requests at their times and stores what was measured. A run that has a receipt
   * is not run again; a retry sends only what was never sent. Too late to begin: `TooLate`.
   */
  async function runLoad({ run, window }: WindowInput): Promise<{ readonly attempts: number }> {
    const store = new CampaignStore(ports.objects, run.campaignId);
    const earlier = await store.json<RunReceipt>(store.keys.receipt(run.run));
    if (earlier !== undefined) return { attempts: earlier.attempts };

    const archive = new SegmentArchive(store, run.run, ports.workFolder);
    const before = await archive.recover();
    const isWallClock = window.pace === 'wall-clock';
    // An attempt that died before its first send has left nothing to go on with.
    if (isWallClock && before.alreadySent.size === 0) refuseLate(run, window, before.attempts);
    const attempt = before.attempts + 1;
    const { spec, deployment } = await loadRunSpec({
      ports,
      store,
      run,
      window,
      before,
      archive,
      attempt,
    });

    log.info('Load run started', { run: run.run, attempt, movedMs: spec.movedMs });
    const end = await generate(store, spec, deployment, archive);
    log.info('Load run ended', { run: run.run, attempt, reason: end.reason });
    retryEarlyEnd(end, spec);

    const receipt: RunReceipt = {
      run: run.run,
      attempts: attempt,
      startsAtMs: window.startsAtMs,
      finishedAtMs: Date.now(),
      endReason: end.reason,
      ...(end.output === undefined ? {} : { output: end.output }),
      segments: await archive.keys(window.pace === 'immediate' ? attempt : undefined),
    };
    // Last, so that a crash before this line leaves a run that goes on in the next attempt.
    await ports.objects.putIfAbsent(store.keys.receipt(run.run), toJson(receipt));
    return { attempts: attempt };
  }

  /** Beats with the generator's progress, and stores its closed segments while it runs and behind it. */
  async function generate(
    store: CampaignStore,
    spec: LoadRunSpec,
    deployment: Deployment,
    archive: SegmentArchive,
  ): Promise<LoadRunEnd> {
    const plan = await store.plan();
    const { loadGenerator } = requireTestbed(ports, plan.testbed);
    let storing: Promise<void> = Promise.resolve();
    let storedSegments = 0;
    return await beating(async ({ signal, beat }) => {
      try {
        return await loadGenerator.run(spec, deployment, {
          signal,
          onProgress: (progress) => {
            beat(progress);
            if (progress.closedSegments === storedSegments) return;
            storedSegments = progress.closedSegments;
            storing = storing.then(() => storeMeanwhile(archive, spec));
          },
        });
      } finally {
        // Also after a cancellation: what was measured is kept, though a run without receipt never counts.
        await storing;
        await archive.store(spec.attempt);
      }
    });
  }
}

/** The load goes on when the store fails for a moment: the next segment, or the end, tries again. */
async function storeMeanwhile(archive: SegmentArchive, { run, attempt }: LoadRunSpec) {
  try {
    await archive.store(attempt);
  } catch (error) {
    log.warn('Segments could not be stored yet', { run, attempt, error });
  }
}

/** Load is not catch-up work (METHOD 1.5): load that would begin too late is refused. */
function refuseLate(run: LoadRunRef, window: RunWindow, attempts: number): void {
  const nowMs = Date.now();
  if (nowMs <= window.latestStartMs) return;
  const lateS = Math.round((nowMs - window.startsAtMs) / 1000);
  const graceS = Math.round((window.latestStartMs - window.startsAtMs) / 1000);
  const earlier =
    attempts === 0 ? '' : ` Earlier attempts (${attempts}) ended before they sent anything.`;
  throw new PermanentFailure(
    'TooLate',
    `${run.run} could begin only ${lateS} s after its time; the grace is ${graceS} s.${earlier}`,
  );
}

/** A generator that keeps dying is not started for ever: what it has left is counted instead. */
const mostAttempts = 3;

/** A generator that died with time left is started again, and sends only what was never sent. */
function retryEarlyEnd(end: LoadRunEnd, { attempt, endsBeforeMs }: LoadRunSpec): void {
  const leftMs = endsBeforeMs - Date.now();
  if (end.reason !== 'ended-early' || attempt >= mostAttempts || leftMs < generatorReadyMs) return;
  throw new Error(`The load generator ended early. ${end.output ?? ''}`.trim());
}
