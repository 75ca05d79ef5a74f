import { describe, expect, test } from 'vitest';
import { chartCsv } from '../../../src/report/charts/chart-values.ts';
import type { Chart, Section } from '../../../src/report/document.ts';
import { drawCharts } from '../../../src/report/page/charts.ts';
import { figureFile } from '../../../src/report/page/figure-file.ts';
import { writeHtml } from '../../../src/report/page/html.ts';
import { renderReport } from '../../../src/report/report.ts';
import { aReportInput } from '../../support/a-report-input.ts';

function aChart(changes: Partial<Chart> = {}): Chart {
  return {
    kind: 'chart',
    id: 'waits',
    title: 'Waits are short',
    caption: 'In ms.',
    spec: {
      data: {
        values: [
          { platform: 'Lambda', waitMs: 12.345 },
          { platform: 'Fargate', waitMs: 7 },
        ],
      },
      mark: { type: 'point', clip: true, color: 'var(--lambda)' },
      encoding: { x: { field: 'waitMs', type: 'quantitative' }, y: { field: 'platform' } },
    },
    table: {
      kind: 'table',
      caption: 'Waits',
      columns: [{ label: 'Wait' }],
      rows: [{ cells: ['12'] }],
    },
    ...changes,
  };
}

const sectionOf = (...blocks: readonly Chart[]): Section => ({ id: 's', title: 'S', blocks });
const broken = aChart({
  id: 'broken',
  spec: { data: { values: [] }, mark: 'no such mark' } as never,
});

function pageOf(section: Section, drawings: Awaited<ReturnType<typeof drawCharts>>): string {
  const answer = { state: 'none' as const, sentence: 'None.', remarks: [] };
  const parts = [{ title: 'P', sections: [section] }];
  return writeHtml({ title: 'T', subtitle: 'S', answer, parts }, drawings);
}

describe('a drawn chart', () => {
  test('is the same bytes every time', async () => {
    const [first, second] = [aChart(), aChart()];
    const drawings = await drawCharts([sectionOf(first)]);
    const again = await drawCharts([sectionOf(second)]);
    expect(drawings.get(first)?.svg).toContain('<svg role="img" aria-label="Waits are short"');
    expect(again.get(second)?.svg).toBe(drawings.get(first)?.svg);
  });

  test('has a name that is a file, and its own, whatever its id says', async () => {
    const charts = [aChart({ id: '../a b' }), aChart({ id: 'a-b' }), aChart({ id: '/' })];
    const drawings = await drawCharts([sectionOf(...charts)]);
    expect([...drawings.values()].map(({ name }) => name)).toEqual(['a-b', 'a-b-2', 'figure']);
  });

  test('refers to its own clips, so that several stand on one page', async () => {
    const charts = [aChart(), aChart()];
    const drawings = await drawCharts([sectionOf(...charts)]);
    const html = pageOf(sectionOf(...charts), drawings);
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const used = [...html.matchAll(/url\(#([^)]+)\)/g)].map(([, id]) => id);
    expect(used).toHaveLength(2);
    expect(used.filter((id) => !ids.includes(id))).toEqual([]);
  });

  test('is named to a screen reader in text, not in markup', async () => {
    const chart = aChart({ title: '"><script>alert(1)</script>' });
    const drawings = await drawCharts([sectionOf(chart)]);
    expect(pageOf(sectionOf(chart), drawings)).not.toContain('<script');
  });
});

describe('a chart that cannot be drawn', () => {
  test('is told with the reason, and its table stands open', async () => {
    const drawings = await drawCharts([sectionOf(broken, aChart())]);
    const html = pageOf(sectionOf(broken), drawings);
    expect(drawings.get(broken)?.failure).not.toBe('');
    expect(html).toContain('The chart could not be drawn');
    expect(html).toContain('<th scope="row">12</th>');
    expect(html).not.toContain('<details');
  });

  test('is none of a whole report', async () => {
    const { html, figures } = await renderReport(aReportInput());
    expect(html).not.toContain('could not be drawn');
    expect(figures.length).toBeGreaterThan(3);
  });
});

describe('a figure as a file', () => {
  test('has its colours written out, on white, and others in the dark', async () => {
    const chart = aChart();
    const file = figureFile((await drawCharts([sectionOf(chart)])).get(chart)?.svg ?? '');
    expect(file).not.toContain('var(');
    expect(file).toContain('fill="#0072b2"');
    expect(file).toContain('<rect width="100%" height="100%" fill="#ffffff"/>');
    expect(file).toContain('[fill="#0072b2"] { fill: #56b4e9; }');
    expect(file).toContain('xmlns="http://www.w3.org/2000/svg"');
  });

  test('is what report.md links to', async () => {
    const { markdown, figures } = await renderReport(aReportInput());
    const linked = [...markdown.matchAll(/!\[[^\]]+\]\(figures\/([a-z0-9-]+)\.svg\)/g)];
    expect(linked.map(([, name]) => name)).toEqual(figures.map(({ name }) => name));
  });
});

describe('the values of a chart', () => {
  test('are CSV to twelve digits: what a sum leaves to chance is no value', () => {
    const values = [{ a: 0.1 + 0.2, b: 1 / 3, c: Number.POSITIVE_INFINITY }];
    const spec = { data: { values }, mark: 'point' } as Chart['spec'];
    expect(chartCsv(aChart({ spec }))).toBe('a,b,c\r\n0.3,0.333333333333,\r\n');
  });

  test('are CSV with the names of their fields', () => {
    expect(chartCsv(aChart())).toBe('platform,waitMs\r\nLambda,12.345\r\nFargate,7\r\n');
  });

  test('of layers and panels are all there, each set once, blank where a set has no such column', () => {
    const values = [{ a: 1 }];
    const spec = {
      hconcat: [
        { data: { values }, mark: 'point' },
        {
          layer: [
            { data: { values }, mark: 'rule' },
            { data: { values: [{ b: 2 }] }, mark: 'rule' },
          ],
        },
      ],
    } as Chart['spec'];
    expect(chartCsv(aChart({ spec }))).toBe('a,b\r\n1,\r\n,2\r\n');
  });

  test('cannot break a line or become a formula', () => {
    const values = [{ a: '=SUM(A1)', b: 'say "x", y', c: null }];
    const spec = { data: { values }, mark: 'point' } as Chart['spec'];
    expect(chartCsv(aChart({ spec }))).toBe(`a,b,c\r\n'=SUM(A1),"say ""x"", y",\r\n`);
  });

  test('are offered as a file that needs no network', async () => {
    const chart = aChart();
    const html = pageOf(sectionOf(chart), await drawCharts([sectionOf(chart)]));
    const [, data = ''] =
      /download="waits\.csv" href="data:text\/csv;charset=utf-8,([^"]+)"/.exec(html) ?? [];
    expect(decodeURIComponent(data)).toBe(chartCsv(chart));
  });
});
