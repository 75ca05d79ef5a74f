import { describe, expect, it } from 'vitest';
import {
  betaQuantile,
  incompleteBeta,
  normalCdf,
  normalQuantile,
  studentCdf,
  studentQuantile,
} from '../../../src/domain/statistics/distributions.ts';
import {
  canPrintQuantile,
  clopperPearsonLower,
  fewestToShow,
  quantile,
  standardDeviation,
} from '../../../src/domain/statistics/statistics.ts';

describe('distributions', () => {
  it.each([
    [0.975, 1.959963984540054],
    [0.95, 1.6448536269514722],
    [0.5, 0],
    [1e-10, -6.361340902404056],
  ])('the normal quantile of %f is %f', (probability, z) => {
    expect(normalQuantile(probability)).toBeCloseTo(z, 9);
    expect(normalCdf(z)).toBeCloseTo(probability, 12);
  });

  it('the normal tail keeps its digits where two formulas meet', () => {
    // Φ(−2.5), and its slope φ(2.5) on both sides of it.
    expect(normalCdf(-2.5)).toBeCloseTo(0.006209665325776132, 15);
    const slope = (normalCdf(-2.499) - normalCdf(-2.501)) / 0.002;
    expect(slope).toBeCloseTo(0.0175283, 6);
    expect(normalCdf(-8) / 6.220960574271785e-16).toBeCloseTo(1, 9);
  });

  it.each([
    [0.975, 1, 12.706204736],
    [0.975, 4, 2.776445105],
    [0.975, 7, 2.364624252],
    [0.95, 23, 1.713871528],
    [0.025, 23, -2.06865761],
  ])("Student's t quantile of %f with %i degrees of freedom is %f", (probability, degrees, t) => {
    expect(studentQuantile(probability, degrees)).toBeCloseTo(t, 7);
    expect(studentCdf(t, degrees)).toBeCloseTo(probability, 8);
  });

  it('the beta distribution of whole numbers is the binomial tail', () => {
    // I_0.3(2, 3) = P(at least 2 of 4 at 0.3).
    const tail = 6 * 0.09 * 0.49 + 4 * 0.027 * 0.7 + 0.0081;
    expect(incompleteBeta(0.3, 2, 3)).toBeCloseTo(tail, 12);
    expect(betaQuantile(tail, 2, 3)).toBeCloseTo(0.3, 12);
  });
});

describe('quantiles', () => {
  it('are the smallest measured value that the share does not exceed', () => {
    const twenty = Array.from({ length: 20 }, (_, index) => index + 1);
    expect([0.05, 0.5, 0.95, 0.96, 1].map((q) => quantile(twenty, q))).toEqual([1, 10, 19, 20, 20]);
    expect(quantile([], 0.5)).toBeUndefined();
  });

  it('count a request without a good answer as slower than any other', () => {
    const latencies = [10, 20, 30, Number.POSITIVE_INFINITY];
    expect(quantile(latencies, 0.75)).toBe(30);
    expect(quantile(latencies, 0.9)).toBe(Number.POSITIVE_INFINITY);
  });

  it('are printed only with ten values above them', () => {
    expect([canPrintQuantile(200, 0.95), canPrintQuantile(199, 0.95)]).toEqual([true, false]);
    expect([canPrintQuantile(20, 0.5), canPrintQuantile(19, 0.5)]).toEqual([true, false]);
    expect(canPrintQuantile(0, 0.5)).toBe(false);
  });
});

describe('the lower bound of a share', () => {
  it('shows 95 % with 59 of 59, 92 of 93 or 122 of 124, and with no request less', () => {
    const shows = (hits: number, n: number) => clopperPearsonLower(hits, n) >= 0.95;
    expect([shows(59, 59), shows(92, 93), shows(122, 124)]).toEqual([true, true, true]);
    expect([shows(58, 58), shows(91, 92), shows(121, 123)]).toEqual([false, false, false]);
    expect(fewestToShow(0.95)).toBe(59);
    expect(fewestToShow(0.99)).toBe(299);
  });

  it('is nothing without a hit', () => {
    expect(clopperPearsonLower(0, 100)).toBe(0);
    expect(clopperPearsonLower(0, 0)).toBe(0);
  });
});

it('a standard deviation divides by n − 1', () => {
  expect(standardDeviation([1, 2, 3, 4])).toBeCloseTo(Math.sqrt(5 / 3), 12);
});
