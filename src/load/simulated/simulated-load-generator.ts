import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { PermanentFailure } from '../../domain/failures.ts';
import { parseModelArtifact } from '../../domain/models/model.ts';
import { requestHeader } from '../../domain/names.ts';
import type { IntendedRequest } from '../../domain/requests/requests.ts';
import { createRouter, type Router } from '../../router/router.ts';
import {
  findEarlierRun,
  findJson,
  type SimulationFiles,
  simulationFiles,
  writeJson,
} from '../../testbeds/simulated/simulation-files.ts';
import type { SimulationSpec } from '../../testbeds/simulated/simulation-spec.ts';
import type { Deployment } from '../../testbeds/testbed.ts';
import { requireEndpoints } from '../artillery/required-endpoints.ts';
import type { LoadGenerator, LoadRunEnd, LoadRunOptions, LoadRunSpec } from '../load-generator.ts';
import { listSegments } from '../segments.ts';
import type { SimulationState } from './lanes.ts';
import { RecordFiles } from './record-files.ts';
import { readRequestPieces } from './request-lines.ts';
import { SimulatedRun } from './simulated-run.ts';

const progressMs = 1_000;

/** Load in virtual time: computes what would be measured, and writes it down in the same form. */
export class SimulatedLoadGenerator implements LoadGenerator {
  readonly #stateFolder: string;

  constructor({ stateFolder }: { readonly stateFolder: string }) {
    this.#stateFolder = path.resolve(stateFolder);
  }

  /**
   * Needs the window that `SimulatedTestbed.prepare` has written. Everything is computed from the
   * beginning in every attempt, and gives the same bytes; what `alreadySent` names is not written
   * again.
   */
  async run(
    spec: LoadRunSpec,
    deployment: Deployment,
    options: LoadRunOptions,
  ): Promise<LoadRunEnd> {
    options.signal.throwIfAborted();
    const files = simulationFiles(this.#stateFolder, spec.campaignId);
    const window = requireWindow(files, spec);
    const router = await loadRouter(spec);
    const alreadySent = new Set(spec.alreadySent);
    const records = await openRecords(spec, files, alreadySent);
    const state = earlierState(files, spec.run);
    const run = new SimulatedRun({
      spec: window,
      times: spec,
      sink: records,
      alreadySent,
      ...(state === undefined ? {} : { state }),
      ...(router === undefined ? {} : { router }),
      ...(spec.router?.modelHash === undefined ? {} : { modelHash: spec.router.modelHash }),
    });
    let isWhole = false;
    try {
      await simulate({ run, records, spec, deployment }, options);
      const next = run.finish();
      records.closePlatform();
      isWhole = true;
      // Last: it tells the next run, and whoever looks, that this one is complete.
      writeJson(files.state(spec.run), next);
    } finally {
      records.closeSegment();
      if (!isWhole) records.discardPlatform();
    }
    options.onProgress(records.progress);
    return { reason: 'completed', segments: records.progress.closedSegments };
  }
}

/** Goes through the requests; between two pieces of the file others may use the process. */
async function simulate(
  {
    run,
    records,
    spec,
    deployment,
  }: {
    readonly run: SimulatedRun;
    readonly records: RecordFiles;
    readonly spec: LoadRunSpec;
    readonly deployment: Deployment;
  },
  { signal, onProgress }: LoadRunOptions,
): Promise<void> {
  const requireReachable = endpointCheck(spec, deployment);
  let saidAtMs = Number.NEGATIVE_INFINITY;
  for await (const requests of readRequestPieces(spec.requestsPath)) {
    signal.throwIfAborted();
    for (const request of requests) {
      requireReachable(request);
      run.accept(request);
    }
    if (Date.now() - saidAtMs < progressMs) continue;
    saidAtMs = Date.now();
    onProgress(records.progress);
  }
  signal.throwIfAborted();
}

/** Looks once at each kind of target, and throws `DeploymentMismatch` at the first that is missing. */
function endpointCheck(
  spec: LoadRunSpec,
  deployment: Deployment,
): (request: IntendedRequest) => void {
  const known = new Set<string>();
  return (request) => {
    for (const target of request.targets) {
      const kind = `${target.owner}/${request.workload}/${target.platform ?? 'routed'}`;
      if (known.has(kind)) continue;
      const pending = { target, position: 1, plannedAtMs: spec.startsAtMs };
      requireEndpoints([{ request, targets: [pending] }], spec, deployment);
      known.add(kind);
    }
  };
}

function requireWindow(files: SimulationFiles, { campaignId, run }: LoadRunSpec): SimulationSpec {
  const window = findJson<SimulationSpec>(files.window(run));
  if (window !== undefined) return window;
  throw new PermanentFailure(
    'NothingDeployed',
    `No window of run ${run} is prepared on the simulated testbed for campaign "${campaignId}": ` +
      `${files.window(run)} does not exist. Run the campaign on the machine that prepared it.`,
  );
}

function earlierState(files: SimulationFiles, run: string): SimulationState | undefined {
  const earlier = findEarlierRun(files, run);
  return earlier === undefined ? undefined : findJson<SimulationState>(files.state(earlier));
}

async function openRecords(
  spec: LoadRunSpec,
  files: SimulationFiles,
  alreadySent: ReadonlySet<string>,
): Promise<RecordFiles> {
  mkdirSync(files.folder, { recursive: true });
  // A state says that the records are whole, which they are not from here on.
  if (existsSync(files.state(spec.run))) rmSync(files.state(spec.run));
  const lastSegment = (await listSegments(spec.folder)).at(-1)?.number ?? 0;
  return new RecordFiles({
    folder: spec.folder,
    firstSegment: lastSegment + 1,
    attempt: spec.attempt,
    platformPath: files.records(spec.run),
    isWrittenAlready: ({ requestId, target }) =>
      alreadySent.size > 0 && alreadySent.has(requestHeader(requestId, target)),
  });
}

async function loadRouter({ router }: LoadRunSpec): Promise<Router | undefined> {
  if (router === undefined) return undefined;
  if (router.modelPath === undefined) return createRouter(router);
  const text = await readFile(router.modelPath, 'utf8');
  return createRouter(router, parseModelArtifact(JSON.parse(text)));
}
