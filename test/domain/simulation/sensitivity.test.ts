import { describe, expect, test } from 'vitest';
import { priceBookOf } from '../../../src/domain/money/price-books.ts';
import type { Plan } from '../../../src/domain/plan.ts';
import type { IntendedRequest } from '../../../src/domain/requests/requests.ts';
import {
  type EvaluationBlock,
  type ResimulationInput,
  sensitivityOf,
  variationsOf,
} from '../../../src/domain/simulation/sensitivity.ts';
import { defaultSimulation } from '../../../src/domain/simulation/simulation.ts';
import { aPlan, aWorkload } from '../evaluation-builders.ts';

const slo = { latencyMs: 1_000, attainment: 0.95 };
const plan = aPlan({
  testbed: 'simulated',
  simulation: defaultSimulation,
  workloads: [aWorkload({ slo })],
  evaluation: { leadInBlocks: 1 },
});
const book = priceBookOf(plan.pricing);

function variation(factor: string, value: string) {
  const found = variationsOf(plan, book).find(
    (candidate) => candidate.factor === factor && candidate.value === value,
  );
  return found ?? expect.fail(`There is no ${factor} ${value}.`);
}

describe('each variation changes one assumption', () => {
  const simulationOf = (factor: string, value: string) => variation(factor, value).plan.simulation;

  test('of the platforms', () => {
    const { fargate, lambda, edge } = defaultSimulation;
    expect(simulationOf('Fargate speed', '+20 %')).toEqual({
      ...defaultSimulation,
      fargate: { ...fargate, speed: 1.2 },
    });
    expect(simulationOf('Lambda idle limit', '300 s')).toEqual({
      ...defaultSimulation,
      lambda: { ...lambda, idleLimitMs: 300_000 },
    });
    expect(simulationOf('Edge overhead', 'x0.5')).toEqual({
      ...defaultSimulation,
      edge: { ...edge, lambdaMs: 7.5, ecsMs: 2 },
    });
  });

  test('of the prices, without those of the edge and of addresses', () => {
    const { book: cheaper, plan: same } = variation('Fargate price', '−20 %');
    expect(same).toBe(plan);
    expect(cheaper).toEqual({
      ...book,
      fargateVcpuHourUsd: 0.8 * book.fargateVcpuHourUsd,
      fargateGbHourUsd: 0.8 * book.fargateGbHourUsd,
    });
    expect(variation('Lambda price', '+20 %').book).toEqual({
      ...book,
      lambdaRequestUsd: 1.2 * book.lambdaRequestUsd,
      lambdaGbSecondUsd: 1.2 * book.lambdaGbSecondUsd,
      lambdaTiers: book.lambdaTiers.map((tier) => ({
        ...tier,
        gbSecondUsd: 1.2 * tier.gbSecondUsd,
      })),
    });
  });

  test('of the service levels, where there are any', () => {
    expect(variation('SLO latency', 'x2').plan.workloads[0]?.slo).toEqual({
      ...slo,
      latencyMs: 2_000,
    });
    const without = aPlan({ testbed: 'simulated', workloads: [aWorkload()] });
    const factors = variationsOf(without, book).map(({ factor }) => factor);
    expect(factors).not.toContain('SLO latency');
    expect(factors).toContain('Fargate speed');
  });
});

describe('with more than can be simulated', () => {
  /** Blocks of so many sends each. */
  async function blocksUsed(blocks: number, sends: number, of: Plan = plan) {
    const target = { target: 'lambda-only', owner: 'lambda-only', offsetMs: 0 } as const;
    const request: IntendedRequest = {
      requestId: 'block-01.00001',
      workload: 'heavy',
      payloadSeed: 1,
      payloadBytes: 10,
      isLeadIn: false,
      targets: Array.from({ length: sends }, () => target),
    };
    const all = Array.from({ length: blocks }, (_, index): EvaluationBlock => {
      return { block: index + 1, startsAtMs: 0, requests: [request] };
    });
    const simulated: (readonly number[])[] = [];
    const sensitivity = await sensitivityOf({
      plan: of,
      cpuMs: { heavy: 1_000 },
      setup: { arms: [], skipped: [], table: {}, withCapacity: [], estimates: {} },
      blocks: all,
      resimulate: async (input: ResimulationInput) => {
        simulated.push(input.blocks.map(({ block }) => block));
        return [];
      },
    });
    // Every variation is compared on the same blocks as the baseline.
    for (const own of simulated) expect(own).toEqual(simulated[0]);
    return { used: simulated[0], blocks: sensitivity.blocks, ofBlocks: sensitivity.ofBlocks };
  }

  test('the first blocks stand for all, and it is said how many', async () => {
    expect(await blocksUsed(6, 150_000)).toEqual({
      used: [1, 2, 3, 4],
      blocks: 3,
      ofBlocks: 5,
    });
  });

  test('at least two scored blocks are used, because one decides nothing', async () => {
    expect(await blocksUsed(6, 700_000)).toEqual({ used: [1, 2, 3], blocks: 2, ofBlocks: 5 });
  });

  test('everything is used while it can be', async () => {
    expect(await blocksUsed(3, 100)).toEqual({ used: [1, 2, 3], blocks: 2, ofBlocks: 2 });
  });
});
