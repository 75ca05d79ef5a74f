import { copies as platformCopies } from '../../domain/arm.ts';
import type { CampaignPart, LatencyDistribution } from '../../domain/dataset/measured.ts';
import type { Plan } from '../../domain/plan.ts';
import { percentAxis } from '../charts/chart-axes.ts';
import {
  type Layer,
  logDurationAxis,
  type Panel,
  panelled,
  rounded,
} from '../charts/chart-panels.ts';
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
import { blank, count, counted, listed, percent } from '../format.ts';
import { chartColours } from '../page/chart-theme.ts';
import type { ReportInput } from '../report-input.ts';
import { quantileText } from './interval-text.ts';

/** How long requests took, all of them and not a few quantiles: by arm, and by platform. */
export function distributionSections({ measured, plan }: ReportInput): readonly Section[] {
  if (measured === undefined) return [];
  const blocks = (['evaluation', 'collection'] as const).map((part): Block => {
    const rows = measured.latencies.filter((row) => row.part === part);
    if (rows.length === 0) return paragraph(missing[part]);
    return rows.every(hasNoCurve) ? fewRows(rows, part) : distributionChart(rows, plan, part);
  });
  return [{ id: 'distributions', title: 'How long requests took', blocks }];
}

const missing: Readonly<Record<CampaignPart, string>> = {
  evaluation: 'By arm there is nothing to show: no block of an evaluation has rows.',
  collection: 'By platform there is nothing to show: no slot has rows outside its ladder.',
};

/** A line needs two points. */
const hasNoCurve = ({ curve }: LatencyDistribution): boolean => curve.length < 2;

function fewRows(rows: readonly LatencyDistribution[], part: CampaignPart): Block {
  const most = Math.max(...rows.map(({ requests }) => requests));
  const side = part === 'evaluation' ? 'arm' : 'platform';
  return paragraph(
    `By ${side} there is no distribution to show: no workload has more than ${counted(most, 'request')} on one ${side}, and the slowest ten say nothing about a share.`,
  );
}

function distributionChart(
  rows: readonly LatencyDistribution[],
  plan: Plan,
  part: CampaignPart,
): Chart {
  const sides = [...new Set(rows.map(({ side }) => side))];
  const shown = rows.filter((row) => !hasNoCurve(row));
  const workloads = [...new Set(shown.map(({ workload }) => workload))];
  const panels = workloads.map((workload) =>
    curvePanel(
      shown.filter((row) => row.workload === workload),
      sides,
      plan.workloads.find(({ name }) => name === workload)?.slo?.latencyMs,
    ),
  );
  const requests = rows.reduce((sum, row) => sum + row.requests, 0);
  const what = part === 'evaluation' ? 'by arm' : 'by platform';
  return {
    kind: 'chart',
    id: part === 'evaluation' ? 'latency-by-arm' : 'latency-by-platform',
    title: `Latency ${what}, ${count(requests)} requests: ${fastestText(rows, workloads)}`,
    caption:
      'Share of all requests that had a good answer within so many milliseconds, up to the share ' +
      'that ten requests lie above; a curve that goes flat below 100 % is the failures. Dashed ' +
      'upright line: the SLO of the workload.',
    spec: panelled(panels, { height: 120, arrangement: 'pairs' }),
    table: distributionTable(rows, part),
  };
}

/** Which side has the lowest p95, or where that cannot be printed the lowest p50, and how often. */
function fastestText(rows: readonly LatencyDistribution[], workloads: readonly string[]): string {
  const name = workloads.every((workload) =>
    rows.every((row) => row.workload !== workload || row.p95 !== undefined),
  )
    ? 'p95'
    : 'p50';
  const fastest = workloads.flatMap((workload) => {
    const own = rows.filter(
      (row) => row.workload === workload && row[name] !== undefined && !isCopy(row),
    );
    const [first] = [...own].sort((a, b) => (a[name]?.valueMs ?? 0) - (b[name]?.valueMs ?? 0));
    return first === undefined || own.length < 2 ? [] : [{ side: first.side, workload }];
  });
  if (fastest.length === 0) return 'too few to compare quantiles';
  const winners = [...Map.groupBy(fastest, ({ side }) => side)].map(([side, won]) => {
    const where = won.map(({ workload }) => workload);
    return `${sideLabel(side)} for ${won.length === workloads.length ? 'every workload' : listed(where)}`;
  });
  return `the lowest ${name} was that of ${winners.join(', of ')}`;
}

