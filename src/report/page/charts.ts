/** Charts are described in Vega-Lite and drawn here as SVG, without a browser and without a script. */
import { setImmediate } from 'node:timers/promises';
import { Error as errorsOnly, logger, parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Chart, Section } from '../document.ts';
import { chartTheme } from './chart-theme.ts';
import { measureTexts } from './text-widths.ts';

measureTexts();

/** A chart as it stands in a report; a report is written even if one of its charts cannot be. */
export interface Drawing {
  /** Name of its file under `figures/`, without the ending: unique, and safe as a file's name. */
  readonly name: string;
  readonly svg?: string;
  /** Why there is no drawing; its table is printed all the same. */
  readonly failure?: string;
}

export type Drawings = ReadonlyMap<Chart, Drawing>;

/** All charts of a document, drawn one after the other: the same document gives the same bytes. */
export async function drawCharts(sections: readonly Section[]): Promise<Drawings> {
  const drawings = new Map<Chart, Drawing>();
  const names = new Set<string>();
  for (const chart of sections.flatMap(({ blocks }) => blocks)) {
    if (chart.kind !== 'chart') continue;
    const name = freeName(chart.id, names);
    names.add(name);
    drawings.set(chart, { name, ...(await drawnOrFailed({ ...chart, id: name })) });
    // A worker that draws has heartbeats to send; thirty charts take a second.
    await setImmediate();
  }
  return drawings;
}

/** The chart as one SVG element; the same chart gives the same bytes. */
export async function drawChart({ spec, title, id }: Chart): Promise<string> {
  // What Vega warns of is cosmetic, and a worker's log is no place for it.
  const quiet = logger(errorsOnly);
  const described = { ...spec, description: title } as TopLevelSpec;
  const compiled = compile(described, { config: chartTheme, logger: quiet });
  const view = new View(parse(compiled.spec), { renderer: 'none', logger: quiet });
  try {
    return asImage(withOwnNames(await view.toSVG(), id), title);
  } finally {
    view.finalize();
  }
}

async function drawnOrFailed(chart: Chart): Promise<Pick<Drawing, 'svg' | 'failure'>> {
  try {
    return { svg: await drawChart(chart) };
  } catch (error) {
    // A week's report must not be lost because of one drawing: the page says what happened.
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

/** Names of workloads may be part of an id. */
function freeName(id: string, taken: ReadonlySet<string>): string {
  const base =
    id
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'figure';
  let name = base;
  for (let copy = 2; taken.has(name); copy += 1) name = `${base}-${copy}`;
  return name;
}

/**
 * Vega counts its clips and gradients on through all drawings of a process. Here they are numbered
 * from 1 in each, and carry its name, because a page has many drawings.
 */
function withOwnNames(svg: string, id: string): string {
  const found = [...svg.matchAll(/ id="([^"]+)"/g)].map(([, name = '']) => name);
  const names = new Map(found.map((name, index) => [name, `${id}-${index + 1}`]));
  return svg.replace(
    /( id="|url\(#|href="#)([^")]+)/g,
    (whole, before: string, name: string) =>
      `${before}${names.get(name) ?? whole.slice(before.length)}`,
  );
}

/** One image with a name to a screen reader; its values stand in the table below it. */
function asImage(svg: string, title: string): string {
  const name = title.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  return svg
    .replace(/ (role|aria-\w+)="[^"]*"/g, '')
    .replace(/-?\d+\.\d{3,}(?=[^"<>]*")/g, (value) => String(Number(Number(value).toFixed(2))))
    .replace(/^<svg /, `<svg role="img" aria-label="${name}" `);
}
