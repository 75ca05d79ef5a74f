import type { Plan } from '../../domain/plan.ts';
import type { ArmResult, ArmWorkloadResult, Verdict } from '../../domain/verdict/verdict.ts';
import { findVerdict } from '../answer.ts';
import { costChart } from '../charts/cost-chart.ts';
import {
  type Block,
  number,
  paragraph,
  type Row,
  type Section,
  type Table,
  text,
} from '../document.ts';
import {
  blank,
  capitalised,
  count,
  figure,
  midSentence,
  percent,
  sentence,
  usd,
} from '../format.ts';
import type { ReportInput } from '../report-input.ts';
import { quantileText } from './arms-section.ts';
import { contrastWords, intervalText } from './contrast-text.ts';

/** The arms in detail; without a verdict the first screen has said why they are missing. */
export function costSections(input: ReportInput): readonly Section[] {
  const verdict = findVerdict(input);
  if (verdict === undefined) return [];
  const blocks = [costChart(verdict), costTable(verdict)];
  return [{ id: 'cost', title: 'Cost of the arms, with what stands idle', blocks }];
}

export function latencySections(input: ReportInput): readonly Section[] {
  const verdict = findVerdict(input);
  if (verdict === undefined) return [];
  const blocks = [latencyTable(verdict)];
  return [{ id: 'latency', title: 'Latency and service levels by arm', blocks }];
}

export function contrastSections(input: ReportInput): readonly Section[] {
  const verdict = findVerdict(input);
  if (verdict === undefined) return [];
  const blocks = contrastBlocks(input.plan, verdict);
  return [{ id: 'contrasts', title: 'Every arm against the others', blocks }];
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
