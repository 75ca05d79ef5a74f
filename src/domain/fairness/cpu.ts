/** Whether both platforms had the same CPU, and the sizes of the plan (METHOD 1.7). */
import { lambdaVcpus } from '../money/lambda-price.ts';
import type { Plan } from '../plan.ts';
import type { FairnessFacts, FairnessFinding } from './fairness.ts';
import { short } from './short.ts';

export interface CpuRatio {
  readonly workload: string;
  readonly lambdaVcpu: number;
  readonly ecsVcpu: number;
}

/** A difference of CPU that nobody would call the same size. */
const equalWithin = Math.log(1.1);

/** Workloads whose two platforms differ in CPU by more than a tenth. */
export function cpuRatios(plan: Plan): readonly CpuRatio[] {
  return plan.workloads
    .map((workload) => ({
      workload: workload.name,
      lambdaVcpu: lambdaVcpus(workload.lambdaMemoryMb),
      ecsVcpu: workload.ecsVcpu,
    }))
    .filter(({ lambdaVcpu, ecsVcpu }) => Math.abs(Math.log(ecsVcpu / lambdaVcpu)) > equalWithin);
}

export function cpuFinding(plan: Plan): FairnessFinding {
  const ratios = cpuRatios(plan);
  if (ratios.length === 0) {
    return {
      matter: 'cpu',
      standing: 'equal',
      finding: 'Equal within a tenth for every workload.',
    };
  }
  const named = ratios.map(
    ({ workload, lambdaVcpu, ecsVcpu }) =>
      `${workload} ${short(ecsVcpu)} vCPU on Fargate against ${short(lambdaVcpu)} on Lambda ` +
      `(x${short(ecsVcpu / lambdaVcpu)})`,
  );
  return {
    matter: 'cpu',
    standing: 'unequal',
    finding: `Unequal for ${named.join('; ')}.`,
    advice:
      'The answer holds for these sizes and not for the platforms; for equal CPU give Lambda ' +
      '1,769 MB per vCPU.',
  };
}

export function limitsFinding({ deployment }: FairnessFacts): FairnessFinding {
  if (deployment === undefined) {
    return { matter: 'limits', standing: 'unknown', finding: 'Nothing was deployed yet.' };
  }
  switch (deployment.limits) {
    case 'none':
      return {
        matter: 'limits',
        standing: 'unequal',
        finding: 'CPU and memory limits were not enforced: no verdict is possible.',
        advice: 'Run as root or with a delegated cgroup on Linux, or on testbed: simulated.',
      };
    case 'simulated':
      return {
        matter: 'limits',
        standing: 'equal',
        finding: 'Sizes are part of the model, so they hold by construction.',
      };
    default:
      return {
        matter: 'limits',
        standing: 'equal',
        finding: `CPU and memory were limited to the plan's sizes (${deployment.limits}).`,
      };
  }
}
