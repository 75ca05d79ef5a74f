import { describe, expect, test } from 'vitest';
import type { Block, Table } from '../../../src/report/document.ts';
import { priceSections } from '../../../src/report/sections/price-section.ts';
import { aReportedPlan, aReportInput } from '../../support/a-report-input.ts';

function blocksOf(input = aReportInput()): readonly Block[] {
  const [section, ...others] = priceSections(input);
  expect(others).toEqual([]);
  return section?.blocks ?? [];
}

function tableOf(caption: string, input = aReportInput()): Table {
  const table = blocksOf(input).find(
    (block): block is Table => block.kind === 'table' && block.caption.includes(caption),
  );
  if (table === undefined) throw new Error(`No table "${caption}".`);
  return table;
}

/** The rows of a table as values by column, of which the first with a name counts. */
function rowsOf(table: Table): Record<string, string>[] {
  return table.rows.map(({ cells }) =>
    Object.fromEntries(table.columns.map(({ label }, at) => [label, cells[at] ?? '']).toReversed()),
  );
}

const dollars = (text = ''): number => Number(text.replace(/[$,]/g, ''));

test('every workload has its cost on both platforms, and where it breaks even', () => {
  const rows = rowsOf(tableOf('Cost of 1,000 requests'));
  expect(rows.map((row) => row['Workload'])).toEqual([
    'lightweight',
    'thumbnail',
    'medium',
    'heavy',
  ]);
  const heavy = rows[3];
  // 13/s · 27 % · 199 ms = 0.7 busy vCPUs, of which one task may be 60 % busy.
  expect(heavy).toMatchObject({ Tasks: '2 (plan: 1)', Utilisation: '34.9 %' });
  expect(dollars(heavy?.['Fargate, marginal'])).toBeLessThan(dollars(heavy?.['Fargate, all-in']));
  expect(heavy?.['These tasks serve up to']).toMatch(/^[\d,]+ with \d$/);
});

test('the parts of a cost add up to it', () => {
  const input = aReportInput();
  const totals = rowsOf(tableOf('Cost of 1,000 requests', input));
  const parts = tableOf('What 1,000 requests pay for', input).rows;
  for (const [at, { cells }] of parts.entries()) {
    const amounts = cells.map(dollars);
    const sum = (from: number, to: number) =>
      amounts.slice(from, to).reduce((total, usd) => total + usd, 0);
    expect(sum(1, 5) / dollars(totals[at]?.['Lambda'])).toBeCloseTo(1, 2);
    expect(sum(5, 9) / dollars(totals[at]?.['Fargate, all-in'])).toBeCloseTo(1, 2);
  }
});

test('the formula that bills tasks by duration is shown with its factor', () => {
  for (const row of rowsOf(tableOf('request duration'))) {
    const real = dollars(row['Tasks, busy and idle']) / dollars(row['By duration']);
    expect(Number(String(row['Factor']).slice(1)) / real).toBeCloseTo(1, 1);
    expect(real).toBeGreaterThan(1);
  }
});

test('a changed price or rate is a row of its own for each workload', () => {
  const rows = rowsOf(tableOf('other prices and rates'));
  expect(rows).toHaveLength(4 * 7);
  const heavy = rows.filter((row) => row['Workload'] === 'heavy');
  const at = (change: string) => heavy.find((row) => row['Change'] === change);
  expect(dollars(at('Lambda price +20 %')?.['Lambda'])).toBeGreaterThan(
    dollars(at('as it is')?.['Lambda']),
  );
  expect(at('rate x2')?.['Break-even, requests/h']).toBe(
    at('as it is')?.['Break-even, requests/h'],
  );
});

describe('the text', () => {
  const textOf = (input = aReportInput()) =>
    blocksOf(input)
      .map((block) => (block.kind === 'paragraph' ? block.text : ''))
      .join(' ');

  test('says what network out would add, by the largest body that was seen', () => {
    const largestBytes = { heavy: 2 ** 20, lightweight: 200 };
    expect(textOf(aReportInput({ largestBytes }))).toContain(
      '1,048,576 bytes at most: $0.0879 per 1,000 answers',
    );
    expect(textOf()).toContain('bodies were not known');
  });

  test('names preflights and prices of the plan', () => {
    const plan = aReportedPlan({ pricing: { preflights: 0.25 } });
    expect(textOf(aReportInput({ plan }))).toContain(
      'A preflight goes before 25 % of the requests',
    );
    expect(textOf()).toContain('prices us-east-1/x86_64/2026-11');
    expect(textOf()).not.toContain('preflight');
  });
});

test('without prices or CPU times there is no section', () => {
  const unknown = aReportedPlan({ pricing: { book: 'gone/x86_64/2020-01' } });
  expect(priceSections(aReportInput({ plan: unknown }))).toEqual([]);
  const { deployment: _measured, ...unmeasured } = aReportInput();
  expect(priceSections(unmeasured)).toEqual([]);
});
