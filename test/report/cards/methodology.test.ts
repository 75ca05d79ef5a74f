import { describe, expect, test } from 'vitest';

import { bibliographyOf } from '../../../src/report/cards/methodology/bibliography.ts';
import { renderMethodology } from '../../../src/report/cards/methodology/methodology.ts';
import { principlesOf } from '../../../src/report/cards/methodology/principles.ts';
import type { ReportInput } from '../../../src/report/report-input.ts';
import { aReportedPlan, aReportInput, aVerdict } from '../../support/a-report-input.ts';

const markdownOf = (overrides: Partial<ReportInput> = {}) =>
  renderMethodology(aReportInput(overrides)).markdown;

/** The input without a part: what an early end leaves behind. */
function without(key: keyof ReportInput, overrides: Partial<ReportInput> = {}): ReportInput {
  const input = { ...aReportInput(overrides) };
  delete (input as Partial<Record<keyof ReportInput, unknown>>)[key];
  return input;
}

describe('the methodology of a campaign', () => {
  test('cites only what its references hold, and they hold nothing else', () => {
    const { markdown, bibliography } = renderMethodology(aReportInput());
    const cited = new Set([...markdown.matchAll(/@([a-z]+\d{4}[a-z]*)/gi)].map(([, key]) => key));
    const held = new Set([...bibliography.matchAll(/^@[a-z]+\{(\w+),/gm)].map(([, key]) => key));
    expect(cited.size).toBeGreaterThan(5);
    expect(cited).toEqual(held);
  });

  test('names the design that was used, and not the other one', () => {
    const local = markdownOf();
    expect(local).toContain('[@williams1949experimental]');
    const simulated = markdownOf({ plan: { ...aReportedPlan(), testbed: 'simulated' } });
    expect(simulated).not.toContain('williams1949');
    expect(simulated).toContain('All arms ran at the same time');
  });

  test('describes no ladder, evaluation, router or model that the plan did not have', () => {
    const plan = aReportedPlan();
    const { ladder: _, ...load } = plan.load;
    const bare = {
      ...plan,
      load,
      learning: { ...plan.learning, families: [] },
      evaluation: { ...plan.evaluation, blocks: 0 },
    };
    const input = without('verdict', { plan: bare, models: [], noVerdict: 'no evaluation' });
    const { markdown } = renderMethodology(input);
    expect(markdown).toContain('There was no ladder');
    expect(markdown).toContain('The plan asks for no evaluation.');
    expect(markdown).toContain('nothing was trained');
    expect(markdown).not.toMatch(/random forest|Berger|expanded for/i);
    expect(markdown).toContain('| Statistical evaluation | not met |');
  });

  test('says of intervals what they were', () => {
    expect(markdownOf({ verdict: aVerdict({ isFewBlocks: false }) })).toContain(
      'hesterberg2015what',
    );
    expect(markdownOf({ verdict: aVerdict({ isFewBlocks: true }) })).toContain('t intervals');
    const extended = markdownOf({ verdict: aVerdict({ intervals: 'always-valid' }) });
    expect(extended).toContain('[@waudbysmith2024time]');
  });

  test('counts the slots that were lost', () => {
    const [first] = aReportInput().slots;
    const slots = [
      ...(first === undefined ? [] : [first]),
      { slot: 2, status: 'missed' as const, reason: 'no worker' },
    ];
    expect(markdownOf({ slots })).toContain('Of 2 slots that came due, 1 are complete');
    expect(markdownOf({ slots })).toContain('1 missed');
  });
});

describe('the eight principles', () => {
  test('are eight, each with its evidence', () => {
    const principles = principlesOf(aReportInput());
    expect(principles).toHaveLength(8);
    for (const { evidence } of principles) expect(evidence).toMatch(/\.$/);
  });

  test('are not met by a campaign that ended before it measured anything', () => {
    const input = { ...without('profile', { slots: [], noVerdict: 'it was stopped' }) };
    const standings = Object.fromEntries(
      principlesOf(input).map(({ principle, standing }) => [principle, standing]),
    );
    expect(standings).toMatchObject({
      'Repeated experiments': 'not met',
      'Probabilistic description of measured performance': 'not met',
      'Statistical evaluation': 'not met',
    });
  });
});

test('a key that begins another one is not taken for it', () => {
  expect(bibliographyOf('[@breiman2001randomness]')).toBe('');
  expect(bibliographyOf('[@breiman2001random; @holm1979simple]')).toMatch(
    /^@article\{breiman2001random,[\s\S]*@article\{holm1979simple,/,
  );
});
