import { describe, expect, test } from 'vitest';

import type { MeasuredArms } from '../../../src/domain/evidence/arm-measures.ts';
import { judgeThreshold } from '../../../src/domain/evidence/threshold.ts';
import { parseThreshold, type Vocabulary } from '../../../src/domain/evidence/threshold-grammar.ts';
import { randomFor } from '../../../src/domain/statistics/random.ts';
import { evaluationTable } from '../../../src/domain/verdict/evaluation-table.ts';
import { samplingOf } from '../../../src/domain/verdict/sampling.ts';
import type { ArmResult, Verdict } from '../../../src/domain/verdict/verdict.ts';
import { closest } from '../../../src/plan/closest.ts';
import { aCell, measuredArms } from '../evaluation-builders.ts';

const vocabulary: Vocabulary = { workloads: ['heavy'], closest, tested: 'estimate' };

function parsed(text: string, changes: Partial<Vocabulary> = {}) {
  const said = parseThreshold(text, { ...vocabulary, ...changes });
  return 'threshold' in said ? said.threshold : said.problem.problem;
}

/** Eight blocks of forty requests with latencies of 100 to 139 ms; hybrid fails every tenth. */
function anEvaluation(): MeasuredArms {
  const { costs, arms } = measuredArms(8, {
    'lambda-only': (block) => 0.04 + block / 1e4,
    hybrid: (block) => 0.02 + block / 1e4,
  });
  const cells = arms.flatMap((arm) =>
    Array.from({ length: 8 }, (_, block) =>
      aCell({ arm, block: block + 1, requests: 40, good: arm === 'hybrid' ? 36 : 40 }),
    ),
  );
  const table = evaluationTable({ arms, workloads: ['heavy'], cells, costs });
  const random = randomFor(1, 'test');
  return { table, cells, sampling: samplingOf({ table, random, count: 200, timezone: 'UTC' }) };
}

const measured = anEvaluation();

const verdict: Verdict = {
  answer: 'hybrid',
  isDecided: true,
  sentence: 'Hybrid is the cheapest.',
  share: 1,
  blocks: 8,
  arms: [{ arm: 'hybrid' }, { arm: 'lambda-only' }] as unknown as readonly ArmResult[],
  contrasts: [
    {
      arm: 'hybrid',
      against: 'lambda-only',
      cost: { ratio: 0.5, lower: 0.4, upper: 0.6, contrast: 'materially-better' },
    },
  ],
  minimumDetectableEffect: 0.1,
  isFewBlocks: false,
  skipped: [],
};

function judged(text: string, changes: Partial<Verdict> = {}) {
  const threshold = parsed(text);
  if (typeof threshold === 'string') throw new Error(threshold);
  return judgeThreshold(threshold, { verdict: { ...verdict, ...changes }, measured });
}

describe('what is met', () => {
  test.each([
    ['hybrid.latency-p50 < 800ms', true],
    ['hybrid.latency-p50 < 0.1s', false],
    ['hybrid.heavy.latency-p75 <= 200 ms', true],
    ['lambda-only.latency-p95 > 1 s', false],
    ['hybrid.attainment >= 90%', true],
    ['hybrid.attainment > 90 %', false],
    ['hybrid.error-rate <= 10%', true],
    ['hybrid.error-rate < 10%', false],
    ['lambda-only.error-rate <= 0%', true],
    ['lambda-only.lambda-share >= 100%', true],
    ['lambda-only.cost-per-1000 < $2.03', true],
    ['lambda-only.cost-per-1000 < 2 USD', false],
    ['hybrid.saving-vs-lambda-only > 49%', true],
    ['hybrid.saving-vs-lambda-only > 51%', false],
    ['lower(hybrid.saving-vs-lambda-only) > 41%', false],
    ['lambda-only.saving-vs-hybrid < -99%', true],
    ['answer == hybrid', true],
    ['answer == lambda-only', false],
    ['decided', true],
  ])('%s: %s', (text, isMet) => {
    expect(judged(text)).toMatchObject({ text, isMet });
  });

  test('an end of the interval lies on its side of the estimate', () => {
    const { value = 0, lower = 0, upper = 0 } = judged('lambda-only.cost-per-1000 < $9');
    expect(lower).toBeLessThan(value);
    expect(upper).toBeGreaterThan(value);
    const limit = (value + upper) / 2;
    expect(judged(`lambda-only.cost-per-1000 < $${limit}`).isMet).toBe(true);
    expect(judged(`upper(lambda-only.cost-per-1000) < $${limit}`).isMet).toBe(false);
  });

  test('a share that no block misses still has an interval', () => {
    const { value, lower } = judged('lambda-only.attainment > 1%');
    expect(value).toBe(1);
    // Clopper-Pearson's at 97.5 % of 320 of 320.
    expect(lower).toBeCloseTo(0.025 ** (1 / 320), 6);
  });
});

