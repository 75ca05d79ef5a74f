import type { Plan } from '../domain/plan.ts';
import type { ArmResult, ArmWorkloadResult, Verdict } from '../domain/verdict.ts';
import { fastEnoughText, findVerdict, whyNoVerdict } from './answer.ts';
import { contrastWords, intervalText } from './contrast-text.ts';
import { costFigure } from './cost-figure.ts';
import {
  type Block,
  number,
  paragraph,
  type Row,
  type Section,
  type Table,
  text,
} from './document.ts';
import {
  blank,
  capitalised,
  count,
  figure,
  midSentence,
  milliseconds,
  percent,
  sentence,
  usd,
} from './format.ts';
import type { ReportInput } from './report-input.ts';

/** More columns than that do not fit on a first screen; the latencies then stand further down. */
const workloadColumns = 5;

/** First screen: the arms beside each other, or why there is nothing to compare. */
export function armsSection(input: ReportInput): Section {
  const verdict = findVerdict(input);
  const block =
    verdict === undefined
      ? paragraph(`There is nothing to compare: ${whyNoVerdict(input)}`)
      : armsTable(input.plan, verdict);
  return { id: 'arms', title: 'The arms side by side', blocks: [block] };
}

/** The same arms in detail; without a verdict the first screen has said why they are missing. */
export function comparisonSections(input: ReportInput): readonly Section[] {
  const verdict = findVerdict(input);
  if (verdict === undefined) return [];
  return [
    {
      id: 'cost',
      title: 'Cost, with what stands idle',
      blocks: [costFigure(verdict), costTable(verdict)],
    },
    {
      id: 'latency',
      title: 'Latency and service levels by arm',
      blocks: [latencyTable(verdict)],
    },
    { id: 'contrasts', title: 'Contrasts', blocks: contrastBlocks(input.plan, verdict) },
  ];
}

function armsTable(plan: Plan, verdict: Verdict): Table {
  const { quantile } = verdict;
  const workloads = plan.workloads.length <= workloadColumns && quantile !== undefined;
  const latencies = workloads ? plan.workloads.map((workload) => workload.name) : [];
  const standing = verdict.isDecided ? 'answer' : 'in front';
  const requests = sameForAll(verdict.arms.map((arm) => arm.requests));
  return {
    kind: 'table',
    caption: `All-in cost at AWS list prices with its 95 % interval over ${count(verdict.blocks)} scored blocks${
      workloads ? `, and ${quantile} latency to a good answer in ms` : ''
    }`,
    columns: [
      text('Arm'),
      number('$ per 1,000 good'),
      text('95 % interval'),
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
        fastEnoughText(arm),
        ...latencies.map((workload) => quantileOf(arm, workload, quantile)),
        requests === undefined
          ? `${count(arm.failed)} of ${count(arm.requests)}`
          : count(arm.failed),
        percent(arm.lambdaShare),
      ],
    })),
    note:
      'Fast enough: for every workload the one-sided 95 % lower bound of the share inside its SLO ' +
      'reaches the target. The answer is the cheapest arm that is fast enough. ' +
      `It stays the same in ${percent(verdict.share)} of resamples, which by itself decides nothing.`,
    narrow: 'cards',
  };
}

/** Said once, in the heading, so that the table fits a screen. */
function sameForAll(values: readonly number[]): number | undefined {
  return new Set(values).size === 1 ? values[0] : undefined;
}

function quantileOf(arm: ArmResult, workload: string, quantile: Verdict['quantile']): string {
  const row = arm.workloads.find((candidate) => candidate.workload === workload);
  return quantile === undefined || row === undefined ? blank : quantileText(row[quantile]);
}

function quantileText(valueMs: number | undefined): string {
  if (valueMs === undefined) return blank;
  return Number.isFinite(valueMs) ? milliseconds(valueMs) : 'no answer';
}

