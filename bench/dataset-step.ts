/** The process whose time and memory `dataset.ts` measures: one order in, one answer out. */
import { type JoinInput, joinRun } from '../src/dataset/join/join.ts';
import { buildDataset, type SlotParquet } from '../src/dataset/merge.ts';
import { labelledRows } from '../src/dataset/training-rows.ts';
import type { Plan } from '../src/domain/plan.ts';

export type StepOrder =
  | { readonly step: 'join'; readonly input: JoinInput }
  | { readonly step: 'merge'; readonly parquet: readonly SlotParquet[] }
  | {
      readonly step: 'label';
      readonly parquet: readonly SlotParquet[];
      readonly plan: Plan;
      readonly cpuMs: Readonly<Record<string, number>>;
    };

export interface StepDone {
  readonly seconds: number;
  readonly peakRssMb: number;
}

process.on('message', (order: StepOrder) => {
  void carryOut(order);
});

async function carryOut(order: StepOrder): Promise<void> {
  const began = performance.now();
  switch (order.step) {
    case 'join':
      await joinRun(order.input);
      break;
    case 'merge':
      await buildDataset(order);
      break;
    case 'label':
      await labelledRows({ ...order, withCapacity: undefined });
      break;
  }
  const done: StepDone = {
    seconds: (performance.now() - began) / 1000,
    peakRssMb: process.resourceUsage().maxRSS / 1024,
  };
  process.send?.(done);
}
