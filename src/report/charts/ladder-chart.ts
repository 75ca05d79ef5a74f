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
  const workloads = [...new Set(ladder.map(({ workload }) => workload))];
  const slowed = workloads.flatMap((workload) => {
    const own = ladder
      .filter((row) => row.workload === workload && row.platform === 'ecs')
      .toSorted((one, other) => one.utilisation - other.utilisation);
    const [lowest, highest] = [own[0], own.at(-1)];
    if (lowest?.p95 === undefined || highest?.p95 === undefined || lowest === highest) return [];
    return [{ workload, ratio: highest.p95 / lowest.p95 }];
  });
  const [worst] = slowed.toSorted((one, other) => other.ratio - one.ratio);
  if (worst === undefined) return 'Latency against the load of the own service';
  return worst.ratio < 1.1
    ? `A busier service hardly slows its requests down: Fargate's p95 at most ${change(worst.ratio)}`
    : `From the lowest to the highest step Fargate's p95 grows most for ${worst.workload}: ${figure(worst.ratio)} times`;
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
    facet: { field: 'workload', type: 'nominal', sort: null, title: null },
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
