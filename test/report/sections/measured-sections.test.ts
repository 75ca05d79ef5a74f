import { describe, expect, test } from 'vitest';
import type { ClockRow, MeasuredFigures } from '../../../src/domain/dataset/measured.ts';
import type { Baseline } from '../../../src/domain/rivals/baselines.ts';
import type { Block, Chart, Section } from '../../../src/report/document.ts';
import { drawChart } from '../../../src/report/page/charts.ts';
import type { ReportInput } from '../../../src/report/report-input.ts';
import { breakEvenMapSections } from '../../../src/report/sections/break-even-map-section.ts';
import { coldStartSections } from '../../../src/report/sections/cold-start-section.ts';
import { collectionSection } from '../../../src/report/sections/collection-section.ts';
import { coverageSections } from '../../../src/report/sections/coverage-section.ts';
import { distributionSections } from '../../../src/report/sections/distribution-section.ts';
import { generatorSections } from '../../../src/report/sections/generator-section.ts';
import { labelSections } from '../../../src/report/sections/label-section.ts';
import { pairingSections } from '../../../src/report/sections/pairing-section.ts';
import { rhythmSections } from '../../../src/report/sections/rhythm-section.ts';
import { tradeOffSections } from '../../../src/report/sections/trade-off-section.ts';
import { aReportedPlan, aReportInput, aVerdict } from '../../support/a-report-input.ts';
import { aColdStartRow, aDistribution, aMeasured, aRun } from '../../support/measured-figures.ts';

type Sections = (input: ReportInput) => readonly Section[];

function blocksOf(sections: Sections, measured: Partial<MeasuredFigures>): readonly Block[] {
  return sections(aReportInput({ measured: aMeasured(measured) })).flatMap(({ blocks }) => blocks);
}

function chartsOf(sections: Sections, measured: Partial<MeasuredFigures>): readonly Chart[] {
  return chartsIn(blocksOf(sections, measured));
}

function chartsIn(blocks: readonly Block[]): readonly Chart[] {
  return blocks.filter((block) => block.kind === 'chart');
}

function textOf(blocks: readonly Block[]): string {
  return blocks.map((block) => (block.kind === 'paragraph' ? block.text : '')).join(' ');
}

/** All cells of a chart's table, row by row. */
function cellsOf(chart: Chart | undefined): readonly string[] {
  return chart?.table.rows.map(({ cells }) => cells.join(' | ')) ?? [];
}

const measuredSections: readonly Sections[] = [
  distributionSections,
  rhythmSections,
  coldStartSections,
  generatorSections,
  labelSections,
  pairingSections,
  coverageSections,
];

describe('without data', () => {
  test('no section is there before anything was observed', () => {
    const input = aReportInput();
    expect(measuredSections.flatMap((sections) => sections(input))).toEqual([]);
  });

  test('every section says in a sentence what is missing, and draws nothing empty', () => {
    for (const sections of measuredSections) {
      const blocks = blocksOf(sections, {});
      expect(chartsIn(blocks)).toEqual([]);
      expect(textOf(blocks)).toMatch(/[a-z].*\./);
    }
  });

  test('of too few requests no distribution is drawn', () => {
    const few = aDistribution({ requests: 7, good: 7, curve: [] });
    const blocks = blocksOf(distributionSections, { latencies: [few] });
    expect(chartsIn(blocks)).toEqual([]);
    expect(textOf(blocks)).toContain('no workload has more than 7 requests on one platform');
  });

  test('one hour and one day are told, not drawn', () => {
    const hours = [aClockRow({ at: 9 })];
    const blocks = blocksOf(rhythmSections, { hours, weekdays: [aClockRow({ at: 1 })] });
    expect(chartsIn(blocks)).toEqual([]);
    expect(textOf(blocks)).toContain('between 9 and 10 o’clock (UTC)');
    expect(textOf(blocks)).toContain('on one weekday (Mon, UTC)');
  });

  test('where time is computed there is no lag to draw', () => {
    const runs = [aRun(1, { lagMsP50: 0, lagMsP99: 0 })];
    const blocks = blocksOf(generatorSections, { runs });
    expect(chartsIn(blocks)).toEqual([]);
    expect(textOf(blocks)).toContain('Every one of 100 sends came exactly when it was planned');
  });
});

