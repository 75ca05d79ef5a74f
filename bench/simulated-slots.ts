/** Slots of a simulated campaign without Temporal: drawn, simulated, and laid out for the join. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import type { JoinInput } from '../src/dataset/join/join.ts';
import { slotRun } from '../src/domain/names.ts';
import type { Plan } from '../src/domain/plan.ts';
import { drawSlot } from '../src/domain/requests/draw.ts';
import { slotStartMs } from '../src/domain/schedule.ts';
import { SimulatedLoadGenerator } from '../src/load/simulated/simulated-load-generator.ts';
import { loadPlan } from '../src/plan/load-plan.ts';
import { SimulatedTestbed } from '../src/testbeds/simulated/simulated-testbed.ts';
import type { Testbed } from '../src/testbeds/testbed.ts';

export const checkout = resolve(import.meta.dirname, '..');
const campaignId = 'bench';
const { signal } = new AbortController();

export async function simulatedWeek(): Promise<Plan> {
  const { plan } = await loadPlan(join(checkout, 'plans/week-simulated.yaml'), { root: checkout });
  return plan;
}

export function statedCpuMs(plan: Plan): Readonly<Record<string, number>> {
  return Object.fromEntries(plan.workloads.map(({ name, cpuMs }) => [name, cpuMs ?? 100]));
}

/** One after the other: each slot replaces the files of the one before. */
export class SimulatedSlots {
  readonly #plan: Plan;
  readonly #folder: string;
  readonly #testbed: Testbed;
  readonly #generator: SimulatedLoadGenerator;

  private constructor(plan: Plan, folder: string) {
    this.#plan = plan;
    this.#folder = folder;
    const stateFolder = join(folder, 'state');
    this.#testbed = new SimulatedTestbed({ stateFolder, checkoutFolder: checkout });
    this.#generator = new SimulatedLoadGenerator({ stateFolder });
  }

  static async deploy(plan: Plan, folder: string): Promise<SimulatedSlots> {
    const slots = new SimulatedSlots(plan, folder);
    await slots.#testbed.deploy({ campaignId, plan, expiresAtMs: 0 }, { signal });
    return slots;
  }

  /** Simulates a slot; what comes back is what `joinRun` makes a Parquet file of. */
  async simulate(slot: number, outputPath: string): Promise<JoinInput> {
    const plan = this.#plan;
    const run = slotRun(slot);
    const services = plan.workloads.flatMap(({ name, ecsTasks }) => [
      { owner: 'collection', platform: 'lambda', workload: name } as const,
      { owner: 'collection', platform: 'ecs', workload: name, tasks: ecsTasks } as const,
    ]);
    await this.#testbed.prepare({ campaignId, run, services, expiresAtMs: 0 }, { signal });
    const deployment = await this.#testbed.find(campaignId);
    if (deployment === undefined) throw new Error('Nothing is deployed.');
    const work = join(this.#folder, 'work');
    await rm(work, { recursive: true, force: true });
    await mkdir(join(work, 'raw'), { recursive: true });
    const cpuMs = statedCpuMs(plan);
    const startsAtMs = slotStartMs(plan.schedule, Date.UTC(2026, 0, 5), slot);
    const requests = drawSlot({ plan, slot, startsAtMs, cpuMs, payloadBytesOf: () => 1_000 });
    const requestsPath = join(work, 'requests.ndjson');
    await writeFile(requestsPath, linesOf(requests));
    await this.#generator.run(
      {
        campaignId,
        run,
        attempt: 1,
        startsAtMs,
        movedMs: 0,
        requestsPath,
        alreadySent: [],
        handlers: {},
        folder: join(work, 'raw'),
        timeoutMs: plan.load.timeoutMs,
        endsBeforeMs: startsAtMs + plan.schedule.everyMs,
      },
      deployment,
      { signal, onProgress: () => undefined },
    );
    const records = await this.#testbed.collect({ campaignId, run }, { signal });
    await writeFile(join(work, 'platform.ndjson'), linesOf(records));
    return { folder: work, outputPath, campaignId, run, slot, startsAtMs, plan, cpuMs };
  }
}

function linesOf(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}
