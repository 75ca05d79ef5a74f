import type { BreakEven } from '../../domain/money/break-even.ts';
import {
  type Layer,
  logDurationAxis,
  ofAll,
  type Panel,
  type Position,
  panelled,
  rounded,
} from '../charts/chart-panels.ts';
import { decadesOf } from '../charts/decades.ts';
import { platformNames } from '../charts/platform-marks.ts';
import { type Chart, number, type Section, type Table, text } from '../document.ts';
import { blank, duration, rate } from '../format.ts';
import { chartColours } from '../page/chart-theme.ts';
import type { ReportInput } from '../report-input.ts';
import {
  isVisited,
  type MapRow,
  mapOf,
  reach,
  rowsOf,
  stretchesOf,
  type WorkloadMap,
} from './break-even-map.ts';
import { crossoversOf, findPriceBook } from './crossover.ts';

/** Which platform is cheaper around where each workload stands; the crossover's section says why not. */
export function breakEvenMapSections(input: ReportInput): readonly Section[] {
  const book = findPriceBook(input);
  const crossovers = crossoversOf(input);
  if (book === undefined || crossovers.length === 0) return [];
  const maps = crossovers.map((crossover) => mapOf(input, book, crossover));
  return [{ id: 'break-even-map', title: 'Map of the break-even', blocks: [mapChart(maps)] }];
}

function mapChart(maps: readonly WorkloadMap[]): Chart {
  const visited = maps.filter(isVisited).length;
  return {
    kind: 'chart',
    id: 'break-even-map',
    title: `The measured loads reach across the break-even in ${ofAll(visited, maps.length, 'workload')}`,
    caption:
      'Requests an hour against the busy time of a request on one vCPU, for the memory and the task ' +
      'of each workload: left of the edge Lambda is cheaper (blue), right of it Fargate is ' +
      '(orange), with as many tasks as the load needs. Level line: the workload itself, solid where ' +
      'its load was measured, dashed where it is computed only. Diamond: the rate of the plan.',
    spec: panelled(maps.map(mapPanel), { height: 120, arrangement: 'pairs', labels: 62 }),
    table: mapTable(maps),
  };
}

function mapPanel(map: WorkloadMap): Panel {
  const powers = decadesOf([
    map.planPerHour,
    ...(map.breakEven === undefined ? [] : [map.breakEven.requestsPerHour]),
    ...(map.measured === undefined ? [] : [map.measured.fromPerHour, map.measured.toPerHour]),
  ]);
  const ends = [powers[0] ?? 1, powers.at(-1) ?? 10] as const;
  const x = (field: string): Position => ({
    field,
    type: 'quantitative',
    scale: { type: 'log', domain: [...ends], nice: false, clamp: true },
    axis: { format: '~s', values: powers, labelOverlap: true, title: null },
  });
  const y = (field: string): Position => ({
    field,
    type: 'quantitative',
    scale: { type: 'log', domain: [map.cpuMs / reach, map.cpuMs * reach], nice: false },
    axis: {
      ...logDurationAxis(map.cpuMs / reach, map.cpuMs * reach),
      title: null,
      grid: false,
    },
  });
  return {
    title: map.workload,
    view: {
      layer: [...areaLayers(rowsOf(map), ends, { x, y }), ...ownLayers(map, ends, { x, y })],
    },
  };
}

interface Axes {
  readonly x: (field: string) => Position;
  readonly y: (field: string) => Position;
}

