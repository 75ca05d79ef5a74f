import { describe, expect, it } from 'vitest';
import { type ArmCostQuestion, armBlockCosts } from '../../../src/domain/money/arm-cost.ts';
import { priceBookOf } from '../../../src/domain/money/price-books.ts';
import { aCell, aPlan } from '../evaluation-builders.ts';

const noServices = { 'lambda-only': [], 'ecs-only': [], hybrid: [], 'best-static': [] };

function costs(changes: Partial<ArmCostQuestion>) {
  const plan = aPlan();
  return armBlockCosts({
    cells: [],
    plan,
    cpuMs: { heavy: 1000 },
    book: priceBookOf(plan.pricing),
    hoursOf: () => 0.5,
    services: { ...noServices, 'ecs-only': ['heavy'], hybrid: ['heavy'] },
    ...changes,
  });
}

const hourOfTaskUsd = 0.05437;
const hourOfBalancerUsd = 0.0325;

describe('what an arm costs', () => {
  it('is its requests alone when it has no service', () => {
    const [cost] = costs({ cells: [aCell({ arm: 'lambda-only', lambdaUsd: 0.25 })] });
    expect(cost).toMatchObject({ lambdaUsd: 0.25, balancerUsd: 0, ecsIdleUsd: 0, allInUsd: 0.25 });
    expect(cost).not.toHaveProperty('utilisation');
  });

  it('is the whole service and the whole balancer, with the idle part apart', () => {
    const [cost] = costs({ cells: [aCell({ arm: 'ecs-only', requests: 450 })] });
    expect(cost?.utilisation).toBeCloseTo(0.25, 10);
    expect(cost?.ecsBusyUsd).toBeCloseTo(0.25 * 0.5 * hourOfTaskUsd, 10);
    expect(cost?.ecsIdleUsd).toBeCloseTo(0.75 * 0.5 * hourOfTaskUsd, 10);
    expect(cost?.balancerUsd).toBeCloseTo(0.5 * hourOfBalancerUsd, 10);
    const variableUsd = 450 * (0.008 / 90_000 + (326 / 2 ** 30) * 0.5);
    expect(cost?.ecsVariableUsd).toBeCloseTo(variableUsd, 10);
    expect(cost?.allInUsd).toBeCloseTo(0.5 * (hourOfTaskUsd + hourOfBalancerUsd) + variableUsd, 10);
  });

  it('includes a service that its router never used', () => {
    const [cost] = costs({ cells: [aCell({ arm: 'hybrid', lambdaUsd: 0.25 })] });
    expect(cost?.ecsIdleUsd).toBeCloseTo(0.5 * hourOfTaskUsd, 10);
    expect(cost?.utilisation).toBe(0);
    expect(cost?.allInUsd).toBeCloseTo(0.25 + 0.5 * (hourOfTaskUsd + hourOfBalancerUsd), 10);
  });

  it('includes tasks that a service has added, as capacity and as money', () => {
    const [cost] = costs({ cells: [aCell({ arm: 'ecs-only', requests: 450, addedTaskS: 1800 })] });
    const bothUsd = 2 * 0.5 * hourOfTaskUsd;
    expect(cost?.utilisation).toBeCloseTo(0.125, 10);
    expect(cost?.ecsBusyUsd).toBeCloseTo(0.125 * bothUsd, 10);
    expect(cost?.ecsIdleUsd).toBeCloseTo(0.875 * bothUsd, 10);
  });

  it('never has more than the whole service busy', () => {
    const [cost] = costs({ cells: [aCell({ arm: 'ecs-only', requests: 3600 })] });
    expect(cost?.ecsIdleUsd).toBeCloseTo(0, 12);
    expect(cost?.ecsBusyUsd).toBeCloseTo(0.5 * hourOfTaskUsd, 10);
    expect(cost?.utilisation).toBeCloseTo(2, 10);
  });

  it('is counted per block, by arm and then block', () => {
    const cells = [
      aCell({ arm: 'ecs-only', block: 3, good: 7 }),
      aCell({ arm: 'ecs-only', block: 2, good: 9 }),
      aCell({ arm: 'lambda-only', block: 2, good: 8 }),
    ];
    const found = costs({ cells }).map(({ arm, block, good }) => ({ arm, block, good }));
    expect(found).toEqual([
      { arm: 'lambda-only', block: 2, good: 8 },
      { arm: 'ecs-only', block: 2, good: 9 },
      { arm: 'ecs-only', block: 3, good: 7 },
    ]);
  });

  it('has one balancer where both platforms stand behind one', () => {
    const behindOne = aPlan({ pricing: { edge: { lambda: 'alb', ecs: 'alb' } } });
    const cells = [
      aCell({ arm: 'hybrid', lambdaRequests: 10, ecsRequests: 10 }),
      aCell({ arm: 'lambda-only' }),
    ];
    for (const { balancerUsd } of costs({ plan: behindOne, cells })) {
      expect(balancerUsd).toBeCloseTo(0.5 * hourOfBalancerUsd, 10);
    }
  });

  it('is refused when requests went to a service that nobody pays for', () => {
    const cells = [aCell({ arm: 'ecs-only', block: 4, requests: 12 })];
    expect(() => costs({ cells, services: noServices })).toThrow(
      /ecs-only sent 12 requests of "heavy" to Fargate in block 4.*services are none/,
    );
  });
});
