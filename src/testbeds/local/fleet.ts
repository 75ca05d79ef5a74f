import type { Owner } from '../../domain/arm.ts';
import { PermanentFailure } from '../../domain/failures.ts';
import type { ServiceSpec as WindowService } from '../testbed.ts';
import type { HostLog } from './host-log.ts';
import { LambdaPool } from './lambda-pool.ts';
import type { Limits } from './limits.ts';
import { loadMakePayload, type MakePayload } from './payload-maker.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { containerProgram, lambdaProgram, type ProgramPlace } from './program.ts';
import type { RecordWriter } from './record-store.ts';
import { type HostedRouter, RouterHost } from './router-host.ts';
import { defaultHealth, Service } from './service.ts';
import type { HostedWorkload, HostSpec } from './state-files.ts';
import { Witness } from './witness.ts';

export interface FleetSpec {
  readonly host: HostSpec;
  readonly identity: ProcessIdentity;
  readonly limits: Limits;
  readonly place: ProgramPlace;
  readonly records: RecordWriter;
  readonly log: HostLog;
  /** For the settings of a router service. */
  readonly routerFolder: string;
  /** Where the host serves; asked when it does. */
  readonly baseUrl: () => string;
}

export interface FleetWindow {
  readonly run: string;
  readonly services: readonly WindowService[];
  readonly router?: HostedRouter;
}

/** Tasks are sampled beside the handler, never inside it (METHOD 2.4). */
const samplePeriodMs = 1_000;

/** All pools and services of a host: what is up, for whom, and during which window. */
export class Fleet {
  readonly #spec: FleetSpec;
  readonly #pools = new Map<string, LambdaPool>();
  readonly #services = new Map<string, Service>();
  readonly #payloads = new Map<string, MakePayload>();
  readonly #witness: Witness;
  readonly #router: RouterHost;
  #owners: readonly Owner[] = [];
  #activeOwner: Owner | undefined;
  #sampleTimer: NodeJS.Timeout | undefined;
  #preparation: Promise<void> = Promise.resolve();

