import type { CampaignProfile, LadderRow } from '../../domain/dataset/profile.ts';
import type { Plan } from '../../domain/plan.ts';
import { ladderChart } from '../charts/ladder-chart.ts';
import { type Block, number, paragraph, type Section, type Table, text } from '../document.ts';
import { blank, change, count, counted, figure, milliseconds, percent, usd } from '../format.ts';
import type { ReportInput } from '../report-input.ts';
import { endsText } from './interval-text.ts';

/** What the slots measured, both platforms beside each other on the same requests. */
export function collectionSection(input: ReportInput): Section {
  return { id: 'collection', title: 'What the collection measured', blocks: blocksOf(input) };
}

function blocksOf({ profile, measured, plan, slots }: ReportInput): Block[] {
  if (profile === undefined) {
    const why = slots.length === 0 ? 'no slot was run' : 'no slot gave usable rows';
    return [paragraph(`There is no dataset: ${why}.`)];
  }
  const ladder = inPlanOrder(profile.ladder, plan);
  return [
    paragraph(rowsText(profile)),
    // With figures of every slot quantiles, cold starts and labels have sections of their own.
    measured === undefined ? latencyTable(profile) : handlerTable(profile),
    ...(ladder.length === 0 ? [] : [ladderChart(ladder, ladderTable(ladder))]),
    ...(measured !== undefined || profile.labels.length === 0 ? [] : [labelTable(profile)]),
    ...(profile.outcomes.length < 2 ? [] : [outcomeTable(profile)]),
    ...(measured === undefined ? positionBlocks(profile) : []),
  ];
}

function rowsText({ pairs, rows, joinedShare, explainedShare }: CampaignProfile): string {
  const all = `${counted(pairs, 'pair')} in ${counted(rows, 'row')}: every intended request has one row per platform.`;
  return joinedShare === 1
    ? `${all} Each has its platform's own record.`
    : `${all} ${percent(joinedShare)} have their platform's own record; ${percent(explainedShare)} have it or a known reason why there is none.`;
}

function inPlanOrder(ladder: readonly LadderRow[], { workloads }: Plan): readonly LadderRow[] {
  return workloads.flatMap(({ name }) => ladder.filter(({ workload }) => workload === name));
}

/** What the distributions and the cold starts do not show. */
function handlerTable(profile: CampaignProfile): Table {
  return {
    kind: 'table',
    caption: 'Time in the handler in ms, and what one more request costs in USD; ladder left out',
    columns: [
      text('Workload'),
      text('Platform'),
      number('Requests'),
      number('Good'),
      number('In the handler p50'),
      number('Marginal $ per 1,000'),
    ],
    rows: profile.latencies.map((row) => ({
      cells: [
        row.workload,
        platformName(row.platform),
        count(row.requests),
        count(row.good),
        quantile(row.serverMsP50),
        usd(row.marginalPer1000Usd),
      ],
    })),
    note: 'Marginal: what one more request costs while the service stands anyway. For how long the user waited see "How long requests took".',
    narrow: 'cards',
  };
}

function latencyTable(profile: CampaignProfile): Table {
  return {
    kind: 'table',
    caption: 'Latency to a good answer in ms, ladder left out',
    columns: [
      text('Workload'),
      text('Platform'),
      number('Requests'),
      number('Good'),
      ...['p50', 'p95', 'p99', 'In the handler p50'].map(number),
      number('Cold starts'),
      number('Marginal $ per 1,000'),
    ],
    rows: profile.latencies.map((row) => ({
      cells: [
        row.workload,
        platformName(row.platform),
        count(row.requests),
        count(row.good),
        ...[row.p50, row.p95, row.p99, row.serverMsP50].map(quantile),
        row.platform === 'lambda' ? coldText(row) : blank,
        usd(row.marginalPer1000Usd),
      ],
    })),
    note: `${blank} = fewer than 10 requests were slower than it, or it does not apply. Marginal: what one more request costs while the service stands anyway.`,
  };
}

function coldText(row: { readonly coldStarts: number; readonly requests: number }): string {
  if (row.requests === 0) return blank;
  return `${count(row.coldStarts)} (${percent(row.coldStarts / row.requests)})`;
}

function ladderTable(ladder: readonly LadderRow[]): Table {
  return {
    kind: 'table',
    caption: 'Ladder: one workload alone, at the rates of a given utilisation; latency in ms',
    columns: [
      text('Workload'),
      text('Platform'),
      number('Utilisation'),
      number('Requests/s'),
      number('Requests'),
      number('p50'),
      number('p95'),
    ],
    rows: ladder.map((row) => ({
      cells: [
        row.workload,
        platformName(row.platform),
        percent(row.utilisation),
        figure(row.ratePerS),
        count(row.requests),
        quantile(row.p50) + endsText(row.p50Interval ?? {}),
        quantile(row.p95) + endsText(row.p95Interval ?? {}),
      ],
    })),
    note: 'In brackets: 95 % intervals over slots. Ladder rows train models; they enter no contrast and no share.',
  };
}

function labelTable(profile: CampaignProfile): Table {
  return {
    kind: 'table',
    caption: 'Which platform was better, pair by pair, once both stand ready; ladder left out',
    columns: [text('Workload'), number('Pairs'), number('Lambda better'), number('Mean weight')],
    rows: profile.labels.map((row) => ({
      cells: [row.workload, count(row.pairs), percent(row.lambdaShare), figure(row.weightMean)],
    })),
    note: 'The weight of a pair is the difference in utility between its two outcomes: near 0 it hardly matters.',
  };
}

function outcomeTable(profile: CampaignProfile): Table {
  return {
    kind: 'table',
    caption: 'What became of the rows, and why some have no platform record',
    columns: [text('Outcome'), text('Reason without a record'), number('Rows'), number('Share')],
    rows: profile.outcomes.map((row) => ({
      cells: [
        row.outcome,
        row.reason ?? blank,
        count(row.rows),
        profile.rows === 0 ? blank : percent(row.rows / profile.rows),
      ],
    })),
  };
}

function positionBlocks(profile: CampaignProfile): Block[] {
  if (profile.positionEffect.length === 0) return [];
  const parts = profile.positionEffect.map(
    ({ platform, logRatio, pairs }) =>
      `${platformName(platform)} ${change(Math.exp(logRatio))} (${counted(pairs, 'pair')})`,
  );
  return [
    paragraph(
      `Position effect, latency in second against first place of a pair: ${parts.join(', ')}. Above 2 % it is doubted.`,
    ),
  ];
}

function quantile(valueMs: number | undefined): string {
  return valueMs === undefined ? blank : milliseconds(valueMs);
}

function platformName(platform: 'lambda' | 'ecs'): string {
  return platform === 'lambda' ? 'Lambda' : 'Fargate';
}
