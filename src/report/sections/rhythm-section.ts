import type { ClockRow } from '../../domain/dataset/measured.ts';
import type { Plan } from '../../domain/plan.ts';
import { countAxis } from '../charts/chart-axes.ts';
import { type Panel, type Position, panelled, rounded } from '../charts/chart-panels.ts';
import { type Clock, daily, hourly } from '../charts/clocks.ts';
import { sideLabel, sideScales } from '../charts/sides.ts';
import {
  type Block,
  type Chart,
  number,
  paragraph,
  type Section,
  type Table,
  text,
} from '../document.ts';
import { blank, count, counted, figure } from '../format.ts';
import { chartColours } from '../page/chart-theme.ts';
import type { ReportInput } from '../report-input.ts';
import { quantileText } from './interval-text.ts';

/** What the time of day and the day of the week did to latencies and to the load (METHOD 1.5). */
export function rhythmSections({ measured, plan }: ReportInput): readonly Section[] {
  if (measured === undefined) return [];
  return [
    {
      id: 'hours',
      title: 'Hour of the day, day of the week',
      blocks: [
        ...clockBlocks(measured.hours, hourly, plan),
        ...clockBlocks(measured.weekdays, daily, plan),
      ],
    },
  ];
}

function clockBlocks(rows: readonly ClockRow[], clock: Clock, plan: Plan): Block[] {
  const { timezone } = plan.schedule;
  const times = [...new Set(rows.map(({ at }) => at))].sort((a, b) => a - b);
  const [only] = times;
  if (only === undefined) {
    return clock === hourly ? [paragraph('There is no load by hour: no slot has rows.')] : [];
  }
  if (times.length === 1) return [paragraph(clock.single(only, timezone))];
  return [clockChart(rows, clock, plan)];
}

function clockChart(rows: readonly ClockRow[], clock: Clock, plan: Plan): Chart {
  const workloads = [...new Set(rows.map(({ workload }) => workload))];
  const requests = rows.reduce((sum, row) => sum + row.requests, 0);
  const panels = [
    ...workloads.map((workload) =>
      latencyPanel(
        rows.filter((row) => row.workload === workload),
        clock,
      ),
    ),
    loadPanel(rows, clock),
  ];
  return {
    kind: 'chart',
    id: clock.id,
    title: `Latency and load by ${clock.noun} (${plan.schedule.timezone}), ${count(requests)} requests: ${spreadText(rows, clock)}`,
    caption: `Latency to a good answer in ms, ladder left out: solid line and filled mark p50, dotted line and open mark p95, where ten requests were slower. Last panel: requests of both platforms together. ${clock.caption}`,
    spec: panelled(panels, { height: 110, arrangement: 'pairs' }),
    table: clockTable(rows, clock),
  };
}

/** Of which workload and platform the p50 moves most over the day. */
function spreadText(rows: readonly ClockRow[], clock: Clock): string {
  const groups = Map.groupBy(rows, ({ workload, platform }) => `${workload}/${platform}`);
  const spreads = [...groups.values()].flatMap((own) => {
    const known = own
      .flatMap((row) => (row.p50 === undefined ? [] : [{ row, valueMs: row.p50.valueMs }]))
      .sort((a, b) => a.valueMs - b.valueMs);
    const [low, high] = [known[0], known.at(-1)];
    if (low === undefined || high === undefined || known.length < 2) return [];
    return [{ low: low.row, high: high.row, ratio: high.valueMs / low.valueMs }];
  });
  const most = spreads.sort((a, b) => b.ratio - a.ratio)[0];
  if (most === undefined) return 'too few requests for a quantile';
  const { low, high, ratio } = most;
  return `the largest difference is that of ${high.workload} on ${sideLabel(high.platform)}, whose p50 ${clock.preposition} ${clock.nameOf(high.at)} is ${figure(ratio)} times that ${clock.preposition} ${clock.nameOf(low.at)}`;
}

