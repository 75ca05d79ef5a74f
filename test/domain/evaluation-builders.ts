import type { Arm } from '../../src/domain/arm.ts';
import { normalQuantile } from '../../src/domain/distributions.ts';
import type { Plan, WorkloadPlan } from '../../src/domain/plan.ts';
import type { Random } from '../../src/domain/random.ts';
import type { ArmBlockCost, ArmCell } from '../../src/domain/verdict.ts';

export function aWorkload(changes: Partial<WorkloadPlan> = {}): WorkloadPlan {
  return {
    name: 'heavy',
    run: 'workloads/heavy/handler.ts',
    share: 1,
    lambdaMemoryMb: 512,
    ecsVcpu: 1,
    ecsMemoryMb: 2048,
    ecsTasks: 1,
    ...changes,
  };
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

export function aPlan(changes: Partial<Plan> = {}): Plan {
  return {
    campaign: 'week',
    testbed: 'local',
    seed: 42,
    workloads: [aWorkload()],
    schedule: {
      start: 'now',
      timezone: 'UTC',
      slots: 168,
      everyMs: 3_600_000,
      pace: 'wall-clock',
      late: 'skip',
      graceMs: 600_000,
    },
    load: {
      durationMs: 2_700_000,
      ratePerS: 0.1,
      shape: 'steady',
      counts: 'exact',
      gapMs: 250,
      timeoutMs: 29_000,
    },
    question: { minimise: 'cost per 1000 good requests', margin: 0.1 },
    labels: { rule: 'utility', latencyWeight: 0.6 },
    learning: { families: ['random-forest'], trees: 50, rowsPerTree: 1000, maxDepth: 10 },
    evaluation: {
      blocks: 24,
      leadInBlocks: 0,
      blockDurationMs: 3_600_000,
      drainMs: 0,
      ratePerS: 0.1,
      counts: 'exact',
      router: 'client',
    },
    pricing: {
      book: 'us-east-1/x86_64/2026-11',
      edge: { lambda: 'http-api', ecs: 'alb' },
      targetUtilisation: 0.6,
    },
    local: { idleLimitMs: 8000, concurrency: 10, warmUpRequests: 6 },
    ...changes,
  };
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
  const onLambda = { 'lambda-only': 1, 'ecs-only': 0, hybrid: 0.5, 'best-static': 0 }[arm];
  return { lambdaRequests: requests * onLambda, ecsRequests: requests * (1 - onLambda) };
}

function fixed(arm: Arm): Partial<ArmBlockCost> {
  return {
    ecsIdleUsd: { 'lambda-only': 0, 'ecs-only': 0.1, hybrid: 0.2, 'best-static': 0.3 }[arm],
  };
}

/** Standard normal numbers. */
export function normalFrom(random: Random): () => number {
  return () => normalQuantile((Math.floor(random() * 2 ** 32) + 0.5) / 2 ** 32);
}
