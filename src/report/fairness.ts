import type { Plan } from '../domain/plan.ts';
import { lambdaVcpus } from '../domain/pricing.ts';
import { paragraph, type Section, text } from './document.ts';
import { counted, duration, figure, listed } from './format.ts';
import type { ReportInput } from './report-input.ts';

export interface CpuRatio {
  readonly workload: string;
  readonly lambdaVcpu: number;
  readonly ecsVcpu: number;
}

/** Workloads whose two platforms differ in CPU by more than a tenth (METHOD 1.7). */
export function cpuRatios(plan: Plan): readonly CpuRatio[] {
  return plan.workloads
    .map((workload) => ({
      workload: workload.name,
      lambdaVcpu: lambdaVcpus(workload.lambdaMemoryMb),
      ecsVcpu: workload.ecsVcpu,
    }))
    .filter(({ lambdaVcpu, ecsVcpu }) => Math.abs(Math.log(ecsVcpu / lambdaVcpu)) > Math.log(1.1));
}

/** `Fargate had 3.46 times the CPU of Lambda in heavy (1 against 0.289 vCPU) and …` */
export function describeCpuRatios(ratios: readonly CpuRatio[]): string {
  const groups = Map.groupBy(ratios, ({ lambdaVcpu, ecsVcpu }) => figure(ecsVcpu / lambdaVcpu));
  const parts = [...groups].map(([times, members]) => {
    const named = members.map(
      ({ workload, lambdaVcpu, ecsVcpu }) =>
        `${workload} (${figure(ecsVcpu)} against ${figure(lambdaVcpu)} vCPU)`,
    );
    return `Fargate had ${times} times the CPU of Lambda in ${listed(named)}`;
  });
  return parts.join('; ');
}

/** What made the two platforms equal or unequal, whether or not it is doubted (METHOD 1.7). */
export function fairnessSection(input: ReportInput): Section {
  const { plan } = input;
  const rows = [
    ['CPU per request', cpuFinding(plan)],
    ['CPU and memory limits', limitsFinding(input)],
    ['Code', `one handler file per workload serves both platforms (${handlersOf(plan)})`],
    ['Deadline of a request', `${duration(plan.load.timeoutMs)} on both platforms, by the client`],
    ['Clock', 'latency is measured by the client, from the actual send to the last byte'],
    ['Edge in the price', `Lambda: ${plan.pricing.edge.lambda}, Fargate: ${plan.pricing.edge.ecs}`],
    ...(plan.testbed === 'local' ? localRows(input) : []),
  ];
  return {
    id: 'fairness',
    title: 'Fairness audit',
    blocks: [
      paragraph('What a comparison can be unfair about, and how it stood in this campaign.'),
      {
        kind: 'table',
        caption: 'Findings',
        columns: [text('Matter'), text('Finding')],
        rows: rows.map((cells) => ({ cells })),
      },
    ],
  };
}

function cpuFinding(plan: Plan): string {
  const ratios = cpuRatios(plan);
  if (ratios.length === 0) return 'equal within a tenth';
  return `unequal: ${describeCpuRatios(ratios)}`;
}

function limitsFinding({ deployment }: ReportInput): string {
  if (deployment === undefined) return 'unknown: nothing was deployed';
  if (deployment.limits === 'none') return 'not enforced: no verdict is possible';
  if (deployment.limits === 'simulated') return 'part of the model: sizes hold by construction';
  return `enforced (${deployment.limits})`;
}

function localRows({ deployment }: ReportInput): string[][] {
  const cpus =
    deployment === undefined ? 'the CPUs of one machine' : counted(deployment.cpuCount, 'CPU');
  return [
    ['Transport', 'plain HTTP on 127.0.0.1 to both platforms'],
    ['Where the load comes from', `generator and targets share ${cpus}`],
  ];
}

function handlersOf(plan: Plan): string {
  return [...new Set(plan.workloads.map((workload) => workload.run))].join(', ');
}