describe('latency distributions', () => {
  test('are drawn with every value, n and interval in the table', async () => {
    const latencies = [aDistribution(), aDistribution({ side: 'ecs', p95: { valueMs: 200 } })];
    const [chart] = chartsOf(distributionSections, { latencies });
    expect(chart?.title).toContain('2,000 requests: the lowest p95 was that of Fargate');
    expect(cellsOf(chart)).toEqual([
      'heavy | Lambda | 1,000 | 1,000 | 100 [95, 105] | 400 [380, 430] | – | 99 %',
      'heavy | Fargate | 1,000 | 1,000 | 100 [95, 105] | 200 | – | 99 %',
    ]);
    expect(await drawn(chart)).toContain('heavy, n = 2,000');
  });

  test('end flat at the share that was answered well when ten or more failed', () => {
    const latencies = [aDistribution({ good: 960 })];
    const [chart] = chartsOf(distributionSections, { latencies });
    const spec = JSON.stringify(chart?.spec);
    // The SLO of the plan is 2,500 ms, with a little room behind it.
    expect(spec).toContain('{"side":"Lambda","ms":1000,"share":0.96}');
    expect(spec).toContain('{"side":"Lambda","ms":2500,"share":0.96}');
    const fine = chartsOf(distributionSections, { latencies: [aDistribution({ good: 999 })] });
    expect(JSON.stringify(fine[0]?.spec)).not.toContain('0.999');
  });
});

describe('hours and days', () => {
  const times = (ats: readonly number[]): ClockRow[] =>
    ats.map((at, index) => aClockRow({ at, p50: { valueMs: 100 + 50 * index } }));

  test('name the largest difference, and say that it is not tested', async () => {
    const charts = chartsOf(rhythmSections, { hours: times([3, 9]), weekdays: times([1, 2]) });
    expect(charts.map(({ id }) => id)).toEqual(['latency-by-hour', 'latency-by-weekday']);
    expect(charts[0]?.title).toContain('whose p50 at 09:00 is 1.5 times that at 03:00');
    expect(charts[1]?.caption).toContain('n = 1');
    expect(charts[1]?.table.note).toContain('none is tested');
    for (const chart of charts) expect(await drawn(chart)).toContain('<svg');
  });
});

describe('cold starts', () => {
  test('have three counts that need not agree', async () => {
    const coldStarts = [aColdStartRow(), aColdStartRow({ afterGap: 'without' })];
    const [chart] = chartsOf(coldStartSections, { coldStarts });
    expect(chart?.title).toBe(
      'Of 100 requests to Lambda 5 (5 %) met a new environment, 5 an init, and for 2 the user waited',
    );
    expect(cellsOf(chart)[0]).toContain('5 % [1.6 %, 11.3 %] | 5 % [1.6 %, 11.3 %] | 2 % [');
    expect(await drawn(chart)).toContain('The user waited for the init');
  });

  test('of which nothing is known are blank, not none', () => {
    const unknown = { hits: 0, of: 0, lower: 0, upper: 1 };
    const [chart] = chartsOf(coldStartSections, {
      coldStarts: [aColdStartRow({ hadInit: unknown })],
    });
    expect(cellsOf(chart)[0]).toContain('| – |');
  });
});

describe('the load generator', () => {
  test('that was in time is said to be', async () => {
    const runs = [aRun(1), aRun(2)];
    const blocks = blocksOf(generatorSections, { runs });
    expect(textOf(blocks)).toContain('No run was generator-limited');
    expect(await drawn(chartsIn(blocks)[0])).toContain('Slots, n = 2');
  });

  test('that was late has the main figures repeated from the planned send', () => {
    const runs = [aRun(1), aRun(2, { lagMsP99: 31 })];
    const group = { requests: 200, good: 200, units: 2, p50: { valueMs: 80 }, insideSlo: 190 };
    const plannedSends = [
      {
        part: 'collection' as const,
        side: 'lambda',
        workload: 'heavy',
        actual: group,
        planned: { ...group, p50: { valueMs: 110 }, insideSlo: 180 },
      },
    ];
    const blocks = blocksOf(generatorSections, { runs, plannedSends });
    expect(textOf(blocks)).toContain('made 1 of 2 runs generator-limited');
    const table = blocks.find((block) => block.kind === 'table');
    expect(table?.rows.map(({ cells }) => cells.join(' | '))).toEqual([
      'heavy | Lambda | actual send | 200 | 80 | – | – | 95 %',
      'heavy | Lambda | planned send | 200 | 110 | – | – | 90 %',
    ]);
  });
});

