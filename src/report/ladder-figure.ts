import type { LadderRow } from '../domain/profile.ts';
import type { Figure, Table } from './document.ts';
import { drawing, fixed, half, isNumber, label, line, niceTicks } from './drawing.ts';
import { count, milliseconds, percent } from './format.ts';

/** Latency against the utilisation of the workload's own Fargate service, a drawing per workload. */
export function ladderFigure(ladder: readonly LadderRow[], table: Table): Figure {
  const workloads = [...new Set(ladder.map((row) => row.workload))];
  const drawings = workloads.map((workload) =>
    ladderDrawing(
      workload,
      ladder.filter((row) => row.workload === workload),
    ),
  );
  const caption =
    'Latency in ms against the planned utilisation of the Fargate service; solid p50, dashed p95; ' +
    'blue circles Lambda, orange squares Fargate';
  return { kind: 'figure', drawings, caption, table };
}

function ladderDrawing(workload: string, rows: readonly LadderRow[]): string {
  const frame = { left: 46, right: half - 14, top: 34, bottom: 176 };
  const values = rows.flatMap((row) => [row.p50, row.p95]).filter(isNumber);
  const requests = rows.reduce((sum, row) => sum + row.requests, 0);
  const heading =
    label(0, 14, workload, { kind: 'strong' }) +
    label(half, 14, `n = ${count(requests)}`, { anchor: 'end', kind: 'soft' });
  const title = `Latency of ${workload} against utilisation`;
  if (values.length === 0) {
    const empty = label(0, 60, 'Too few requests for a quantile.', { kind: 'soft' });
    return drawing(half, 80, title, [heading, empty]);
  }
  const largest = Math.max(...values) * 1.05;
  const widest = Math.max(...rows.map((row) => row.utilisation), 0.1);
  const scale: Scale = {
    x: (share) => frame.left + (share / (widest * 1.08)) * (frame.right - frame.left),
    y: (valueMs) => frame.bottom - (valueMs / largest) * (frame.bottom - frame.top),
  };
  return drawing(half, 204, title, [
    heading,
    ...ladderAxes(rows, { frame, scale, largest }),
    ...(['lambda', 'ecs'] as const).flatMap((platform) => {
      const own = rows.filter((row) => row.platform === platform);
      return [ladderLine(own, scale, 'p95'), ladderLine(own, scale, 'p50')];
    }),
  ]);
}

interface Scale {
  readonly x: (share: number) => number;
  readonly y: (valueMs: number) => number;
}

interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function ladderAxes(
  rows: readonly LadderRow[],
  {
    frame,
    scale,
    largest,
  }: { readonly frame: Frame; readonly scale: Scale; readonly largest: number },
): string[] {
  const heights = [0, ...niceTicks(largest, 4)].map(
    (tick) =>
      line(frame.left, scale.y(tick), frame.right, scale.y(tick), 'axis') +
      label(frame.left - 6, scale.y(tick) + 4, milliseconds(tick), { anchor: 'end', kind: 'soft' }),
  );
  const steps = [...new Set(rows.map((row) => row.utilisation))].map((share) =>
    label(scale.x(share), frame.bottom + 18, percent(share), { anchor: 'middle', kind: 'soft' }),
  );
  return [...heights, ...steps];
}

function ladderLine(rows: readonly LadderRow[], scale: Scale, quantile: 'p50' | 'p95'): string {
  const points = rows
    .flatMap((row) => {
      const valueMs = row[quantile];
      return isNumber(valueMs) ? [{ x: scale.x(row.utilisation), y: scale.y(valueMs) }] : [];
    })
    .sort((first, second) => first.x - second.x);
  const platform = rows[0]?.platform;
  if (platform === undefined || points.length === 0) return '';
  const path = points.map(({ x, y }) => `${fixed(x)},${fixed(y)}`).join(' ');
  const marks = points.map(({ x, y }) =>
    platform === 'lambda'
      ? `<circle class="fill-lambda" cx="${fixed(x)}" cy="${fixed(y)}" r="3.5"/>`
      : `<rect class="fill-ecs" x="${fixed(x - 3.2)}" y="${fixed(y - 3.2)}" width="6.4" height="6.4"/>`,
  );
  const dashed = quantile === 'p95' ? ' dashed' : '';
  return `<polyline class="line-${platform}${dashed}" points="${path}"/>${marks.join('')}`;
}
