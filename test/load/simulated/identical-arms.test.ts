import { expect, test } from 'vitest';
import { verdictOnIdenticalArms } from '../../support/identical-arms.ts';

// The short form of bench/false-decisions.ts, whose mark is 7 % of 1,000 experiments.
test('two arms on the same platform model are seldom told apart', async () => {
  let decided = 0;
  const ratios: number[] = [];
  for (let seed = 1; seed <= 100; seed += 1) {
    const input = { platform: 'lambda', seed, ratePerS: 0.02, resamples: 400 } as const;
    const { isDecided, contrasts } = await verdictOnIdenticalArms(input);
    if (isDecided) decided += 1;
    ratios.push(contrasts[0]?.cost.ratio ?? Number.NaN);
  }
  expect(decided).toBeLessThanOrEqual(7);
  // Not because there was nothing to tell: costs do differ, by chance.
  expect(new Set(ratios).size).toBe(100);
});