describe('labels', () => {
  const group = { workload: 'heavy', slots: 6, pairs: 300, interval: { lower: 0.1, upper: 0.3 } };

  test('say where the load turns them', async () => {
    const labels = [
      { ...group, group: 'all' as const, lambdaShare: 0.2 },
      { ...group, group: 'day' as const, pairs: 100, lambdaShare: 0.2 },
      { ...group, group: 'step' as const, utilisation: 0.7, lambdaShare: 0.8 },
    ];
    const weights = { workload: 'heavy', pairs: 300, p10: 0.1, p50: 0.5, p90: 1, asMajority: 0.9 };
    const charts = chartsOf(labelSections, { labels, labelWeights: [weights] });
    // Day is a part of all.
    expect(charts[0]?.title).toBe(
      'Labels of 600 pairs: Lambda is more often better in 0 of 1 workload, and the load turns it in heavy',
    );
    expect(cellsOf(charts[0])[2]).toBe('heavy | at 70 % | 6 | 300 | 80 % [10 %, 30 %]');
    expect(cellsOf(charts[1])).toEqual(['heavy | 300 | 0.1 | 0.5 | 1 | 90 %']);
    for (const chart of charts) expect(await drawn(chart)).toContain('<svg');
  });

  test('of the ratio rule have no weights', () => {
    const plan = { ...aReportedPlan(), labels: { rule: 'ratio' as const, latencyWeight: 0.6 } };
    const labels = [{ ...group, group: 'all' as const, lambdaShare: 0.2 }];
    const labelWeights = [{ workload: 'heavy', pairs: 9, p10: 1, p50: 1, p90: 1, asMajority: 1 }];
    const measured = aMeasured({ labels, labelWeights });
    const [section] = labelSections(aReportInput({ plan, measured }));
    expect(chartsIn(section?.blocks ?? [])).toHaveLength(1);
    expect(textOf(section?.blocks ?? [])).toContain('every pair weighs 1');
  });
});

describe('pairs', () => {
  test('an effect of the place is told apart from chance', async () => {
    const row = { workload: 'heavy', platform: 'ecs' as const, first: 50, second: 50, slots: 6 };
    const positions = [
      { ...row, logRatio: 0.05, interval: { lower: 0.03, upper: 0.07 } },
      { ...row, platform: 'lambda' as const, logRatio: 0.03, interval: { lower: -5, upper: 5 } },
    ];
    const [chart] = chartsOf(pairingSections, { positions });
    expect(chart?.title).toContain('in 2 of 2 cases, 1 of them beyond chance (200 answers)');
    expect(cellsOf(chart)[0]).toBe('heavy | Fargate | 6 | 50 | 50 | +5.1 % | +3 % to +7.3 %');
    expect(await drawn(chart)).toContain('<svg');
  });

  test('go together where the whole interval is above 0, which never leaves [−1, 1]', async () => {
    const row = { workload: 'heavy', pairs: 60, slots: 2, correlation: 0.4 };
    const pairings = [
      { ...row, interval: { lower: 0.2, upper: 1.7 } },
      { ...row, workload: 'light', interval: { lower: -2, upper: 0.6 } },
    ];
    const [chart] = chartsOf(pairingSections, { pairings });
    expect(chart?.title).toContain('in 1 of 2 workloads (120 pairs)');
    expect(cellsOf(chart)).toEqual([
      'heavy | 2 | 60 | 0.4 | 0.2 to 1',
      'light | 2 | 60 | 0.4 | −1 to 0.6',
    ]);
    expect(await drawn(chart)).toContain('Correlation');
  });
});

describe('coverage', () => {
  test('shows what is explained, what is not, and which slots have no rows', async () => {
    const runs = [aRun(1), aRun(3, { joined: 90, explained: 6 })];
    const lost = { slot: 2, status: 'missed' as const, reason: 'asleep' };
    const input = aReportInput({ measured: aMeasured({ runs }), slots: [lost] });
    const [chart] = chartsIn(coverageSections(input).flatMap(({ blocks }) => blocks));
    expect(chart?.title).toBe(
      'Of 200 expected rows 95 % have their platform’s record and 98 % that or a known reason',
    );
    expect(cellsOf(chart)[1]).toBe('slot-003 | 100 | 0 | 0 | 90 | 6 | 4');
    expect(JSON.stringify(chart?.spec)).toContain('{"unit":2}');
    expect(await drawn(chart)).toContain('unexplained');
  });
});

