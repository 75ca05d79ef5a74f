/** How all charts look: the page's own colours, so that a chart is light or dark as its page is. */
import type { Config } from 'vega-lite';

/** The stylesheet's variables: SVG attributes take them where Vega writes a colour. */
export const chartColours = {
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

/** Units of a chart's own width: one that stands alone, and one of several beside each other. */
export const chartWidth = { wide: 440, half: 250 } as const;

const words = { labelColor: chartColours.soft, titleColor: chartColours.soft };

export const chartTheme: Config = {
  background: 'transparent',
  font: 'system-ui, sans-serif',
  view: { stroke: null },
  axis: {
    ...words,
    domainColor: chartColours.line,
    gridColor: chartColours.line,
    tickColor: chartColours.line,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
  },
  legend: {
    ...words,
    labelFontSize: 12,
    titleFontSize: 12,
    orient: 'top',
    direction: 'horizontal',
  },
  header: { ...words, labelFontSize: 12, titleFontSize: 12 },
  text: { color: chartColours.ink, fontSize: 12 },
  rule: { color: chartColours.ink },
};
