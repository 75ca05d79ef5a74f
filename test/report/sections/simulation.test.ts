import { describe, expect, test } from 'vitest';
import {
  type Claim,
  claimOf,
  coldShareGroup,
  type SimulationTrust,
  stampOf,
} from '../../../src/domain/simulation/scorecard.ts';
import type { Sensitivity, SensitivityRow } from '../../../src/domain/simulation/sensitivity.ts';
import { lightColours } from '../../../src/report/colours.ts';
import { warningsOf } from '../../../src/report/doubts/warnings.ts';
import { renderReport } from '../../../src/report/report.ts';
import type { ReportInput } from '../../../src/report/report-input.ts';
import { aReportedPlan, aReportInput } from '../../support/a-report-input.ts';

const plan = aReportedPlan({ testbed: 'simulated' });

function aClaim(changes: Partial<Omit<Claim, 'passed'>> = {}): Claim {
  return claimOf({
    name: 'init p50, ms',
    kind: 'verification',
    group: 'Init',
    target: 100,
    ours: 99,
    mark: 'within 5 %',
    lower: 95,
    upper: 105,
    source: 'somebody, 2020',
    ...changes,
  });
}

function aColdShare(name: string, ours: number): Claim {
  const band = { target: 0.3, lower: 0.25, upper: 0.39, mark: 'in 0.25 to 0.39' };
  return aClaim({ name, kind: 'validation', group: coldShareGroup, ours, ...band });
}

function aRow(changes: Partial<SensitivityRow> = {}): SensitivityRow {
  return {
    factor: 'Fargate speed',
    kind: 'assumption',
    value: '−20 %',
    answer: 'hybrid',
    isDecided: true,
    flips: false,
    ...changes,
  };
}

function aTrust(
  claims: readonly Claim[] = [aClaim(), aColdShare('cold share, rare', 0.31)],
  rows: readonly SensitivityRow[] = [aRow()],
  changes: Partial<Sensitivity> = {},
): SimulationTrust {
  return {
    claims,
    stamp: stampOf(claims),
    azure: {
      of: 'functions',
      functions: 400,
      executionKs: 0.0325,
      memoryKs: 0.0775,
      rows: [
        { property: 'execution time, ms', probability: 0.5, azure: 670, ours: 674 },
        { property: 'execution time, ms', probability: 0.9, azure: 16_555, ours: 13_709 },
        { property: 'memory, MB', probability: 0.5, azure: 140 },
      ],
      source: 'the trace',
    },
    sensitivity: {
      baseline: { answer: 'hybrid', isDecided: true },
      rows,
      blocks: 8,
      ofBlocks: 8,
      ...changes,
    },
  };
}

function render(simulation: SimulationTrust, overrides: Partial<ReportInput> = {}) {
  return renderReport(aReportInput({ plan, simulation, ...overrides }));
}

function firstScreen(markdown: string): string {
  return markdown.split('\n## ')[0] ?? '';
}

