import type { CampaignPart, PlannedSendRow, RunFigures } from '../../domain/dataset/measured.ts';
import { sendLagLimitMs } from '../../domain/send-lag.ts';
import { type Panel, type Position, panelled } from '../charts/chart-panels.ts';
import { sideLabel } from '../charts/sides.ts';
import {
  type Block,
  type Chart,
  number,
  paragraph,
  type Section,
  type Table,
  text,
} from '../document.ts';
import { blank, count, counted, milliseconds, percent } from '../format.ts';
import { chartColours } from '../page/chart-theme.ts';
import type { ReportInput } from '../report-input.ts';
import { quantileText } from './interval-text.ts';

/** Whether the load was sent when it was meant to be, and what it changes where it was not (METHOD 1.4). */
export function generatorSections({ measured, plan }: ReportInput): readonly Section[] {
  if (measured === undefined) return [];
  const { runs, plannedSends } = measured;
  const blocks: Block[] = [
    ...lagBlocks(runs),
    ...(plannedSends === undefined
      ? [paragraph(inTime(runs))]
      : [paragraph(whyRepeated(runs)), plannedTable(plannedSends)]),
    ...(plan.testbed === 'simulated' ? [] : [paragraph(generatorCpu)]),
  ];
  return [{ id: 'generator', title: 'Send lag and generator health', blocks }];
}

const generatorCpu =
  'How busy the CPU of the load generator was is not recorded; its lag is what is known of it.';

function lagBlocks(runs: readonly RunFigures[]): Block[] {
  const sent = runs.filter(({ lagMsP99 }) => lagMsP99 !== undefined);
  if (sent.length === 0) return [paragraph('No run has a send: there is no lag to show.')];
  if (sent.every(({ lagMsP99 }) => lagMsP99 === 0)) {
    const sends = sent.reduce((sum, run) => sum + run.rows - run.notIssued, 0);
    return [
      paragraph(
        `Every one of ${counted(sends, 'send')} came exactly when it was planned, as it does where time is computed: there is no lag to show.`,
      ),
    ];
  }
  return [lagChart(sent)];
}

const isLate = ({ lagMsP99 = 0 }: RunFigures): boolean => lagMsP99 > sendLagLimitMs;

function inTime(runs: readonly RunFigures[]): string {
  return (
    `No run was generator-limited: in each of ${counted(runs.length, 'run')} the p99 of the send lag is at most ` +
    `${sendLagLimitMs} ms, so latencies are measured from the actual send alone.`
  );
}

function whyRepeated(runs: readonly RunFigures[]): string {
  const late = runs.filter(isLate).map(({ run }) => run);
  const named =
    late.length > 6
      ? `${late.slice(0, 6).join(', ')} and ${late.length - 6} more`
      : late.join(', ');
  return (
    `The load generator made ${count(late.length)} of ${counted(runs.length, 'run')} generator-limited: the p99 of the send lag is above ` +
    `${sendLagLimitMs} ms (${named}). The main figures are therefore repeated, measured from the planned send: ` +
    'what a user would have waited who wanted to send at that time. Where the two columns differ, ' +
    'the generator is part of what was measured.'
  );
}

const partNames: Readonly<Record<CampaignPart, string>> = {
  collection: 'Slots',
  evaluation: 'Blocks of the evaluation',
};

function lagChart(runs: readonly RunFigures[]): Chart {
  const late = runs.filter(isLate).length;
  const panels = (['collection', 'evaluation'] as const).flatMap((part) => {
    const own = runs.filter((run) => run.part === part);
    return own.length === 0 ? [] : [lagPanel(own, part, highestOf(runs))];
  });
  return {
    kind: 'chart',
    id: 'send-lag',
    title:
      late === 0
        ? `The load generator kept time in all ${counted(runs.length, 'run')}`
        : `The load generator was late in ${count(late)} of ${counted(runs.length, 'run')}`,
    caption:
      'Time between planned and actual send in ms, by number of the slot or block: circle p50, ' +
      `triangle p99, one pair for each run; dashed line: the limit of ${sendLagLimitMs} ms for the p99. ` +
      'The scale is linear up to 1 ms and logarithmic above.',
    spec: panelled(panels, { height: 120, arrangement: 'column', wide: 340 }),
    table: lagTable(runs),
  };
}