  constructor(spec: FleetSpec) {
    this.#spec = spec;
    this.#witness = new Witness(spec.records, spec.log);
    this.#router = new RouterHost({
      ...spec,
      folder: spec.routerFolder,
      timeoutMs: spec.host.timeoutMs,
      onTask: (task) => this.#witness.noteRouter(task),
      onLine: (line, taskId) => this.#witness.noteLine(line, taskId),
      onTrouble: (what, error) => this.#witness.noteTrouble(what, error),
    });
  }

  findPool(owner: string, workload: string): LambdaPool | undefined {
    return this.#pools.get(keyOf(owner, workload));
  }

  findService(owner: string, workload: string): Service | undefined {
    return this.#services.get(keyOf(owner, workload));
  }

  findRouter(owner: string): Service | undefined {
    return this.#router.find(owner);
  }

  /** With several owners, the one that was asked last is having its turn (METHOD 1.2). */
  noteRequest(owner: string): void {
    const known = this.#owners.find((candidate) => candidate === owner);
    if (known !== undefined && known !== this.#activeOwner) this.#activate(known);
  }

  /** One preparation at a time: a retry waits for the one that it repeats. */
  prepare(window: FleetWindow): Promise<void> {
    const preparation = this.#preparation.then(() => this.#prepare(window));
    this.#preparation = preparation.catch(() => undefined);
    return preparation;
  }

  /** Takes the last samples of the run; its counters are complete from now on. */
  closeWindow(run: string): void {
    if (run !== this.#witness.run) return;
    this.#sampleTasks();
    clearInterval(this.#sampleTimer);
    this.#sampleTimer = undefined;
  }

  /**
   * Busy time of one request on one vCPU, from the counter of the collection's task and one request
   * after the other, so that nothing else is counted.
   */
  async measureCpuMs(workload: string, requests: number): Promise<number> {
    const service = this.#services.get(keyOf('collection', workload));
    const task = service?.tasks.find(({ state }) => state === 'running');
    if (service === undefined || task === undefined) {
      throw new Error(`No task of workload "${workload}" runs for the collection.`);
    }
    const makePayload = await this.#makePayload(requireHosted(this.#spec.host, workload));
    const cpuBefore = task.cage.cpuTotalMs(task.pid);
    for (let seed = 0; seed < requests; seed += 1) {
      const statusCode = await service
        .sendDirectly(task, makePayload(seed), this.#spec.host.timeoutMs)
        .catch((cause: unknown) => {
          throw brokenWorkload(workload, String(cause), cause);
        });
      if (statusCode >= 400) throw brokenWorkload(workload, `status ${statusCode}`, undefined);
    }
    const cpuMs = (task.cage.cpuTotalMs(task.pid) - cpuBefore) / requests;
    return Math.round(cpuMs * 1000) / 1000;
  }

  /** Every process and group of the fleet is gone when it resolves. */
  async close(): Promise<void> {
    clearInterval(this.#sampleTimer);
    await this.#preparation;
    await Promise.all([this.#router.close(), this.#retain(new Set())]);
  }

  async #prepare({ run, services, router }: FleetWindow): Promise<void> {
    if (this.#witness.run !== undefined) this.closeWindow(this.#witness.run);
    const wanted = new Set(services.map((service) => windowKey(service)));
    await this.#retain(wanted);
    this.#witness.run = run;
    this.#owners = [...new Set(services.map(({ owner }) => owner))];
    const replaced = services.map((service) => this.#bringUp(service, run));
    this.#activate(this.#owners.length === 1 ? this.#owners[0] : undefined);
    await Promise.all([...replaced, this.#router.prepare(router)]);
    this.#sampleTasks();
    this.#sampleTimer = setInterval(() => this.#sampleTasks(), samplePeriodMs);
    this.#spec.log('Window prepared', { run, services: services.length, owners: this.#owners });
  }

  async #bringUp({ owner, platform, workload, tasks }: WindowService, run: string): Promise<void> {
    const hosted = requireHosted(this.#spec.host, workload);
    const key = keyOf(owner, workload);
    if (platform === 'lambda') {
      if (!this.#pools.has(key)) this.#pools.set(key, this.#createPool(owner, hosted));
      return;
    }
    const makePayload = await this.#makePayload(hosted);
    const service = this.#services.get(key) ?? this.#createService(hosted, makePayload);
    this.#services.set(key, service);
    await service.replace(tasks ?? hosted.ecsTasks, `Replaced for ${run}`);
  }

  #createPool(owner: Owner, workload: HostedWorkload): LambdaPool {
    const { host, identity, limits, place } = this.#spec;
    return new LambdaPool({
      name: `${host.campaignId}-${owner}-${workload.name}`,
      memoryMb: workload.lambdaMemoryMb,
      timeoutMs: host.timeoutMs,
      program: lambdaProgram(place, workload.handlerPath),
      host: identity,
      limits,
      idleLimitMs: host.idleLimitMs,
      concurrency: host.concurrency,
      onLine: (line, environmentId) => this.#witness.noteLine(line, environmentId),
      onTrouble: (what, error) => this.#witness.noteTrouble(what, error),
    });
  }

  #createService(workload: HostedWorkload, makePayload: MakePayload): Service {
    const { host, identity, limits, place } = this.#spec;
    return new Service({
      workload: workload.name,
      vcpu: workload.ecsVcpu,
      memoryMb: workload.ecsMemoryMb,
      program: containerProgram(place, workload.handlerPath),
      host: identity,
      limits,
      health: defaultHealth,
      warmUp: { requests: host.warmUpRequests, makePayload },
      onTaskStarted: (task) => this.#witness.noteTask(task, workload.name),
      onTaskStopped: (task) => this.#witness.noteTask(task, workload.name),
      onLine: (line, taskId) => this.#witness.noteLine(line, taskId),
      onTrouble: (what, error) => this.#witness.noteTrouble(what, error),
    });
  }

  /** What is not wanted is scaled to zero: nobody pays for it, and it warms nothing. */
  async #retain(wanted: ReadonlySet<string>): Promise<void> {
    const ending: Promise<void>[] = [];
    for (const [key, pool] of this.#pools) {
      if (wanted.has(`lambda:${key}`)) continue;
      this.#pools.delete(key);
      ending.push(pool.close());
    }
    for (const [key, service] of this.#services) {
      if (wanted.has(`ecs:${key}`)) continue;
      this.#services.delete(key);
      ending.push(service.close('Scaled to zero'));
    }
    await Promise.all(ending);
  }

  #activate(owner: Owner | undefined): void {
    this.#activeOwner = owner;
    for (const [key, pool] of this.#pools) {
      pool.setActive(owner !== undefined && key.startsWith(`${owner}/`));
    }
  }

  async #makePayload(workload: HostedWorkload): Promise<MakePayload> {
    const known = this.#payloads.get(workload.name);
    if (known !== undefined) return known;
    const makePayload = await loadMakePayload(workload.handlerPath);
    this.#payloads.set(workload.name, makePayload);
    return makePayload;
  }

  #sampleTasks(): void {
    const tasks = [...this.#services.values()].flatMap((service) => service.tasks);
    this.#witness.noteSamples(tasks);
  }
}

function keyOf(owner: string, workload: string): string {
  return `${owner}/${workload}`;
}

function windowKey({ owner, platform, workload }: WindowService): string {
  return `${platform}:${keyOf(owner, workload)}`;
}

function requireHosted(host: HostSpec, name: string): HostedWorkload {
  const workload = host.workloads.find((candidate) => candidate.name === name);
  if (workload === undefined) {
    const known = host.workloads.map((candidate) => candidate.name).join(', ');
    throw new Error(`No workload "${name}" is deployed for "${host.campaignId}"; it has ${known}.`);
  }
  return workload;
}

function brokenWorkload(workload: string, how: string, cause: unknown): PermanentFailure {
  return new PermanentFailure(
    'WorkloadBroken',
    `Workload "${workload}" failed under its own payload (${how}). Correct its handler, or give ` +
      'its busy time in the plan as "cpu" to skip the measurement.',
    { cause },
  );
}
