/** A simulated dataset on which learning is worth something: each service about 80 % busy. */
import { join } from 'node:path';

import { joinRun } from '../../src/dataset/join/join.ts';
import { labelledRows } from '../../src/dataset/training-rows.ts';
import type { LabelledRows } from '../../src/domain/models/training.ts';
import { type Plan, taskCapacity } from '../../src/domain/plan.ts';
import { rowsToFit, slotsOf } from '../../src/learning/slot-split.ts';
import { SimulatedSlots, simulatedWeek, statedCpuMs } from '../simulated-slots.ts';

const slots = 26;
const fittedSlots = 20;
const busy = 0.8;

export interface BenchRows {
  /** Of the first slots: about 40,000 pairs. */
  readonly train: LabelledRows;
  /** Of the later ones: about 12,000. */
  readonly test: LabelledRows;
}

/**
 * The simulated week's workloads, with shares that load every service alike, and a rate at which both
 * platforms win pairs: at the week's own rate Fargate wins nearly all, and any model looks good.
 * Labels are of single draws, as in a campaign.
 */
export async function benchRows(folder: string): Promise<BenchRows> {
  const plan = busyPlan(await simulatedWeek());
  const simulated = await SimulatedSlots.deploy(plan, folder);
  const parquet: { slot: number; path: string }[] = [];
  for (let slot = 1; slot <= slots; slot += 1) {
    const path = join(folder, `${slot}.parquet`);
    await joinRun(await simulated.simulate(slot, path));
    parquet.push({ slot, path });
  }
  const rows = await labelledRows({
    parquet,
    plan,
    cpuMs: statedCpuMs(plan),
    withCapacity: undefined,
  });
  const all = slotsOf(rows);
  return {
    train: rowsToFit(rows, all.slice(0, fittedSlots)),
    test: rowsToFit(rows, all.slice(fittedSlots)),
  };
}

function busyPlan(week: Plan): Plan {
  const requestsPerS = week.workloads.map(
    (workload) => (taskCapacity(workload) * 1000) / (workload.cpuMs ?? 100),
  );
  const total = requestsPerS.reduce((sum, rate) => sum + rate, 0);
  const { ladder: _none, ...load } = week.load;
  return {
    ...week,
    workloads: week.workloads.map((workload, index) => ({
      ...workload,
      share: (requestsPerS[index] ?? 0) / total,
    })),
    load: { ...load, durationMs: 46_000, ratePerS: busy * total },
  };
}
