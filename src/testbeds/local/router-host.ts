import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { type Owner, owners } from '../../domain/arm.ts';
import { routerTask } from '../../domain/money/router-task.ts';
import { platforms } from '../../domain/platform.ts';
import type { Limits } from './limits.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { type ProgramPlace, routerProgram } from './program.ts';
import { defaultHealth, Service } from './service.ts';
import type { Task } from './task.ts';

/** What a host is asked to run: `WindowRouter` with its model as a file. */
export const hostedRouter = z.object({
  owner: z.enum(owners),
  platformsOf: z.record(z.string(), z.array(z.enum(platforms)).readonly()),
  table: z.record(z.string(), z.enum(platforms)),
  workloads: z.record(
    z.string(),
    z.object({ estimatedExecutionMs: z.number(), estimatedMemoryMb: z.number() }),
  ),
  timezone: z.string(),
  model: z.object({ path: z.string(), hash: z.string() }).optional(),
});
export type HostedRouter = Readonly<z.infer<typeof hostedRouter>>;

export interface RouterHostSpec {
  readonly folder: string;
  readonly timeoutMs: number;
  /** Where the host itself serves; known when it does. */
  readonly baseUrl: () => string;
  readonly identity: ProcessIdentity;
  readonly limits: Limits;
  readonly place: ProgramPlace;
  readonly onTask: (task: Task) => void;
  readonly onLine: (line: string, taskId: string) => void;
  readonly onTrouble: (what: string, error: unknown) => void;
}

/**
 * The router service of an arm: a process in a Fargate task's cage (METHOD 3.5), behind a balancer
 * of its own as any other service, which sends on to this host's pools and services.
 */
export class RouterHost {
  readonly #spec: RouterHostSpec;
  #owner: Owner | undefined;
  #service: Service | undefined;

  constructor(spec: RouterHostSpec) {
    this.#spec = spec;
  }

  find(owner: string): Service | undefined {
    return owner === this.#owner ? this.#service : undefined;
  }

  /** Replaces the router, as every task is replaced before a window; undefined: none is wanted. */
  async prepare(router: HostedRouter | undefined): Promise<void> {
    await this.close();
    if (router === undefined) return;
    const path = join(this.#spec.folder, `${router.owner}.json`);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, JSON.stringify(this.#settings(router)), { mode: 0o600 });
    const service = this.#create(path);
    this.#service = service;
    this.#owner = router.owner;
    await service.replace(1, 'Replaced for a window');
  }

  async close(): Promise<void> {
    const service = this.#service;
    this.#service = undefined;
    await service?.close('Scaled to zero');
  }

  #create(settingsPath: string): Service {
    const { identity, limits, place, onTask, onLine, onTrouble } = this.#spec;
    return new Service({
      workload: 'router',
      vcpu: routerTask.ecsVcpu,
      memoryMb: routerTask.ecsMemoryMb,
      program: routerProgram(place, settingsPath),
      host: identity,
      limits,
      health: defaultHealth,
      // It warms up by itself, before it listens.
      warmUp: { requests: 0, makePayload: () => ({ contentType: '', body: Buffer.alloc(0) }) },
      onTaskStarted: onTask,
      onTaskStopped: onTask,
      onLine,
      onTrouble,
    });
  }

  /** In the form of `RouterSettings`. */
  #settings({ owner, platformsOf, table, workloads, timezone, model }: HostedRouter) {
    const entries = Object.entries(workloads).map(([name, features]) => {
      const routed = platformsOf[name] ?? [];
      const [onlyPlatform = 'lambda'] = routed;
      const best = table[name] ?? onlyPlatform;
      return [
        name,
        {
          ...features,
          platforms: routed,
          // Where the arm has deployed nothing, nothing can be sent.
          bestStatic: routed.includes(best) ? best : onlyPlatform,
          endpoints: Object.fromEntries(
            routed.map((platform) => [
              platform,
              `${this.#spec.baseUrl()}/${owner}/${platform}/${name}`,
            ]),
          ),
        },
      ] as const;
    });
    return {
      timezone,
      timeoutMs: this.#spec.timeoutMs,
      workloads: Object.fromEntries(entries),
      ...(model === undefined ? {} : { model }),
    };
  }
}
