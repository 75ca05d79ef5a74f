import type { LabelGroupFigures, LabelWeights } from '../../domain/dataset/measured.ts';
import type { Plan } from '../../domain/plan.ts';
import { percentAxis } from '../charts/chart-axes.ts';
import { ofAll, type Panel, type Position, panelled } from '../charts/chart-panels.ts';
import {
  type Block,
  type Chart,
  number,
  paragraph,
  type Section,
  type Table,
  text,
} from '../document.ts';
import { count, counted, figure, percent } from '../format.ts';
import { chartColours } from '../page/chart-theme.ts';
import type { ReportInput } from '../report-input.ts';
import { shareText } from './interval-text.ts';

/** Which platform was better pair by pair, where that turns, and how much it matters (METHOD 4.2). */
export function labelSections({ measured, plan }: ReportInput): readonly Section[] {
  if (measured === undefined) return [];
  const { labels, labelWeights } = measured;
  const blocks: Block[] =
    labels.length === 0
      ? [paragraph('There are no labels: no request has an outcome on both platforms.')]
      : [shareChart(labels), ...weightBlocks(labelWeights, plan)];
  return [{ id: 'labels', title: 'Which platform was better, pair by pair', blocks }];
}

function shareChart(labels: readonly LabelGroupFigures[]): Chart {
  const workloads = [...new Set(labels.map(({ workload }) => workload))];
  const groups = [...new Set(labels.map(groupName))];
  const panels = workloads.map((workload) =>
    sharePanel(
      labels.filter((row) => row.workload === workload),
      groups,
    ),
  );
  const pairs = labels.reduce((sum, row) => sum + (isCounted(row) ? row.pairs : 0), 0);
  return {
    kind: 'chart',
    id: 'label-shares',
    title: `Labels of ${counted(pairs, 'pair')}: ${turningText(labels, workloads)}`,
    caption:
      'Share of pairs in which Lambda had the better outcome once both platforms stand ready, with ' +
      '95 % intervals over slots: outside the ladder in all, by day (8 to 20 o’clock) and by night in ' +
      'the time zone of the plan, and by planned utilisation of the Fargate service on the ladder. ' +
      'What a service costs while it stands is not in it, so the cheaper platform can be the other one.',
    spec: panelled(panels, {
      height: Math.max(50, 17 * groups.length),
      arrangement: 'pairs',
      labels: 58,
    }),
    table: shareTable(labels),
  };
}

/** Day and night are parts of all. */
function isCounted({ group }: LabelGroupFigures): boolean {
  return group === 'all' || group === 'step';
}

function groupName({ group, utilisation }: LabelGroupFigures): string {
  return group === 'step' ? `at ${percent(utilisation ?? 0)}` : group;
}

function turningText(labels: readonly LabelGroupFigures[], workloads: readonly string[]): string {
  const everyday = labels.filter(({ group }) => group === 'all');
  if (everyday.length === 0) return 'all of the ladder';
  const lambda = everyday.filter(({ lambdaShare }) => lambdaShare > 0.5).length;
  const turning = workloads.filter((workload) => {
    const own = labels.filter((row) => row.workload === workload && isCounted(row));
    return own.some((row) => row.lambdaShare > 0.5) && own.some((row) => row.lambdaShare < 0.5);
  });
  const turns =
    turning.length === 0
      ? 'the load turns it in none'
      : `the load turns it in ${turning.slice(0, 3).join(', ')}${turning.length > 3 ? ' and more' : ''}`;
  return `Lambda is more often better in ${ofAll(lambda, everyday.length, 'workload')}, and ${turns}`;
}

function sharePanel(rows: readonly LabelGroupFigures[], groups: readonly string[]): Panel {
  const values = rows.map((row) => ({
    group: groupName(row),
    share: row.lambdaShare,
    pairs: row.pairs,
    ...(row.interval ?? {}),
  }));
  const x = (field: string): Position => ({
    field,
    type: 'quantitative' as const,
    scale: { domain: [0, 1] },
    axis: { ...percentAxis, values: [0, 0.5, 1], title: null },
  });
  const y: Position = {
    field: 'group',
    type: 'nominal',
    sort: [...groups],
    scale: { domain: [...groups] },
    axis: { title: null },
  };
  const workload = rows[0]?.workload ?? '';
  const pairs = rows.reduce((sum, row) => sum + (isCounted(row) ? row.pairs : 0), 0);
  return {
    title: `${workload}, ${counted(pairs, 'pair')}`,
    view: {
      data: { values },
      layer: [
        {
          data: { values: [{ even: 0.5 }] },
          mark: { type: 'rule', color: chartColours.soft, strokeDash: [2, 2] },
          encoding: { x: x('even') },
        },
        {
          transform: [{ filter: 'isValid(datum.lower)' }],
          mark: { type: 'rule', color: chartColours.lambda },
          encoding: { x: x('lower'), x2: { field: 'upper' }, y },
        },
        {
          mark: { type: 'point', filled: true, opacity: 1, size: 36, color: chartColours.lambda },
          encoding: { x: x('share'), y },
        },
      ],
    },
  };
}