function latencyTable(verdict: Verdict): Table {
  return {
    kind: 'table',
    caption: 'Latency to a good answer in ms, and the share of requests inside the SLO',
    columns: [
      text('Workload'),
      text('Arm'),
      number('Requests'),
      ...(['p50', 'p75', 'p90', 'p95', 'p99'] as const).map(number),
      number('Inside SLO'),
      number('Lower bound'),
      number('Target'),
      text('Fast enough'),
    ],
    rows: workloadsOf(verdict).flatMap((workload) =>
      verdict.arms.flatMap((arm) =>
        arm.workloads
          .filter((row) => row.workload === workload)
          .map((row) => latencyRow(verdict, arm, row)),
      ),
    ),
    note:
      `${blank} = fewer than 10 requests were slower than it, so the quantile is not printed ` +
      '(p50 needs 20 requests, p75 40, p90 100, p95 200, p99 1,000). ' +
      'A request without a good answer counts as infinitely slow.',
  };
}

function latencyRow(verdict: Verdict, arm: ArmResult, row: ArmWorkloadResult): Row {
  return {
    isAnswer: arm.arm === verdict.answer,
    cells: [
      row.workload,
      arm.arm,
      count(row.requests),
      ...[row.p50, row.p75, row.p90, row.p95, row.p99].map(quantileText),
      percent(row.attainment),
      percent(row.attainmentLower),
      row.target === undefined ? 'no SLO' : percent(row.target),
      row.isFastEnough ? 'yes' : row.finding === 'not-shown' ? 'not shown' : 'no',
    ],
  };
}

function workloadsOf(verdict: Verdict): readonly string[] {
  return [...new Set(verdict.arms.flatMap((arm) => arm.workloads.map((row) => row.workload)))];
}

function costTable(verdict: Verdict): Table {
  const hasRouter = verdict.arms.some(({ cost }) => cost.routerUsd !== undefined);
  return {
    kind: 'table',
    caption: 'What each arm would have cost on AWS, over its scored time',
    columns: [
      text('Arm'),
      number('Hours'),
      number('Good requests'),
      number('Lambda'),
      number('Fargate busy'),
      number('Fargate idle'),
      number('Per request'),
      number('Balancer'),
      ...(hasRouter ? [number('Router')] : []),
      number('All-in'),
      number('Utilisation'),
    ],
    rows: verdict.arms.map(({ arm, cost }) => ({
      isAnswer: arm === verdict.answer,
      cells: [
        arm,
        figure(cost.hours),
        count(cost.good),
        ...[cost.lambdaUsd, cost.ecsBusyUsd, cost.ecsIdleUsd].map(usd),
        ...[cost.ecsVariableUsd, cost.balancerUsd].map(usd),
        ...(hasRouter ? [usd(cost.routerUsd ?? 0)] : []),
        usd(cost.allInUsd),
        cost.utilisation === undefined ? 'no service' : percent(cost.utilisation),
      ],
    })),
    note:
      'An arm pays for everything that was deployed for it. Fargate is always on: what its tasks ' +
      'did not use is the idle column, and utilisation is busy over deployed vCPU time. ' +
      'Per request: the variable part of requests to Fargate.',
  };
}

function contrastBlocks(plan: Plan, verdict: Verdict): Block[] {
  const latency = verdict.quantile ?? 'a quantile';
  const table: Table = {
    kind: 'table',
    caption: `Differences with two-sided 95 % intervals; margin ${percent(plan.question.margin)}`,
    columns: [
      text('Arm'),
      text('Against'),
      text('Cost'),
      text('In words'),
      text(`Latency (${latency})`),
      text('In words'),
    ],
    rows: verdict.contrasts.map((row) => ({
      cells: [
        row.arm,
        row.against,
        intervalText(row.cost),
        contrastWords(row.cost.contrast),
        row.latency === undefined ? blank : intervalText(row.latency),
        row.latency === undefined ? 'not estimable' : contrastWords(row.latency.contrast),
      ],
    })),
    note: wordsNote,
    narrow: 'cards',
  };
  const skipped = verdict.skipped.map(({ arm, reason }) =>
    paragraph(`${capitalised(arm)} was not run: ${midSentence(sentence(reason))}`),
  );
  return [table, ...skipped];
}

const wordsNote =
  'Minus is cheaper or faster. Materially better: the whole interval beyond the margin. Better: ' +
  'below zero. Worse: above zero. Equivalent: the 90 % interval inside the margin. Not worse: no ' +
  'loss as large as the margin. Only the cost of the answer against the other arms that are fast ' +
  'enough is the question; every other row describes.';
