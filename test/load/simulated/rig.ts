import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import type { PlatformRecord } from '../../../src/domain/observation.ts';
import type { Plan } from '../../../src/domain/plan.ts';
import type { IntendedRequest } from '../../../src/domain/requests/requests.ts';
import type { LoadRunSpec } from '../../../src/load/load-generator.ts';
import type { SimulationState } from '../../../src/load/simulated/lanes.ts';
import type { Reply, Send } from '../../../src/load/simulated/send.ts';
import { SimulatedLoadGenerator } from '../../../src/load/simulated/simulated-load-generator.ts';
import { SimulatedRun, type SimulatedRunInput } from '../../../src/load/simulated/simulated-run.ts';
import { SimulatedTestbed } from '../../../src/testbeds/simulated/simulated-testbed.ts';
import type { ServiceSpec, Testbed } from '../../../src/testbeds/testbed.ts';
import { aSimulatedPlan, aSpec, servicesOf } from '../../testbeds/simulated/builders.ts';

/** Monday, 12:00 UTC. */
export const startsAtMs = Date.UTC(2026, 10, 2, 12);
export const signal = new AbortController().signal;

export interface SimulatedCampaign {
  readonly plan: Plan;
  readonly folder: string;
  readonly testbed: Testbed;
  readonly generator: SimulatedLoadGenerator;
  /** Prepares the window and runs it into a folder of its own. */
  run(
    run: string,
    requests: readonly IntendedRequest[],
    changes?: Partial<LoadRunSpec>,
  ): Promise<RunFiles>;
}

export interface RunFiles {
  readonly client: string;
  readonly platform: string;
}

export async function aCampaign(
  plan: Plan = aSimulatedPlan(),
  services: readonly ServiceSpec[] = servicesOf(plan),
): Promise<SimulatedCampaign> {
  const folder = mkdtempSync(join(tmpdir(), 'crossover-simulation-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const stateFolder = join(folder, 'state');
  const testbed: Testbed = new SimulatedTestbed({ stateFolder, checkoutFolder: resolve('.') });
  const generator = new SimulatedLoadGenerator({ stateFolder });
  await testbed.deploy({ campaignId: 'demo', plan, expiresAtMs: 0 }, { signal });
  let runs = 0;
  return {
    plan,
    folder,
    testbed,
    generator,
    run: async (run, requests, changes = {}) => {
      runs += 1;
      await testbed.prepare({ campaignId: 'demo', run, services, expiresAtMs: 0 }, { signal });
      const deployment = await testbed.find('demo');
      if (deployment === undefined) throw new Error('The campaign is deployed.');
      const spec = aRunSpec(join(folder, `run-${runs}`), run, requests, changes);
      await generator.run(spec, deployment, { signal, onProgress: () => undefined });
      return {
        client: readFileSync(join(spec.folder, '001.ndjson'), 'utf8'),
        platform: readFileSync(join(stateFolder, 'demo', `${run}.ndjson`), 'utf8'),
      };
    },
  };
}

export function aRunSpec(
  folder: string,
  run: string,
  requests: readonly IntendedRequest[],
  changes: Partial<LoadRunSpec> = {},
): LoadRunSpec {
  mkdirSync(folder, { recursive: true });
  const requestsPath = join(folder, 'requests.ndjson');
  writeFileSync(requestsPath, requests.map((request) => `${JSON.stringify(request)}\n`).join(''));
  const runStartsAtMs = changes.startsAtMs ?? startsAtMs;
  return {
    campaignId: 'demo',
    run,
    attempt: 1,
    startsAtMs: runStartsAtMs,
    movedMs: 0,
    requestsPath,
    alreadySent: [],
    handlers: {},
    folder,
    timeoutMs: 29_000,
    endsBeforeMs: runStartsAtMs + 3_600_000,
    ...changes,
  };
}

export interface Outcome {
  readonly send: Send;
  readonly reply: Reply;
}

/** A run without files: what the clients and the platforms say of it. */
export function simulated(
  requests: Iterable<IntendedRequest>,
  changes: Partial<SimulatedRunInput> = {},
): {
  readonly outcomes: Outcome[];
  readonly platform: PlatformRecord[];
  readonly state: SimulationState;
} {
  const outcomes: Outcome[] = [];
  const platform: PlatformRecord[] = [];
  const run = new SimulatedRun({
    spec: aSpec(),
    times: { startsAtMs, movedMs: 0, timeoutMs: 29_000, endsBeforeMs: startsAtMs + 3_600_000 },
    sink: {
      outcome: (send, reply) => outcomes.push({ send, reply }),
      platform: (record) => platform.push(record),
    },
    ...changes,
  });
  for (const request of requests) run.accept(request);
  const state = run.finish();
  return { outcomes, platform, state };
}

export function latencyOf({ reply }: Outcome): number {
  return reply.outcome === 'answered' ? reply.latencyMs : Number.POSITIVE_INFINITY;
}
