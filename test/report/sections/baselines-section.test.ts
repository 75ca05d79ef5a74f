import { describe, expect, test } from 'vitest';
import type { Baselines } from '../../../src/domain/rivals/baselines.ts';
import type { Verdict } from '../../../src/domain/verdict/verdict.ts';
import type { Block, Chart, Table } from '../../../src/report/document.ts';
import { drawChart } from '../../../src/report/page/charts.ts';
import { baselinesSections } from '../../../src/report/sections/baselines-section.ts';
import { aReportInput, aVerdict } from '../../support/a-report-input.ts';

const cost = { costPer1000Usd: 0.005, costPer1000Lower: 0.004, costPer1000Upper: 0.006 };
const random = {
  baseline: 'random',
  requests: 100,
  good: 99.5,
  lambdaShare: 0.5,
  ...cost,
  workloads: [{ workload: 'heavy', lambdaShare: 0.5, attainment: 0.98, quantileMs: 350, tasks: 2 }],
} as const;
const byRate = { ...random, baseline: 'switch-by-rate' } as const;
const baselines: Baselines = {
  baselines: [byRate, random],
  regrets: [
    { of: 'hybrid', meanU: -1.5, regret: 0.2, lower: 0.1, upper: 0.3 },
    { of: 'ecs-only', meanU: -1.4, regret: 0.3, lower: 0.1, upper: 0.5 },
    { of: 'hindsight', meanU: -1.8, regret: -0.1, lower: -0.2, upper: -0.05 },
  ],
  routed: ['heavy'],
  pairs: 98,
  ofRequests: 100,
  hybridAgainst: [
    { baseline: 'switch-by-rate', ratio: 0.8, lower: 0.7, upper: 0.9 },
    { baseline: 'random', ratio: 1, lower: 0.98, upper: 1.02 },
  ],
  weights: [
    {
      workload: 'heavy',
      requestsPerHour: 3600,
      breakEvenPerHour: 1800,
      tasks: 2,
      lambdaPercent: 0,
      ecsPercent: 100,
    },
    { workload: 'light', requestsPerHour: 36, tasks: 0, lambdaPercent: 100, ecsPercent: 0 },
  ],
};

function sectionsOf(verdict: Partial<Verdict>) {
  return baselinesSections(aReportInput({ verdict: aVerdict(verdict) }));
}

function blocksOf(changes: Partial<Baselines> = {}): readonly Block[] {
  const [section] = sectionsOf({ baselines: { ...baselines, ...changes } });
  return section?.blocks ?? [];
}

function wordsOf(changes: Partial<Baselines> = {}): string {
  return blocksOf(changes)
    .flatMap((block) => (block.kind === 'paragraph' ? [block.text] : []))
    .join(' ');
}

function tableOf(caption: string, changes: Partial<Baselines> = {}): Table {
  const table = blocksOf(changes).find(
    (block): block is Table => block.kind === 'table' && block.caption.includes(caption),
  );
  if (table === undefined) throw new Error(`No table "${caption}".`);
  return table;
}

test('without rivals and without slots there is no section', () => {
  expect(sectionsOf({})).toEqual([]);
});

describe('what the rivals say', () => {
  const against = (ratio: number, lower: number, upper: number): Partial<Baselines> => ({
    hybridAgainst: [{ baseline: 'switch-by-rate', ratio, lower, upper }],
  });

  test('a router that is cheaper than the rule', () => {
    expect(wordsOf(against(0.8, 0.7, 0.9))).toContain(
      'sends heavy to Fargate, light to Lambda. The learned router is cheaper than that: ' +
        '−20 % [−30 %, −10 %] in cost.',
    );
  });

  test('a router that does not beat the rule', () => {
    expect(wordsOf(against(0.98, 0.9, 1.05))).toContain('does not beat it in cost');
  });

  test('a router that costs more than the rule: use the weights', () => {
    expect(wordsOf(against(1.2, 1.1, 1.3))).toContain('use the weights below');
  });

  test('routing that is no better than drawing at the same share', () => {
    expect(wordsOf()).toContain('which requests went where did not matter, only how many');
  });

  test('what is left to gain, and that hindsight is out of reach', () => {
    expect(wordsOf()).toContain('The hybrid is 22.1 % of latency and cost together above');
    expect(wordsOf()).toContain('two identical platforms show 8 to 22 %');
  });

  test('the limit: the pure arms carried the full load', () => {
    expect(wordsOf()).toContain('each carried the full load');
    expect(wordsOf()).toContain('98 of 100 scored requests');
  });
});

describe('the tables', () => {
  test('have measured arms and computed rivals beside each other', () => {
    const { rows } = tableOf('All-in cost');
    const ways = rows.map(({ cells }) => cells.slice(0, 2));
    expect(ways).toContainEqual(['ecs-only', 'measured']);
    expect(ways).toContainEqual(['switch by rate', 'computed']);
    expect(rows.at(-2)?.cells.at(-1)).toBe('−20 % [−30 %, −10 %]');
  });

  test('have a quantile and the SLO by workload', () => {
    const { columns, rows } = tableOf('inside the SLO');
    const heavy = columns.findIndex(({ label }) => label === 'heavy');
    expect(rows.at(-1)?.cells[heavy]).toBe('350 ms · 98 %');
  });

  test('have the weights that need no model', () => {
    expect(tableOf('weights of a balancer').rows.map(({ cells }) => cells)).toEqual([
      ['heavy', '3,600', '1,800', '0 %', '100 %', '2'],
      ['light', '36', 'never', '100 %', '0 %', '0'],
    ]);
  });
});

describe('the chart of regret', () => {
  test('draws every way, and names the measured arm that lost the least', async () => {
    const chart = blocksOf().find((block): block is Chart => block.kind === 'chart');
    expect(chart?.title).toBe(
      'On heavy, hybrid lost 22.1 % to the best attainable routing, the least of all arms',
    );
    const svg = chart === undefined ? '' : await drawChart(chart);
    for (const way of ['hybrid', 'ecs-only', 'hindsight']) expect(svg).toContain(way);
    expect(chart?.table.rows).toHaveLength(3);
  });

  test('is not there when nothing is routed, with the reason', () => {
    const blocks = blocksOf({ regrets: [] });
    expect(blocks.some(({ kind }) => kind === 'chart')).toBe(false);
    expect(wordsOf({ regrets: [] })).toContain('nothing is routed');
  });
});

test('the two platforms stand on slots, on blocks and on both together', () => {
  const estimate = {
    slots: 6,
    blocks: 0,
    cost: { ratio: 0.9, lower: 0.8, upper: 0.95, contrast: 'better' },
  } as const;
  const together = { ...estimate, blocks: 8 };
  const [section] = sectionsOf({ platforms: { collection: estimate, together } });
  const table = section?.blocks.find((block): block is Table => block.kind === 'table');
  expect(table?.rows.map(({ cells }) => cells.slice(0, 4))).toEqual([
    ['Collection', '6 slots', '−10 % [−20 %, −5 %]', 'better'],
    ['Together', '6 slots and 8 blocks', '−10 % [−20 %, −5 %]', 'better'],
  ]);
  expect(table?.rows[0]?.cells.slice(4)).toEqual(['–', 'not estimable']);
});

test('slots and blocks that may not be put together say why', () => {
  const cost = { ratio: 1, lower: 0.9, upper: 1.1, contrast: 'equivalent' } as const;
  const collection = { slots: 2, blocks: 0, cost };
  const [section] = sectionsOf({ platforms: { collection, apartBecause: 'Another rate.' } });
  expect(section?.blocks[0]).toMatchObject({ text: expect.stringContaining('Another rate.') });
});