describe('cost against latency', () => {
  test('shows arms and computed rivals, and which nothing else beats', async () => {
    const rival = (baseline: Baseline['baseline'], usd: number, quantileMs: number): Baseline => ({
      baseline,
      requests: 400,
      good: 400,
      lambdaShare: 0.5,
      costPer1000Usd: usd,
      costPer1000Lower: 0.9 * usd,
      costPer1000Upper: 1.1 * usd,
      workloads: aReportedPlan().workloads.map(({ name }) => ({
        workload: name,
        lambdaShare: 0.5,
        attainment: 1,
        quantileMs,
        tasks: 1,
      })),
    });
    const baselines = {
      baselines: [rival('hindsight', 0.002, 1), rival('random', 0.09, 9000)],
      regrets: [],
      routed: [],
      weights: [],
      pairs: 1,
      ofRequests: 1,
      hybridAgainst: [],
    };
    const [section] = tradeOffSections(aReportInput({ verdict: aVerdict({ baselines }) }));
    const [chart] = chartsIn(section?.blocks ?? []);
    // Cheaper and faster than everything, so that nothing else is on the frontier.
    expect(chart?.title).toMatch(/^Hybrid is the cheapest arm \(\$0.00331\), ecs-only the fastest/);
    expect(cellsOf(chart).filter((cells) => cells.includes('| yes |'))).toHaveLength(1);
    expect(await drawn(chart)).toContain('hybrid');
  });

  test('weighs workloads by their shares, as a geometric mean', () => {
    const [section] = tradeOffSections(aReportInput());
    const [chart] = chartsIn(section?.blocks ?? []);
    // Of lambda-only p75 = 1.2 times 14, 76, 158 and 830 ms, with shares .3, .22, .21 and .27.
    const expected = 1.2 * 14 ** 0.3 * 76 ** 0.22 * 158 ** 0.21 * 830 ** 0.27;
    expect(cellsOf(chart)[0]).toContain(` | ${Math.round(expected)} | `);
  });

  test('is a sentence without a verdict, or without a quantile', () => {
    const { verdict: _none, ...input } = aReportInput({ noVerdict: 'The evaluation never began.' });
    expect(textOf(tradeOffSections(input)[0]?.blocks ?? [])).toContain(
      'the evaluation never began',
    );
    const { quantile: _without, ...verdict } = aVerdict();
    const [section] = tradeOffSections(aReportInput({ verdict }));
    expect(textOf(section?.blocks ?? [])).toContain('no quantile of latency can be printed');
  });
});

describe('the map of the break-even', () => {
  test('says where the measured loads reach across it', async () => {
    const rates = [{ workload: 'heavy', lowestPerS: 0.01, highestPerS: 500 }];
    const [section] = breakEvenMapSections(aReportInput({ measured: aMeasured({ rates }) }));
    const [chart] = chartsIn(section?.blocks ?? []);
    expect(chart?.title).toBe('The measured loads reach across the break-even in 1 of 4 workloads');
    expect(cellsOf(chart).at(-1)).toMatch(/^heavy \| 199 ms \| .* \| 36 \| 1,800,000 \| yes$/);
    expect(await drawn(chart)).toContain('heavy');
  });

  test('is left out where no price or no busy time is known', () => {
    const { deployment: _gone, ...input } = aReportInput();
    expect(breakEvenMapSections(input)).toEqual([]);
  });
});

function aClockRow(changes: Partial<ClockRow> = {}): ClockRow {
  return {
    at: 0,
    workload: 'heavy',
    platform: 'lambda',
    requests: 40,
    good: 40,
    units: 1,
    p50: { valueMs: 100, lowerMs: 90, upperMs: 110 },
    ...changes,
  };
}

describe('what the collection measured', () => {
  const { profile } = aReportInput();
  if (profile === undefined) throw new Error('The builder has a profile.');

  test('has the panels of the ladder in the order of the plan', async () => {
    const shuffled = { ...profile, ladder: profile.ladder.toReversed() };
    const { blocks } = collectionSection(aReportInput({ profile: shuffled }));
    const svg = await drawn(chartsIn(blocks)[0]);
    const places = aReportedPlan().workloads.map(({ name }) => svg.indexOf(`>${name}<`));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  test('says of a short ladder by how much the median grows', () => {
    const ladder = profile.ladder.map(({ p95: _tooFew, ...row }) => row);
    const { blocks } = collectionSection(aReportInput({ profile: { ...profile, ladder } }));
    // 1 + 2 * 0.3 at the highest step, against 1 at the lowest.
    expect(chartsIn(blocks)[0]?.title).toMatch(/Fargate's p50 grows most for \S+: 1.6 times/);
  });

  test('leaves quantiles and cold starts to their own sections, where these are', () => {
    const columnsOf = (input: ReturnType<typeof aReportInput>) =>
      collectionSection(input)
        .blocks.flatMap((block) => (block.kind === 'table' ? block.columns : []))
        .map(({ label }) => label);
    expect(columnsOf(aReportInput())).toContain('p95');
    const measured = columnsOf(aReportInput({ measured: aMeasured() }));
    expect(measured).toContain('In the handler p50');
    expect(measured).not.toContain('p95');
    expect(measured).not.toContain('Cold starts');
  });
});

async function drawn(chart: Chart | undefined): Promise<string> {
  return chart === undefined ? 'there is no chart' : await drawChart(chart);
}
