import { describe, expect, test } from 'vitest';
import {
  bestLearned,
  decidePromotion,
  type Evidence,
  type Incumbent,
} from '../../../src/domain/models/promotion.ts';
import type { FamilyName } from '../../../src/domain/plan.ts';
import { randomFor } from '../../../src/domain/statistics/random.ts';

const better = [-0.2, -0.22, -0.18, -0.2];
const slightlyBetter = [-0.02, -0.022, -0.018, -0.02];
const undecided = [-0.3, 0.1, -0.2, 0.05];
const worse = [0.2, 0.22, 0.18, 0.21];
const same = [0, 0, 0, 0];

const bestStatic: Incumbent = { kind: 'best-static' };

function forest(vsStatic: readonly number[], changes: Partial<Evidence> = {}): Evidence {
  return { family: 'random-forest', vsStatic, vPair: 1, ...changes };
}

function boosting(vsStatic: readonly number[], changes: Partial<Evidence> = {}): Evidence {
  return { family: 'gradient-boosting', vsStatic, vPair: 1, ...changes };
}

function network(vsStatic: readonly number[], changes: Partial<Evidence> = {}): Evidence {
  return { family: 'neural-network', vsStatic, vPair: 1, ...changes };
}

function learned(family: FamilyName, vsStatic: readonly number[] = same): Incumbent {
  return { kind: 'learned', family, vsStatic };
}

function decide(incumbent: Incumbent, ...challengers: readonly Evidence[]) {
  return decidePromotion({ incumbent, challengers, margin: 0.1, slots: 6 });
}

describe('a learned router over best-static', () => {
  test('is promoted when it is better in every slot alike', () => {
    expect(decide(bestStatic, forest(better))).toEqual({
      choice: 'promoted',
      family: 'random-forest',
      reason: expect.stringMatching(
        /random-forest is better, by more than the margin of 10 %; over 4 held-out slots .* best-static's by −0\.200 \(95 % interval −0\.226 to −0\.174/,
      ),
    });
  });

  test('is promoted when it is better by less than the margin, and the reason says so', () => {
    const { choice, reason } = decide(bestStatic, forest(slightlyBetter));
    expect(choice).toBe('promoted');
    expect(reason).toMatch(/better, by not more than the margin/);
  });

  test.each([
    [
      'whose interval reaches 0',
      undecided,
      /not shown to be better .* \+0\.\d+; below 0 is better/,
    ],
    ['that is worse', worse, /not shown to be better/],
    ['that chooses as best-static does', same, /chooses as best-static does/],
  ])('%s is not promoted', (_what, differences, reason) => {
    expect(decide(bestStatic, forest(differences))).toEqual({
      choice: 'best-static',
      reason: expect.stringMatching(reason),
    });
  });

  // Over 2 slots t is 12.7: what would pass with a normal quantile is not shown.
  test('needs far more agreement over two slots than a normal interval would ask for', () => {
    expect(decide(bestStatic, forest([-0.1, -0.2])).choice).toBe('best-static');
    expect(decide(bestStatic, forest([-0.15, -0.1505])).choice).toBe('promoted');
  });

  test.each([[[]], [[-5]]])('judged on the slots %o is judged on too few', (differences) => {
    const { choice, reason } = decide(bestStatic, forest(differences));
    expect(choice).toBe('best-static');
    expect(reason).toContain(`judged on ${differences.length} of 6 complete slots`);
  });

  test('is the one with the lowest V_pair of those that are shown to be better', () => {
    const decision = decide(
      bestStatic,
      forest(better, { vPair: 3 }),
      boosting(better, { vPair: 2 }),
      network(undecided, { vPair: 1 }),
    );
    expect(decision).toMatchObject({ choice: 'promoted', family: 'gradient-boosting' });
    expect(decision.reason).toContain('among 3 families (Holm)');
  });

  // A one-sided p of 0.015: below 0.025, and above 0.025 / 2.
  const barely = [-0.2, -0.1, -0.25, -0.08];

  test('alone passes where among two families it would not', () => {
    expect(decide(bestStatic, forest(barely)).choice).toBe('promoted');
    const decision = decide(bestStatic, forest(barely, { vPair: 0 }), network(undecided));
    expect(decision.choice).toBe('best-static');
    expect(decision.reason).toContain('(random-forest, the best of 2)');
  });

  test('passes behind one that has passed, as Holm has it', () => {
    const decision = decide(bestStatic, forest(barely, { vPair: 0 }), boosting(better));
    expect(decision).toMatchObject({ choice: 'promoted', family: 'random-forest' });
  });

  test('that was judged on too few slots does not make it harder for another', () => {
    expect(decide(bestStatic, forest(barely), network([-1])).choice).toBe('promoted');
  });
});