describe('a simulated report', () => {
  test('carries the stamp beside its answer, in all forms', async () => {
    const trust = aTrust();
    const { markdown, html, json } = await render(trust);
    const stamp =
      'verified 1 of 1, validated 1 of 1, calibrated 0; Fargate side: no public measurement';
    expect(firstScreen(markdown)).toContain(stamp);
    expect(html.split('<h2>')[0]).toContain(stamp);
    expect(json).toMatchObject({ stamp, sensitivity: trust.sensitivity });
  });

  test('carries it without a verdict as well, and says that nothing can be sensitive', async () => {
    const { sensitivity: _, ...trust } = aTrust();
    const input = {
      ...aReportInput({ plan, simulation: trust, noVerdict: 'Nothing was scored.' }),
    };
    const { markdown } = await renderReport(input);
    expect(firstScreen(markdown)).toContain('verified 1 of 1');
    expect(markdown).toContain('Without a verdict there is no answer whose sensitivity');
  });

  test('draws every verified claim and every prediction, and marks what failed', async () => {
    const claims = [aClaim(), aClaim({ name: 'init p99, ms', ours: 130 }), aColdShare('rare', 0.4)];
    const { figures, markdown } = await render(aTrust(claims));
    const svg = figures.find(({ name }) => name === 'scorecard')?.svg ?? '';
    const marks = (colour: string) => [
      ...svg.matchAll(new RegExp(`<path [^>]*fill="${colour}"`, 'g')),
    ];
    expect(marks(lightColours.ink)).toHaveLength(1);
    expect(marks(lightColours.serious)).toHaveLength(2);
    expect(svg).toContain('Init: 2 claims');
    expect(markdown).toContain('2 of 3 claims that can be drawn are outside their bands');
    expect(markdown).toMatch(/\| init p99, ms \| verification \| 100 \| 130 \| within 5 % \| FAIL/);
    expect(markdown).not.toMatch(/\| init p50, ms \| verification/);
    expect(markdown).toMatch(
      /\| Init \| verification \| 1 of 2 \| init p99, ms \| 100 \| 130 \| within 5 %/,
    );
  });

  test('says where its answer flips, on the first screen and among the doubts', async () => {
    const rows = [aRow({ answer: 'lambda-only', flips: true }), aRow({ value: '+20 %' })];
    const { markdown } = await render(aTrust(undefined, rows));
    expect(firstScreen(markdown)).toContain(
      'Another answer follows from: Fargate speed −20 % (lambda-only).',
    );
    expect(markdown).toContain('| Fargate speed | −20 % | YES | lambda-only |');
    expect(markdown).toContain('| Fargate speed | +20 % | no | hybrid |');
    const doubt = warningsOf(aReportInput({ plan, simulation: aTrust(undefined, rows) }));
    expect(doubt.find(({ kind }) => kind === 'answer-sensitive')).toMatchObject({
      isSerious: true,
      advice: 'Measure on a real platform: Fargate speed.',
    });
  });

  test('does not send a reader to measure a price', () => {
    const rows = [
      aRow({ factor: 'Lambda price', kind: 'price', flips: true }),
      aRow({ flips: true }),
    ];
    const doubt = warningsOf(aReportInput({ plan, simulation: aTrust(undefined, rows) }));
    expect(doubt.find(({ kind }) => kind === 'answer-sensitive')?.advice).toBe(
      'Measure on a real platform: Fargate speed. Make sure of what is yours to know: Lambda price.',
    );
  });

  test('says that nothing flips it when that is so', async () => {
    const { markdown } = await render(aTrust());
    expect(firstScreen(markdown)).toContain('None of 1 changed assumptions gives another answer.');
    expect(
      warningsOf(aReportInput({ plan, simulation: aTrust() })).map(({ kind }) => kind),
    ).not.toContain('answer-sensitive');
  });

  test('tells an answer that is no longer decided from another answer', async () => {
    const { markdown } = await render(aTrust(undefined, [aRow({ isDecided: false })]));
    expect(markdown).toContain('| Fargate speed | −20 % | no | hybrid (undecided) |');
  });

  test('says which blocks stand for all', async () => {
    const { markdown } = await render(aTrust(undefined, undefined, { blocks: 5, ofBlocks: 24 }));
    expect(markdown).toContain('the first 5 of 24 scored blocks, which were affordable');
  });

  test('compares with Azure in figures and in a table, with a dash for what is not there', async () => {
    const { markdown } = await render(aTrust());
    expect(markdown).toContain(
      '(Kolmogorov-Smirnov, KS): 0.0325 in execution time, 0.0775 in memory',
    );
    expect(markdown).toContain('| execution time, ms | p90 | 16,600 | 13,700 |');
    expect(markdown).toContain('| memory, MB | p50 | 140 | – |');
  });
});

describe('claims that failed', () => {
  const doubtOf = (claims: readonly Claim[]) =>
    warningsOf(aReportInput({ plan, simulation: aTrust(claims) })).find(
      ({ kind }) => kind === 'claims-failed',
    );

  test('are named with their figures', () => {
    const doubt = doubtOf([aClaim({ ours: 130 })]);
    expect(doubt?.message).toContain('init p50, ms: 130 for 100, passes within 5 %');
    expect(doubt?.isSerious).toBe(true);
  });

  test('have the error of what was drawn beside them', () => {
    const doubt = doubtOf([aClaim({ ours: 104, error: 0.6 })]);
    expect(doubt?.message).toContain('init p50, ms: 104 ± 1 for 100, passes within 5 %');
  });

  test('are less serious where METHOD 7.3 allows them', () => {
    const good = ['a', 'b', 'c', 'd'].map((name) => aColdShare(name, 0.3));
    expect(doubtOf([...good, aColdShare('e', 0.4)])?.isSerious).toBe(false);
    expect(doubtOf([...good.slice(1), aColdShare('e', 0.4)])?.isSerious).toBe(true);
  });

  test('are no doubt when there are none', () => {
    expect(doubtOf([aClaim()])).toBeUndefined();
  });
});

test('a simulated report without a scorecard says that it was not computed', async () => {
  const { markdown } = await renderReport(aReportInput({ plan }));
  expect(firstScreen(markdown)).toContain('A simulation. The scorecard of this campaign was not');
});

test('a report of a real testbed has no word about a simulator', async () => {
  const { markdown } = await renderReport(aReportInput());
  expect(markdown).not.toMatch(/simulat/i);
});
