import { cpuRatios } from '../../domain/fairness/cpu.ts';
import type { ArmWorkloadResult } from '../../domain/verdict/verdict.ts';
import { areLimitsMissing, findVerdict } from '../answer.ts';
import { count, counted, listed, percent } from '../format.ts';
import type { ReportInput } from '../report-input.ts';
import { describeCpuRatios } from '../sections/fairness.ts';
import { isOnlySpeedOpen, openSpeeds } from '../sections/open-questions.ts';
import type { Warning } from './warning.ts';

/** What makes the comparison of the arms doubtful. */
export function verdictWarnings(input: ReportInput): readonly Warning[] {
  return [
    ...limitsMissing(input),
    ...cpuUnequal(input),
    ...undecided(input),
    ...blocksFailed(input),
    ...fewRequestsForSlo(input),
    ...fewBlocks(input),
  ];
}

function limitsMissing(input: ReportInput): Warning[] {
  if (!areLimitsMissing(input)) return [];
  return [
    {
      kind: 'limits-missing',
      isSerious: true,
      message: 'CPU and memory limits were not enforced, so neither platform had its size.',
      advice:
        'Run as root or with a delegated cgroup on Linux; "crossover doctor" says what is missing.',
    },
  ];
}

function cpuUnequal({ plan }: ReportInput): Warning[] {
  const ratios = cpuRatios(plan);
  if (ratios.length === 0) return [];
  return [
    {
      kind: 'cpu-unequal',
      isSerious: true,
      message: `CPU was not equal: ${describeCpuRatios(ratios)}. Latency differs for that reason alone.`,
      advice:
        'These are the sizes of the plan, so the answer holds for them; for equal CPU give Lambda 1,769 MB per vCPU.',
    },
  ];
}

function undecided(input: ReportInput): Warning[] {
  const verdict = findVerdict(input);
  if (verdict === undefined || verdict.isDecided) return [];
  if (isOnlySpeedOpen(verdict)) {
    const open = listed(openSpeeds(verdict).map(({ arm }) => arm));
    return [
      {
        kind: 'undecided',
        isSerious: true,
        message: `Undecided: it is open whether ${open} is fast enough, and with it which arm is the cheapest of those that are. The costs themselves are told apart.`,
        advice: 'More requests settle it: a higher evaluation.rate, or more blocks.',
      },
    ];
  }
  const effect = percent(verdict.minimumDetectableEffect);
  return [
    {
      kind: 'undecided',
      isSerious: true,
      message: `Undecided: with ${counted(verdict.blocks, 'scored block')} only cost differences of ${effect} or more can be told from noise; the margin of the question is ${percent(input.plan.question.margin)}.`,
      advice: 'More blocks make it smaller, with their square root.',
    },
  ];
}

function fewBlocks(input: ReportInput): Warning[] {
  const verdict = findVerdict(input);
  if (verdict?.isFewBlocks !== true) return [];
  return [
    {
      kind: 'few-blocks',
      isSerious: false,
      message: `Few blocks: ${counted(verdict.blocks, 'scored block')}. The intervals rest on a t distribution instead of resampling.`,
      advice: 'Six scored blocks or more give intervals that assume less.',
    },
  ];
}

function blocksFailed({ blocks, blockFailures }: ReportInput): Warning[] {
  const degraded = blocks.filter((block) => block.degradedBecause.length > 0);
  const reasons = [
    ...blockFailures.map((failure) => `block ${failure.block}: ${failure.reason}`),
    ...degraded.map((block) => `${block.run}: ${block.degradedBecause.join(', ')}`),
  ];
  if (reasons.length === 0) return [];
  return [
    {
      kind: 'blocks-failed',
      isSerious: true,
      message: `${counted(reasons.length, 'block')} of the evaluation failed or is degraded (${reasons.join('; ')}).`,
      advice: 'Compare the arms again in a campaign whose blocks are all complete.',
    },
  ];
}

function fewRequestsForSlo(input: ReportInput): Warning[] {
  const rows = (findVerdict(input)?.arms ?? []).flatMap((arm) =>
    arm.workloads.filter(isTooFewToProve).map((row) => ({ arm: arm.arm, row })),
  );
  const first = rows[0];
  if (first === undefined) return [];
  const needed = requestsToProve(first.row.target ?? 0);
  const named = rows.map(({ arm, row }) => `${arm}/${row.workload} ${count(row.requests)}`);
  return [
    {
      kind: 'few-requests-for-slo',
      isSerious: true,
      message: `Too few requests to prove a service level (${named.join(', ')}): ${percent(first.row.target ?? 0)} needs at least ${count(needed)} without a miss.`,
      advice: 'Raise evaluation.rate, evaluation.blocks or the share of the workload.',
    },
  ];
}

function isTooFewToProve(row: ArmWorkloadResult): boolean {
  return row.target !== undefined && row.requests < requestsToProve(row.target);
}

/** Smallest n whose Clopper-Pearson 95 % lower bound reaches the target: target^n <= 5 %. */
export function requestsToProve(target: number): number {
  return Math.ceil(Math.log(0.05) / Math.log(target));
}
