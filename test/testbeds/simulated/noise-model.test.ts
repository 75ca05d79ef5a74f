import { describe, expect, it } from 'vitest';
import { normalCdf } from '../../../src/domain/statistics/distributions.ts';
import { randomFor } from '../../../src/domain/statistics/random.ts';
import { disturbanceOf } from '../../../src/testbeds/simulated/disturbance-model.ts';
import { normalAt, normalDraw, normalOf } from '../../../src/testbeds/simulated/noise-model.ts';
import { calmSimulation } from './builders.ts';

const hourMs = 3_600_000;

describe('a normal number', () => {
  it('is the inverse of the normal distribution, in the middle and in both tails', () => {
    for (const p of [0.0001, 0.02, 0.024, 0.025, 0.3, 0.5, 0.77, 0.975, 0.976, 0.9999]) {
      expect(normalCdf(normalOf(p))).toBeCloseTo(p, 7);
    }
  });

  it('is finite for the smallest number that a stream can give', () => {
    expect(normalOf(0)).toBeGreaterThan(-7);
    expect(normalDraw(() => 0)).toBe(normalOf(0));
  });

  it('that belongs to a key is the same at any time, and like drawn over many keys', () => {
    const many = Array.from({ length: 20_000 }, (_, key) => normalAt(123, key));
    const mean = many.reduce((sum, value) => sum + value, 0) / many.length;
    const variance = many.reduce((sum, value) => sum + value ** 2, 0) / many.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.04);
    expect(normalAt(123, 77)).toBe(many[77]);
    expect(normalAt(124, 77)).not.toBe(many[77]);
  });
});

describe('a disturbance', () => {
  const both = { ...calmSimulation.disturbance, commonHourSigma: 0.1, commonDaySigma: 0.1 };

  it('lasts for a nominal hour, in whatever order hours are asked for', () => {
    const factor = disturbanceOf('lambda', both, 1);
    const hours = [0, 1, 2, 3].map((hour) => factor(hour * hourMs + 1));
    expect(factor(2 * hourMs + 1_800_000)).toBe(hours[2]);
    expect(new Set(hours).size).toBe(4);
    expect(disturbanceOf('lambda', both, 1)(3 * hourMs)).toBe(hours[3]);
    expect(disturbanceOf('lambda', both, 2)(3 * hourMs)).not.toBe(hours[3]);
  });

  it('that is common hits both platforms alike', () => {
    const [lambda, ecs] = [disturbanceOf('lambda', both, 1), disturbanceOf('ecs', both, 1)];
    for (const hour of [0, 5, 30]) expect(lambda(hour * hourMs)).toBe(ecs(hour * hourMs));
  });

  it('that is specific hits one of them', () => {
    const own = { ...calmSimulation.disturbance, ecsHourSigma: 0.1 };
    const random = randomFor(1, 'hours');
    for (let time = 0; time < 5; time += 1) {
      const atMs = random() * 1000 * hourMs;
      expect(disturbanceOf('lambda', own, 1)(atMs)).toBe(1);
      expect(disturbanceOf('ecs', own, 1)(atMs)).not.toBe(1);
    }
  });
});
