/** How all charts look: the page's own colours, so that a chart is light or dark as its page is. */
import type { Config } from 'vega-lite';

/** The stylesheet's variables: SVG attributes take them where Vega writes a colour. */
export const chartColours = {
  page: 'var(--page)',
  lambda: 'var(--lambda)',
  lambdaSoft: 'var(--lambda-soft)',
  ecs: 'var(--ecs)',
  ecsSoft: 'var(--ecs-soft)',
  neutral: 'var(--neutral)',
  answer: 'var(--answer)',
  doubt: 'var(--doubt)',
  serious: 'var(--serious)',
  ink: 'var(--ink)',
  soft: 'var(--soft)',
  line: 'var(--line)',
} as const;

/**
 * Units of a chart's own width, without its axis: one that stands alone, and one of two beside each
 * other. With their axes both fill 420 units, so that 12 units of text stay readable on a telephone.
 */
export const chartWidth = { wide: 350, half: 145 } as const;

// Nothing is cut off: Vega would shorten what it takes for longer than it is.
const words = {
  labelLimit: 0,
  labelColor: chartColours.soft,
  titleColor: chartColours.soft,
  labelFontSize: 12,
  titleFontSize: 12,
  titleFontWeight: 'normal',
} as const;

export const chartTheme: Config = {
  background: 'transparent',
  font: 'system-ui, sans-serif',
  padding: { left: 4, top: 4, right: 10, bottom: 4 },
  view: { stroke: null },
  axis: {
    ...words,
    domainColor: chartColours.line,
    gridColor: chartColours.line,
    gridOpacity: 0.7,
    tickColor: chartColours.line,
    labelPadding: 4,
    labelSeparation: 8,
    titlePadding: 6,
  },
  // A title that stands upright above its axis is read without turning the head.
  axisY: { titleAngle: 0, titleAlign: 'left', titleAnchor: 'end', titleX: -28, titleY: -8 },
  legend: {
    ...words,
    orient: 'top',
    direction: 'horizontal',
    symbolSize: 70,
    columnPadding: 14,
  },
  header: {
    ...words,
    labelColor: chartColours.ink,
    labelFontSize: 12,
    labelFontWeight: 600,
    labelAnchor: 'start',
    labelPadding: 4,
  },
  bar: { color: chartColours.neutral },
  line: { color: chartColours.ink, strokeWidth: 2 },
  point: { color: chartColours.ink, filled: true, opacity: 1, size: 45 },
  rule: { color: chartColours.ink },
  text: { color: chartColours.ink, fontSize: 12 },
  tick: { color: chartColours.ink },
};
