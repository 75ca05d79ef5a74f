import { describe, expect, test } from 'vitest';
import { type Random, randomFor } from '../../src/domain/statistics/random.ts';
import { slotIntervals } from '../../src/learning/slot-intervals.ts';

/** The mean of one value per slot. */
async function intervalOfMean(values: readonly number[], seed = 1) {
  const { estimate } = slotIntervals({
    slots: values.length,
    seed,
    signal: new AbortController().signal,
  });
  return await estimate((drawn) => {
    const total = drawn.reduce((sum, times) => sum + times, 0);
    return values.reduce((sum, value, slot) => sum + value * (drawn[slot] ?? 0), 0) / total;
  });
}

describe('intervals over slots', () => {
  test('are wide where slots disagree and narrow where they agree', async () => {
    const agreeing = await intervalOfMean([10, 10.1, 9.9, 10, 10.1, 9.9, 10, 10]);
    const disagreeing = await intervalOfMean([5, 15, 8, 12, 6, 14, 10, 10]);
    const width = ({ lower = 0, upper = 0 } = {}): number => upper - lower;
    expect(width(agreeing)).toBeLessThan(0.2);
    expect(width(disagreeing)).toBeGreaterThan(20 * width(agreeing));
  });

  test.each([4, 8, 30])(
    'of %i slots hold the truth in about 95 of 100 campaigns',
    async (slots) => {
      const campaigns = 120;
      let covered = 0;
      for (let campaign = 0; campaign < campaigns; campaign += 1) {
        const random = randomFor(7, 'coverage', slots, campaign);
        const values = Array.from({ length: slots }, () => 3 + normal(random));
        const { lower = 0, upper = 0 } = (await intervalOfMean(values, campaign)) ?? {};
        if (lower <= 3 && 3 <= upper) covered += 1;
      }
      expect(covered / campaigns).toBeGreaterThan(0.9);
      expect(covered / campaigns).toBeLessThan(1);
    },
  );

  test('one slot gives a figure without an interval', async () => {
    expect(await intervalOfMean([4])).toEqual({ value: 4 });
  });

  test('a figure that some resamples leave without a value has no interval', async () => {
    const { estimate } = slotIntervals({ slots: 8, seed: 1, signal: new AbortController().signal });
    // Only the first slot can tell, and a third of the resamples do not have it.
    expect(await estimate((drawn) => (drawn[0] === 0 ? Number.NaN : 0.5))).toEqual({ value: 0.5 });
    expect(await estimate(() => Number.NaN)).toBeUndefined();
  });

  test('a share is never below 0 or above 1', async () => {
    const { estimate } = slotIntervals({ slots: 3, seed: 1, signal: new AbortController().signal });
    const share = await estimate((drawn) => 1 - (drawn[0] ?? 0) / 12, [0, 1]);
    expect(share?.upper).toBe(1);
    expect(share?.lower).toBeLessThan(0.9);
  });

  test('end with the reason of the cancel', async () => {
    const controller = new AbortController();
    const { estimate } = slotIntervals({ slots: 8, seed: 1, signal: controller.signal });
    const estimating = estimate((drawn) => {
      controller.abort(new Error('the slot begins'));
      return drawn[0] ?? 0;
    });
    await expect(estimating).rejects.toThrow('the slot begins');
  });
});

/** Box and Muller. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
