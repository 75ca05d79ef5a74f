import { type Claim, claimGroups } from '../../domain/simulation/scorecard.ts';
import type { Chart, Table } from '../document.ts';
import { count, counted } from '../format.ts';
import { chartColours, chartWidth } from '../page/chart-theme.ts';
import { rowAxis } from './chart-axes.ts';

/** Every claim as a dot: ours as a multiple of the target, beside the band in which it passes. */
export function scorecardChart(claims: readonly Claim[], table: Table): Chart {
  const lines = linesOf(claims);
  const failed = lines.filter(({ passed }) => !passed).length;
  return {
    kind: 'chart',
    id: 'scorecard',
    title:
      failed === 0
        ? `All ${counted(lines.length, 'claim')} that can be drawn are inside their bands`
        : `${count(failed)} of ${counted(lines.length, 'claim')} that can be drawn ${failed === 1 ? 'is' : 'are'} outside ${failed === 1 ? 'its band' : 'their bands'}`,
    caption:
      'What the model gives as a multiple of what it should. Grey: where a claim passes. Dot: one ' +
      'that passed; red cross: one that failed. What lies further off is drawn at the edge.',
    spec: scorecardSpec(lines),
    table,
  };
}

/** What lies further off is drawn at the edge. */
const [from, to] = [0.5, 1.5];

interface ClaimLine {
  readonly row: string;
  readonly claim: string;
  readonly ours: number;
  readonly lower: number;
  readonly upper: number;
  readonly passed: boolean;
}

/** A row for every prediction; what is only verified shares one, where its band is wide enough to see. */
function linesOf(claims: readonly Claim[]): readonly ClaimLine[] {
  const verified = claims.filter(({ kind, mark }) => kind === 'verification' && mark.endsWith('%'));
  const groups = claimGroups(verified).flatMap(({ group, of }) =>
    verified
      .filter((claim) => claim.group === group)
      .map((claim) => lineOf(claim, `${group}: ${counted(of, 'claim')}`)),
  );
  const predicted = claims.filter(({ kind }) => kind === 'validation');
  return [...groups, ...predicted.map((claim) => lineOf(claim, claim.name))];
}

function lineOf({ name, ours, target, lower, upper, passed }: Claim, row: string): ClaimLine {
  const edges = { lower: lower / target, upper: upper / target };
  return { row, claim: name, ours: ours / target, ...edges, passed };
}

function scorecardSpec(lines: readonly ClaimLine[]): Chart['spec'] {
  const bands = [...Map.groupBy(lines, ({ row }) => row).values()].flatMap(([first]) =>
    first === undefined ? [] : [{ row: first.row, lower: first.lower, upper: first.upper }],
  );
  const domain: number[] = [from, to];
  const values: number[] = [0.6, 0.8, 1, 1.2, 1.4];
  const x = {
    type: 'quantitative',
    title: 'ours / target',
    scale: { domain, clamp: true },
    axis: { values, format: '.1f' },
  } as const;
  const y = {
    field: 'row',
    type: 'nominal',
    sort: null,
    title: null,
    axis: rowAxis,
  } as const;
  return {
    width: chartWidth.wide + 30,
    height: { step: 32 },
    layer: [
      {
        data: { values: bands },
        layer: [
          {
            mark: { type: 'bar', height: 9, opacity: 0.35 },
            encoding: { x: { ...x, field: 'lower' }, x2: { field: 'upper' }, y },
          },
          {
            mark: {
              type: 'text',
              align: 'left',
              x: 0,
              baseline: 'bottom',
              dy: -6,
              color: chartColours.soft,
            },
            encoding: { y, text: { field: 'row' } },
          },
        ],
      },
      {
        data: { values: lines },
        mark: { type: 'point', strokeWidth: 2.2 },
        encoding: {
          x: { ...x, field: 'ours' },
          y,
          shape: {
            field: 'passed',
            type: 'nominal',
            scale: { domain: [true, false], range: ['circle', 'cross'] },
            legend: null,
          },
          color: {
            field: 'passed',
            type: 'nominal',
            scale: { domain: [true, false], range: [chartColours.ink, chartColours.serious] },
            legend: null,
          },
          size: {
            field: 'passed',
            type: 'nominal',
            scale: { domain: [true, false], range: [30, 130] },
            legend: null,
          },
        },
      },
    ],
  };
}
