import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomFor } from '../../../src/domain/statistics/random.ts';
import { quantile } from '../../../src/domain/statistics/statistics.ts';
import {
  expandedInterval,
  expandedLevel,
  fewBlockInterval,
  resampleBlocks,
} from '../../../src/domain/verdict/bootstrap.ts';
import { contrastOf } from '../../../src/domain/verdict/contrast.ts';
import { PooledLatencies } from '../../../src/domain/verdict/pooled-latencies.ts';

describe('resampled blocks', () => {
  it('draw as many blocks as there are, each as often as any other', () => {
    const { rows } = resampleBlocks(8, randomFor(1, 'test'), 2000);
    const drawn = rows.map((row) => row.reduce((sum, times) => sum + times, 0));
    expect(new Set(drawn)).toEqual(new Set([8]));
    for (let block = 0; block < 8; block += 1) {
      const times = rows.reduce((sum, row) => sum + (row[block] ?? 0), 0);
      expect(times / 2000).toBeCloseTo(1, 1);
    }
  });

  it('are the same for the same seed and others for another', () => {
    const rowsOf = (seed: number) => resampleBlocks(8, randomFor(seed, 'test'), 20).rows;
    expect(rowsOf(1)).toEqual(rowsOf(1));
    expect(rowsOf(1)).not.toEqual(rowsOf(2));
  });
});

describe('the expanded percentile interval', () => {
  it('takes percentiles further out, the fewer blocks there are', () => {
    // Hesterberg: Φ(−√(n/(n−1))·t) for n = 10 and n = 20.
    expect(expandedLevel(0.05, 10)).toBeCloseTo(0.0086, 4);
    expect(expandedLevel(0.05, 20)).toBeCloseTo(0.0159, 4);
    expect(expandedLevel(0.05, 100_000)).toBeCloseTo(0.025, 4);
  });

  it('cuts the same number of resamples off at both ends', () => {
    const estimates = Float64Array.from({ length: 1001 }, (_, index) => index - 500);
    const { lower, upper } = expandedInterval(estimates, 10, 0.05);
    expect(lower).toBe(-492);
    expect(upper).toBe(492);
  });

  it('is widened on both sides by resamples that cannot be estimated', () => {
    const estimates = new Float64Array(1000).fill(Number.NaN, 0, 100);
    expect(expandedInterval(estimates, 24, 0.05)).toEqual({
      lower: Number.NEGATIVE_INFINITY,
      upper: Number.POSITIVE_INFINITY,
    });
  });
});

it('a few blocks give a t interval of their values', () => {
  // Mean 2, sd 1, n = 3: half width 4.302653·1/√3.
  const { lower, upper } = fewBlockInterval([1, 2, 3], 0.05);
  expect(lower).toBeCloseTo(2 - 2.484138, 5);
  expect(upper).toBeCloseTo(2 + 2.484138, 5);
});

describe('pooled latencies', () => {
  const latency = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constant(Number.POSITIVE_INFINITY));

  it('have the quantile of the rows of all drawn blocks together', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ latencies: fc.array(latency), times: fc.integer({ min: 0, max: 3 }) }),
          { minLength: 1 },
        ),
        fc.constantFrom(0.05, 0.5, 0.75, 0.9, 0.95, 0.99),
        (blocks, q) => {
          const pool = new PooledLatencies(blocks.map(({ latencies }) => latencies));
          const rows = blocks.flatMap(({ latencies, times }) =>
            Array.from({ length: times }, () => latencies).flat(),
          );
          const expected = quantile(Float64Array.from(rows).sort(), q) ?? Number.NaN;
          const weights = Uint16Array.from(blocks, ({ times }) => times);
          expect(pool.quantile(q, weights)).toBe(expected);
        },
      ),
    );
  });
});

describe('the contrast table', () => {
  const delta = Math.log(1.1);
  const of = (lower: number, upper: number, inner = { lower, upper }) =>
    contrastOf({
      interval95: { lower: lower * delta, upper: upper * delta },
      interval90: { lower: inner.lower * delta, upper: inner.upper * delta },
      margin: 0.1,
    });

  it('gives the first line that holds', () => {
    expect(of(-3, -1.01)).toBe('materially-better');
    expect(of(-3, -0.99)).toBe('better');
    expect(of(-0.9, -0.1)).toBe('better');
    expect(of(0.1, 0.5)).toBe('worse');
    expect(of(-0.5, 0.5)).toBe('equivalent');
    expect(of(-2, 0.5)).toBe('not-worse');
    expect(of(-2, 2)).toBe('undecided');
  });

  it('judges equivalent and not-worse by the 90 % interval', () => {
    expect(of(-1.2, 1.2, { lower: -0.9, upper: 0.9 })).toBe('equivalent');
    expect(of(-2, 1.2, { lower: -1.5, upper: 0.9 })).toBe('not-worse');
  });

  it('calls identical arms equivalent and neither better', () => {
    expect(of(0, 0)).toBe('equivalent');
  });
});