/** A copy that is faster than its original says something of noise, and nothing of arms. */
function isCopy({ side }: LatencyDistribution): boolean {
  return platformCopies.some((copy) => copy === side);
}

function curvePanel(
  rows: readonly LatencyDistribution[],
  sides: readonly string[],
  sloMs: number | undefined,
): Panel {
  const scales = sideScales(sides);
  const requests = rows.reduce((sum, row) => sum + row.requests, 0);
  const seen = rows.flatMap(({ curve }) => curve.map(({ latencyMs }) => latencyMs));
  const [least, largestMs] = [Math.min(...seen), Math.max(...seen, sloMs ?? 0)];
  const domain = [rounded(least / 1.08), rounded(largestMs * 1.08)] as const;
  const values = rows.flatMap((row) => {
    const side = sideLabel(row.side);
    const points = row.curve.map(({ share, latencyMs }) => ({
      side,
      ms: rounded(latencyMs),
      share,
    }));
    return [...points, ...plateauOf(row, side, largestMs)];
  });
  const workload = rows[0]?.workload ?? '';
  const curves: Layer = {
    data: { values },
    mark: { type: 'line', strokeWidth: 2 },
    encoding: {
      x: {
        field: 'ms',
        type: 'quantitative' as const,
        scale: { type: 'log', domain: [...domain], nice: false },
        axis: { ...logDurationAxis(...domain), title: null },
      },
      y: {
        field: 'share',
        type: 'quantitative' as const,
        scale: { domain: [0, 1] },
        axis: { ...percentAxis, values: [0, 0.25, 0.5, 0.75, 1], title: null },
      },
      color: {
        field: 'side',
        type: 'nominal' as const,
        scale: scales.colour,
        title: null,
        legend: { symbolType: 'stroke', symbolSize: 300, symbolStrokeWidth: 2 },
      },
      strokeDash: { field: 'side', type: 'nominal' as const, scale: scales.dash, title: null },
    },
  };
  return {
    title: `${workload}, n = ${count(requests)}`,
    view: { layer: [curves, ...sloRule(sloMs)] },
  };
}

/** Where ten requests or more had no good answer, the curve never gets higher. */
function plateauOf(row: LatencyDistribution, side: string, largestMs: number) {
  const last = row.curve.at(-1);
  if (last === undefined || row.requests - row.good < 10) return [];
  const share = row.good / row.requests;
  return [
    { side, ms: rounded(last.latencyMs), share },
    { side, ms: rounded(largestMs), share },
  ];
}

function sloRule(sloMs: number | undefined): Layer[] {
  if (sloMs === undefined) return [];
  return [
    {
      data: { values: [{ slo: sloMs }] },
      mark: { type: 'rule', color: chartColours.serious, strokeDash: [4, 3] },
      encoding: { x: { field: 'slo', type: 'quantitative' as const } },
    },
  ];
}

function distributionTable(rows: readonly LatencyDistribution[], part: CampaignPart): Table {
  const unit = part === 'evaluation' ? 'block' : 'slot';
  const units = Math.max(...rows.map((row) => row.units));
  return {
    kind: 'table',
    caption: `Latency to a good answer in ms, with 95 % intervals over ${counted(units, unit)}`,
    columns: [
      text('Workload'),
      text(part === 'evaluation' ? 'Arm' : 'Platform'),
      ...['Requests', 'Good', 'p50', 'p95', 'p99', 'Inside SLO'].map(number),
    ],
    rows: rows.map((row) => ({
      cells: [
        row.workload,
        sideLabel(row.side),
        count(row.requests),
        count(row.good),
        ...[row.p50, row.p95, row.p99].map(quantileText),
        row.insideSlo === undefined ? 'no SLO' : percent(row.insideSlo / row.requests),
      ],
    })),
    note:
      `${blank} = fewer than 10 requests were slower than it. Intervals describe: whole ${unit}s are ` +
      'drawn again, and nothing is corrected for how many are printed.',
  };
}
