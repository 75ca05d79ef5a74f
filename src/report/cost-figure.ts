import type { ArmResult, Verdict } from '../domain/verdict.ts';
import { type Figure, number, type Table, text } from './document.ts';
import { drawing, fixed, label, line, niceTicks, wide } from './drawing.ts';
import { count, counted, usd } from './format.ts';

/** What each arm's 1,000 good requests cost, in parts, with the interval of the whole. */
export function costFigure(verdict: Verdict): Figure {
  const arms = verdict.arms.filter((arm) => Number.isFinite(arm.costPer1000Usd));
  const parts = partsOf(arms);
  const caption = `All-in cost of 1,000 good requests by arm, in USD; line: 95 % interval over ${counted(verdict.blocks, 'scored block')}`;
  const table: Table = {
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
  return { kind: 'figure', drawings: [costDrawing(arms, parts, caption)], caption, table };
}

interface Part {
  readonly label: string;
  readonly fill: string;
  readonly usdOf: (arm: ArmResult) => number;
}

const costParts: readonly Part[] = [
  { label: 'Lambda', fill: 'fill-lambda', usdOf: ({ cost }) => cost.lambdaUsd },
  {
    label: 'Fargate busy',
    fill: 'fill-ecs',
    usdOf: ({ cost }) => cost.ecsBusyUsd + cost.ecsVariableUsd,
  },
  { label: 'Fargate idle', fill: 'fill-ecs-soft', usdOf: ({ cost }) => cost.ecsIdleUsd },
  { label: 'Balancer', fill: 'fill-neutral', usdOf: ({ cost }) => cost.balancerUsd },
];

const router: Part = {
  label: 'Router',
  fill: 'fill-ink',
  usdOf: ({ cost }) => cost.routerUsd ?? 0,
};

/** A router is drawn where an arm pays for one (METHOD 3.5). */
function partsOf(arms: readonly ArmResult[]): readonly Part[] {
  const hasRouter = arms.some(({ cost }) => cost.routerUsd !== undefined);
  return hasRouter ? [...costParts, router] : costParts;
}

function per1000(arm: ArmResult, part: Part): number {
  return arm.good === 0 ? 0 : (1000 * part.usdOf(arm)) / arm.good;
}

const rowHeight = 44;
const top = 30;

function costDrawing(arms: readonly ArmResult[], parts: readonly Part[], title: string): string {
  const bottom = top + arms.length * rowHeight;
  const largest = Math.max(...arms.flatMap((arm) => [arm.costPer1000Upper, arm.costPer1000Usd]));
  // On the right there is room for the figure behind the longest bar.
  const x = (value: number): number => (value / largest) * (wide - 70);
  const ticks = [0, ...niceTicks(largest, 4)].map(
    (tick) =>
      line(x(tick), top - 8, x(tick), bottom, 'axis') +
      label(x(tick), bottom + 16, usd(tick), {
        anchor: tick === 0 ? 'start' : 'middle',
        kind: 'soft',
      }),
  );
  const rows = arms.map((arm, index) => costRow(arm, parts, { y: top + index * rowHeight, x }));
  return drawing(wide, bottom + 22, title, [legend(parts), ...ticks, ...rows]);
}

function costRow(
  arm: ArmResult,
  parts: readonly Part[],
  { y, x }: { readonly y: number; readonly x: (value: number) => number },
): string {
  let sum = 0;
  const bars = parts.map((part) => {
    const from = x(sum);
    sum += per1000(arm, part);
    const width = x(sum) - from;
    return `<rect class="${part.fill}" x="${fixed(from)}" y="${y + 14}" width="${fixed(width)}" height="20"/>`;
  });
  const middle = y + 24;
  const { costPer1000Lower: lower, costPer1000Upper: upper } = arm;
  const ends = [lower, upper].map((end) => line(x(end), middle - 5, x(end), middle + 5, 'ink'));
  return [
    label(0, y + 9, arm.arm, {}),
    ...bars,
    line(x(lower), middle, x(upper), middle, 'ink'),
    ...ends,
    label(x(Math.max(upper, sum)) + 6, middle + 4, usd(arm.costPer1000Usd), { kind: 'strong' }),
  ].join('');
}

function legend(parts: readonly Part[]): string {
  const step = Math.min(108, wide / parts.length);
  return parts
    .map(({ fill, label: words }, index) => {
      const x = index * step;
      const mark = `<rect class="${fill}" x="${x}" y="2" width="10" height="10"/>`;
      return mark + label(x + 14, 11, words, { kind: 'soft' });
    })
    .join('');
}
