import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { azureArrivals, azureFunctions } from '../../../../src/domain/requests/shapes/azure.ts';
import { randomFor } from '../../../../src/domain/statistics/random.ts';

const functions = azureFunctions(42, 'light');

function quantile(values: readonly number[], probability: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(probability * sorted.length)] ?? Number.NaN;
}

/** Largest difference at the published quantiles: of this size is KS there at least. */
function distance(values: readonly number[], published: readonly (readonly [number, number])[]) {
  const parts = published.map(([probability, value]) => {
    const below = values.filter((drawn) => drawn <= value).length / values.length;
    return Math.abs(below - probability);
  });
  return Math.max(...parts);
}

describe('the functions of a workload', () => {
  test('are others for another workload or seed', () => {
    expect(azureFunctions(42, 'heavy')).not.toEqual(functions);
    expect(azureFunctions(43, 'light')).not.toEqual(functions);
  });

  test('have the execution times and the memory of the published distributions', async () => {
    const path = resolve(
      import.meta.dirname,
      '../../../../src/testbeds/simulated/calibration.json',
    );
    const { azure_2019 } = JSON.parse(await readFile(path, 'utf8'));
    const published = (quantiles: Record<string, number>) =>
      Object.entries(quantiles).map(
        ([name, value]) => [Number(name.slice(1)) / 100, value] as const,
      );
    const executions = functions.map(({ executionMs }) => executionMs);
    expect(distance(executions, published(azure_2019.exec_quantiles_ms))).toBeLessThanOrEqual(0.05);
    const memories = functions.map(({ memoryMb }) => memoryMb);
    expect(distance(memories, published(azure_2019.memory_quantiles_mb))).toBeLessThanOrEqual(0.1);
  });

  test('are called as unequally as those of the trace', () => {
    const invocations = functions.map((one) => one.invocations);
    expect(quantile(invocations, 0.5)).toBeGreaterThan(66);
    expect(quantile(invocations, 0.5)).toBeLessThan(83);
    expect(quantile(invocations, 0.9)).toBeGreaterThan(4000);
    expect(quantile(invocations, 0.9)).toBeLessThan(5100);
    expect(Math.max(...invocations)).toBeLessThanOrEqual(333_001);
    expect(Math.min(...invocations)).toBeGreaterThanOrEqual(1);
  });

  test('come at times as uneven as those of the trace', () => {
    const cvs = functions.map(({ gapCv }) => gapCv);
    expect(quantile(cvs, 0.5)).toBeCloseTo(0.52, 1);
    expect(quantile(cvs, 0.75)).toBeCloseTo(1.97, 1);
    expect(quantile(cvs, 0.95)).toBe(5);
  });
});

describe('the arrivals', () => {
  const arrivals = (count: number, seed: number, of = functions) =>
    azureArrivals(of, count, { durationMs: 1_000_000, random: randomFor(seed) });

  test('have their number, are in order and stay in the window', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(400), (seed, count) => {
        const times = arrivals(count, seed);
        expect(times).toHaveLength(count);
        expect(times.every((at, index) => at >= (times[index - 1] ?? 0))).toBe(true);
        expect(times.every((at) => at >= 0 && at < 1_000_000)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test('of one function have gaps with its own spread', () => {
    const cvOf = (gapCv: number) => {
      const one = [{ invocations: 1, gapCv, executionMs: 1, memoryMb: 1 }];
      const times = arrivals(20_000, 7, one);
      const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
      const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
      const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
      return Math.sqrt(variance) / mean;
    };
    expect(cvOf(0)).toBeLessThan(1e-6);
    expect(cvOf(0.5)).toBeCloseTo(0.5, 1);
    expect(cvOf(2)).toBeGreaterThan(1.7);
    expect(cvOf(2)).toBeLessThan(2.3);
  });

  test('fill the window evenly in the long run', () => {
    const times = Array.from({ length: 300 }, (_, seed) => arrivals(40, seed)).flat();
    const inFirstTenth = times.filter((at) => at < 100_000).length / times.length;
    expect(inFirstTenth).toBeGreaterThan(0.08);
    expect(inFirstTenth).toBeLessThan(0.12);
  });

  test('belong to functions in proportion to their calls', () => {
    const rare = { invocations: 1, gapCv: 0, executionMs: 1, memoryMb: 1 };
    const frequent = { ...rare, invocations: 9 };
    // A timer's arrivals keep their distance: with nine in ten of them, few gaps are short.
    const times = arrivals(1000, 3, [rare, frequent]);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    const full = gaps.filter((gap) => Math.abs(gap - 1_000_000 / 900) < 60).length;
    expect(full / 1000).toBeGreaterThan(0.7);
  });
});
