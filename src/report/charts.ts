/** Charts are described in Vega-Lite and drawn here as SVG, without a browser and without a script. */
import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { chartTheme } from './chart-theme.ts';
import type { Chart } from './document.ts';

/** The chart as one SVG element; the same chart gives the same bytes. */
export async function drawChart({ spec, title }: Chart): Promise<string> {
  const compiled = compile({ ...spec, description: title } as TopLevelSpec, { config: chartTheme });
  const view = new View(parse(compiled.spec), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
