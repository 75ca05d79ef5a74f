import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Deployment } from '../../testbeds/testbed.ts';
import type { LoadGenerator, LoadRunEnd, LoadRunOptions, LoadRunSpec } from '../load-generator.ts';
import { adoptOpenSegments, listSegments } from '../segments.ts';
import { type ArtilleryProcess, startArtillery } from './artillery-process.ts';
import {
  type EngineRun,
  type PendingRequest,
  pendingRequests,
  readRequests,
  tokenVariable,
} from './engine/engine-run.ts';
import { requireEndpoints } from './required-endpoints.ts';
import { engineRun, writeScript } from './script.ts';
import { lastClosed, SegmentTail } from './segment-tail.ts';

/** Real HTTP load: Artillery with our engine, in a process group of its own. */
export class ArtilleryLoadGenerator implements LoadGenerator {
  readonly #watchdogMarginMs: number;

  constructor({ watchdogMarginMs = usualMarginMs }: { readonly watchdogMarginMs?: number } = {}) {
    this.#watchdogMarginMs = watchdogMarginMs;
  }

  async run(
    spec: LoadRunSpec,
    deployment: Deployment,
    options: LoadRunOptions,
  ): Promise<LoadRunEnd> {
    options.signal.throwIfAborted();
    await adoptOpenSegments(spec.folder);
    const pending = pendingRequests(await readRequests(spec.requestsPath), spec);
    requireEndpoints(pending, spec, deployment);
    const lastSegment = (await listSegments(spec.folder)).at(-1)?.number ?? 0;
    if (pending.length === 0) return { reason: 'completed', segments: lastSegment };

    const work = await mkdtemp(path.join(spec.folder, 'artillery-'));
    try {
      const run = engineRun(spec, deployment, lastSegment + 1);
      const scriptPath = await writeScript(work, run, pending.length);
      const environment = { [tokenVariable]: deployment.token };
      const artillery = startArtillery({ folder: work, scriptPath, environment });
      const deadlineMs = lastUsefulMs(run, pending) + this.#watchdogMarginMs;
      return await supervise(artillery, { run, pending, deadlineMs }, options);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
}

const progressMs = 1_000;
/** Artillery ends 0.7 to 2.4 s after the last answer; on a busy machine later. */
const usualMarginMs = 15_000;

interface Supervision {
  readonly run: EngineRun;
  readonly pending: readonly PendingRequest[];
  /** Whatever still runs then hangs: Artillery can do that for ever. */
  readonly deadlineMs: number;
}

/** Follows a run to its end; returns and throws only when no process of it is left. */
async function supervise(
  artillery: ArtilleryProcess,
  { run, pending, deadlineMs }: Supervision,
  { signal, onProgress }: LoadRunOptions,
): Promise<LoadRunEnd> {
  const tail = new SegmentTail(run.folder, run.firstSegment);
  const aborted = onceAborted(signal);
  try {
    while (artillery.isRunning() && !signal.aborted && Date.now() < deadlineMs) {
      await Promise.race([artillery.ended, aborted, sleep(progressMs)]);
      onProgress(await tail.read());
    }
  } finally {
    await artillery.stop();
    await adoptOpenSegments(run.folder);
  }
  signal.throwIfAborted();
  onProgress(await tail.read());

  const expected = pending.reduce((sum, { targets }) => sum + targets.length, 0);
  const segments = lastClosed(await listSegments(run.folder));
  // Judged by the records: Artillery ends with 0 when every request failed.
  if (tail.outcomes >= expected) return { reason: 'completed', segments };
  const missing = `${expected - tail.outcomes} of ${expected} targets have no outcome.`;
  const output = `${missing}\n${await artillery.lastLines()}`;
  return { reason: Date.now() < deadlineMs ? 'ended-early' : 'watchdog', output, segments };
}

/** After this time there is no answer left to wait for. */
function lastUsefulMs(run: LoadRunSpec, pending: readonly PendingRequest[]): number {
  const lastPlannedMs = pending.reduce(
    (latest, { targets }) => Math.max(latest, ...targets.map((target) => target.plannedAtMs)),
    Date.now(),
  );
  return Math.min(run.endsBeforeMs, lastPlannedMs + run.timeoutMs);
}

function onceAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