describe('what cannot be shown is not met', () => {
  test.each([
    ['hybrid.latency-p99 < 100s', /320 requests are too few for p99.*1000/],
    ['hybrid.latency-p95 < 100s', /no good answer/],
    ['ecs-only.latency-p50 < 100s', /ecs-only was not measured/],
    ['hybrid.saving-vs-best-static > 0%', /best-static was not measured/],
  ])('%s', (text, reason) => {
    expect(judged(text)).toMatchObject({ isMet: false, reason: expect.stringMatching(reason) });
  });

  test('an answer that is not decided is none', () => {
    expect(judged('answer == hybrid', { isDecided: false }).reason).toMatch(/undecided/);
    expect(judged('decided', { isDecided: false }).isMet).toBe(false);
  });

  test('without a verdict there is nothing', () => {
    const threshold = parsed('lambda-only.error-rate <= 100%');
    if (typeof threshold === 'string') throw new Error(threshold);
    const none = { none: 'The campaign was stopped.' };
    expect(judgeThreshold(threshold, { verdict: none, measured })).toMatchObject({
      isMet: false,
      reason: 'no verdict: The campaign was stopped.',
    });
  });
});

describe('what makes no sense is said', () => {
  test.each([
    ['hybird.latency-p95 < 1s', 'no arm "hybird"; did you mean "hybrid"?'],
    ['answer == lamda-only', 'no arm "lamda-only"; did you mean "lambda-only"?'],
    ['hybrid.hevy.latency-p95 < 1s', 'no workload "hevy"; did you mean "heavy"?'],
    ['hybrid.atainment > 95%', 'no metric "atainment"; did you mean "attainment"?'],
    ['hybrid.latency-p95 < 800', '"800" is no latency: write 800ms or 1.5s'],
    ['hybrid.attainment > 0.95', '"0.95" is no share: write 95%'],
    ['hybrid.attainment > 195%', '"195%" is no share: write 95%'],
    ['hybrid.cost-per-1000 < 0.02', '"0.02" is no cost: write $0.02 or 0.02 USD'],
    ['hybrid.heavy.cost-per-1000 < $1', 'a cost is of an arm as a whole: leave the workload out'],
    ['hybrid.saving-vs-hybrid > 1%', 'hybrid saves nothing against itself'],
    ['upper(hybrid.error-rate < 1%', 'a bracket has no partner'],
    ['hybrid < 1s', '"hybrid" names no metric, as in hybrid.latency-p95'],
    [
      'decide',
      '"decide" is no comparison, as in hybrid.latency-p95 < 800ms; did you mean "decided"?',
    ],
  ])('%s', (text, problem) => {
    expect(parsed(text)).toBe(problem);
  });
});

test('the whole interval is tested at the end that has to clear the limit', () => {
  const tested = { tested: 'whole interval' } as const;
  expect(parsed('hybrid.latency-p95 < 1s', tested)).toMatchObject({ bound: 'upper' });
  expect(parsed('hybrid.attainment > 90%', tested)).toMatchObject({ bound: 'lower' });
  expect(parsed('lower(hybrid.latency-p95) < 1s', tested)).toMatchObject({ bound: 'lower' });
});