describe('the family that is in use', () => {
  test('is fitted again without a contest when its challenger is the very model in use', () => {
    const challenger = forest(same, { vsChampion: same, isChampion: true });
    expect(decide(learned('random-forest'), challenger)).toMatchObject({
      choice: 'promoted',
      family: 'random-forest',
      reason: expect.stringContaining('fitted again on all 6 slots'),
    });
  });

  test('is fitted again even when no slot came since', () => {
    const challenger = forest([], { vsChampion: [], isChampion: true });
    expect(decide(learned('random-forest', []), challenger)).toMatchObject({ choice: 'promoted' });
  });

  // ln 1.1 is 0.0953; over 4 slots the one-sided t is 2.35.
  test.each([
    ['better', better, 'promoted'],
    ['worse by less than the margin', [0.05, 0.06, 0.04, 0.05], 'promoted'],
    ['worse by more than the margin', [0.1, 0.11, 0.12, 0.1], 'kept'],
    ['undecided', [-0.3, 0.4, 0.1, 0.05], 'kept'],
    ['judged on one slot', [-5], 'kept'],
    ['not judged', [], 'kept'],
  ] as const)('with other settings, and %s, is %s', (_what, vsChampion, choice) => {
    expect(decide(learned('random-forest'), forest(same, { vsChampion })).choice).toBe(choice);
  });

  test('stays as it is when it has left nothing to judge', () => {
    const decision = decide(learned('random-forest'), network(same, { vsChampion: undecided }));
    expect(decision).toEqual({
      choice: 'kept',
      reason: 'The last retraining left no random-forest to judge.',
    });
  });
});

describe('another family than the one in use', () => {
  const renewed = forest(same, { vsChampion: same, isChampion: true });

  test('takes its place only when it is better than it', () => {
    const rival = network(better, { vsChampion: better });
    expect(decide(learned('random-forest'), renewed, rival)).toMatchObject({
      choice: 'promoted',
      family: 'neural-network',
      reason: expect.stringContaining("from the random-forest's by −0.200"),
    });
  });

  test('that is better than best-static, and not than what is in use, does not', () => {
    const rival = network(better, { vsChampion: undecided });
    expect(decide(learned('random-forest'), renewed, rival)).toMatchObject({
      family: 'random-forest',
    });
  });

  test('that is shown to be worse than best-static does not, whatever it beats', () => {
    const rival = network(worse, { vsChampion: better });
    expect(decide(learned('random-forest'), renewed, rival)).toMatchObject({
      family: 'random-forest',
    });
  });
});

describe('a learned router that is worse than best-static', () => {
  test('falls back to it', () => {
    const challenger = forest(worse, { vsChampion: same, isChampion: true });
    expect(decide(learned('random-forest', worse), challenger)).toEqual({
      choice: 'best-static',
      reason: expect.stringMatching(/random-forest that was in use is worse than best-static/),
    });
  });

  test('gives way to a family that is better than best-static', () => {
    const decision = decide(
      learned('random-forest', worse),
      forest(worse, { vsChampion: same, isChampion: true }),
      boosting(better, { vsChampion: better }),
    );
    expect(decision).toMatchObject({ choice: 'promoted', family: 'gradient-boosting' });
    expect(decision.reason).toMatch(/was in use is worse .* gradient-boosting is better/);
  });

  test('on one slot only is not shown to be worse', () => {
    const challenger = forest([9], { vsChampion: [0], isChampion: true });
    expect(decide(learned('random-forest', [9]), challenger).choice).toBe('promoted');
  });
});

test('with identical routers Holm keeps false promotions below one in forty', () => {
  // Normal differences around 0, three families, 8 slots: a promotion is an error of the first kind.
  const random = randomFor(5, 'identical');
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  let promotions = 0;
  for (let run = 0; run < 2000; run += 1) {
    const draw = (): number[] => Array.from({ length: 8 }, normal);
    const { choice } = decide(bestStatic, forest(draw()), boosting(draw()), network(draw()));
    if (choice === 'promoted') promotions += 1;
  }
  // 2.5 % of 2,000 are 50, with a standard deviation of 7.
  expect(promotions).toBeLessThan(50 + 3 * 7);
  expect(promotions).toBeGreaterThan(0);
});

describe('the learned model that the hybrid arm routes by', () => {
  test.each([
    ['the lowest V_pair', [{ vPair: 2 }, { vPair: 1 }, { vPair: 3 }], 1],
    ['the first of equals', [{ vPair: 2 }, { vPair: 2 }], 0],
    ['one that was judged before one that was not', [{}, { vPair: 5 }], 1],
    ['the first when none was judged', [{}, {}], 0],
  ])('is %s', (_what, models, index) => {
    expect(bestLearned(models)).toBe(models[index]);
  });

  test('is none without models', () => {
    expect(bestLearned([])).toBeUndefined();
  });
});
