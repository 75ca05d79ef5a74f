import { describe, expect, it } from 'vitest';
import { armBlockCosts } from '../../../src/domain/money/arm-cost.ts';
import { forecastCost } from '../../../src/domain/money/forecast.ts';
import { priceBookOf } from '../../../src/domain/money/price-books.ts';
import type { EdgeName, Plan } from '../../../src/domain/plan.ts';
import { aCell, aPlan, weekWorkloads } from '../evaluation-builders.ts';

/** 0.25 vCPU, half a gigabyte and a public address for an hour in us-east-1. */
const hourOfRouterUsd = 0.25 * 0.04048 + 0.5 * 0.004445 + 0.005;
const balancedRequestUsd = 0.008 / 90_000;

function withRouter(router: 'client' | 'service', ecs: EdgeName = 'alb'): Plan {
  const plan = aPlan();
  return {
    ...plan,
    pricing: { ...plan.pricing, edge: { ...plan.pricing.edge, ecs } },
    evaluation: { ...plan.evaluation, router },
  };
}

function costs(plan: Plan) {
  return armBlockCosts({
    cells: [
      aCell({ arm: 'hybrid', requests: 200, lambdaUsd: 0.25 }),
      aCell({ arm: 'ecs-only', requests: 200 }),
    ],
    plan,
    cpuMs: { heavy: 1000 },
    book: priceBookOf(plan.pricing),
    hoursOf: () => 0.5,
    services: { 'lambda-only': [], 'ecs-only': ['heavy'], hybrid: ['heavy'], 'best-static': [] },
  });
}

const costOf = (plan: Plan, arm: string) => costs(plan).find((cost) => cost.arm === arm);

describe('a router that is a service', () => {
  it('costs the hybrid its task for as long as the arm stands, and the edge for each request', () => {
    const asked = costOf(withRouter('client'), 'hybrid');
    const served = costOf(withRouter('service'), 'hybrid');
    const routerUsd = 0.5 * hourOfRouterUsd + 200 * balancedRequestUsd;
    expect(served?.routerUsd).toBeCloseTo(routerUsd, 12);
    expect((served?.allInUsd ?? 0) - (asked?.allInUsd ?? 0)).toBeCloseTo(routerUsd, 12);
  });

  it('shares the balancer that the arm has anyway', () => {
    const asked = costOf(withRouter('client'), 'hybrid');
    const served = costOf(withRouter('service'), 'hybrid');
    expect(served?.balancerUsd).toBe(asked?.balancerUsd);
  });

  it('passes no edge where there is none', () => {
    const served = costOf(withRouter('service', 'none'), 'hybrid');
    expect(served?.routerUsd).toBeCloseTo(0.5 * hourOfRouterUsd, 12);
  });

  it('costs the other arms nothing, and nobody anything when the client asks the model', () => {
    expect(costOf(withRouter('service'), 'ecs-only')).not.toHaveProperty('routerUsd');
    expect(costOf(withRouter('client'), 'hybrid')).not.toHaveProperty('routerUsd');
  });

  it('is part of the forecast: its task for the whole evaluation', () => {
    const week = aPlan({ workloads: weekWorkloads });
    const evaluation = { ...week.evaluation, router: 'service' as const };
    const asked = forecastCost(week, undefined);
    const served = forecastCost({ ...week, evaluation }, undefined);
    const requests = 0.1 * 24 * 3600;
    const routerUsd = 24 * hourOfRouterUsd + requests * balancedRequestUsd;
    expect(served.fargateUsd - asked.fargateUsd).toBeCloseTo(routerUsd, 9);
    // The hybrid of the week has no service, and so no balancer, until its router has one.
    expect(served.balancerUsd - asked.balancerUsd).toBeCloseTo(24 * 0.0325, 9);
  });
});
