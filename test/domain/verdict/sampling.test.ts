import { describe, expect, it } from 'vitest';
import { randomFor } from '../../../src/domain/statistics/random.ts';
import { autocorrelationOf, wideningFor } from '../../../src/domain/verdict/autocorrelation.ts';
import { evaluationTable } from '../../../src/domain/verdict/evaluation-table.ts';
import {
  type SamplingQuestion,
  samplingOf,
  stratified,
} from '../../../src/domain/verdict/sampling.ts';
import { measuredArms } from '../evaluation-builders.ts';

const hourMs = 3_600_000;
const monday = Date.UTC(2026, 0, 5);

/** Whole days in which one arm is dearer, and others in which it is cheaper: neighbours are alike. */
function byTheDay(block: number): number {
  return Math.floor((block - 1) / 24) % 2 === 0 ? 1.2 : 0.8;
}

function tableOf(blocks: number, usdOf: (block: number) => number) {
  const measured = measuredArms(blocks, { 'lambda-only': usdOf, 'ecs-only': () => 1 });
  return evaluationTable({ ...measured, workloads: ['heavy'] });
}

function sampled(blocks: number, usdOf: (block: number) => number, changes = {}) {
  const question: SamplingQuestion = {
    table: tableOf(blocks, usdOf),
    random: randomFor(1, 'test'),
    count: 50,
    startsAtMs: Object.fromEntries(
      Array.from({ length: blocks }, (_, index) => [index + 1, monday + index * hourMs]),
    ),
    timezone: 'UTC',
    ...changes,
  };
  return samplingOf(question);
}

describe('the unit that is drawn', () => {
  it('is the block while neighbours differ', () => {
    const sampling = sampled(168, (block) => 1 + 0.1 * (block % 2));
    expect(sampling).toMatchObject({ unit: 'blocks', count: 168, widening: 1 });
    expect(sampling.autocorrelation).toBeLessThan(0);
  });

  it('is the whole day when neighbours are alike', () => {
    const sampling = sampled(168, byTheDay);
    expect(sampling).toMatchObject({ unit: 'days', count: 7, widening: 1 });
    expect(sampling.autocorrelation).toBeGreaterThan(0.9);
    for (const row of sampling.resamples.rows) {
      for (let day = 0; day < 7; day += 1) {
        expect(new Set(row.slice(24 * day, 24 * day + 24)).size).toBe(1);
      }
    }
  });

  it('counts days in the time zone of the plan', () => {
    const { units } = sampled(168, byTheDay, { timezone: 'Asia/Tokyo' });
    expect(units).toHaveLength(8);
    expect(units[0]).toHaveLength(15);
  });

  it('stays the block, and widens, where there are too few days, or none is known', () => {
    const inOneDay = sampled(24, (block) => (block <= 12 ? 1.2 : 0.8));
    expect(inOneDay).toMatchObject({ unit: 'blocks', count: 24 });
    expect(inOneDay.widening).toBeGreaterThan(2);
    expect(sampled(168, byTheDay, { startsAtMs: undefined })).toMatchObject({ unit: 'blocks' });
  });

  it('gives a t interval below six', () => {
    expect(sampled(5, byTheDay).intervals).toBe('few-block-t');
    expect(sampled(96, byTheDay)).toMatchObject({ unit: 'days', intervals: 'few-block-t' });
  });
});

describe('the autocorrelation', () => {
  it('is that of neighbours, and a gap between numbers ends a neighbourhood', () => {
    const values = Float64Array.from([1, 1, 1, -1, -1, -1]);
    const zeros = new Float64Array(6);
    expect(autocorrelationOf([1, 2, 3, 4, 5, 6], [values, zeros])).toBeCloseTo(3 / 6, 10);
    expect(autocorrelationOf([1, 2, 3, 9, 10, 11], [values, zeros])).toBeCloseTo(4 / 6, 10);
  });

  it('is not claimed of few blocks, nor of what does not vary', () => {
    expect(autocorrelationOf([1, 2, 3], [Float64Array.of(1, 2, 3), new Float64Array(3)])).toBe(
      undefined,
    );
    expect(autocorrelationOf([1, 2, 3, 4, 5, 6], [new Float64Array(6), new Float64Array(6)])).toBe(
      undefined,
    );
  });

  it('widens intervals by what the mean of an autoregressive sequence varies more', () => {
    // Of many blocks nothing is to be corrected: √(1.5/0.5).
    expect(wideningFor(0.5, 1e9)).toBeCloseTo(Math.sqrt(3), 6);
    // r + (1 + 4r)/n = 0.5 + 3/24.
    expect(wideningFor(0.5, 24)).toBeCloseTo(Math.sqrt(1.625 / 0.375), 6);
  });
});

describe('two strata', () => {
  it('are each drawn from their own blocks, as often as they have blocks', () => {
    const both = stratified(
      sampled(8, (block) => 1 + 0.1 * (block % 2)),
      sampled(12, (block) => 1 + 0.1 * (block % 2)),
    );
    expect(both).toMatchObject({ count: 19, intervals: 'bootstrap' });
    const total = (row: Uint16Array) => row.reduce((sum, times) => sum + times, 0);
    for (const row of both.resamples.rows) {
      expect(total(row.slice(0, 8))).toBe(8);
      expect(total(row.slice(8))).toBe(12);
    }
    expect(both.units.at(-1)).toEqual([19]);
  });

  it('are wider where one of them has few', () => {
    const large = sampled(168, (block) => 1 + 0.1 * (block % 2));
    const two = sampled(2, (block) => 1 + 0.1 * block);
    expect(stratified(large, large).widening).toBeCloseTo(1, 2);
    const six = sampled(6, (block) => 1 + 0.1 * (block % 2));
    // Three quarters of 6/5 and a quarter of 2/1, of which 7/6 is in the level.
    const variance = (0.75 * 1.2 + 0.25 * 2) / (7 / 6);
    expect(stratified(six, two).widening).toBeCloseTo(Math.sqrt(variance), 10);
  });
});
