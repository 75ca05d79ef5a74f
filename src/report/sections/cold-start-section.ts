import type { ColdStartRow, ShareFigure } from '../../domain/dataset/measured.ts';
import { percentAxis } from '../charts/chart-axes.ts';
import { type Panel, type Position, panelled } from '../charts/chart-panels.ts';
import { type Chart, number, paragraph, type Section, type Table, text } from '../document.ts';
import { blank, count, milliseconds, percent } from '../format.ts';
import { chartColours } from '../page/chart-theme.ts';
import type { ReportInput } from '../report-input.ts';
import { shareText } from './interval-text.ts';

/** Cold starts by their three meanings, which are often taken for one (METHOD 2.2). */
export function coldStartSections({ measured }: ReportInput): readonly Section[] {
  if (measured === undefined) return [];
  const rows = measured.coldStarts;
  const block =
    rows.length === 0
      ? paragraph('There are none to show: the slots have no requests on Lambda.')
      : coldChart(rows);
  return [{ id: 'cold-starts', title: 'Cold starts, three ways', blocks: [block] }];
}

const meanings = [
  { field: 'wasNew', words: 'The environment was new' },
  { field: 'hadInit', words: 'Lambda reported an Init Duration' },
  { field: 'wasWaitedFor', words: 'The user waited for the init' },
] as const;

const choices = {
  with: 'all requests',
  without: 'without 660 s after a pause',
} as const;

function coldChart(rows: readonly ColdStartRow[]): Chart {
  const workloads = [...new Set(rows.map(({ workload }) => workload))];
  const largest = Math.max(
    ...rows.flatMap((row) =>
      meanings.map(({ field }) => (row[field].of > 0 ? row[field].upper : 0)),
    ),
    0.001,
  );
  const panels = meanings.map(({ field, words }) => ({
    title: words,
    view: sharePanel(rows, field, { workloads, largest }),
  }));
  return {
    kind: 'chart',
    id: 'cold-starts',
    title: coldTitle(rows),
    caption:
      'Share of the requests to Lambda, ladder left out, with exact binomial 95 % intervals ' +
      '(Clopper and Pearson). Diamonds leave out the first 660 s after a pause of the load of ' +
      'more than 5 minutes. The init was waited for when the time outside the handler has room for it.',
    spec: panelled(panels, {
      height: Math.max(40, 26 * workloads.length),
      arrangement: 'column',
      wide: 280,
    }),
    table: coldTable(rows),
  };
}

function coldTitle(rows: readonly ColdStartRow[]): string {
  const own = rows.filter(({ afterGap }) => afterGap === 'with');
  const total = (field: (typeof meanings)[number]['field'], part: 'hits' | 'of'): number =>
    own.reduce((sum, row) => sum + row[field][part], 0);
  const [fresh, init, waited] = [
    total('wasNew', 'hits'),
    total('hadInit', 'hits'),
    total('wasWaitedFor', 'hits'),
  ];
  const of = total('wasNew', 'of');
  const share = of === 0 ? '' : ` (${percent(fresh / of)})`;
  return `Of ${count(of)} requests to Lambda ${count(fresh)}${share} met a new environment, ${count(init)} an init, and for ${count(waited)} the user waited`;
}

function sharePanel(
  rows: readonly ColdStartRow[],
  field: (typeof meanings)[number]['field'],
  { workloads, largest }: { readonly workloads: readonly string[]; readonly largest: number },
): Panel['view'] {
  const values = rows.flatMap((row) => {
    const { hits, of, lower, upper }: ShareFigure = row[field];
    if (of === 0) return [];
    return [
      { workload: row.workload, rows: choices[row.afterGap], share: hits / of, lower, upper },
    ];
  });
  const order = [choices.with, choices.without];
  const y = {
    field: 'workload',
    type: 'nominal' as const,
    sort: [...workloads],
    scale: { domain: [...workloads] },
    axis: { title: null },
  };
  const yOffset = {
    field: 'rows',
    type: 'nominal' as const,
    sort: order,
    scale: { domain: order },
  };
  const x = (name: string): Position => ({
    field: name,
    type: 'quantitative' as const,
    scale: { domain: [0, largest], nice: true },
    axis: { ...percentAxis, title: null },
  });
  return {
    data: { values },
    encoding: { y, yOffset },
    layer: [
      {
        mark: { type: 'rule', color: chartColours.lambda },
        encoding: { x: x('lower'), x2: { field: 'upper' } },
      },
      {
        mark: { type: 'point', size: 34, opacity: 1, color: chartColours.lambda, filled: true },
        encoding: {
          x: x('share'),
          shape: {
            field: 'rows',
            type: 'nominal' as const,
            scale: { domain: order, range: ['circle', 'diamond'] },
            title: null,
            legend: { labelLimit: 300 },
          },
        },
      },
    ],
  };
}

function coldTable(rows: readonly ColdStartRow[]): Table {
  return {
    kind: 'table',
    caption: 'Shares of the requests to Lambda with binomial 95 % intervals, and the init in ms',
    columns: [
      text('Workload'),
      text('Counted'),
      number('Requests'),
      number('New environment'),
      number('Init reported'),
      number('Waited for'),
      ...['Init p50', 'p90', 'p99'].map(number),
    ],
    rows: rows.map((row) => ({
      cells: [
        row.workload,
        choices[row.afterGap],
        count(row.wasNew.of),
        ...meanings.map(({ field }) => cellOf(row[field])),
        ...[row.initMs.p50, row.initMs.p90, row.initMs.p99].map((valueMs) =>
          valueMs === undefined ? blank : milliseconds(valueMs),
        ),
      ],
    })),
    note:
      `${blank} = not known of any request, or fewer than 10 inits were longer. The intervals take ` +
      'requests for independent; cold starts come together after a pause, so they are a little short.',
  };
}

function cellOf(figure: ShareFigure): string {
  return figure.of === 0 ? blank : shareText(figure.hits / figure.of, figure);
}
