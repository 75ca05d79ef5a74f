import { hoursPerMonth } from '../../domain/money/lambda-month.ts';
import type { Plan } from '../../domain/plan.ts';
import type { ArmResult, Verdict } from '../../domain/verdict/verdict.ts';
import { fastEnoughText, findVerdict, whyNoVerdict } from '../answer.ts';
import { number, paragraph, type Section, type Table, text } from '../document.ts';
import { blank, count, counted, milliseconds, percent, usd } from '../format.ts';
import type { ReportInput } from '../report-input.ts';

/** With more workloads their latencies have a table of their own, to fit on a screen. */
const workloadColumns = 3;

/** First screen: the arms beside each other, or why there is nothing to compare. */
export function armsSection(input: ReportInput): Section {
  const verdict = findVerdict(input);
  const blocks =
    verdict === undefined
      ? [paragraph(`There is nothing to compare: ${whyNoVerdict(input)}`)]
      : [armsTable(input.plan, verdict), ...quantileTables(input.plan, verdict)];
  return { id: 'arms', title: 'The arms side by side', blocks };
}

function armsTable(plan: Plan, verdict: Verdict): Table {
  const { quantile } = verdict;
  const workloads = plan.workloads.length <= workloadColumns && quantile !== undefined;
  const latencies = workloads ? plan.workloads.map((workload) => workload.name) : [];
  const standing = verdict.isDecided ? 'answer' : 'in front';
  const requests = sameForAll(verdict.arms.map((arm) => arm.requests));
  const hasSlo = plan.workloads.some(({ slo }) => slo !== undefined);
  return {
    kind: 'table',
    caption: `All-in cost at AWS list prices with its 95 % interval over ${counted(verdict.blocks, 'scored block')}${
      workloads ? `, and ${quantile} latency to a good answer in ms` : ''
    }`,
    columns: [
      text('Arm'),
      number('$ per 1,000 good'),
      text('95 % interval'),
      number('A month of this load'),
      ...(hasSlo ? [number('Inside SLO')] : []),
      text('Fast enough'),
      ...latencies.map((workload) => number(`${workload} ${quantile}, ms`)),
      number(requests === undefined ? 'Errors' : `Errors in ${count(requests)}`),
      number('On Lambda'),
    ],
    rows: verdict.arms.map((arm) => ({
      isAnswer: arm.arm === verdict.answer,
      cells: [
        arm.arm === verdict.answer ? `${arm.arm} (${standing})` : arm.arm,
        usd(arm.costPer1000Usd),
        `${usd(arm.costPer1000Lower)} to ${usd(arm.costPer1000Upper)}`,
        monthText(arm),
        ...(hasSlo ? [insideText(arm)] : []),
        fastEnoughText(arm),
        ...latencies.map((workload) => quantileOf(arm, workload, quantile)),
        requests === undefined
          ? `${count(arm.failed)} of ${count(arm.requests)}`
          : count(arm.failed),
        percent(arm.lambdaShare),
      ],
    })),
    note:
      `A month: all-in per scored hour times ${hoursPerMonth}. ` +
      (hasSlo ? 'Inside SLO: of all requests, answered well and in time. ' : '') +
      'Fast enough: for every workload the one-sided 95 % lower bound of that share ' +
      'reaches the target. The answer is the cheapest arm that is fast enough. ' +
      `It stays the same in ${percent(verdict.share)} of resamples, which by itself decides nothing.`,
    narrow: 'cards',
  };
}

/** The quantile of the verdict for each workload, where it has no room beside the cost. */
function quantileTables({ workloads }: Plan, verdict: Verdict): Table[] {
  const { quantile } = verdict;
  if (quantile === undefined || workloads.length <= workloadColumns) return [];
  const table: Table = {
    kind: 'table',
    caption: `${quantile} latency to a good answer by workload, in ms`,
    columns: [text('Arm'), ...workloads.map(({ name }) => number(name))],
    rows: verdict.arms.map((arm) => ({
      isAnswer: arm.arm === verdict.answer,
      cells: [arm.arm, ...workloads.map(({ name }) => quantileOf(arm, name, quantile))],
    })),
    narrow: 'cards',
  };
  return [table];
}

function monthText({ cost }: ArmResult): string {
  return cost.hours > 0 ? usd((hoursPerMonth * cost.allInUsd) / cost.hours) : blank;
}

/** Of all requests; each workload's own share stands further down. */
function insideText({ workloads }: ArmResult): string {
  const requests = workloads.reduce((sum, row) => sum + row.requests, 0);
  const inside = workloads.reduce((sum, row) => sum + row.requests * row.attainment, 0);
  return requests === 0 ? blank : percent(inside / requests);
}

/** Said once, in the heading, so that the table fits a screen. */
function sameForAll(values: readonly number[]): number | undefined {
  return new Set(values).size === 1 ? values[0] : undefined;
}

function quantileOf(arm: ArmResult, workload: string, quantile: Verdict['quantile']): string {
  const row = arm.workloads.find((candidate) => candidate.workload === workload);
  return quantile === undefined || row === undefined ? blank : quantileText(row[quantile]);
}

/** A quantile in ms, or why there is none. */
export function quantileText(valueMs: number | undefined): string {
  if (valueMs === undefined) return blank;
  return Number.isFinite(valueMs) ? milliseconds(valueMs) : 'no answer';
}
