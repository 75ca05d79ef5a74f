import type { AzureComparison, AzureRow } from '../domain/scorecard.ts';
import { type Figure, number, type Table, text } from './document.ts';
import { drawing, fixed, half, label, line } from './drawing.ts';
import { blank, count, figure } from './format.ts';

/** Execution time and memory against the Azure Functions trace of 2019 (METHOD 7.3). */
export function azureFigure(comparison: AzureComparison): Figure {
  const { of, functions, executionKs, memoryKs } = comparison;
  const whose =
    of === 'functions'
      ? `the ${count(functions)} functions that the shape azure drew`
      : "this plan's workloads, which are not meant to match it";
  const distances =
    'largest distance between the two at the published quantiles (Kolmogorov-Smirnov, KS) ' +
    `${figure(executionKs)} in execution time, ${figure(memoryKs)} in memory`;
  const marks = of === 'functions' ? ' (at most 0.05 and 0.1)' : ' (descriptive)';
  return {
    kind: 'figure',
    drawings: [
      curves(comparison, 'execution time, ms', 'Execution time, ms'),
      curves(comparison, 'memory, MB', 'Memory, MB'),
    ],
    caption:
      `The Azure Functions trace of 2019 (dashed) and ${whose} (solid): ${distances}${marks}; ` +
      'part of the functions up to a value, on a scale of powers of ten',
    table: quantileTable(comparison),
  };
}

function quantileTable({ rows, of, source }: AzureComparison): Table {
  return {
    kind: 'table',
    caption: 'Quantiles of the trace and of this campaign',
    columns: [text('Property'), text('Quantile'), number('Azure 2019'), number('Here')],
    rows: rows.map(({ property, probability, azure, ours }) => ({
      cells: [
        property,
        `p${Math.round(100 * probability)}`,
        figure(azure),
        ours === undefined ? blank : figure(ours),
      ],
    })),
    note: `${
      of === 'functions'
        ? 'The functions give arrivals their pattern; the simulated workloads keep their own time and memory. '
        : `${blank} = a plan's workloads have no such property. `
    }Source: ${source}.`,
  };
}

const frame = { left: 46, right: half - 12, top: 30, bottom: 170 };

function curves(
  { rows }: AzureComparison,
  property: AzureRow['property'],
  heading: string,
): string {
  const own = rows.filter((row) => row.property === property);
  const values = own.flatMap(({ azure, ours }) => (ours === undefined ? [azure] : [azure, ours]));
  const lowest = Math.floor(Math.log10(Math.min(...values)));
  const highest = Math.max(lowest + 1, Math.ceil(Math.log10(Math.max(...values))));
  const x = (value: number): number =>
    frame.left + ((Math.log10(value) - lowest) / (highest - lowest)) * (frame.right - frame.left);
  const y = (probability: number): number =>
    frame.bottom - probability * (frame.bottom - frame.top);
  const powers = Array.from({ length: highest - lowest + 1 }, (_, index) => 10 ** (lowest + index));
  const path = (of: (row: AzureRow) => number | undefined, kind: string): string => {
    const points = own.flatMap((row) => {
      const value = of(row);
      return value === undefined ? [] : [`${fixed(x(value))},${fixed(y(row.probability))}`];
    });
    return `<polyline class="${kind}" points="${points.join(' ')}"/>`;
  };
  return drawing(half, 200, `${heading}: part of the functions`, [
    label(0, 14, heading, { kind: 'strong' }),
    ...[0, 0.5, 1].map(
      (part) =>
        line(frame.left, y(part), frame.right, y(part), 'axis') +
        label(frame.left - 6, y(part) + 4, `${100 * part} %`, { anchor: 'end', kind: 'soft' }),
    ),
    ...powers.map((power) =>
      label(x(power), frame.bottom + 18, shortPower(power), { anchor: 'middle', kind: 'soft' }),
    ),
    path(({ azure }) => azure, 'ink dashed'),
    path(({ ours }) => ours, 'ink'),
  ]);
}

/** Six powers of ten must find room beside each other. */
function shortPower(power: number): string {
  if (power >= 1e6) return `${count(power / 1e6)} M`;
  return power >= 1e3 ? `${count(power / 1e3)} k` : String(power);
}