function timeAxis(clock: Clock): Position {
  return {
    field: 'at',
    type: 'quantitative' as const,
    scale: { domain: [...clock.domain], nice: false, padding: 0 },
    axis: { values: [...clock.ticks], labelExpr: clock.labels, title: null, grid: false },
  };
}

function latencyPanel(rows: readonly ClockRow[], clock: Clock): Panel {
  const scales = sideScales(['lambda', 'ecs']);
  const values = rows.flatMap((row) =>
    (['p50', 'p95'] as const).flatMap((quantile) => {
      const own = row[quantile];
      if (own === undefined) return [];
      const { lowerMs, upperMs } = own;
      const hasBand = quantile === 'p50' && lowerMs !== undefined && upperMs !== undefined;
      const band = hasBand ? { lower: rounded(lowerMs), upper: rounded(upperMs) } : {};
      return [
        {
          at: row.at,
          side: sideLabel(row.platform),
          quantile,
          ms: rounded(own.valueMs),
          ...band,
        },
      ];
    }),
  );
  const color = {
    field: 'side',
    type: 'nominal' as const,
    scale: scales.colour,
    title: null,
    legend: { symbolOpacity: 1 },
  };
  const shape = { field: 'side', type: 'nominal' as const, scale: scales.shape, title: null };
  const x = timeAxis(clock);
  const y = {
    field: 'ms',
    type: 'quantitative' as const,
    scale: { zero: true },
    axis: { tickCount: 4, title: null },
  };
  const of = (quantile: string) => ({ filter: `datum.quantile === '${quantile}'` });
  const workload = rows[0]?.workload ?? '';
  const requests = rows.reduce((sum, row) => sum + row.requests, 0);
  return {
    title: `${workload}, n = ${count(requests)}`,
    view: {
      data: { values },
      encoding: { x, color },
      layer: [
        {
          transform: [of('p50'), { filter: 'isValid(datum.lower)' }],
          mark: { type: 'area', opacity: 0.2, line: false },
          encoding: { y: { ...y, field: 'lower' }, y2: { field: 'upper' } },
        },
        {
          transform: [of('p50')],
          mark: { type: 'line', strokeWidth: 1.5 },
          encoding: { y },
        },
        {
          transform: [of('p95')],
          mark: { type: 'line', strokeWidth: 1.2, strokeDash: [2, 3] },
          encoding: { y },
        },
        {
          transform: [of('p50')],
          mark: { type: 'point', filled: true, size: 18, opacity: 1 },
          encoding: { y, shape },
        },
        {
          transform: [of('p95')],
          mark: { type: 'point', filled: false, size: 18, opacity: 1, strokeWidth: 1.2 },
          encoding: { y, shape },
        },
      ],
    },
  };
}

function loadPanel(rows: readonly ClockRow[], clock: Clock): Panel {
  const totals = Map.groupBy(rows, ({ at }) => at);
  const values = [...totals].map(([at, own]) => ({
    at,
    requests: own.reduce((sum, row) => sum + row.requests, 0),
  }));
  return {
    title: 'Requests',
    view: {
      data: { values },
      mark: { type: 'bar', color: chartColours.neutral, size: clock === hourly ? 4 : 12 },
      encoding: {
        x: timeAxis(clock),
        y: {
          field: 'requests',
          type: 'quantitative' as const,
          axis: { ...countAxis, title: null },
        },
      },
    },
  };
}

function clockTable(rows: readonly ClockRow[], clock: Clock): Table {
  return {
    kind: 'table',
    caption: `Latency to a good answer in ms by ${clock.noun}, with 95 % intervals where there are any`,
    columns: [
      text('Workload'),
      text(clock.column),
      text('Platform'),
      ...['Slots', 'Requests', 'p50', 'p95'].map(number),
    ],
    rows: rows.map((row) => ({
      cells: [
        row.workload,
        clock.nameOf(row.at),
        sideLabel(row.platform),
        count(row.units),
        count(row.requests),
        quantileText(row.p50),
        quantileText(row.p95),
      ],
    })),
    note: `${blank} = fewer than 10 requests were slower than it. ${counted(rows.length, 'row')}; every difference here describes and none is tested.`,
  };
}
