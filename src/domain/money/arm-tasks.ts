/** How many Fargate tasks each arm's services have: sized for the traffic that they get (METHOD 1.2). */
import type { Arm } from '../arm.ts';
import type { Plan, WorkloadPlan } from '../plan.ts';
import { requireWorkload } from '../plan.ts';
import { testbedFacts } from '../testbed-facts.ts';
import { tasksNeeded } from './fargate-price.ts';

/** Tasks per arm and workload; whatever is not in it has the plan's number. */
export type ArmTasks = Readonly<Partial<Record<Arm, Readonly<Record<string, number>>>>>;

/** N of METHOD 3.3 for what an arm's service of a workload gets. */
export function tasksOf(arm: Arm, workload: string, tasks: ArmTasks | undefined, plan: Plan) {
  return tasks?.[arm]?.[workload] ?? requireWorkload(plan, workload).ecsTasks;
}

export interface Sizing {
  readonly plan: Plan;
  /** Busy time of one request on one vCPU, per workload. */
  readonly cpuMs: Readonly<Record<string, number>>;
  /** Rate of the question, over all workloads. */
  readonly ratePerS: number;
  /** CPUs of the machine that tasks run on; asked only where tasks run on one machine. */
  readonly machineCpus?: number;
}

/**
 * N(λ) = max(N_min, ceil(λ·s / (cap·U*))) of METHOD 3.3, where N_min is the plan's number and λ the
 * part of the workload's requests that goes to Fargate.
 *
 * A machine has the CPUs that it has: where the tasks that all workloads together want for all of
 * their requests need more, nobody gets more than the plan's number. More tasks there would be
 * tasks of less CPU than their size says.
 */
export function sizedTasks(sizing: Sizing, workload: WorkloadPlan, ecsShare: number): number {
  if (shortOfCpus(sizing) !== undefined) return workload.ecsTasks;
  return wantedTasks(sizing, workload, ecsShare);
}

/** N of every arm's services: `ecsShareOf` says what part of a workload an arm sends to Fargate. */
export function sizedArmTasks(
  sizing: Sizing,
  services: readonly { readonly arm: Arm; readonly workloads: readonly string[] }[],
  ecsShareOf: (arm: Arm, workload: string) => number,
): ArmTasks {
  return Object.fromEntries(
    services.map(({ arm, workloads }) => [
      arm,
      Object.fromEntries(
        workloads.map((name) => {
          const workload = requireWorkload(sizing.plan, name);
          return [name, sizedTasks(sizing, workload, ecsShareOf(arm, name))];
        }),
      ),
    ]),
  );
}

/** Why services have the plan's tasks and not those of METHOD 3.3, in a sentence; else undefined. */
export function shortOfCpus(sizing: Sizing): string | undefined {
  const { plan, machineCpus } = sizing;
  if (!testbedFacts[plan.testbed].tasksShareCpus || machineCpus === undefined) return undefined;
  const wanted = plan.workloads.map((workload) => ({
    ...workload,
    tasks: wantedTasks(sizing, workload, 1),
  }));
  const larger = wanted.filter(({ tasks, ecsTasks }) => tasks > ecsTasks);
  const vcpus = wanted.reduce((sum, { tasks, ecsVcpu }) => sum + tasks * ecsVcpu, 0);
  if (larger.length === 0 || vcpus <= machineCpus) return undefined;
  const named = larger.map(({ name, tasks }) => `${tasks} tasks of ${name}`).join(' and ');
  return (
    `${named} would be below the target utilisation, but all services would then need ${vcpus} ` +
    `vCPUs of a machine with ${machineCpus}: every service keeps the plan's tasks.`
  );
}

function wantedTasks(
  { plan, cpuMs, ratePerS }: Sizing,
  workload: WorkloadPlan,
  ecsShare: number,
): number {
  const workloadCpuMs = cpuMs[workload.name];
  if (workloadCpuMs === undefined) {
    throw new Error(
      `No busy time of workload "${workload.name}". Give it as "cpu" in the plan, or deploy.`,
    );
  }
  return tasksNeeded(plan.pricing, workload, {
    ratePerS: ratePerS * workload.share * ecsShare,
    cpuMs: workloadCpuMs,
  });
}
