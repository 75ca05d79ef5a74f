import { expect, it } from 'vitest';
import { binomialInterval } from '../../../src/domain/statistics/binomial.ts';

it('is the exact interval of Clopper and Pearson', () => {
  // R: binom.test(5, 20)$conf.int
  const { lower, upper } = binomialInterval(5, 20);
  expect(lower).toBeCloseTo(0.08657147, 6);
  expect(upper).toBeCloseTo(0.49104587, 6);
});

it('reaches the end that was seen, and one bound of 1 − (α/2)^(1/n) at the other', () => {
  expect(binomialInterval(0, 10)).toEqual({
    lower: 0,
    upper: expect.closeTo(1 - 0.025 ** (1 / 10), 9),
  });
  expect(binomialInterval(10, 10)).toEqual({
    lower: expect.closeTo(0.025 ** (1 / 10), 9),
    upper: 1,
  });
});

it('is everything without a request', () => {
  expect(binomialInterval(0, 0)).toEqual({ lower: 0, upper: 1 });
});
