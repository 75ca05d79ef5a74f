import type { LadderRow } from '../../domain/dataset/profile.ts';
import type { Chart, Table } from '../document.ts';
import { change, count, figure } from '../format.ts';
import { chartWidth } from '../page/chart-theme.ts';
import { countAxis, percentAxis } from './chart-axes.ts';
import { platformColour, platformNames, platformShape } from './platform-marks.ts';

/** Latency against the utilisation of the workload's own Fargate service, a panel per workload. */
export function ladderChart(ladder: readonly LadderRow[], table: Table): Chart {
  const requests = ladder.reduce((sum, row) => sum + row.requests, 0);
  return {
    kind: 'chart',
    id: 'ladder',
    title: title(ladder),
    caption:
      'Latency to a good answer in ms against the planned utilisation of the Fargate service. ' +
      'Solid p50, dashed p95; blue circles Lambda, orange squares Fargate; upright lines: 95 % ' +
      `intervals over slots. n = ${count(requests)} ` +
      'requests; a quantile with fewer than 10 slower ones is left out. Each panel has its own scale, in powers of ten.',
    spec: ladderSpec(ladder),
    table,
  };
}

/** How much a busy service slows its own requests down is what the ladder is climbed for. */
function title(ladder: readonly LadderRow[]): string {
  for (const name of ['p95', 'p50'] as const) {
    const [worst] = slowedBy(ladder, name).toSorted((one, other) => other.ratio - one.ratio);
    if (worst === undefined) continue;
    return worst.ratio < 1.1
      ? `A busier service hardly slows its requests down: Fargate's ${name} at most ${change(worst.ratio)}`
      : `From the lowest to the highest step Fargate's ${name} grows most for ${worst.workload}: ${figure(worst.ratio)} times`;
  }
  return 'Latency against the load of the own service';
}

/** The highest step against the lowest, of the workloads of which both can be printed. */
function slowedBy(ladder: readonly LadderRow[], name: 'p50' | 'p95') {
  const workloads = [...new Set(ladder.map(({ workload }) => workload))];
  return workloads.flatMap((workload) => {
    const own = ladder
      .filter((row) => row.workload === workload && row.platform === 'ecs')
      .toSorted((one, other) => one.utilisation - other.utilisation);
    const [lowest, highest] = [own[0], own.at(-1)];
    const [before, after] = [lowest?.[name], highest?.[name]];
    if (before === undefined || after === undefined || lowest === highest) return [];
    return [{ workload, ratio: after / before }];
  });
}

function ladderSpec(ladder: readonly LadderRow[]): Chart['spec'] {
  const values = ladder.flatMap((row) =>
    (['p50', 'p95'] as const).flatMap((quantile) => {
      const latencyMs = row[quantile];
      if (latencyMs === undefined || !Number.isFinite(latencyMs)) return [];
      const { workload, platform, utilisation, ratePerS, requests } = row;
      const named = { workload, platform: platformNames[platform], utilisation, ratePerS };
      const { lowerMs = null, upperMs = null } = row[`${quantile}Interval`] ?? {};
      return [{ ...named, requests, quantile, latencyMs, lowerMs, upperMs }];
    }),
  );
  // Without it the panels would stand in the order of the alphabet.
  const workloads = [...new Set(ladder.map(({ workload }) => workload))];
  const encoding = {
    x: {
      field: 'utilisation',
      type: 'quantitative',
      title: 'utilisation',
      scale: { zero: false, padding: 8, nice: false },
      axis: percentAxis,
    },
    y: {
      field: 'latencyMs',
      type: 'quantitative',
      title: 'ms',
      scale: { type: 'log' },
      axis: { ...countAxis, tickCount: 3 },
    },
    color: platformColour,
  } as const;
  return {
    data: { values },
    facet: { field: 'workload', type: 'nominal', sort: workloads, title: null },
    columns: 2,
    spacing: { column: 26, row: 18 },
    resolve: { scale: { y: 'independent' } },
    spec: {
      width: chartWidth.half,
      height: 120,
      encoding,
      layer: [
        {
          mark: { type: 'line', strokeWidth: 1.8 },
          encoding: {
            strokeDash: {
              field: 'quantile',
              type: 'nominal',
              title: null,
              scale: {
                domain: ['p50', 'p95'],
                range: [
                  [1, 0],
                  [5, 3],
                ],
              },
            },
          },
        },
        {
          transform: [{ filter: 'isValid(datum.lowerMs) && isValid(datum.upperMs)' }],
          mark: { type: 'rule', strokeWidth: 1, opacity: 0.7 },
          encoding: { y: { ...encoding.y, field: 'lowerMs' }, y2: { field: 'upperMs' } },
        },
        {
          mark: { type: 'point' },
          encoding: { shape: platformShape, detail: { field: 'quantile' } },
        },
      ],
    },
  };
}
