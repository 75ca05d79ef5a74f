import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type EvaluationSetup, hybridRules } from '../../domain/evaluation.ts';
import { hasRouterService } from '../../domain/money/router-task.ts';
import type { Plan } from '../../domain/plan.ts';
import type { LoadRunRef, RunWindow } from '../../domain/requests/load-run.ts';
import type { IntendedRequest } from '../../domain/requests/requests.ts';
import type { LoadRunSpec, RouterSpec } from '../../load/load-generator.ts';
import type { Deployment } from '../../testbeds/testbed.ts';
import { type ActivityPorts, requireTestbed } from '../activity-ports.ts';
import type { CampaignStore } from '../campaign-store.ts';
import { handlerPaths } from './handler-paths.ts';
import type { EarlierAttempts, SegmentArchive } from './segment-archive.ts';

/** Artillery is ready 1.2 to 2.2 s after it is spawned; on a busy machine it takes up to twice that. */
export const generatorReadyMs = 3_500;

/** The activity stops the generator so long before its deadline, to store what was measured. */
const storingMs = 3_000;

/** What an attempt's generator is told, with the files that it reads in the attempt's folder. */
export async function loadRunSpec(input: {
  readonly ports: ActivityPorts;
  readonly store: CampaignStore;
  readonly run: LoadRunRef;
  readonly window: RunWindow;
  readonly before: EarlierAttempts;
  readonly archive: SegmentArchive;
  readonly attempt: number;
}): Promise<{ readonly spec: LoadRunSpec; readonly deployment: Deployment }> {
  const { ports, store, run, window, before, archive, attempt } = input;
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
      handlers: handlerPaths(plan, ports.checkoutFolder),
      folder,
      timeoutMs: plan.load.timeoutMs,
      endsBeforeMs: window.endsBeforeMs - storingMs,
      ...(router === undefined ? {} : { router }),
    },
  };
}

/** What the hybrid arm's router needs, as files beside the requests; a service has its own. */
async function routerOf(
  store: CampaignStore,
  plan: Plan,
  folder: string,
): Promise<RouterSpec | undefined> {
  const setup = await store.requireJson<EvaluationSetup>(store.keys.evaluation);
  if (!setup.arms.includes('hybrid')) return undefined;
  const common = { place: plan.evaluation.router, ...hybridRules(setup, plan) };
  if (hasRouterService('hybrid', plan)) return common;
  if (setup.modelHash === undefined) return common;
  const modelPath = join(folder, 'model.json');
  await writeFile(modelPath, await store.requireBytes(store.keys.model(setup.modelHash)));
  return { ...common, modelPath, modelHash: setup.modelHash };
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
