import { readFile } from 'node:fs/promises';
import { requestHeader } from '../../../domain/names.ts';
import type { Platform } from '../../../domain/platform.ts';
import type { IntendedRequest, Target } from '../../../domain/requests/requests.ts';
import type { Endpoint, RouterEndpoint } from '../../../testbeds/testbed.ts';
import type { LoadRunSpec } from '../../load-generator.ts';

/**
 * What the engine finds in `run.json`: the run and where to send. The token comes through the
 * environment instead, so that no killed run leaves it in a file.
 */
export interface EngineRun extends LoadRunSpec {
  readonly endpoints: readonly Endpoint[];
  readonly routers?: readonly RouterEndpoint[];
  readonly firstSegment: number;
}

export const tokenVariable = 'CROSSOVER_TOKEN';

/** One virtual user: a request with the targets that this attempt still has to send. */
export interface PendingRequest {
  readonly request: IntendedRequest;
  readonly targets: readonly PendingTarget[];
}

export interface PendingTarget {
  readonly target: Target;
  /** Place in the drawn order among all targets of the request, from 1. */
  readonly position: number;
  readonly plannedAtMs: number;
}

/**
 * What an attempt has to send, in the order of its first planned time: neither what an earlier
 * attempt has sent, nor what is planned for after the end (its row will say `not-issued`).
 */
export function pendingRequests(
  requests: readonly IntendedRequest[],
  run: LoadRunSpec,
): readonly PendingRequest[] {
  const sent = new Set(run.alreadySent);
  return requests
    .map((request) => ({ request, targets: pendingTargets(request, run, sent) }))
    .filter(({ targets }) => targets.length > 0)
    .sort((a, b) => firstPlannedMs(a) - firstPlannedMs(b));
}

/** Reads a file with one intended request per line, as the draw wrote it. */
export async function readRequests(requestsPath: string): Promise<readonly IntendedRequest[]> {
  const text = await readFile(requestsPath, 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): IntendedRequest => JSON.parse(line));
}

export function firstPlannedMs({ targets }: PendingRequest): number {
  return Math.min(...targets.map((target) => target.plannedAtMs));
}

/** The platforms that a target may be sent to: its own, or those the router may choose from. */
export function possiblePlatforms(
  target: Target,
  workload: string,
  run: LoadRunSpec,
): readonly Platform[] {
  if (target.platform !== undefined) return [target.platform];
  return run.router?.platformsOf[workload] ?? [];
}

function pendingTargets(
  request: IntendedRequest,
  run: LoadRunSpec,
  sent: ReadonlySet<string>,
): readonly PendingTarget[] {
  return request.targets
    .map((target, index) => ({
      target,
      position: index + 1,
      plannedAtMs: run.startsAtMs + target.offsetMs + run.movedMs,
    }))
    .filter(({ target }) => !sent.has(requestHeader(request.requestId, target.target)))
    .filter(({ plannedAtMs }) => plannedAtMs < run.endsBeforeMs);
}