function highestOf(runs: readonly RunFigures[]): number {
  return Math.max(...runs.map(({ lagMsP99 = 0 }) => lagMsP99), 1.5 * sendLagLimitMs);
}

function lagPanel(runs: readonly RunFigures[], part: CampaignPart, highestMs: number): Panel {
  const values = runs.flatMap(({ unit, lagMsP50, lagMsP99 }) => [
    ...(lagMsP50 === undefined ? [] : [{ unit, quantile: 'p50', ms: atLeastZero(lagMsP50) }]),
    ...(lagMsP99 === undefined ? [] : [{ unit, quantile: 'p99', ms: atLeastZero(lagMsP99) }]),
  ]);
  const last = Math.max(...runs.map(({ unit }) => unit));
  const order = ['p50', 'p99'];
  const y: Position = {
    field: 'ms',
    type: 'quantitative' as const,
    scale: { type: 'symlog', constant: 1, domain: [0, highestMs], nice: false },
    axis: { values: [0, 1, 5, 20, 100, 1000, 10_000], title: null },
  };
  return {
    title: `${partNames[part]}, n = ${count(runs.length)}`,
    view: {
      layer: [
        {
          data: { values },
          mark: { type: 'point', filled: true, opacity: 0.9, size: runs.length > 60 ? 14 : 30 },
          encoding: {
            x: {
              field: 'unit',
              type: 'quantitative' as const,
              scale: { domain: [0, last + 1], nice: false },
              axis: { tickMinStep: 1, tickCount: 6, format: 'd', title: null, grid: false },
            },
            y,
            color: {
              field: 'quantile',
              type: 'nominal' as const,
              scale: { domain: order, range: [chartColours.neutral, chartColours.ink] },
              title: null,
            },
            shape: {
              field: 'quantile',
              type: 'nominal' as const,
              scale: { domain: order, range: ['circle', 'triangle-up'] },
              title: null,
            },
          },
        },
        {
          data: { values: [{ limit: sendLagLimitMs }] },
          mark: { type: 'rule', color: chartColours.serious, strokeDash: [4, 3] },
          encoding: { y: { ...y, field: 'limit' } },
        },
      ],
    },
  };
}

/** Clocks differ by microseconds: a send is never early. */
function atLeastZero(valueMs: number): number {
  return Number(Math.max(0, valueMs).toPrecision(3));
}

function lagTable(runs: readonly RunFigures[]): Table {
  return {
    kind: 'table',
    caption: 'Send lag in ms of each load run',
    columns: [
      text('Run'),
      ...['Sends', 'Lag p50', 'Lag p99', 'Most in flight'].map(number),
      text('Generator'),
    ],
    rows: runs.map((run) => ({
      cells: [
        run.run,
        count(run.rows - run.notIssued),
        run.lagMsP50 === undefined ? blank : milliseconds(run.lagMsP50),
        run.lagMsP99 === undefined ? blank : milliseconds(run.lagMsP99),
        count(run.inFlight),
        isLate(run) ? 'limited' : 'in time',
      ],
    })),
    note: 'Most in flight: requests of one workload that were on their way to one platform when another was sent.',
  };
}

function plannedTable(rows: readonly PlannedSendRow[]): Table {
  return {
    kind: 'table',
    caption:
      'Main figures from the actual and from the planned send: latency to a good answer in ms with 95 % intervals',
    columns: [
      text('Workload'),
      text('Side'),
      text('From'),
      ...['Requests', 'p50', 'p95', 'p99', 'Inside SLO'].map(number),
    ],
    rows: rows.flatMap((row) =>
      (['actual', 'planned'] as const).map((from) => ({
        cells: [
          row.workload,
          sideLabel(row.side),
          from === 'actual' ? 'actual send' : 'planned send',
          count(row[from].requests),
          ...[row[from].p50, row[from].p95, row[from].p99].map(quantileText),
          insideText(row[from]),
        ],
      })),
    ),
    note: 'Costs are the same from both: nobody is billed for a late send. Intervals are over slots or blocks.',
  };
}

function insideText({ insideSlo, requests }: PlannedSendRow['actual']): string {
  return insideSlo === undefined ? 'no SLO' : percent(insideSlo / requests);
}
