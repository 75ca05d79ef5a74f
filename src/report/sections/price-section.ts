import { costSensitivity } from '../../domain/money/cost-sensitivity.ts';
import { egressUsd } from '../../domain/money/edge-price.ts';
import { hoursPerMonth } from '../../domain/money/lambda-month.ts';
import type { PriceBook } from '../../domain/money/price-books.ts';
import {
  type PriceQuestion,
  type WorkloadPrice,
  workloadPrice,
} from '../../domain/money/workload-price.ts';
import { type Block, number, paragraph, type Section, type Table, text } from '../document.ts';
import { blank, count, figure, percent, rate, usd } from '../format.ts';
import type { ReportInput } from '../report-input.ts';
import { findPriceBook, measuredBilledMs, questionRatePerS } from './crossover.ts';

interface PricedWorkload {
  readonly name: string;
  readonly question: PriceQuestion;
  readonly price: WorkloadPrice;
}

/** What each workload costs at the question's rate, part by part (METHOD 3); empty without prices. */
export function priceSections(input: ReportInput): readonly Section[] {
  const book = findPriceBook(input);
  const workloads = book === undefined ? [] : pricedWorkloads(input, book);
  if (book === undefined || workloads.length === 0) return [];
  const blocks: Block[] = [
    paragraph(introduction(input, book)),
    costTable(input, workloads),
    partsTable(workloads),
    naiveTable(workloads),
    sensitivityTable(workloads),
    paragraph(leftOut(input, book)),
  ];
  return [{ id: 'prices', title: 'What each workload costs, part by part', blocks }];
}

function pricedWorkloads(input: ReportInput, book: PriceBook): PricedWorkload[] {
  const { pricing, workloads } = input.plan;
  return workloads.flatMap((workload): PricedWorkload[] => {
    const cpuMs = input.deployment?.cpuMs[workload.name] ?? workload.cpuMs;
    const ratePerS = questionRatePerS(input) * workload.share;
    if (cpuMs === undefined || !(cpuMs > 0) || !(ratePerS > 0)) return [];
    const lambdaBilledMs = measuredBilledMs(input, book, workload);
    const question: PriceQuestion = {
      book,
      pricing,
      workload,
      cpuMs,
      ratePerS,
      ...(lambdaBilledMs === undefined ? {} : { lambdaBilledMs }),
      // By requests (METHOD 3.3).
      entranceShare: workload.share,
    };
    return [{ name: workload.name, question, price: workloadPrice(question) }];
  });
}

function introduction({ plan }: ReportInput, book: PriceBook): string {
  const { targetUtilisation, preflights = 0 } = plan.pricing;
  const before =
    preflights === 0
      ? ''
      : ` A preflight goes before ${percent(preflights)} of the requests, and is paid for like one.`;
  return (
    `Computed from the prices ${book.name}, for each workload's part of the question's rate: on ` +
    'Lambda, or on a Fargate service of its own with as many tasks as keep it at or below ' +
    `${percent(targetUtilisation)} utilisation. All-in is everything that stands for it, divided ` +
    'by its requests; marginal is what one more request adds. A balancer is shared by all ' +
    `workloads, in proportion to their requests.${before}`
  );
}

function costTable({ plan }: ReportInput, workloads: readonly PricedWorkload[]): Table {
  return {
    kind: 'table',
    caption: 'Cost of 1,000 requests, and from which rate on Fargate is cheaper',
    columns: [
      text('Workload'),
      number('Requests/h'),
      number('Lambda'),
      number('Fargate, all-in'),
      number('of which idle'),
      number('Fargate, marginal'),
      number('Tasks'),
      number('Utilisation'),
      number('Break-even, requests/h'),
      number('These tasks serve up to'),
    ],
    rows: workloads.map(({ name, question, price: { lambda, fargate, breakEven } }) => ({
      cells: [
        name,
        rate(3600 * question.ratePerS),
        per1000(lambda.allInUsd, question),
        per1000(fargate.allInUsd, question),
        per1000(fargate.idleUsd, question),
        usd(1000 * fargate.marginalUsd),
        tasksText(fargate.tasks, question),
        percent(fargate.utilisation),
        breakEven === undefined ? 'never' : rate(breakEven.requestsPerHour),
        breakEven === undefined
          ? blank
          : `${rate(breakEven.upToPerHour)} with ${count(breakEven.tasks)}`,
      ],
    })),
    note:
      'The break-even is that of the workload alone, with a whole balancer. It holds with the ' +
      'tasks named beside it up to the rate given there, and beyond with more tasks. Another ' +
      `number of tasks than the plan's is computed, not measured${plan.workloads.length > 1 ? ', for each workload by itself' : ''}.`,
    narrow: 'cards',
  };
}

