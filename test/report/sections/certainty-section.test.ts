import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../../src/domain/verdict/verdict.ts';
import type { Block } from '../../../src/report/document.ts';
import { certaintySections } from '../../../src/report/sections/certainty-section.ts';
import { aReportInput, aVerdict } from '../../support/a-report-input.ts';

const made: Partial<Verdict> = { unit: 'blocks', units: 8, intervals: 'bootstrap' };

function textsOf(changes: Partial<Verdict>): string {
  const sections = certaintySections(aReportInput({ verdict: aVerdict({ ...made, ...changes }) }));
  return sections.flatMap(({ blocks }) => blocks.flatMap(wordsOf)).join('\n');
}

function wordsOf(block: Block): string[] {
  if (block.kind === 'paragraph') return [block.text];
  if (block.kind !== 'table') return [];
  const rows = block.rows.map(({ cells }) => cells.join(' | '));
  return [block.caption, ...rows, ...(block.note === undefined ? [] : [block.note])];
}

const interval = { ratio: 1.01, lower: 0.98, upper: 1.04 };

describe('how sure', () => {
  test('is empty without a verdict, and for one that does not say how it was made', () => {
    const { verdict: _, ...without } = aReportInput();
    expect(certaintySections({ ...without, noVerdict: 'none' })).toEqual([]);
    expect(certaintySections(aReportInput({ verdict: aVerdict() }))).toEqual([]);
  });

  test('names what was drawn, the intervals and the smallest difference that is seen', () => {
    const words = textsOf({
      autocorrelation: -0.1234,
      minimumDetectableEffect: 0.08,
      plannedMinimumDetectableEffect: 0.17,
    });
    expect(words).toContain('Drawn again | 8 blocks');
    expect(words).toContain('bootstrap, at least 2,000 resamples, expanded percentiles');
    expect(words).toContain('autocorrelation −0.123, not above 0.2');
    expect(words).toContain('8 % of cost as measured, planned 17 %; margin 10 %');
    expect(words).toContain('nothing was degraded');
  });

  test('says when days were drawn, and when intervals were widened instead', () => {
    const days = textsOf({ unit: 'days', units: 7, blocks: 168, autocorrelation: 0.5 });
    expect(days).toContain('7 whole days of 168 blocks');
    expect(days).toContain('above 0.2: whole days were drawn');
    const widened = textsOf({ autocorrelation: 0.31, widening: 1.5 });
    expect(widened).toContain('widened 1.5 times');
    expect(widened).toContain('too few days to draw them');
  });

  test('shows the noise floor of each platform', () => {
    const words = textsOf({
      noiseFloor: [{ platform: 'lambda', cost: interval, latency: interval }],
    });
    expect(words).toContain(
      'Noise floor, Lambda | a copy against its original: cost +1 % [−2 %, +4 %]',
    );
    expect(words).toContain('no larger mean nothing');
  });

  test('tells in words what pairing brought', () => {
    const gain = { arm: 'hybrid', against: 'ecs-only', varianceRatio: 0 } as const;
    const words = textsOf({
      pairing: [
        { ...gain, measure: 'cost', blocksFactor: 2.345 },
        { ...gain, measure: 'latency', blocksFactor: 0.8 },
        { ...gain, against: 'lambda-only', measure: 'cost', blocksFactor: 1.01 },
      ],
    });
    expect(words).toContain('for cost unpaired arms would have needed x2.35 the blocks');
    expect(words).toContain('latency it did not pay (unpaired arms: x0.8 the blocks)');
    expect(words).toContain('Hybrid against lambda-only: for cost it made no difference.');
  });

  test('shows the verdict without what is degraded, and how an extension ended', () => {
    const words = textsOf({
      degraded: { blocks: 1, slots: 2, isSame: false },
      intervals: 'always-valid',
      extension: { planned: 24, to: 48, isOpen: false, reason: 'It is decided.' },
    });
    expect(words).toContain('without 1 block and 2 slots: another answer, so it is undecided');
    expect(words).toContain('always-valid: they hold however often one looks');
    expect(words).toContain('looked at from block 24 on, at most 48. It is decided.');
  });
});
