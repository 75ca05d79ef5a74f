import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { owners } from '../../domain/arm.ts';
import { PermanentFailure } from '../../domain/failures.ts';
import type { PlatformRecord } from '../../domain/observation.ts';
import type { Plan } from '../../domain/plan.ts';
import { platforms } from '../../domain/platform.ts';
import type {
  CallOptions,
  CollectRequest,
  Deployment,
  DeploymentRecord,
  DeployRequest,
  Testbed,
  Window,
  WindowRouter,
} from '../testbed.ts';
import { controlClient } from './control-plane.ts';
import { findHost, startHost, stopHost } from './host-process.ts';
import { hashesOfCode, hostSpecOf, requireUnchanged } from './host-spec.ts';
import { readRecords, removeRecords } from './record-store.ts';
import type { HostedRouter } from './router-host.ts';
import {
  type DeploymentFile,
  deploymentPath,
  findDeploymentFile,
  type HostFile,
  routerFolder,
  writeState,
} from './state-files.ts';

export interface LocalTestbedOptions {
  /** `.crossover/local`: this testbed's alone; removed as a whole by `release`. */
  readonly stateFolder: string;
  /** Where the plan's handler paths begin, and where `workloads/` is. */
  readonly checkoutFolder: string;
  /** Node for host, environments and tasks; ours when absent. */
  readonly nodePath?: string;
}

/** METHOD 2 and DESIGN 4: `cpu` may be absent, `deploy` then measures it with 30 requests. */
const measuredRequests = 30;
const warmUpBeforeMeasuring = 5;

/** Sixteen services start and warm up on two busy cores; a task alone may take 60 s. */
const prepareLimitMs = 120_000;
/** 35 requests of some seconds each. */
const measureLimitMs = 300_000;
const shortLimitMs = 10_000;

/** Real processes on this machine: Lambda environments and Fargate tasks of a host of their own. */
export class LocalTestbed implements Testbed {
  readonly #stateFolder: string;
  readonly #checkoutFolder: string;
  readonly #nodePath: string;

  constructor({ stateFolder, checkoutFolder, nodePath }: LocalTestbedOptions) {
    this.#stateFolder = resolve(stateFolder);
    this.#checkoutFolder = resolve(checkoutFolder);
    this.#nodePath = nodePath ?? process.execPath;
  }