function tasksText(tasks: number, { workload }: PriceQuestion): string {
  return tasks === workload.ecsTasks
    ? count(tasks)
    : `${count(tasks)} (plan: ${workload.ecsTasks})`;
}

function partsTable(workloads: readonly PricedWorkload[]): Table {
  return {
    kind: 'table',
    caption: 'What 1,000 requests pay for',
    columns: [
      text('Workload'),
      number('Lambda: requests'),
      number('compute'),
      number('edge'),
      number('logs'),
      number('Fargate: busy'),
      number('idle'),
      number('edge'),
      number('logs'),
      number('addresses in busy and idle'),
    ],
    rows: workloads.map(({ name, question, price: { lambda, fargate } }) => ({
      cells: [
        name,
        usd(1000 * (lambda.parts.requestUsd + lambda.parts.preflightUsd)),
        usd(1000 * lambda.parts.computeUsd),
        per1000(lambda.entranceUsd + 3600 * question.ratePerS * lambda.parts.edgeUsd, question),
        usd(1000 * lambda.parts.logsUsd),
        per1000(fargate.busyUsd, question),
        per1000(fargate.idleUsd, question),
        per1000(fargate.balancerUsd + fargate.edgeUsd, question),
        per1000(fargate.variableUsd - fargate.edgeUsd, question),
        per1000(fargate.addressUsd, question),
      ],
    })),
    note: 'An edge is what it meters and, of a balancer, its hours and its two addresses.',
    narrow: 'cards',
  };
}

/** The obvious formula, and what it leaves out. */
function naiveTable(workloads: readonly PricedWorkload[]): Table {
  return {
    kind: 'table',
    caption: 'What billing a Fargate task by request duration would have said',
    columns: [
      text('Workload'),
      number('Duration, ms'),
      number('By duration'),
      number('Tasks, busy and idle'),
      number('Factor'),
    ],
    rows: workloads.map(({ name, question, price: { fargate, naive } }) => ({
      cells: [
        name,
        figure(naive.durationMs),
        usd(1000 * naive.requestUsd),
        per1000(fargate.busyUsd + fargate.idleUsd, question),
        `x${figure(naive.factor)}`,
      ],
    })),
    note:
      'Per 1,000 requests. A task is paid whether it works or not: billed as a function it looks ' +
      'N/(λ·d) times cheaper than it is, with N tasks, λ requests a second of d seconds.',
    narrow: 'cards',
  };
}

function sensitivityTable(workloads: readonly PricedWorkload[]): Table {
  return {
    kind: 'table',
    caption: `What other prices and rates would change, a month of ${hoursPerMonth} hours`,
    columns: [
      text('Workload'),
      text('Change'),
      number('Lambda'),
      number('Fargate'),
      number('Fargate / Lambda'),
      number('Tasks'),
      number('Break-even, requests/h'),
    ],
    rows: workloads.flatMap(({ name, question }) =>
      costSensitivity(question).map((row) => ({
        cells: [
          name,
          `${row.factor} ${row.value}`.trim(),
          usd(row.lambdaMonthUsd),
          usd(row.fargateMonthUsd),
          figure(row.fargateMonthUsd / row.lambdaMonthUsd),
          count(row.tasks),
          row.breakEvenPerHour === undefined ? 'never' : rate(row.breakEvenPerHour),
        ],
      })),
    ),
    note:
      'One change at a time; a price is what Lambda or Fargate itself asks, without edge, logs and ' +
      'addresses. The break-even is that of the workload alone, with a whole balancer. Cost says ' +
      'nothing about latency, and is no verdict.',
    narrow: 'cards',
  };
}

function leftOut({ largestBytes = {} }: ReportInput, book: PriceBook): string {
  const most = Math.max(0, ...Object.values(largestBytes));
  const size =
    most === 0
      ? 'were not known'
      : `had ${count(most)} bytes at most: ${usd(1000 * egressUsd(book, most))} per 1,000 answers of that size`;
  return (
    'Not in these figures: network out, which is the same on both platforms (bodies ' +
    `${size}), Lambda's free tier, savings plans, and storage of logs.`
  );
}

function per1000(hourUsd: number, { ratePerS }: PriceQuestion): string {
  return usd((1000 * hourUsd) / (3600 * ratePerS));
}
