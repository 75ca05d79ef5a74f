import type { ArmResult, Verdict } from '../../domain/verdict/verdict.ts';
import { type Chart, number, type Table, text } from '../document.ts';
import { capitalised, count, counted, percent, usd } from '../format.ts';
import { chartColours, chartWidth } from '../page/chart-theme.ts';
import { dollarAxis } from './chart-axes.ts';

/** What each arm's 1,000 good requests cost, in parts, with the interval of the whole. */
export function costChart(verdict: Verdict): Chart {
  const arms = verdict.arms.filter((arm) => Number.isFinite(arm.costPer1000Usd));
  const parts = partsOf(arms);
  return {
    kind: 'chart',
    id: 'cost-by-arm',
    title: title(verdict, arms),
    caption:
      'All-in cost of 1,000 good requests in USD, in the order of the legend. Line: 95 % interval ' +
      `of the whole over ${counted(verdict.blocks, 'scored block')}.`,
    spec: costSpec(arms, parts),
    table: costTable(verdict, arms, parts),
  };
}

/** The part that nobody used is what a reader can do something about. */
function title(verdict: Verdict, arms: readonly ArmResult[]): string {
  const [cheapest] = arms.toSorted((one, other) => one.costPer1000Usd - other.costPer1000Usd);
  if (cheapest === undefined) return 'No arm had a cost';
  const idleShare = ({ cost }: ArmResult): number => cost.ecsIdleUsd / cost.allInUsd;
  const [idlest = cheapest] = arms.toSorted((one, other) => idleShare(other) - idleShare(one));
  const words =
    idleShare(idlest) > 0
      ? `; idle tasks are up to ${percent(idleShare(idlest))} of an arm's cost (${idlest.arm})`
      : '';
  const name = capitalised(cheapest.arm);
  const price = usd(cheapest.costPer1000Usd);
  return verdict.isDecided && cheapest.arm === verdict.answer
    ? `${name} costs the least, ${price}${words}`
    : `${name} cost the least as measured, ${price}${words}`;
}

interface Part {
  readonly label: string;
  readonly colour: string;
  readonly usdOf: (arm: ArmResult) => number;
}

const costParts: readonly Part[] = [
  { label: 'Lambda', colour: chartColours.lambda, usdOf: ({ cost }) => cost.lambdaUsd },
  {
    label: 'Fargate busy',
    colour: chartColours.ecs,
    usdOf: ({ cost }) => cost.ecsBusyUsd + cost.ecsVariableUsd,
  },
  { label: 'Fargate idle', colour: chartColours.ecsSoft, usdOf: ({ cost }) => cost.ecsIdleUsd },
  { label: 'Balancer', colour: chartColours.neutral, usdOf: ({ cost }) => cost.balancerUsd },
  { label: 'Router', colour: chartColours.ink, usdOf: ({ cost }) => cost.routerUsd ?? 0 },
];

/** What no arm pays for is no part of the chart (METHOD 3.5). */
function partsOf(arms: readonly ArmResult[]): readonly Part[] {
  return costParts.filter((part) => arms.some((arm) => part.usdOf(arm) > 0));
}

function per1000(arm: ArmResult, part: Part): number {
  return arm.good === 0 ? 0 : (1000 * part.usdOf(arm)) / arm.good;
}

function costSpec(arms: readonly ArmResult[], parts: readonly Part[]): Chart['spec'] {
  const values = arms.flatMap((arm) =>
    parts.map((part, order) => ({
      arm: arm.arm,
      part: part.label,
      order,
      usdPer1000: per1000(arm, part),
      usdPer1000AllIn: arm.costPer1000Usd,
      lower: arm.costPer1000Lower,
      upper: arm.costPer1000Upper,
      words: usd(arm.costPer1000Usd),
    })),
  );
  const y = { field: 'arm', type: 'nominal', sort: null, title: null } as const;
  const whole = [{ filter: 'datum.order === 0' }];
  return {
    width: chartWidth.wide - 75,
    height: { step: 38 },
    data: { values },
    layer: [
      {
        mark: { type: 'bar', height: 20, stroke: chartColours.page, strokeWidth: 0.5 },
        encoding: {
          x: {
            field: 'usdPer1000',
            type: 'quantitative',
            title: 'USD per 1,000 good requests',
            axis: dollarAxis,
          },
          y,
          color: {
            field: 'part',
            type: 'nominal',
            title: null,
            scale: {
              domain: parts.map(({ label }) => label),
              range: parts.map(({ colour }) => colour),
            },
            legend: { symbolType: 'square', columns: 3 },
          },
          order: { field: 'order' },
        },
      },
      {
        transform: whole,
        mark: { type: 'rule', strokeWidth: 1.5 },
        encoding: { x: { field: 'lower', type: 'quantitative' }, x2: { field: 'upper' }, y },
      },
      ...(['lower', 'upper'] as const).map((end) => ({
        transform: whole,
        mark: { type: 'tick' as const, thickness: 1.5, size: 10 },
        encoding: { x: { field: end, type: 'quantitative' as const }, y },
      })),
      {
        transform: whole,
        mark: { type: 'text', align: 'left', dx: 6, fontWeight: 600 },
        encoding: {
          x: { field: 'upper', type: 'quantitative' },
          y,
          text: { field: 'words' },
        },
      },
    ],
  };
}

function costTable(verdict: Verdict, arms: readonly ArmResult[], parts: readonly Part[]): Table {
  return {
    kind: 'table',
    caption: 'Parts of the cost of 1,000 good requests, in USD',
    columns: [
      text('Arm'),
      number('Good requests'),
      ...parts.map((part) => number(part.label)),
      number('All-in'),
    ],
    rows: arms.map((arm) => ({
      isAnswer: arm.arm === verdict.answer,
      cells: [
        arm.arm,
        count(arm.good),
        ...parts.map((part) => usd(per1000(arm, part))),
        usd(arm.costPer1000Usd),
      ],
    })),
  };
}
