import type { TopLevelSpec } from 'vega-lite';
import { chartColours, chartWidth } from '../page/chart-theme.ts';

type ConcatSpec = Extract<TopLevelSpec, { readonly concat: unknown }>;

/** What Vega-Lite draws in one panel; of layers each, and where on an axis. */
export type View = ConcatSpec['concat'][number];
export type Layer = Extract<View, { readonly layer: unknown }>['layer'][number];
type Unit = Extract<Layer, { readonly mark: unknown }>;
export type Position = NonNullable<NonNullable<Unit['encoding']>['x']>;

/** One panel of a chart, without sizes. */
export interface Panel {
  readonly title: string;
  readonly view: View;
}

export interface PanelLayout {
  /** Of one panel, in units of the chart. */
  readonly height: number;
  /** `pairs`: two beside each other where there are several; `column`: below each other. */
  readonly arrangement: 'pairs' | 'column';
  /** Width of a panel that stands alone in its row; the labels of its axis are beside it. */
  readonly wide?: number;
  /** Room for the labels between two panels beside each other. */
  readonly labels?: number;
}

/** Panels with one legend on top; a scale of colour, dash or shape means the same in all of them. */
export function panelled(panels: readonly Panel[], layout: PanelLayout): TopLevelSpec {
  const columns = layout.arrangement === 'pairs' && panels.length > 1 ? 2 : 1;
  const width = columns === 2 ? chartWidth.half : (layout.wide ?? chartWidth.wide);
  return {
    concat: panels.map(({ title, view }) => ({
      ...view,
      title: {
        text: title,
        anchor: 'start',
        frame: 'group',
        fontSize: 12,
        fontWeight: 600,
        color: chartColours.ink,
      },
      width,
      height: layout.height,
    })),
    columns,
    // Panels stand in line by what is drawn in them, whatever the labels of their axes need.
    align: 'all',
    bounds: 'flush',
    spacing: { column: layout.labels ?? 48, row: 54 },
    resolve: { scale: { color: 'shared', strokeDash: 'shared', shape: 'shared' } },
  };
}

/** A logarithmic axis of durations between two values, labelled `5 ms`, `2 s`. */
export function logDurationAxis(from: number, to: number) {
  return {
    labelExpr:
      "datum.value >= 1000 ? format(datum.value / 1000, '~g') + ' s' : format(datum.value, '~g') + ' ms'",
    values: roundValues(from, to),
    labelOverlap: true,
  };
}

/** At most five round values: 1, 2, 5 and 10, or where that were more 1, 3 and 10, or powers of ten. */
function roundValues(from: number, to: number): number[] {
  const powers = Array.from(
    { length: Math.ceil(Math.log10(to)) - Math.floor(Math.log10(from)) + 1 },
    (_, index) => 10 ** (Math.floor(Math.log10(from)) + index),
  );
  const choices = [[1, 2, 5], [1, 3], [1]].map((factors) =>
    powers
      .flatMap((power) => factors.map((factor) => factor * power))
      .filter((value) => value >= from && value <= to),
  );
  return choices.find((values) => values.length <= 5) ?? choices.at(-1) ?? [];
}

/** For a title: `1 of 5 workloads`. */
export function ofAll(part: number, whole: number, noun: string): string {
  return `${part} of ${whole} ${noun}${whole === 1 ? '' : 's'}`;
}

/** Four digits are finer than any screen, and a page carries every value twice. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
