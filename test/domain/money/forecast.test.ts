import { describe, expect, it } from 'vitest';
import { forecastCost, minimumDetectableEffect } from '../../../src/domain/money/forecast.ts';
import { aPlan, aWorkload, weekWorkloads } from '../evaluation-builders.ts';

const week = aPlan({ workloads: weekWorkloads });
const noEvaluation = { ...week.evaluation, blocks: 0 };

describe('what a plan can decide', () => {
  it('is 8.4 % for the week: 24 blocks of 360 requests', () => {
    expect(minimumDetectableEffect(week)).toBeCloseTo(0.084, 3);
  });

  it('is 17 % for 8 scored blocks of 60 requests', () => {
    const evaluation = {
      ...week.evaluation,
      blocks: 9,
      leadInBlocks: 1,
      blockDurationMs: 4000,
      ratePerS: 15,
    };
    expect(minimumDetectableEffect({ ...week, evaluation })).toBeCloseTo(0.17, 2);
  });

  it('is nothing without a scored block', () => {
    expect(minimumDetectableEffect({ ...week, evaluation: noEvaluation })).toBeUndefined();
  });
});

describe('the cost forecast', () => {
  it('counts services from slot to slot, mostly idle at a low rate', () => {
    const forecast = forecastCost({ ...week, evaluation: noEvaluation }, undefined);
    expect(forecast.hours).toBe(168);
    expect(forecast.balancerUsd).toBeCloseTo(168 * 0.0325, 6);
    const tasksUsd = 168 * (1.0 * 0 + 0.25 + 0.5 + 0.5 + 1 + 1) * 0.04937 + 168 * 5 * 0.005;
    expect(forecast.fargateUsd).toBeGreaterThan(tasksUsd);
    expect(forecast.fargateUsd).toBeLessThan(tasksUsd * 1.01);
    expect(forecast.idleUsd / forecast.fargateUsd).toBeGreaterThan(0.95);
    expect(forecast.totalUsd).toBeCloseTo(
      forecast.lambdaUsd + forecast.fargateUsd + forecast.balancerUsd,
      10,
    );
  });

  it('counts every arm of the evaluation with what it owns', () => {
    const collection = forecastCost({ ...week, evaluation: noEvaluation }, undefined);
    const both = forecastCost(week, undefined);
    // At 0.1/s no workload is worth a service: only ecs-only has any, and a balancer.
    expect(both.hours - collection.hours).toBe(24);
    expect(both.balancerUsd - collection.balancerUsd).toBeCloseTo(24 * 0.0325, 8);
  });

  it('leaves the hybrid arm out when no router is trained', () => {
    const withRouter = forecastCost(week, undefined).lambdaUsd;
    const learning = { ...week.learning, families: [] };
    const without = forecastCost({ ...week, learning }, undefined).lambdaUsd;
    const collection = forecastCost({ ...week, evaluation: noEvaluation }, undefined).lambdaUsd;
    // Three arms send everything to Lambda here, two without hybrid.
    expect((withRouter - collection) / (without - collection)).toBeCloseTo(1.5, 6);
  });

  it('adds the ladder, of one workload in each slot', () => {
    const one = aPlan({ workloads: [aWorkload({ cpuMs: 100 })], evaluation: noEvaluation });
    const ladder = { utilisation: [0.05, 0.5], stepMs: 90_000, pairs: 200 };
    const plain = forecastCost(one, undefined).lambdaUsd;
    const climbed = forecastCost({ ...one, load: { ...one.load, ladder } }, undefined).lambdaUsd;
    // 0.5/s for 90 s are 45 requests, 5/s are capped at 200; without it 270 a slot.
    expect(climbed / plain).toBeCloseTo((270 + 45 + 200) / 270, 6);
  });

  it('prefers measured busy times and names the workloads it had to assume', () => {
    const unknown = aPlan({ workloads: [aWorkload()] });
    const assumed = forecastCost(unknown, undefined);
    expect(assumed.assumedWorkloads).toEqual(['heavy']);
    const measured = forecastCost(unknown, { heavy: 1000 });
    expect(measured.assumedWorkloads).toEqual([]);
    expect(measured.lambdaUsd).toBeGreaterThan(assumed.lambdaUsd);
    expect(measured.idleUsd).toBeLessThan(assumed.idleUsd);
  });
});
