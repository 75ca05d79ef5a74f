import type { AzureComparison } from '../../domain/simulation/scorecard.ts';
import { type Chart, number, type Table, text } from '../document.ts';
import { blank, count, figure } from '../format.ts';
import { chartColours, chartWidth } from '../page/chart-theme.ts';
import { percentAxis } from './chart-axes.ts';
import { decadesOf } from './decades.ts';

/** Execution time and memory against the Azure Functions trace of 2019 (METHOD 7.3). */
export function azureChart(comparison: AzureComparison): Chart {
  const { of, functions, executionKs, memoryKs } = comparison;
  const whose =
    of === 'functions'
      ? `the ${count(functions)} functions that the shape azure drew`
      : "this plan's workloads, which are not meant to match it";
  const distances =
    'Largest distance between the two at the published quantiles (Kolmogorov-Smirnov, KS): ' +
    `${figure(executionKs)} in execution time, ${figure(memoryKs)} in memory`;
  const marks = of === 'functions' ? ' (at most 0.05 and 0.1)' : ' (descriptive)';
  return {
    kind: 'chart',
    id: 'azure-trace',
    title: `The Azure Functions trace of 2019 beside ${whose}`,
    caption:
      'Part of the functions up to a value, on a scale of powers of ten: dashed the trace, solid ' +
      `this campaign. ${distances}${marks}.`,
    spec: azureSpec(comparison),
    table: quantileTable(comparison),
  };
}

const drawn = ['execution time, ms', 'memory, MB'] as const;

function azureSpec({ rows }: AzureComparison): Chart['spec'] {
  const panels = drawn.map((property) => ({
    title: { text: property, anchor: 'start' as const, color: chartColours.ink, fontSize: 12 },
    width: chartWidth.half,
    height: 130,
    data: {
      values: rows
        .filter((row) => row.property === property)
        .flatMap(({ probability, azure, ours }) => [
          { property, whose: 'Azure 2019', probability, value: azure },
          ...(ours === undefined ? [] : [{ property, whose: 'here', probability, value: ours }]),
        ]),
    },
    mark: { type: 'line' as const, point: { size: 18, color: chartColours.ink } },
    encoding: {
      x: {
        field: 'value',
        type: 'quantitative' as const,
        title: null,
        scale: { type: 'log' as const },
        axis: { format: '~s', values: powersOf(rows, property), labelOverlap: true },
      },
      y: {
        field: 'probability',
        type: 'quantitative' as const,
        title: null,
        scale: { domain: [0, 1] },
        axis: { ...percentAxis, values: [0, 0.5, 1] },
      },
      strokeDash: {
        field: 'whose',
        type: 'nominal' as const,
        title: null,
        legend: { symbolType: 'stroke' },
        scale: {
          domain: ['Azure 2019', 'here'],
          range: [
            [5, 3],
            [1, 0],
          ],
        },
      },
    },
  }));
  return { hconcat: panels, spacing: 20 };
}

function powersOf(rows: AzureComparison['rows'], property: string): number[] {
  const own = rows.filter((row) => row.property === property);
  return [
    ...decadesOf(own.flatMap(({ azure, ours }) => (ours === undefined ? [azure] : [azure, ours]))),
  ];
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
