import type { PairingRow, PositionRow } from '../../domain/dataset/measured.ts';
import { ofAll, type Position, panelled } from '../charts/chart-panels.ts';
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
import { blank, change, count, counted, figure } from '../format.ts';
import { chartColours } from '../page/chart-theme.ts';
import type { ReportInput } from '../report-input.ts';

/** What sending both targets of a request one after the other did, and what it is good for (METHOD 1.1). */
export function pairingSections({ measured }: ReportInput): readonly Section[] {
  if (measured === undefined) return [];
  const { positions, pairings } = measured;
  const blocks: Block[] = [
    positions.length === 0
      ? paragraph('No platform was in both places of a pair: the effect of the place is not known.')
      : positionChart(positions),
    pairings.length === 0
      ? paragraph('Too few pairs have two good answers: how much pairing pays is not known.')
      : pairingChart(pairings),
  ];
  return [{ id: 'pairing', title: 'Place in the pair, and what pairing pays', blocks }];
}

/** METHOD 1.1: above it the effect is doubted. */
const limit = 0.02;

function positionChart(rows: readonly PositionRow[]): Chart {
  const doubted = rows.filter(({ logRatio }) => Math.abs(logRatio) > limit);
  const certain = doubted.filter(
    ({ interval }) => interval !== undefined && interval.lower * interval.upper > 0,
  );
  const requests = rows.reduce((sum, row) => sum + row.first + row.second, 0);
  const values = rows.map((row) => ({
    workload: row.workload,
    side: sideLabel(row.platform),
    effect: Math.expm1(row.logRatio),
    ...(row.interval === undefined
      ? {}
      : { lower: Math.expm1(row.interval.lower), upper: Math.expm1(row.interval.upper) }),
  }));
  return {
    kind: 'chart',
    id: 'position-effect',
    title: `Coming second changed the latency by more than 2 % in ${ofAll(doubted.length, rows.length, 'case')}, ${count(certain.length)} of them beyond chance (${count(requests)} answers)`,
    caption:
      'Geometric mean latency in second place of a pair against first place, good answers, ladder left ' +
      'out, with 95 % intervals over slots, cut at the edge where they are much wider than the effects; ' +
      'dashed lines: ±2 %, beyond which it is doubted. The order is balanced, so that contrasts stay fair.',
    spec: effectSpec(values, [...new Set(rows.map(({ workload }) => workload))]),
    table: positionTable(rows),
  };
}

function effectSpec(
  effects: readonly Readonly<Record<string, string | number>>[],
  workloads: readonly string[],
) {
  const values = [...effects];
  const scales = sideScales(['lambda', 'ecs']);
  const reach = reachOf(values);
  const x = (field: string): Position => ({
    field,
    type: 'quantitative' as const,
    scale: { domain: [-reach, reach], clamp: true, nice: false },
    axis: { labelExpr: "format(100 * datum.value, '+~r') + ' %'", tickCount: 5, title: null },
  });
  const color = { field: 'side', type: 'nominal' as const, scale: scales.colour, title: null };
  const shape = { field: 'side', type: 'nominal' as const, scale: scales.shape, title: null };
  const y = {
    field: 'workload',
    type: 'nominal' as const,
    sort: [...workloads],
    axis: { title: null },
  };
  const yOffset = {
    field: 'side',
    type: 'nominal' as const,
    scale: { domain: scales.colour.domain },
  };
  return panelled(
    [
      {
        title: 'Second against first place',
        view: {
          layer: [
            {
              data: { values: [{ end: 0 }, { end: -limit }, { end: limit }] },
              mark: { type: 'rule', color: chartColours.soft, strokeDash: [3, 3] },
              encoding: { x: x('end') },
            },
            {
              data: { values },
              transform: [{ filter: 'isValid(datum.lower)' }],
              mark: { type: 'rule' },
              encoding: { x: x('lower'), x2: { field: 'upper' }, y, yOffset, color },
            },
            {
              data: { values },
              mark: { type: 'point', filled: true, opacity: 1, size: 40 },
              encoding: { x: x('effect'), y, yOffset, color, shape },
            },
          ],
        },
      },
    ],
    { height: Math.max(44, 30 * workloads.length), arrangement: 'column', wide: 280 },
  );
}

