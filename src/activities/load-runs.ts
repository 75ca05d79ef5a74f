import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { log } from '@temporalio/activity';

import { openRequestSource } from '../dataset/request-source.ts';
import { drawBlock, drawSlot } from '../domain/draw.ts';
import { type EvaluationSetup, hybridPlatforms } from '../domain/evaluation.ts';
import { PermanentFailure } from '../domain/failures.ts';
import type { LoadRunRef, RunWindow } from '../domain/load-run.ts';
import type { Plan } from '../domain/plan.ts';
import type { RunReceipt } from '../domain/receipt.ts';
import { replaySlot } from '../domain/replay.ts';
import type { IntendedRequest, SourceRequest } from '../domain/requests.ts';
import type { LoadRunEnd, LoadRunSpec, RouterSpec } from '../load/load-generator.ts';
import type { Deployment } from '../testbeds/testbed.ts';
import { type ActivityPorts, requireTestbed } from './activity-ports.ts';
import { CampaignStore, toJson } from './campaign-store.ts';
import { beating } from './heartbeats.ts';
import { type EarlierAttempts, SegmentArchive } from './segment-archive.ts';
import type { WindowInput } from './testbeds.ts';

export type LoadRunActivities = ReturnType<typeof createLoadRunActivities>;

/** Artillery is ready 1.2 to 2.2 s after it is spawned; on a busy machine it takes up to twice that. */
const generatorReadyMs = 3_500;

/** The activity stops the generator so long before its deadline, to store what was measured. */
const storingMs = 3_000;

export interface DrawInput {
  readonly run: LoadRunRef;
  /** Nominal start of a slot: some shapes follow the hour. */
  readonly startsAtMs?: number;
}

