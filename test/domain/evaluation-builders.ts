import type { Arm } from '../../src/domain/arm.ts';
import type { Plan, WorkloadPlan } from '../../src/domain/plan.ts';
import { normalQuantile } from '../../src/domain/statistics/distributions.ts';
import type { Random } from '../../src/domain/statistics/random.ts';
import type { ArmBlockCost, ArmCell } from '../../src/domain/verdict/verdict.ts';
import {
  aPlan as anyPlan,
  aWorkload as anyWorkload,
  oneVcpu,
  type PlanChanges,
} from '../support/a-plan.ts';

export function aWorkload(changes: Partial<WorkloadPlan> = {}): WorkloadPlan {
  return anyWorkload({ name: 'heavy', run: 'workloads/heavy/handler.ts', ...oneVcpu, ...changes });
}

/** The week's mix: shares, sizes and busy times of the mission's five workloads. */
export const weekWorkloads: readonly WorkloadPlan[] = [
  aWorkload({
    name: 'lightweight',
    share: 0.5,
    lambdaMemoryMb: 128,
    ecsVcpu: 0.25,
    ecsMemoryMb: 512,
    cpuMs: 7,
  }),
  aWorkload({
    name: 'thumbnail',
    share: 0.25,
    lambdaMemoryMb: 256,
    ecsVcpu: 0.5,
    ecsMemoryMb: 1024,
    cpuMs: 43,
  }),
  aWorkload({
    name: 'medium-256',
    share: 0.08,
    lambdaMemoryMb: 256,
    ecsVcpu: 0.5,
    ecsMemoryMb: 1024,
    cpuMs: 290,
  }),
  aWorkload({ name: 'medium-512', share: 0.07, cpuMs: 290 }),
  aWorkload({ name: 'heavy', share: 0.1, cpuMs: 1000 }),
];

/** A week of hourly slots and a day of hourly blocks. */
export function aPlan(changes: PlanChanges = {}): Plan {
  return anyPlan({
    workloads: [aWorkload()],
    ...changes,
    schedule: { slots: 168, ...changes.schedule },
    evaluation: {
      blocks: 24,
      blockDurationMs: 3_600_000,
      drainMs: 0,
      ratePerS: 0.1,
      ...changes.evaluation,
    },
  });
}

/** All requests good, inside the SLO and as fast as each other, unless said otherwise. */
export function aCell(changes: Partial<ArmCell> = {}): ArmCell {
  const requests = changes.requests ?? changes.latenciesMs?.length ?? 20;
  const good = changes.good ?? requests;
  return {
    arm: 'lambda-only',
    block: 1,
    workload: 'heavy',
    requests,
    good,
    insideSlo: good,
    failed: requests - good,
    latenciesMs: Array.from({ length: requests }, (_, index) =>
      index < good ? 100 + index : Number.POSITIVE_INFINITY,
    ),
    lambdaRequests: changes.arm === 'ecs-only' ? 0 : requests,
    ecsRequests: changes.arm === 'ecs-only' ? requests : 0,
    lambdaUsd: 0,
    ...changes,
  };
}

export function aCost(changes: Partial<ArmBlockCost> = {}): ArmBlockCost {
  return {
    arm: 'lambda-only',
    block: 1,
    hours: 1,
    good: 20,
    lambdaUsd: 0,
    ecsVariableUsd: 0,
    ecsBusyUsd: 0,
    ecsIdleUsd: 0,
    balancerUsd: 0,
    allInUsd: 1,
    ...changes,
  };
}

/** Blocks of one workload in which an arm costs what `usdOf` says and otherwise equals the others. */
export function measuredArms(
  blocks: number,
  usdOf: Partial<Record<Arm, (block: number) => number>>,
  cell: Partial<ArmCell> = {},
): { readonly cells: ArmCell[]; readonly costs: ArmBlockCost[]; readonly arms: Arm[] } {
  const arms = Object.keys(usdOf) as Arm[];
  const numbers = Array.from({ length: blocks }, (_, index) => index + 1);
  const cells = arms.flatMap((arm) =>
    numbers.map((block) => aCell({ arm, block, ...routing(arm, cell.requests ?? 20), ...cell })),
  );
  const costs = arms.flatMap((arm) =>
    numbers.map((block) => {
      const allInUsd = usdOf[arm]?.(block) ?? 0;
      const good = cells.find((one) => one.arm === arm && one.block === block)?.good ?? 0;
      return aCost({ arm, block, allInUsd, lambdaUsd: allInUsd, good, ...fixed(arm) });
    }),
  );
  return { cells, costs, arms };
}

/** Hybrid splits its requests, so that it is nobody's twin. */
function routing(arm: Arm, requests: number): Partial<ArmCell> {
  const onLambda = lambdaShares[arm];
  return { lambdaRequests: requests * onLambda, ecsRequests: requests * (1 - onLambda) };
}

const lambdaShares: Readonly<Record<Arm, number>> = {
  'lambda-only': 1,
  'ecs-only': 0,
  hybrid: 0.5,
  'best-static': 0,
  'lambda-only-again': 1,
  'ecs-only-again': 0,
};

function fixed(arm: Arm): Partial<ArmBlockCost> {
  return { ecsIdleUsd: idleUsd[arm] };
}

const idleUsd: Readonly<Record<Arm, number>> = {
  'lambda-only': 0,
  'ecs-only': 0.1,
  hybrid: 0.2,
  'best-static': 0.3,
  'lambda-only-again': 0,
  'ecs-only-again': 0.1,
};

/** Standard normal numbers. */
export function normalFrom(random: Random): () => number {
  return () => normalQuantile((Math.floor(random() * 2 ** 32) + 0.5) / 2 ** 32);
}