  async deploy(request: DeployRequest, { signal }: CallOptions): Promise<DeploymentRecord> {
    const running = await findHost(this.#stateFolder);
    if (running !== undefined && running.campaignId !== request.campaignId) throw busy(running);
    const deployment = this.#requireSame(request) ?? this.#create(request);
    const host = running ?? (await this.#start(signal));
    if (deployment.record !== undefined) return deployment.record;

    const services = request.plan.workloads.flatMap(({ name, ecsTasks }) => [
      { owner: 'collection', platform: 'lambda', workload: name } as const,
      { owner: 'collection', platform: 'ecs', workload: name, tasks: ecsTasks } as const,
    ]);
    await this.#control(host, prepareLimitMs, signal).prepare({
      run: 'deploy',
      services,
      expiresAtMs: request.expiresAtMs,
    });
    const record = await this.#describe(request, host, deployment.codeHashes, signal);
    const latest = findDeploymentFile(this.#stateFolder) ?? deployment;
    writeState(deploymentPath(this.#stateFolder), { ...latest, record });
    return record;
  }

  async find(campaignId: string): Promise<Deployment | undefined> {
    const deployment = findDeploymentFile(this.#stateFolder);
    if (deployment?.spec.campaignId !== campaignId) return undefined;
    const { baseUrl, token, spec } = deployment;
    if (baseUrl === undefined) return undefined;
    const endpoints = owners.flatMap((owner) =>
      platforms.flatMap((platform) =>
        spec.workloads.map(({ name }) => ({
          owner,
          platform,
          workload: name,
          url: `${baseUrl}/${owner}/${platform}/${name}`,
        })),
      ),
    );
    const routers = owners
      .filter((owner) => owner === 'hybrid')
      .map((owner) => ({ owner, url: `${baseUrl}/${owner}/router` }));
    return { campaignId, token, endpoints, routers };
  }

  async prepare(window: Window, { signal }: CallOptions): Promise<void> {
    const { campaignId, run, services, expiresAtMs } = window;
    const deployment = this.#requireDeployment(campaignId);
    requireUnchanged(deployment.spec, deployment.codeHashes);
    const running = await findHost(this.#stateFolder);
    if (running !== undefined && running.campaignId !== campaignId) throw busy(running);
    if (running === undefined) {
      // A new host would otherwise end at once: the expiry of the deployment may be long past.
      const spec = { ...deployment.spec, expiresAtMs };
      writeState(deploymentPath(this.#stateFolder), { ...deployment, spec });
    }
    const host = running ?? (await this.#start(signal));
    const router = window.router && this.#hostedRouter(window.router);
    await this.#control(host, prepareLimitMs, signal).prepare({
      run,
      services,
      expiresAtMs,
      ...(router === undefined ? {} : { router }),
    });
  }

  async collect(
    { campaignId, run }: CollectRequest,
    { signal }: CallOptions,
  ): Promise<readonly PlatformRecord[]> {
    this.#requireDeployment(campaignId);
    const host = await findHost(this.#stateFolder);
    // A host that was killed has written what it knew.
    if (host !== undefined) await this.#control(host, shortLimitMs, signal).closeWindow(run);
    return readRecords(this.#stateFolder, run);
  }

  async suspend(campaignId: string): Promise<void> {
    const deployment = findDeploymentFile(this.#stateFolder);
    if (deployment?.spec.campaignId !== campaignId) return;
    const left = await stopHost(this.#stateFolder);
    if (left.length > 0) throw new Error(`The local host left something: ${left.join(', ')}.`);
  }

  async release(campaignId: string): Promise<readonly string[]> {
    const deployment = findDeploymentFile(this.#stateFolder);
    if (deployment !== undefined && deployment.spec.campaignId !== campaignId) return [];
    const left = await stopHost(this.#stateFolder);
    rmSync(this.#stateFolder, { recursive: true, force: true });
    return existsSync(this.#stateFolder) ? [...left, `folder ${this.#stateFolder}`] : left;
  }

  /** The model goes to the host as a file: it is a thousand times as large as all the rest. */
  #hostedRouter({ model, ...rules }: WindowRouter): HostedRouter {
    const hosted = { ...rules, platformsOf: { ...rules.platformsOf }, table: { ...rules.table } };
    if (model === undefined) return hosted;
    const folder = routerFolder(this.#stateFolder);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, `${model.hash}.json`);
    writeFileSync(path, model.bytes, { mode: 0o600 });
    return { ...hosted, model: { path, hash: model.hash } };
  }

  #create(request: DeployRequest): DeploymentFile {
    const spec = hostSpecOf(request, this.#checkoutFolder);
    const codeHashes = hashesOfCode(spec);
    const deployment = { token: randomBytes(32).toString('hex'), spec, codeHashes };
    mkdirSync(this.#stateFolder, { recursive: true, mode: 0o700 });
    // Run names repeat from campaign to campaign: another one's records must not be found.
    removeRecords(this.#stateFolder);
    writeState(deploymentPath(this.#stateFolder), deployment);
    return deployment;
  }

  /** The deployment of an earlier call for the same campaign, if there was one. */
  #requireSame(request: DeployRequest): DeploymentFile | undefined {
    const deployment = findDeploymentFile(this.#stateFolder);
    if (deployment?.spec.campaignId !== request.campaignId) return undefined;
    const { expiresAtMs } = request;
    if (
      !isDeepStrictEqual(
        { ...deployment.spec, expiresAtMs },
        hostSpecOf(request, this.#checkoutFolder),
      )
    ) {
      throw new PermanentFailure(
        'DeploymentMismatch',
        `Campaign "${request.campaignId}" is deployed with another plan. ` +
          'Start a campaign with a new id, or release this one first.',
      );
    }
    requireUnchanged(deployment.spec, deployment.codeHashes);
    const renewed = { ...deployment, spec: { ...deployment.spec, expiresAtMs } };
    writeState(deploymentPath(this.#stateFolder), renewed);
    return renewed;
  }

  #requireDeployment(campaignId: string): DeploymentFile {
    const deployment = findDeploymentFile(this.#stateFolder);
    if (deployment?.spec.campaignId === campaignId) return deployment;
    const holder = deployment === undefined ? 'nothing' : `"${deployment.spec.campaignId}"`;
    throw new PermanentFailure(
      'NothingDeployed',
      `Campaign "${campaignId}" is not deployed on this machine (there is ${holder}). ` +
        `Run "crossover run" with its plan again.`,
    );
  }

  async #describe(
    { campaignId, plan }: DeployRequest,
    host: HostFile,
    codeHashes: DeploymentRecord['codeHashes'],
    signal: AbortSignal,
  ): Promise<DeploymentRecord> {
    const status = await this.#control(host, shortLimitMs, signal).status();
    const cpuMs = await this.#measureAll(plan, host, signal);
    const { limits, nodeVersion, cpuModel, cpuCount } = status;
    return { campaignId, limits, nodeVersion, cpuModel, cpuCount, codeHashes, cpuMs };
  }

  /** One workload after the other: on two cores they would disturb each other. */
  async #measureAll(
    plan: Plan,
    host: HostFile,
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, number>>> {
    const control = this.#control(host, measureLimitMs, signal);
    const measured: Record<string, number> = {};
    for (const { name, cpuMs } of plan.workloads) {
      if (cpuMs === undefined) await control.measureCpuMs(name, warmUpBeforeMeasuring);
      measured[name] = cpuMs ?? (await control.measureCpuMs(name, measuredRequests));
    }
    return measured;
  }

  #start(signal: AbortSignal): Promise<HostFile> {
    return startHost(this.#stateFolder, { nodePath: this.#nodePath, signal });
  }

  #control({ socketPath }: HostFile, timeoutMs: number, signal: AbortSignal) {
    return controlClient({ socketPath, timeoutMs, signal });
  }
}

function busy(host: HostFile): PermanentFailure {
  return new PermanentFailure(
    'TestbedBusy',
    `This machine's testbed is held by campaign "${host.campaignId}" (process ${host.pid}). ` +
      `Wait for its end, or run "crossover stop ${host.campaignId}".`,
  );
}
