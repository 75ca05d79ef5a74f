import { lambdaMbPerVcpu } from '../../domain/money/lambda-price.ts';
import { priceBookOf } from '../../domain/money/price-books.ts';
import type { Plan, PricingPlan, WorkloadPlan } from '../../domain/plan.ts';
import {
  defaultSimulation,
  type FittedWorkload,
  type SimulationPlan,
} from '../../domain/simulation/simulation.ts';
import type { ServiceSpec } from '../testbed.ts';
import type { Calibration } from './calibration.ts';
import { type InitModel, initModel, lognormalInit } from './init-model.ts';
import { handlerMs } from './lambda-model.ts';

/** All that a simulated load run depends on, apart from its requests: one JSON file per window. */
export interface SimulationSpec {
  readonly run: string;
  readonly seed: number;
  readonly simulation: SimulationPlan;
  /** Of the plan's runtime, package and architecture. */
  readonly init: InitModel;
  readonly workloads: readonly SimulatedWorkload[];
  readonly edge: PricingPlan['edge'];
  /** What is up; a Fargate service that is not named has no tasks. */
  readonly services: readonly ServiceSpec[];
  /** The same deadline on both platforms (METHOD 1.7). */
  readonly timeoutMs: number;
}

export type SimulatedWorkload = Pick<
  WorkloadPlan,
  'name' | 'lambdaMemoryMb' | 'ecsVcpu' | 'bound' | 'slotsPerTask'
> & {
  readonly cpuMs: number;
  /** By how much the first invocation of an environment takes longer, at this memory. */
  readonly firstCallMs: number;
  /** Absent: as the parameters for all workloads say. */
  readonly fitted?: FittedWorkload;
  /** Measured; absent: that of the runtime. */
  readonly init?: InitModel;
};

/** Of a plan, what the models need. */
export interface SimulatedPlan extends Pick<Plan, 'seed' | 'simulation' | 'pricing'> {
  readonly workloads: readonly Omit<
    SimulatedWorkload,
    'cpuMs' | 'firstCallMs' | 'fitted' | 'init'
  >[];
  readonly load: Pick<Plan['load'], 'timeoutMs'>;
}

/** What the simulation of a window needs of a plan and of the calibration. */
export function simulationSpec(input: {
  readonly plan: SimulatedPlan;
  readonly cpuMs: Readonly<Record<string, number>>;
  readonly calibration: Calibration;
  readonly run: string;
  readonly services: readonly ServiceSpec[];
}): SimulationSpec {
  const { plan, cpuMs, calibration, run, services } = input;
  const simulation = plan.simulation ?? defaultSimulation;
  const byMemory = requireInit(plan, simulation, calibration);
  const firstCalls = Object.entries(byMemory).map(
    ([memoryMb, { first_handler_ms }]) => [Number(memoryMb), first_handler_ms] as const,
  );
  return {
    run,
    seed: plan.seed,
    simulation,
    init: initModel(Object.values(byMemory)),
    workloads: plan.workloads.map(({ name, lambdaMemoryMb, ecsVcpu, bound, slotsPerTask }) => {
      const fitted = simulation.fitted?.[name];
      return {
        name,
        lambdaMemoryMb,
        ecsVcpu,
        ...(bound === undefined ? {} : { bound }),
        ...(slotsPerTask === undefined ? {} : { slotsPerTask }),
        cpuMs: requireCpuMs(cpuMs, name),
        firstCallMs:
          fitted?.firstCallMs ??
          firstCallMs(firstCalls, lambdaMemoryMb) +
            ownFirstCallMs(simulation.lambda, lambdaMemoryMb),
        ...(fitted === undefined ? {} : { fitted }),
        ...(fitted?.init === undefined ? {} : { init: lognormalInit(fitted.init) }),
      };
    }),
    edge: plan.pricing.edge,
    services,
    timeoutMs: plan.load.timeoutMs,
  };
}

/** Measurements of the plan's runtime by memory; what is not measured is named with what is. */
export function requireInit(
  plan: Pick<Plan, 'pricing'>,
  { lambda }: SimulationPlan,
  { lambda_cold_init_ms: { by_runtime_package_arch_memory: all } }: Calibration,
) {
  const { architecture } = priceBookOf(plan.pricing);
  const measured = all[`${lambda.runtime}|${lambda.package}|${architecture}`];
  if (measured !== undefined) return measured;
  const runtimes = [...new Set(Object.keys(all).map((key) => key.split('|')[0]))].join(', ');
  throw new Error(
    `No init durations are known of the runtime "${lambda.runtime}" (${lambda.package}, ` +
      `${architecture}). Set simulation.lambda.runtime to one of ${runtimes}.`,
  );
}

/**
 * What the first call takes beyond a usual one, at a memory size: straight between the measured
 * sizes over ln memory and ln time, and as at the last one outside. The function that was measured
 * does nothing, so its usual call is part of the runtime's own time.
 */
export function firstCallMs(
  measured: readonly (readonly [memoryMb: number, ms: number])[],
  memoryMb: number,
): number {
  const sorted = measured.toSorted(([one], [other]) => one - other);
  const above = sorted.find(([size]) => size >= memoryMb) ?? sorted.at(-1);
  const below = sorted.findLast(([size]) => size <= memoryMb) ?? sorted.at(0);
  if (above === undefined || below === undefined) return 0;
  if (above[0] === below[0]) return above[1];
  const part = Math.log(memoryMb / below[0]) / Math.log(above[0] / below[0]);
  return below[1] * (above[1] / below[1]) ** part;
}

/** The same curve as execution: `W / min(memory, cap)`. */
function ownFirstCallMs(
  { firstCallCpuMs, memoryCapMb }: SimulationPlan['lambda'],
  memoryMb: number,
): number {
  const wMsMb = firstCallCpuMs * lambdaMbPerVcpu;
  return handlerMs({ aMs: 0, wMsMb, capMb: memoryCapMb }, memoryMb);
}

function requireCpuMs(cpuMs: Readonly<Record<string, number>>, workload: string): number {
  const value = cpuMs[workload];
  if (value !== undefined && value > 0) return value;
  throw new Error(
    `The CPU time of workload "${workload}" is ${value}. Give it as "cpu" in the plan.`,
  );
}
