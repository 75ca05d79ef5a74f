import { expect, test } from 'vitest';
import { lambdaMonthUsd } from '../../../src/domain/money/lambda-month.ts';
import { billedMsOf, gbSecondsOf, meanBilledMs } from '../../../src/domain/money/lambda-price.ts';
import { requirePriceBook } from '../../../src/domain/money/price-books.ts';

const x86 = requirePriceBook('us-east-1/x86_64/2026-11');
const arm = requirePriceBook('us-east-1/arm64/2026-11');
const listed = { hasFreeTier: false };
const free = { hasFreeTier: true };

test('a month is requests and GB-seconds at the first price of each', () => {
  const month = lambdaMonthUsd(x86, { requests: 26e6, gbSeconds: 1.3e6 }, listed);
  expect(month.requestsUsd).toBeCloseTo(5.2, 10);
  expect(month.computeUsd).toBeCloseTo(1.3e6 * 0.0000166667, 8);
  expect(month).toMatchObject({ freeUsd: 0, totalUsd: month.requestsUsd + month.computeUsd });
});

test.each([
  ['x86', x86, 6e9, 9e9, [0.0000166667, 0.000015, 0.0000133334]],
  ['arm', arm, 7.5e9, 11.25e9, [0.0000133334, 0.0000120001, 0.0000106667]],
] as const)(
  'what goes beyond a tier on %s costs the next price, and nothing else does',
  (...row) => {
    const [, book, first, second, [one, two, three]] = row;
    const usd = (gbSeconds: number) =>
      lambdaMonthUsd(book, { requests: 0, gbSeconds }, listed).computeUsd;
    expect(usd(first)).toBeCloseTo(first * one, 3);
    expect(usd(first + 1e9)).toBeCloseTo(first * one + 1e9 * two, 3);
    expect(usd(first + second + 1e9)).toBeCloseTo(first * one + second * two + 1e9 * three, 3);
  },
);

test('the free tier takes a million requests and 400,000 GB-seconds off, and never more than there is', () => {
  const use = { requests: 3e6, gbSeconds: 500_000 };
  const month = lambdaMonthUsd(x86, use, free);
  expect(month.requestsUsd).toBeCloseTo(0.4, 10);
  expect(month.computeUsd).toBeCloseTo(100_000 * 0.0000166667, 8);
  expect(month.freeUsd + month.totalUsd).toBeCloseTo(lambdaMonthUsd(x86, use, listed).totalUsd, 8);
  expect(lambdaMonthUsd(x86, { requests: 10, gbSeconds: 10 }, free).totalUsd).toBe(0);
});

test('init is billed with the duration, rounded up together', () => {
  expect(billedMsOf({ durationMs: 10.2 })).toBe(11);
  expect(billedMsOf({ durationMs: 10.2, initMs: 140.7 })).toBe(151);
  expect(billedMsOf({ durationMs: 10, initMs: 140 })).toBe(150);
  expect(meanBilledMs({ durationMs: 10.2, initMs: 140.7, coldShare: 0.1 })).toBeCloseTo(25, 10);
});

test('GB-seconds are memory in GB by billed milliseconds', () => {
  expect(gbSecondsOf({ memoryMb: 1536, billedMs: 200 })).toBeCloseTo(0.3, 12);
  // A mean of requests that were each billed in whole milliseconds.
  expect(gbSecondsOf({ memoryMb: 1024, billedMs: 1.5 })).toBeCloseTo(0.0015, 12);
});
