import { describe, expect, test } from 'vitest';
import { decidePromotion } from '../../src/domain/promotion.ts';

describe('promoting a learned router over best-static', () => {
  const decide = (challengerVsStatic: readonly number[], slots = 6) =>
    decidePromotion({ challengerVsStatic, margin: 0.1, slots });

  test('a router that is better in every slot alike is promoted', () => {
    expect(decide([-0.2, -0.22, -0.18, -0.2])).toEqual({
      promote: true,
      reason: expect.stringMatching(
        /is better, by more than the margin of 10 %; over 4 held-out slots .* −0\.200 \(95 % interval −0\.226 to −0\.174/,
      ),
    });
  });

  test('a router that is better by less than the margin is promoted, and the reason says so', () => {
    const { promote, reason } = decide([-0.02, -0.022, -0.018, -0.02]);
    expect(promote).toBe(true);
    expect(reason).toMatch(/better, not by more than the margin/);
  });

  test('a router whose interval reaches 0 is not promoted', () => {
    const { promote, reason } = decide([-0.3, 0.1, -0.2, 0.05]);
    expect(promote).toBe(false);
    expect(reason).toMatch(/not shown to be better; .* \+0\.\d+; below 0 is better/);
  });

  // Over 2 slots t is 12.7: what would pass with a normal quantile is not shown.
  test('two slots need far more agreement than a normal interval would ask for', () => {
    expect(decide([-0.1, -0.2]).promote).toBe(false);
    expect(decide([-0.15, -0.1505]).promote).toBe(true);
  });

  test('a router that is worse is not promoted', () => {
    expect(decide([0.2, 0.22, 0.18]).promote).toBe(false);
  });

  test('a router that chooses as best-static does is not promoted', () => {
    const { promote, reason } = decide([0, 0, 0]);
    expect(promote).toBe(false);
    expect(reason).toMatch(/chooses as best-static does/);
  });

  test.each([[[]], [[-5]]])('%o is too few slots, and the reason says so', (differences) => {
    const { promote, reason } = decide(differences, 3);
    expect(promote).toBe(false);
    expect(reason).toContain(`judged on ${differences.length} of 3 complete slots`);
  });
});
