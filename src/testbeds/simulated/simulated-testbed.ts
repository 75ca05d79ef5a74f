import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { owners } from '../../domain/arm.ts';
import { PermanentFailure } from '../../domain/failures.ts';
import type { PlatformRecord } from '../../domain/observation.ts';
import type { Plan } from '../../domain/plan.ts';
import { platforms } from '../../domain/platform.ts';
import { defaultSimulation } from '../../domain/simulation/simulation.ts';
import { hashOfCode } from '../local/code-hash.ts';
import type {
  CollectRequest,
  Deployment,
  DeploymentRecord,
  DeployRequest,
  Testbed,
  Window,
} from '../testbed.ts';
import { readCalibration } from './calibration.ts';
import { findJson, type SimulationFiles, simulationFiles, writeJson } from './simulation-files.ts';
import { simulationSpec } from './simulation-spec.ts';

export interface SimulatedTestbedOptions {
  /** `.crossover/simulated`: a folder in it for each campaign, removed by `release`. */
  readonly stateFolder: string;
  /** Where the plan's handler paths begin. */
  readonly checkoutFolder: string;
}

interface StoredDeployment {
  readonly plan: Plan;
  readonly record: DeploymentRecord;
}

/**
 * A testbed in numbers (METHOD 7): nothing runs between two load runs. `prepare` writes down what a
 * window is made of, the simulated load generator reads it, and `collect` reads what that wrote.
 */
export class SimulatedTestbed implements Testbed {
  readonly #stateFolder: string;
  readonly #checkoutFolder: string;

  constructor({ stateFolder, checkoutFolder }: SimulatedTestbedOptions) {
    this.#stateFolder = resolve(stateFolder);
    this.#checkoutFolder = resolve(checkoutFolder);
  }

  async deploy({ campaignId, plan }: DeployRequest): Promise<DeploymentRecord> {
    const files = this.#files(campaignId);
    const earlier = findJson<StoredDeployment>(files.deployment);
    if (earlier !== undefined) return requireSamePlan(campaignId, earlier, plan).record;
    const record: DeploymentRecord = {
      campaignId,
      limits: 'simulated',
      nodeVersion: process.version,
      cpuModel: simulatedCpu,
      // The model runs in one thread of one process; no target has a CPU.
      cpuCount: 1,
      codeHashes: Object.fromEntries(
        plan.workloads.map(({ name, run }) => [name, this.#hashOfCode(name, run)]),
      ),
      cpuMs: Object.fromEntries(
        plan.workloads.map(({ name, run, cpuMs }) => [name, cpuMs ?? knownCpuMs(name, run)]),
      ),
    };
    // A plan that cannot be simulated is refused here, and not in the middle of its first slot.
    requireMemory(plan);
    simulationSpec({
      plan,
      cpuMs: record.cpuMs,
      calibration: readCalibration(),
      run: 'deploy',
      services: [],
    });
    writeJson(files.deployment, { plan, record } satisfies StoredDeployment);
    return record;
  }

  async find(campaignId: string): Promise<Deployment | undefined> {
    const deployed = findJson<StoredDeployment>(this.#files(campaignId).deployment);
    if (deployed === undefined) return undefined;
    const endpoints = owners.flatMap((owner) =>
      platforms.flatMap((platform) =>
        deployed.plan.workloads.map(({ name }) => ({
          owner,
          platform,
          workload: name,
          url: `simulated://${owner}/${platform}/${name}`,
        })),
      ),
    );
    // Nothing listens, so there is nothing that a token could protect.
    return { campaignId, token: 'simulated', endpoints };
  }

  async prepare({ campaignId, run, services }: Window): Promise<void> {
    const files = this.#files(campaignId);
    const { plan, record } = this.#require(campaignId, files);
    const calibration = readCalibration();
    const spec = simulationSpec({ plan, cpuMs: record.cpuMs, calibration, run, services });
    writeJson(files.window(run), spec);
  }

  async collect({ campaignId, run }: CollectRequest): Promise<readonly PlatformRecord[]> {
    const files = this.#files(campaignId);
    this.#require(campaignId, files);
    const path = files.records(run);
    // No load run, no records: as of a host that nobody has sent anything to.
    if (!existsSync(path)) return [];
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line): PlatformRecord => JSON.parse(line));
  }

  /** Nothing runs, and nothing costs. */
  async suspend(): Promise<void> {}

  async release(campaignId: string): Promise<readonly string[]> {
    const { folder } = this.#files(campaignId);
    rmSync(folder, { recursive: true, force: true });
    return existsSync(folder) ? [`folder ${folder}`] : [];
  }

  #files(campaignId: string): SimulationFiles {
    return simulationFiles(this.#stateFolder, campaignId);
  }

  #require(campaignId: string, files: SimulationFiles): StoredDeployment {
    const deployed = findJson<StoredDeployment>(files.deployment);
    if (deployed !== undefined) return deployed;
    throw new PermanentFailure(
      'NothingDeployed',
      `Campaign "${campaignId}" is not deployed on the simulated testbed of this machine. ` +
        'Run "crossover run" with its plan again.',
    );
  }

  #hashOfCode(workload: string, run: string): string {
    const path = resolve(this.#checkoutFolder, run);
    if (existsSync(path)) return hashOfCode(path);
    throw new PermanentFailure(
      'WorkloadBroken',
      `Workload "${workload}" has no handler: ${path} does not exist. Its code is not run on the ` +
        'simulated testbed, but its payloads are made. Correct "run" in the plan.',
    );
  }
}

/** A real function would be ended for it, at every call; here it would only not be noticed. */
function requireMemory({ workloads, simulation = defaultSimulation }: Plan): void {
  const { memoryUsedMb } = simulation;
  for (const { name, lambdaMemoryMb, ecsMemoryMb } of workloads) {
    const least = Math.min(lambdaMemoryMb, ecsMemoryMb);
    if (memoryUsedMb <= least) continue;
    throw new PermanentFailure(
      'InvalidPlan',
      `simulation.memoryUsed says that a process uses ${memoryUsedMb} MB, and workload "${name}" ` +
        `has ${least} MB. Give the workload more, or correct memoryUsed.`,
    );
  }
}

/** Stands where other testbeds name a processor, so that no reader takes it for a measurement. */
export const simulatedCpu = 'simulated';

function requireSamePlan(
  campaignId: string,
  earlier: StoredDeployment,
  plan: Plan,
): StoredDeployment {
  // As JSON, in which the earlier one was stored: that leaves out what is undefined.
  if (isDeepStrictEqual(earlier.plan, JSON.parse(JSON.stringify(plan)))) return earlier;
  throw new PermanentFailure(
    'DeploymentMismatch',
    `Campaign "${campaignId}" is deployed with another plan. ` +
      'Start a campaign with a new id, or release this one first.',
  );
}

/**
 * Busy time of one request on one vCPU of the handlers that come with the product, by their folder:
 * of `workloads/http-server.ts` on an AMD EPYC with Node.js 24, mean of 10 to 200 requests, rounded.
 * Other handlers need `cpu` in the plan: nothing is run here that could be measured.
 */
const shippedCpuMs: Readonly<Record<string, number>> = {
  lightweight: 0.9,
  thumbnail: 4,
  medium: 45,
  heavy: 215,
};

function knownCpuMs(workload: string, run: string): number {
  const known = shippedCpuMs[basename(dirname(run))];
  if (known !== undefined) return known;
  throw new PermanentFailure(
    'InvalidPlan',
    `The simulated testbed runs no code, so it cannot measure the CPU time of workload ` +
      `"${workload}". Give it as "cpu" in the plan.`,
  );
}
