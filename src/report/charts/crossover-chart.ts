import type { Chart, Table } from '../document.ts';
import { listed, rate } from '../format.ts';
import { chartColours, chartWidth } from '../page/chart-theme.ts';
import type { Crossover } from '../sections/crossover.ts';
import { countAxis, rowAxis } from './chart-axes.ts';
import { decadesOf } from './decades.ts';
import { platformColour, platformNames } from './platform-marks.ts';

/** Break-even and the plan's rate on one scale of requests an hour. */
export function crossoverChart(crossovers: readonly Crossover[], table: Table): Chart {
  return {
    kind: 'chart',
    id: 'crossover',
    title: `At the rate of the plan ${cheaperText(crossovers)}`,
    caption:
      'Requests an hour, each line ten times the one before. Blue: Lambda is cheaper; orange and ' +
      'higher: Fargate is. Line: the break-even. Diamond: the rate of the plan.',
    spec: crossoverSpec(crossovers),
    table,
  };
}

/** Of each workload by itself, by name: numbers alone would not say which. */
function cheaperText(crossovers: readonly Crossover[]): string {
  const named = (['lambda', 'ecs'] as const).flatMap((platform) => {
    const own = crossovers.filter(({ cheaper }) => cheaper === platform);
    if (own.length === 0) return [];
    const which = own.length === crossovers.length ? 'every workload' : listed(own.map(nameOf));
    return [`${platformNames[platform]} is cheaper for ${which}`];
  });
  return named.join(', ');
}

function nameOf({ workload }: Crossover): string {
  return workload;
}

interface Stretch {
  readonly workload: string;
  readonly platform: string;
  readonly height: 8 | 16;
  readonly fromPerHour: number;
  readonly toPerHour: number;
}

function crossoverSpec(crossovers: readonly Crossover[]): Chart['spec'] {
  const powers: number[] = decadesOf(crossovers.flatMap(ratesOf));
  const ends = [powers.at(0) ?? 1, powers.at(-1) ?? 10] as const;
  const points = crossovers.map(({ workload, planPerHour, breakEven }) => ({
    workload,
    planPerHour,
    breakEvenPerHour: breakEven?.requestsPerHour ?? null,
    words:
      breakEven === undefined
        ? 'Lambda at any rate'
        : `Fargate from ${rate(breakEven.requestsPerHour)}/h`,
  }));
  const y = {
    field: 'workload',
    type: 'nominal',
    sort: null,
    title: null,
    axis: rowAxis,
  } as const;
  const domain: number[] = [...ends];
  const scale = { type: 'log', domain, nice: false, clamp: true } as const;
  const x = {
    type: 'quantitative',
    scale,
    title: 'requests/h',
    axis: { ...countAxis, values: powers },
  } as const;
  const above = { baseline: 'bottom', dy: -11 } as const;
  return {
    width: chartWidth.wide + 30,
    height: { step: 44 },
    layer: [
      {
        data: { values: stretches(crossovers, ends) },
        // By height as well as by colour: higher where Fargate is cheaper.
        layer: ([8, 16] as const).map((height) => ({
          transform: [{ filter: `datum.height === ${height}` }],
          mark: { type: 'bar' as const, opacity: 0.55, height },
          encoding: {
            x: { ...x, field: 'fromPerHour' },
            x2: { field: 'toPerHour' },
            y,
            color: { ...platformColour, legend: { title: null, symbolType: 'square' as const } },
          },
        })),
      },
      {
        data: { values: points },
        layer: [
          {
            mark: { type: 'tick', thickness: 2, size: 20 },
            encoding: { x: { ...x, field: 'breakEvenPerHour' }, y },
          },
          {
            mark: { type: 'point', shape: 'diamond', size: 110 },
            encoding: { x: { ...x, field: 'planPerHour' }, y },
          },
          {
            mark: { type: 'text', align: 'left', x: 0, fontWeight: 600, ...above },
            encoding: { y, text: { field: 'workload' } },
          },
          {
            mark: {
              type: 'text',
              align: 'right',
              x: 'width',
              color: chartColours.soft,
              ...above,
            },
            encoding: { y, text: { field: 'words' } },
          },
        ],
      },
    ],
  };
}

/** Below its break-even Fargate can be cheaper for a while, until it needs another task. */
function stretches(crossovers: readonly Crossover[], ends: readonly [number, number]): Stretch[] {
  return crossovers.flatMap(({ workload, breakEven }) => {
    const [from, to] = ends;
    const onFargate = [
      ...(breakEven?.earlier ?? []),
      ...(breakEven === undefined
        ? []
        : [{ fromPerHour: breakEven.requestsPerHour, toPerHour: to }]),
    ]
      .map(({ fromPerHour, toPerHour }) => ({
        fromPerHour: Math.min(to, Math.max(from, fromPerHour)),
        toPerHour: Math.min(to, Math.max(from, toPerHour)),
      }))
      .filter(({ fromPerHour, toPerHour }) => fromPerHour < toPerHour)
      .toSorted((one, other) => one.fromPerHour - other.fromPerHour);
    const starts = [from, ...onFargate.map(({ toPerHour }) => toPerHour)];
    const stops = [...onFargate.map(({ fromPerHour }) => fromPerHour), to];
    const onLambda = starts.flatMap((fromPerHour, index) => {
      const toPerHour = stops[index] ?? to;
      return fromPerHour < toPerHour ? [{ fromPerHour, toPerHour }] : [];
    });
    return [
      ...onLambda.map((stretch) => ({
        workload,
        platform: platformNames.lambda,
        height: 8 as const,
        ...stretch,
      })),
      ...onFargate.map((stretch) => ({
        workload,
        platform: platformNames.ecs,
        height: 16 as const,
        ...stretch,
      })),
    ];
  });
}

function ratesOf({ planPerHour, breakEven }: Crossover): number[] {
  return breakEven === undefined ? [planPerHour] : [planPerHour, breakEven.requestsPerHour];
}
