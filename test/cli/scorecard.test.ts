import { describe, expect, test } from 'vitest';
import { scorecardLines, showScorecard } from '../../src/cli/scorecard.ts';
import { type Claim, claimOf, stampOf } from '../../src/domain/simulation/scorecard.ts';
import { scorecardOf } from '../../src/testbeds/simulated/scorecard.ts';

const scorecard = scorecardOf();

function aClaim(changes: Partial<Omit<Claim, 'passed'>> = {}): Claim {
  return claimOf({
    name: 'warm p50, ms',
    kind: 'verification',
    group: 'Warm execution',
    target: 100,
    ours: 104,
    mark: 'within 5 %',
    lower: 95,
    upper: 105,
    source: 'somebody, 2020',
    ...changes,
  });
}

describe('the scorecard for people', () => {
  test('has one line for every claim, in 80 columns', () => {
    const lines = scorecardLines(scorecard.claims);
    expect(lines.filter((line) => /^(pass|FAIL) /.test(line))).toHaveLength(
      scorecard.claims.length,
    );
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  test('says target, ours, whether it holds, and from where', () => {
    const lines = scorecardLines([aClaim(), aClaim({ name: 'other', ours: 106 })]);
    expect(lines).toContainEqual(
      expect.stringMatching(/^pass {2}warm p50, ms +100 +104 {2}\[1\]$/),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^FAIL {2}other +100 +106 {2}\[1\]$/));
    expect(lines).toContain('  [1] somebody, 2020');
    expect(lines[0]).toBe('Verification: Warm execution (1 of 2), within 5 %');
  });

  test('names what failed once more where the eye ends, and stamps', () => {
    const claims = [aClaim(), aClaim({ name: 'other', ours: 106 })];
    const lines = scorecardLines(claims);
    const failed = lines.indexOf('Failed');
    expect(lines[failed + 1]).toBe('  other: target 100, ours 106, passes within 5 %');
    expect(lines.slice(failed).join(' ')).toContain(stampOf(claims));
    expect(scorecardLines([aClaim()])).not.toContain('Failed');
  });

  test('says how far off a drawn figure may be where it has failed', () => {
    const lines = scorecardLines([aClaim({ ours: 104.9, error: 0.25 })]);
    expect(lines).toContain('  warm p50, ms: target 100, ours 104.9 ± 0.5, passes within 5 %');
  });
});

test('for machines it is one object with every claim', async () => {
  const printed: unknown[] = [];
  const exitCode = await showScorecard({
    output: {
      isJson: true,
      isTerminal: false,
      line: () => undefined,
      json: (value) => printed.push(value),
      redraw: () => undefined,
    },
    scorecard: () => scorecard,
  });
  // A claim that fails is an answer, not an error.
  expect(exitCode).toBe(0);
  expect(printed).toEqual([{ stamp: stampOf(scorecard.claims), claims: scorecard.claims }]);
  for (const claim of scorecard.claims) {
    expect(claim).toMatchObject({
      name: expect.any(String),
      kind: expect.stringMatching(/^(verification|validation|calibration)$/),
      target: expect.any(Number),
      ours: expect.any(Number),
      passed: expect.any(Boolean),
      source: expect.any(String),
    });
  }
});
