import type { Crossover } from './crossover.ts';
import type { Figure, Table } from './document.ts';
import { drawing, fixed, isNumber, label, line, wide } from './drawing.ts';
import { count } from './format.ts';

/** Break-even and the plan's rate on one scale of requests an hour. */
export function crossoverFigure(crossovers: readonly Crossover[], table: Table): Figure {
  const caption =
    'Requests an hour (each line ten times the one before): where Lambda is cheaper ' +
    '(blue) and where Fargate is (orange); diamond: the rate of the plan';
  return { kind: 'figure', drawings: [crossoverDrawing(crossovers, caption)], caption, table };
}

const rowHeight = 44;

function crossoverDrawing(crossovers: readonly Crossover[], title: string): string {
  const bottom = crossovers.length * rowHeight;
  const powers = powersOfTen(crossovers);
  const from = powers[0] ?? 0;
  const to = powers.at(-1) ?? 1;
  const x = (rate: number): number =>
    (wide * (Math.log10(Math.max(rate, 10 ** from)) - from)) / (to - from);
  const ticks = powers.map((power, index) => {
    const at = x(10 ** power);
    const anchor = index === 0 ? 'start' : index === powers.length - 1 ? 'end' : 'middle';
    const words = power < 0 ? String(10 ** power) : count(10 ** power);
    return (
      line(at, 0, at, bottom, 'axis') + label(at, bottom + 16, words, { anchor, kind: 'soft' })
    );
  });
  const rows = crossovers.map((row, index) => crossoverRow(row, index * rowHeight, x));
  return drawing(wide, bottom + 22, title, [...ticks, ...rows]);
}

/** The powers of ten from below the lowest rate to above the highest. */
function powersOfTen(crossovers: readonly Crossover[]): readonly number[] {
  const rates = crossovers
    .flatMap((row) => [row.planPerHour, row.breakEven?.requestsPerHour])
    .filter(isNumber)
    .filter((rate) => rate > 0);
  const from = Math.floor(Math.log10(Math.min(...rates)) - 0.2);
  const to = Math.ceil(Math.log10(Math.max(...rates)) + 0.2);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function crossoverRow(row: Crossover, y: number, x: (rate: number) => number): string {
  const middle = y + 26;
  const change = row.breakEven === undefined ? wide : x(row.breakEven.requestsPerHour);
  const at = x(row.planPerHour);
  // Below its break-even Fargate can be cheaper for a while, until it needs another task.
  const earlier = (row.breakEven?.earlier ?? []).map(({ fromPerHour, toPerHour }) =>
    bar('fill-ecs-soft', { from: x(fromPerHour), to: x(toPerHour), middle }),
  );
  const words =
    row.breakEven === undefined
      ? 'Lambda at any rate'
      : `Fargate from ${count(row.breakEven.requestsPerHour)}/h`;
  return [
    label(0, y + 14, row.workload, {}),
    label(wide, y + 14, words, { anchor: 'end', kind: 'soft' }),
    bar('fill-lambda-soft', { from: 0, to: change, middle }),
    bar('fill-ecs-soft', { from: change, to: wide, middle }),
    ...earlier,
    line(change, middle - 8, change, middle + 8, 'ink'),
    `<path class="fill-ink" d="M${fixed(at)} ${middle - 7}l7 7l-7 7l-7 -7z"/>`,
  ].join('');
}

function bar(
  fill: string,
  { from, to, middle }: { readonly from: number; readonly to: number; readonly middle: number },
): string {
  const place = `x="${fixed(from)}" y="${middle - 6}" width="${fixed(to - from)}" height="12"`;
  return `<rect class="${fill}" ${place}/>`;
}
