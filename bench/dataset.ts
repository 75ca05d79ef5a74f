/**
 * Simulated requests through the dataset step (join, merge, label) at several sizes: time per million
 * rows and memory. Slots have one size, as in a campaign: what grows is their number. The step runs in
 * a process of its own (`dataset-step.ts`), so that its memory is not the simulator's.
 *
 * Usage: node bench/dataset.ts [millions of requests]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { StepDone, StepOrder } from './dataset-step.ts';
import { SimulatedSlots, simulatedWeek, statedCpuMs } from './simulated-slots.ts';

const millions = Number(process.argv[2] ?? 5);
/** 50,000 pairs a slot: an hour at 14 pairs a second. */
const pairsPerSlot = 50_000;

const week = await simulatedWeek();
const { ladder: _none, ...load } = week.load;
const plan = {
  ...week,
  load: { ...load, shape: 'steady' as const, ratePerS: pairsPerSlot / (load.durationMs / 1000) },
};
const cpuMs = statedCpuMs(plan);
const folder = await mkdtemp(join(tmpdir(), 'crossover-bench-'));
const step = fork(join(import.meta.dirname, 'dataset-step.ts'));
try {
  const simulated = await SimulatedSlots.deploy(plan, folder);
  const parquet: { slot: number; path: string }[] = [];
  const results = [];
  let joinS = 0;
  const slots = Math.ceil((millions * 1e6) / (2 * pairsPerSlot));
  const checkpoints = new Set([0.2, 0.5, 1].map((part) => Math.max(1, Math.round(part * slots))));
  for (let slot = 1; slot <= slots; slot += 1) {
    const path = join(folder, `${slot}.parquet`);
    const input = await simulated.simulate(slot, path);
    joinS += (await order({ step: 'join', input })).seconds;
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