export function createLoadRunActivities(ports: ActivityPorts) {
  return { drawRequests, runLoad };

  /** Draws everything that the run will send, before anything is sent (METHOD 1.1). */
  async function drawRequests(input: DrawInput): Promise<{ readonly requests: number }> {
    const { run, startsAtMs } = input;
    const store = new CampaignStore(ports.objects, run.campaignId);
    const plan = await store.plan();
    const payloadBytesOf = await ports.payloadSizes(handlersOf(plan, ports.checkoutFolder));
    const drawn =
      'slot' in run
        ? drawSlot({
            plan,
            slot: run.slot,
            ...(startsAtMs === undefined ? {} : { startsAtMs }),
            cpuMs: (await store.deployment()).cpuMs,
            payloadBytesOf,
            ...(await replayed(plan, run.slot)),
          })
        : drawBlock({
            plan,
            block: run.block,
            ...(await store.requireJson<EvaluationSetup>(store.keys.evaluation)),
            payloadBytesOf,
          });
    const lines = drawn.map((request) => `${JSON.stringify(request)}\n`).join('');
    // Drawn once: a retry finds the same requests, even if the code was changed in between.
    await ports.objects.putIfAbsent(store.keys.requests(run.run), lines);
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
    const { spec, deployment } = await specOf({ store, run, window, before, archive, attempt });

    log.info('Load run started', { run: run.run, attempt, movedMs: spec.movedMs });
    const end = await generate(store, spec, deployment, archive);
    log.info('Load run ended', { run: run.run, attempt, reason: end.reason });
    retryEarlyEnd(end, attempt, window);

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

  async function specOf(input: {
    readonly store: CampaignStore;
    readonly run: LoadRunRef;
    readonly window: RunWindow;
    readonly before: EarlierAttempts;
    readonly archive: SegmentArchive;
    readonly attempt: number;
  }): Promise<{ readonly spec: LoadRunSpec; readonly deployment: Deployment }> {
    const { store, run, window, before, archive, attempt } = input;
    const plan = await store.plan();
    const deployment = await requireTestbed(ports, plan.testbed).testbed.find(run.campaignId);
    if (deployment === undefined) {
      // The next attempt may find it again: a testbed that died is started anew by `prepare`.
      throw new Error(`Nothing is deployed for campaign "${run.campaignId}" at the moment.`);
    }
    const folder = await archive.folderOf(attempt);
    const requestsPath = join(folder, 'requests.ndjson');
    const drawn = await store.requireBytes(store.keys.requests(run.run));
    await writeFile(requestsPath, drawn);
    const router = 'block' in run ? await routerOf(store, plan, folder) : undefined;
    // A simulated run has no outage: it is repeated from its beginning.
    const isRepeated = window.pace === 'immediate';
    const movedMs = isRepeated ? 0 : outageMs(drawn, before, window);
    return {
      deployment,
      spec: {
        campaignId: run.campaignId,
        run: run.run,
        attempt,
        startsAtMs: window.startsAtMs,
        movedMs,
        requestsPath,
        alreadySent: isRepeated ? [] : [...before.alreadySent],
        handlers: handlersOf(plan, ports.checkoutFolder),
        folder,
        timeoutMs: plan.load.timeoutMs,
        endsBeforeMs: window.endsBeforeMs - storingMs,
        ...(router === undefined ? {} : { router }),
      },
    };
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

  /** What the hybrid arm's router needs, as files beside the requests. */
  async function routerOf(
    store: CampaignStore,
    plan: Plan,
    folder: string,
  ): Promise<RouterSpec | undefined> {
    const setup = await store.requireJson<EvaluationSetup>(store.keys.evaluation);
    if (!setup.arms.includes('hybrid')) return undefined;
    const common = {
      platformsOf: hybridPlatforms(setup, plan),
      workloads: setup.estimates,
      timezone: plan.schedule.timezone,
    };
    if (setup.modelHash === undefined) return common;
    const modelPath = join(folder, 'model.json');
    await writeFile(modelPath, await store.requireBytes(store.keys.model(setup.modelHash)));
    return { ...common, modelPath, modelHash: setup.modelHash };
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

/** The rows of the plan's request log that a slot sends instead of drawn arrivals. */
async function replayed(
  plan: Plan,
  slot: number,
): Promise<{ readonly sourceRows?: readonly SourceRequest[] }> {
  const { source } = plan.load;
  if (source === undefined) return {};
  const workloads = plan.workloads.map((workload) => workload.name);
  const requestLog = await openRequestSource(source.file, { ...source, workloads });
  try {
    return { sourceRows: await replaySlot(plan, slot, requestLog) };
  } finally {
    requestLog.close();
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
function retryEarlyEnd(end: LoadRunEnd, attempt: number, window: RunWindow): void {
  const leftMs = window.endsBeforeMs - storingMs - Date.now();
  if (end.reason !== 'ended-early' || attempt >= mostAttempts || leftMs < generatorReadyMs) return;
  throw new Error(`The load generator ended early. ${end.output ?? ''}`.trim());
}

/** By how much what is still to be sent must move, so that the generator is ready for the first of it. */
function outageMs(drawn: Uint8Array, before: EarlierAttempts, window: RunWindow): number {
  let firstOffsetMs = Number.POSITIVE_INFINITY;
  for (const line of new TextDecoder().decode(drawn).split('\n')) {
    if (line === '') continue;
    const request = JSON.parse(line) as IntendedRequest;
    for (const { target, offsetMs } of request.targets) {
      if (before.alreadySent.has(`${request.requestId}/${target}`)) continue;
      firstOffsetMs = Math.min(firstOffsetMs, offsetMs);
    }
  }
  if (firstOffsetMs === Number.POSITIVE_INFINITY) return 0;
  const readyAtMs = Date.now() + generatorReadyMs;
  return Math.max(0, Math.ceil(readyAtMs - (window.startsAtMs + firstOffsetMs)));
}

function handlersOf(plan: Plan, checkoutFolder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    plan.workloads.map((workload) => [workload.name, resolve(checkoutFolder, workload.run)]),
  );
}