/** Rows of the map are drawn as long bars: fewer shapes than a raster, and exact edges. */
function areaLayers(
  rows: readonly MapRow[],
  [from, to]: readonly [number, number],
  { x, y }: Axes,
): Layer[] {
  const area = (fromPerHour: number, toPerHour: number, row: MapRow, platform: string) => ({
    platform,
    from: rounded(Math.max(from, Math.min(to, fromPerHour))),
    to: rounded(Math.max(from, Math.min(to, toPerHour))),
    fromMs: rounded(row.fromMs),
    // Bars overlap by a hair, or their seams would show.
    toMs: rounded(row.toMs * 1.02),
  });
  const values = rows.flatMap((row) => {
    const stretches = row.breakEven === undefined ? [] : stretchesOf(row.breakEven, to);
    return [
      area(from, to, row, platformNames.lambda),
      ...stretches
        .map(({ fromPerHour, toPerHour }) => area(fromPerHour, toPerHour, row, platformNames.ecs))
        .filter((own) => own.from < own.to),
    ];
  });
  const edge = rows.flatMap(({ breakEven, fromMs, toMs }) =>
    breakEven === undefined || breakEven.requestsPerHour < from || breakEven.requestsPerHour > to
      ? []
      : [{ edge: rounded(breakEven.requestsPerHour), ms: rounded(Math.sqrt(fromMs * toMs)) }],
  );
  return [
    {
      data: { values },
      mark: { type: 'rect', stroke: null },
      encoding: {
        x: x('from'),
        x2: { field: 'to' },
        y: y('fromMs'),
        y2: { field: 'toMs' },
        color: {
          field: 'platform',
          type: 'nominal',
          title: null,
          scale: {
            domain: [platformNames.lambda, platformNames.ecs],
            range: [chartColours.lambdaSoft, chartColours.ecsSoft],
          },
          legend: { title: null, symbolType: 'square' },
        },
      },
    },
    {
      data: { values: edge },
      mark: { type: 'line', orient: 'horizontal', strokeWidth: 1.5 },
      encoding: { x: x('edge'), y: y('ms'), order: { field: 'ms' } },
    },
  ];
}

function ownLayers(
  { cpuMs, measured, planPerHour }: WorkloadMap,
  [from, to]: readonly [number, number],
  { x, y }: Axes,
): Layer[] {
  const ms = rounded(cpuMs);
  const encoding = { x: x('from'), x2: { field: 'to' }, y: y('ms') };
  const solid =
    measured === undefined
      ? []
      : [{ from: rounded(measured.fromPerHour), to: rounded(measured.toPerHour), ms }];
  return [
    {
      data: { values: [{ from, to, ms }] },
      mark: { type: 'rule', strokeDash: [4, 3], strokeWidth: 1 },
      encoding,
    },
    { data: { values: solid }, mark: { type: 'rule', strokeWidth: 3 }, encoding },
    {
      data: { values: [{ from: rounded(planPerHour), ms }] },
      mark: { type: 'point', shape: 'diamond', size: 110, stroke: chartColours.page },
      encoding: { x: x('from'), y: y('ms') },
    },
  ];
}

function mapTable(maps: readonly WorkloadMap[]): Table {
  return {
    kind: 'table',
    caption: 'Break-even in requests an hour, by the busy time of a request',
    columns: [
      text('Workload'),
      number('Busy time'),
      number('At half of it'),
      number('At its own'),
      number('At twice'),
      number('Plan'),
      number('Measured from'),
      number('to'),
      text('Loads reach across it'),
    ],
    rows: maps.map((map) => ({
      cells: [
        map.workload,
        duration(map.cpuMs),
        breakEvenText(map.breakEvenAt(map.cpuMs / 2)),
        breakEvenText(map.breakEven),
        breakEvenText(map.breakEvenAt(2 * map.cpuMs)),
        rate(map.planPerHour),
        map.measured === undefined ? blank : rate(map.measured.fromPerHour),
        map.measured === undefined ? blank : rate(map.measured.toPerHour),
        isVisited(map) ? 'yes' : 'no',
      ],
    })),
    note: 'Never: Lambda is cheaper at any rate. Measured: the lowest and the highest rate of slots, blocks and ladder steps, whatever tasks they ran on. Below its break-even Fargate can be cheaper for a while, until it needs a further task; the chart shows up to 20 such stretches.',
  };
}

function breakEvenText(breakEven: BreakEven | undefined): string {
  return breakEven === undefined ? 'never' : rate(breakEven.requestsPerHour);
}
