import type { BusyTime, ServiceQuestion } from '../../domain/estimate/estimate-service.ts';
import { fargateMemoriesMb, fargateVcpus } from '../../domain/money/fargate-sizes.ts';
import { lambdaVcpus } from '../../domain/money/lambda-price.ts';
import type { WorkloadPlan } from '../../domain/plan.ts';
import type { Settings } from './options.ts';

/** One function, as numbers or a log know it. */
export interface FunctionFacts {
  readonly name: string;
  readonly memoryMb: number;
  readonly ratePerS: number;
  readonly durationMs: number;
  readonly billedMs: number;
  readonly cpuMs: number;
}

export function serviceOf(facts: FunctionFacts, settings: Settings): ServiceQuestion {
  const { ratePerS, durationMs, billedMs } = facts;
  return {
    workload: workloadOf(facts, settings),
    ratePerS,
    durationMs,
    billedMs,
    busy: busyOf(facts, settings),
  };
}

/** The most CPU time that fits into a duration: all that the memory buys, all the time. */
export function mostCpuMs(memoryMb: number, durationMs: number): number {
  return durationMs * lambdaVcpus(memoryMb);
}

/**
 * The smallest Fargate task that has no less CPU and memory than the function: nothing gets slower
 * by moving, and small tasks leave the least idle.
 */
export function fittingTask(memoryMb: number): {
  readonly vcpu: number;
  readonly memoryMb: number;
} {
  for (const vcpu of fargateVcpus) {
    const memory = fargateMemoriesMb(vcpu).find((size) => size >= memoryMb);
    if (vcpu >= lambdaVcpus(memoryMb) && memory !== undefined) return { vcpu, memoryMb: memory };
  }
  throw new Error(`Fargate has no task with ${memoryMb} MB.`);
}

function workloadOf(facts: FunctionFacts, settings: Settings): WorkloadPlan {
  const size = settings.ecs ?? fittingTask(facts.memoryMb);
  return {
    name: facts.name,
    // Nothing is run: an estimate needs no handler.
    run: '',
    share: 1,
    lambdaMemoryMb: facts.memoryMb,
    ecsVcpu: size.vcpu,
    ecsMemoryMb: size.memoryMb,
    ecsTasks: settings.tasks ?? 1,
    ...(settings.bound === 'io' ? { bound: 'io', slotsPerTask: settings.slotsPerTask ?? 1 } : {}),
  };
}

/** A request holds its slot for as long as it takes. */
function busyOf({ cpuMs, durationMs }: FunctionFacts, { bound }: Settings): BusyTime {
  return bound === 'io' ? { cpuMs, slotMs: durationMs } : { cpuMs };
}
