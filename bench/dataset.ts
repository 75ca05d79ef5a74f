/**
 * Simulated requests through the dataset step (join, merge, label) at several sizes: time per million
 * rows and memory. Slots have one size, as in a campaign: what grows is their number. The step runs in
 * a process of its own (`dataset-step.ts`), so that its memory is not the simulator's.
 *
 * Usage: node bench/dataset.ts [millions of requests]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import type { JoinInput } from '../src/dataset/join.ts';
import { drawSlot } from '../src/domain/draw.ts';
import { slotRun } from '../src/domain/names.ts';
import { slotStartMs } from '../src/domain/schedule.ts';
import { SimulatedLoadGenerator } from '../src/load/simulated/simulated-load-generator.ts';
import { loadPlan } from '../src/plan/load-plan.ts';
import { SimulatedTestbed } from '../src/testbeds/simulated/simulated-testbed.ts';
import type { Testbed } from '../src/testbeds/testbed.ts';
import type { StepDone, StepOrder } from './dataset-step.ts';

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
const step = fork(join(import.meta.dirname, 'dataset-step.ts'));
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
    joinS += (await order({ step: 'join', input: joinInput(slot, path) })).seconds;
    parquet.push({ slot, path });
    if (!checkpoints.has(slot)) continue;
    const merge = await order({ step: 'merge', parquet });
    const label = await order({ step: 'label', parquet, plan, cpuMs });
    const rows = slot * 2 * pairsPerSlot;
    results.push({
      rows,
      joinSPerMillion: (joinS * 1e6) / rows,
      mergeSPerMillion: (merge.seconds * 1e6) / rows,
      labelSPerMillion: (label.seconds * 1e6) / rows,
      peakRssMb: label.peakRssMb,
    });
    console.table(results.slice(-1));
  }
  console.table(results);
  console.log(JSON.stringify({ bench: 'dataset', results }));
} finally {
  step.disconnect();
  await rm(folder, { recursive: true, force: true });
}

async function order(work: StepOrder): Promise<StepDone> {
  const answered = new AbortController();
  const { signal: untilAnswered } = answered;
  try {
    const answer = Promise.race([
      once(step, 'message', { signal: untilAnswered }),
      once(step, 'exit', { signal: untilAnswered }).then(([code]) => {
        throw new Error(`The dataset step ended with ${code}.`);
      }),
    ]);
    step.send(work);
    const [done] = await answer;
    return done;
  } finally {
    answered.abort();
  }
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

function joinInput(slot: number, outputPath: string): JoinInput {
  return {
    folder: join(folder, 'work'),
    outputPath,
    campaignId,
    run: slotRun(slot),
    slot,
    startsAtMs: slotStartMs(plan.schedule, Date.UTC(2026, 0, 5), slot),
    plan,
    cpuMs,
  };
}
