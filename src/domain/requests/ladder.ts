import type { Plan, WorkloadPlan } from '../plan.ts';
import { requireWorkload, taskCapacity } from '../plan.ts';
import { randomFor, shuffled } from '../statistics/random.ts';

/** One step of a slot's ladder: one workload alone, at one rate (METHOD 1.8). */
export interface LadderStep {
  /** Place of the utilisation in the plan, from 1: step 2 means the same rate in every slot. */
  readonly step: number;
  readonly workload: string;
  readonly utilisation: number;
  readonly ratePerS: number;
  /** From the start of the run. */
  readonly startsAtMs: number;
  /** Requests fall into the beginning of the step when the cap on pairs cuts it short. */
  readonly activeMs: number;
  /** Expected number of pairs, at most the cap. */
  readonly pairs: number;
}

/** Busy time of one request on one vCPU, by workload. */
export type CpuMs = Readonly<Record<string, number>>;

/**
 * The steps of a slot's ladder in the order in which they run, drawn from the seed; empty without a
 * ladder. The workload whose turn it is, at the rates that put its own service at each utilisation.
 */
export function ladderSteps(plan: Plan, slot: number, cpuMs: CpuMs): LadderStep[] {
  const { ladder, durationMs } = plan.load;
  if (ladder === undefined) return [];
  const workload = requireWorkload(plan, ladderWorkload(plan, slot, cpuMs));
  const cpu = requireCpuMs(cpuMs, workload.name);
  const numbered = ladder.utilisation.map((utilisation, index) => ({
    utilisation,
    step: index + 1,
  }));
  const random = randomFor(plan.seed, 'ladder', slot);
  return shuffled(numbered, random).map(({ utilisation, step }, position) => {
    const ratePerS = rateAtUtilisation(workload, utilisation, cpu);
    const activeMs = Math.min(ladder.stepMs, (ladder.pairs / ratePerS) * 1000);
    return {
      step,
      workload: workload.name,
      utilisation,
      ratePerS,
      startsAtMs: durationMs + position * ladder.stepMs,
      activeMs,
      pairs: Math.round((ratePerS * activeMs) / 1000),
    };
  });
}

/**
 * Whose turn the ladder of a slot is: the heaviest first, then the next lighter, then again from the
 * top. The heavy ones decide where the crossover lies, so a short campaign visits them first.
 */
export function ladderWorkload(plan: Plan, slot: number, cpuMs: CpuMs): string {
  const heaviestFirst = plan.workloads
    .map((workload) => workload.name)
    .sort((a, b) => requireCpuMs(cpuMs, b) - requireCpuMs(cpuMs, a));
  const turn = heaviestFirst[(slot - 1) % heaviestFirst.length];
  if (turn === undefined) throw new Error(`Plan "${plan.campaign}" has no workloads.`);
  return turn;
}

/** Requests a second that keep the workload's tasks busy for this part of the time. */
export function rateAtUtilisation(
  workload: Pick<WorkloadPlan, 'ecsTasks' | 'ecsVcpu' | 'bound' | 'slotsPerTask'>,
  utilisation: number,
  cpuMs: number,
): number {
  return (utilisation * workload.ecsTasks * taskCapacity(workload)) / (cpuMs / 1000);
}

function requireCpuMs(cpuMs: CpuMs, workload: string): number {
  const value = cpuMs[workload];
  if (value === undefined || !(value > 0)) {
    throw new Error(
      `The CPU time of workload "${workload}" is ${value}: the rates of a ladder need it. ` +
        'Give it as "cpu" in the plan, or deploy first, which measures it.',
    );
  }
  return value;
}
