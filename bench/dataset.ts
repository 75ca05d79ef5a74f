/**
 * Simulated requests through the dataset step (join, merge, label) at several sizes: time per million
 * rows and memory. Slots have one size, as in a campaign: what grows is their number.
 *
 * Usage: node bench/dataset.ts [millions of requests]
 */
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { joinRun } from '../src/dataset/join.ts';
import { buildDataset } from '../src/dataset/merge.ts';
import { labelledRows } from '../src/dataset/training-rows.ts';
import { drawSlot } from '../src/domain/draw.ts';
import { slotRun } from '../src/domain/names.ts';
import { slotStartMs } from '../src/domain/schedule.ts';
import { SimulatedLoadGenerator } from '../src/load/simulated/simulated-load-generator.ts';
import { loadPlan } from '../src/plan/load-plan.ts';
import { SimulatedTestbed } from '../src/testbeds/simulated/simulated-testbed.ts';
import type { Testbed } from '../src/testbeds/testbed.ts';

const millions = Number(process.argv[2] ?? 5);
/** 50,000 pairs a slot: an hour at 14 pairs a second. */
const pairsPerSlot = 50_000;
const campaignId = 'bench';
const checkout = resolve(import.meta.dirname, '..');
const { signal } = new AbortController();

const { plan: week } = await loadPlan(join(checkout, 'plans/week-simulated.yaml'), {
  root: checkout,
});
const { ladder: _none, ...load } = week.load;
const plan = {
  ...week,
  load: { ...load, shape: 'steady' as const, ratePerS: pairsPerSlot / (load.durationMs / 1000) },
};
const cpuMs = Object.fromEntries(plan.workloads.map(({ name, cpuMs: cpu }) => [name, cpu ?? 100]));
const folder = await mkdtemp(join(tmpdir(), 'crossover-bench-'));
try {
  const testbed: Testbed = new SimulatedTestbed({
    stateFolder: join(folder, 'state'),
    checkoutFolder: checkout,
  });
  const generator = new SimulatedLoadGenerator({ stateFolder: join(folder, 'state') });
  await testbed.deploy({ campaignId, plan, expiresAtMs: 0 }, { signal });

  const parquet: { slot: number; path: string }[] = [];
  const results = [];
  let joinS = 0;
  const slots = Math.ceil((millions * 1e6) / (2 * pairsPerSlot));
  const checkpoints = new Set([0.2, 0.5, 1].map((part) => Math.max(1, Math.round(part * slots))));
  for (let slot = 1; slot <= slots; slot += 1) {
    const path = join(folder, `${slot}.parquet`);
    await simulate(slot, testbed, generator);
    joinS += await seconds(() => joinSlot(slot, path));
    parquet.push({ slot, path });
    if (!checkpoints.has(slot)) continue;
    const mergeS = await seconds(() => buildDataset({ parquet }));
    const labelS = await seconds(() =>
      labelledRows({ parquet, plan, cpuMs, withCapacity: undefined }),
    );
    const rows = slot * 2 * pairsPerSlot;
    results.push({
      rows,
      joinSPerMillion: (joinS * 1e6) / rows,
      mergeSPerMillion: (mergeS * 1e6) / rows,
      labelSPerMillion: (labelS * 1e6) / rows,
      peakRssMb: process.resourceUsage().maxRSS / 1024,
    });
  }
  console.table(results);
  console.log(JSON.stringify({ bench: 'dataset', results }));
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function simulate(
  slot: number,
  testbed: Testbed,
  generator: SimulatedLoadGenerator,
): Promise<void> {
  const run = slotRun(slot);
  const services = plan.workloads.flatMap(({ name, ecsTasks }) => [
    { owner: 'collection', platform: 'lambda', workload: name } as const,
    { owner: 'collection', platform: 'ecs', workload: name, tasks: ecsTasks } as const,
  ]);
  await testbed.prepare({ campaignId, run, services, expiresAtMs: 0 }, { signal });
  const deployment = await testbed.find(campaignId);
  if (deployment === undefined) throw new Error('Nothing is deployed.');
  const work = join(folder, 'work');
  await rm(work, { recursive: true, force: true });
  await mkdir(join(work, 'raw'), { recursive: true });
  const requests = drawSlot({ plan, slot, cpuMs, payloadBytesOf: () => 1_000 });
  const requestsPath = join(work, 'requests.ndjson');
  await writeFile(requestsPath, requests.map((request) => `${JSON.stringify(request)}\n`).join(''));
  const startsAtMs = slotStartMs(plan.schedule, Date.UTC(2026, 0, 5), slot);
  await generator.run(
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
  const records = await testbed.collect({ campaignId, run }, { signal });
  await writeFile(
    join(work, 'platform.ndjson'),
    records.map((record) => `${JSON.stringify(record)}\n`).join(''),
  );
}

async function joinSlot(slot: number, path: string): Promise<void> {
  const startsAtMs = slotStartMs(plan.schedule, Date.UTC(2026, 0, 5), slot);
  const outputPath = `${path}.part`;
  await joinRun({
    folder: join(folder, 'work'),
    outputPath,
    campaignId,
    run: slotRun(slot),
    slot,
    startsAtMs,
    plan,
    cpuMs,
  });
  await rename(outputPath, path);
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}
