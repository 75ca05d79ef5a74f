import type { SlotOutcome } from '../../domain/campaign.ts';
import type { CampaignPart, RunFigures } from '../../domain/dataset/measured.ts';
import { countAxis } from '../charts/chart-axes.ts';
import { type Layer, type Panel, panelled } from '../charts/chart-panels.ts';
import { type Chart, number, paragraph, type Section, type Table, text } from '../document.ts';
import { count, counted, percent } from '../format.ts';
import { chartColours } from '../page/chart-theme.ts';
import type { ReportInput } from '../report-input.ts';

/** How much of what was intended is in the dataset, run by run (METHOD 1.3, 1.6). */
export function coverageSections({ measured, slots }: ReportInput): readonly Section[] {
  if (measured === undefined) return [];
  const { runs } = measured;
  const block =
    runs.length === 0
      ? paragraph('No run has rows: nothing of what was intended is in the dataset.')
      : coverageChart(runs, slots);
  return [{ id: 'coverage', title: 'Rows expected, joined and explained', blocks: [block] }];
}

/** What becomes of a row, in the order in which the bars are stacked. */
const parts = [
  { name: 'joined', colour: chartColours.neutral, of: (run: RunFigures) => run.joined },
  { name: 'explained', colour: chartColours.doubt, of: (run: RunFigures) => run.explained },
  {
    name: 'unexplained',
    colour: chartColours.serious,
    of: (run: RunFigures) => run.rows - run.joined - run.explained,
  },
] as const;

const partNames: Readonly<Record<CampaignPart, string>> = {
  collection: 'Slots',
  evaluation: 'Blocks of the evaluation',
};

function coverageChart(runs: readonly RunFigures[], slots: readonly SlotOutcome[]): Chart {
  const sum = (of: (run: RunFigures) => number): number =>
    runs.reduce((total, run) => total + of(run), 0);
  const rows = sum((run) => run.rows);
  const [joined, explained] = [sum((run) => run.joined), sum((run) => run.explained)];
  const without = slots.filter((slot) => !('rows' in slot));
  const panels = (['collection', 'evaluation'] as const).flatMap((part) => {
    const own = runs.filter((run) => run.part === part);
    const lost = part === 'collection' ? without.map(({ slot }) => slot) : [];
    return own.length === 0 ? [] : [coveragePanel(own, part, lost)];
  });
  return {
    kind: 'chart',
    id: 'coverage',
    title: coverageTitle({ rows, joined, explained }),
    caption:
      'Rows of each run, one for each intended request and target: with the record of their ' +
      'platform, without it for a known reason (refused, 429, timeout), and without a reason. ' +
      'Red ticks below the axis: slots that have no rows because they were missed, skipped or failed.',
    spec: panelled(panels, { height: 90, arrangement: 'column', wide: 340 }),
    table: coverageTable(runs),
  };
}

function coverageTitle({
  rows,
  joined,
  explained,
}: {
  readonly rows: number;
  readonly joined: number;
  readonly explained: number;
}): string {
  if (joined === rows) return `All ${counted(rows, 'expected row')} have their platform’s record`;
  const known = (joined + explained) / rows;
  return (
    `Of ${counted(rows, 'expected row')} ${percent(joined / rows)} have their platform’s record and ` +
    `${percent(known)} that or a known reason`
  );
}

function coveragePanel(
  runs: readonly RunFigures[],
  part: CampaignPart,
  lost: readonly number[],
): Panel {
  const values = runs.flatMap((run) =>
    parts.flatMap(({ name, of }, order) => {
      const rows = of(run);
      return rows > 0 ? [{ unit: run.unit, part: name, rows, order }] : [];
    }),
  );
  const last = Math.max(...runs.map(({ unit }) => unit), ...lost);
  const domain = parts.map(({ name }) => name);
  const x = {
    field: 'unit',
    type: 'quantitative' as const,
    scale: { domain: [0, last + 1], nice: false },
    axis: { tickMinStep: 1, tickCount: 6, format: 'd', title: null, grid: false },
  };
  const bars: Layer = {
    data: { values },
    mark: { type: 'bar', size: Math.max(1.2, Math.min(18, 300 / (last + 1))) },
    encoding: {
      x,
      y: {
        field: 'rows',
        type: 'quantitative' as const,
        stack: 'zero',
        axis: { ...countAxis, title: null },
      },
      order: { field: 'order' },
      color: {
        field: 'part',
        type: 'nominal' as const,
        scale: { domain, range: parts.map(({ colour }) => colour) },
        title: null,
      },
    },
  };
  const marks: Layer = {
    data: { values: lost.map((unit) => ({ unit })) },
    mark: {
      type: 'tick',
      orient: 'vertical',
      color: chartColours.serious,
      thickness: 2,
      size: 8,
      yOffset: 4,
    },
    encoding: { x, y: { value: 'height' } },
  };
  return {
    title: `${partNames[part]}, n = ${count(runs.length)}`,
    view: { layer: lost.length === 0 ? [bars] : [bars, marks] },
  };
}

function coverageTable(runs: readonly RunFigures[]): Table {
  return {
    kind: 'table',
    caption: 'Rows of each run',
    columns: [
      text('Run'),
      ...['Expected', 'Not issued', 'Not recorded', 'Joined', 'Explained', 'Unexplained'].map(
        number,
      ),
    ],
    rows: runs.map((run) => ({
      cells: [
        run.run,
        ...[run.rows, run.notIssued, run.unrecorded, run.joined, run.explained].map(count),
        count(run.rows - run.joined - run.explained),
      ],
    })),
    note: 'Above 2 % unexplained or unrecorded rows, or below 80 % issued requests, a run is degraded. No row is ever dropped.',
  };
}