/** An interval over two slots can be a hundred times as wide as what it is about. */
function reachOf(effects: readonly Readonly<Record<string, string | number>>[]): number {
  const sizes = (fields: readonly string[]): number[] =>
    effects.flatMap((row) => fields.map((field) => Math.abs(Number(row[field] ?? 0))));
  const enough = Math.max(4 * Math.max(...sizes(['effect'])), 2 * limit);
  return 1.05 * Math.min(enough, Math.max(...sizes(['effect', 'lower', 'upper']), 1.5 * limit));
}

function positionTable(rows: readonly PositionRow[]): Table {
  return {
    kind: 'table',
    caption: 'Latency in second against first place of a pair, with 95 % intervals over slots',
    columns: [
      text('Workload'),
      text('Platform'),
      ...['Slots', 'First', 'Second', 'Effect', '95 % interval'].map(number),
    ],
    rows: rows.map((row) => ({
      cells: [
        row.workload,
        sideLabel(row.platform),
        count(row.slots),
        count(row.first),
        count(row.second),
        change(Math.exp(row.logRatio)),
        row.interval === undefined
          ? blank
          : `${change(Math.exp(row.interval.lower))} to ${change(Math.exp(row.interval.upper))}`,
      ],
    })),
    note: 'First, Second: good answers in that place. The requests of the two places are different ones, so chance is part of the effect.',
  };
}

function pairingChart(rows: readonly PairingRow[]): Chart {
  const workloads = rows.map(({ workload }) => workload);
  const pairs = rows.reduce((sum, row) => sum + row.pairs, 0);
  const values = rows.map(({ workload, correlation, interval }) => ({
    workload,
    correlation,
    ...(interval === undefined
      ? {}
      : { lower: Math.max(-1, interval.lower), upper: Math.min(1, interval.upper) }),
  }));
  const x = (field: string): Position => ({
    field,
    type: 'quantitative' as const,
    axis: { tickCount: 5, title: null },
  });
  const y = {
    field: 'workload',
    type: 'nominal' as const,
    sort: [...workloads],
    axis: { title: null },
  };
  const paid = rows.filter(({ interval }) => (interval?.lower ?? 0) > 0).length;
  return {
    kind: 'chart',
    id: 'pairing',
    title: `The two platforms’ latencies go together in ${ofAll(paid, rows.length, 'workload')} (${counted(pairs, 'pair')})`,
    caption:
      'Correlation of the logarithms of both latencies within pairs of good answers, ladder left out, ' +
      'with 95 % intervals over slots. Above 0 the same request, payload or hour makes both slow, and ' +
      'comparing pairs takes that out; near 0 pairing costs nothing and brings nothing.',
    spec: panelled(
      [
        {
          title: 'Correlation',
          view: {
            layer: [
              {
                data: { values: [{ zero: 0 }] },
                mark: { type: 'rule', color: chartColours.soft, strokeDash: [3, 3] },
                encoding: { x: x('zero') },
              },
              {
                data: { values },
                transform: [{ filter: 'isValid(datum.lower)' }],
                mark: { type: 'rule', color: chartColours.ink },
                encoding: { x: x('lower'), x2: { field: 'upper' }, y },
              },
              {
                data: { values },
                mark: {
                  type: 'point',
                  filled: true,
                  opacity: 1,
                  size: 45,
                  color: chartColours.ink,
                },
                encoding: { x: x('correlation'), y },
              },
            ],
          },
        },
      ],
      { height: Math.max(30, 24 * workloads.length), arrangement: 'column', wide: 280 },
    ),
    table: pairingTable(rows),
  };
}

function pairingTable(rows: readonly PairingRow[]): Table {
  return {
    kind: 'table',
    caption: 'Correlation of log latencies within pairs, with 95 % intervals over slots',
    columns: [text('Workload'), ...['Slots', 'Pairs', 'Correlation', '95 % interval'].map(number)],
    rows: rows.map((row) => ({
      cells: [
        row.workload,
        count(row.slots),
        count(row.pairs),
        figure(row.correlation),
        row.interval === undefined
          ? blank
          : `${figure(Math.max(-1, row.interval.lower))} to ${figure(Math.min(1, row.interval.upper))}`,
      ],
    })),
  };
}