function shareTable(labels: readonly LabelGroupFigures[]): Table {
  return {
    kind: 'table',
    caption: 'Share of pairs in which Lambda was better, with 95 % intervals over slots',
    columns: [
      text('Workload'),
      text('Load'),
      number('Slots'),
      number('Pairs'),
      number('Lambda better'),
    ],
    rows: labels.map((row) => ({
      cells: [
        row.workload,
        groupName(row),
        count(row.slots),
        count(row.pairs),
        shareText(row.lambdaShare, row.interval),
      ],
    })),
    note: 'Without an interval there is one slot only. Groups are compared by eye: nothing here is tested.',
  };
}

function weightBlocks(weights: readonly LabelWeights[], plan: Plan): Block[] {
  if (weights.length === 0) {
    return [paragraph('There are no weights to show: all pairs belong to the ladder.')];
  }
  if (plan.labels.rule === 'ratio') {
    return [paragraph('Under the ratio rule every pair weighs 1: there are no weights to show.')];
  }
  return [weightChart(weights)];
}

function weightChart(weights: readonly LabelWeights[]): Chart {
  const workloads = weights.map(({ workload }) => workload);
  const values = weights.map(({ workload, p10, p50, p90 }) => ({ workload, p10, p50, p90 }));
  const pairs = weights.reduce((sum, row) => sum + row.pairs, 0);
  const x = (field: string): Position => ({
    field,
    type: 'quantitative' as const,
    scale: { zero: true },
    axis: { tickCount: 5, title: null },
  });
  const heaviest = [...weights].sort((a, b) => b.p50 - a.p50)[0];
  return {
    kind: 'chart',
    id: 'label-weights',
    title: `Weights of ${counted(pairs, 'pair')}: the choice matters most in ${heaviest?.workload ?? 'none'} (half of its pairs above ${figure(heaviest?.p50 ?? 0)})`,
    caption:
      'Weight of a pair: the difference in utility between its two outcomes, ladder left out; line ' +
      'from the p10 to the p90, mark at the p50. ln 2 = 0.69 is a factor of two in latency and cost.',
    spec: panelled(
      [
        {
          title: 'Weight',
          view: {
            data: { values },
            encoding: {
              y: {
                field: 'workload',
                type: 'nominal' as const,
                sort: workloads,
                axis: { title: null },
              },
            },
            layer: [
              {
                mark: { type: 'rule', color: chartColours.neutral, strokeWidth: 3 },
                encoding: { x: x('p10'), x2: { field: 'p90' } },
              },
              {
                mark: {
                  type: 'point',
                  filled: true,
                  opacity: 1,
                  size: 50,
                  color: chartColours.ink,
                },
                encoding: { x: x('p50') },
              },
            ],
          },
        },
      ],
      { height: Math.max(30, 24 * weights.length), arrangement: 'column', wide: 280 },
    ),
    table: weightTable(weights),
  };
}

function weightTable(weights: readonly LabelWeights[]): Table {
  return {
    kind: 'table',
    caption: 'Weights, and how often one draw agrees with what is better on average',
    columns: [
      text('Workload'),
      ...['Pairs', 'Weight p10', 'p50', 'p90', 'As the majority'].map(number),
    ],
    rows: weights.map((row) => ({
      cells: [
        row.workload,
        count(row.pairs),
        ...[row.p10, row.p50, row.p90].map(figure),
        percent(row.asMajority),
      ],
    })),
    note:
      'As the majority: pairs whose own label is the more frequent one among pairs of the same ' +
      'workload with like payload and load (in-sample). The rest is chance that no router can know.',
  };
}
