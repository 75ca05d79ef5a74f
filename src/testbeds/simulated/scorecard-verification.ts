/** Whether the code reproduces what it was given (METHOD 7.3). */

import { type Claim, claimOf } from '../../domain/simulation/scorecard.ts';
import type { SimulationPlan } from '../../domain/simulation/simulation.ts';
import { type Random, randomFor, shuffled } from '../../domain/statistics/random.ts';
import { quantile } from '../../domain/statistics/statistics.ts';
import type { Calibration } from './calibration.ts';
import { newTask } from './fargate-task-model.ts';
import { initModel } from './init-model.ts';
import {
  billedMs,
  Concurrency,
  type ExecutionModel,
  type Invocation,
  type LambdaFunction,
  LambdaPool,
} from './lambda-model.ts';

/** A quantile of so many equally spread draws is off by a thousandth of the probability. */
const draws = 1_000;

export function verificationClaims(simulation: SimulationPlan, calibration: Calibration): Claim[] {
  const seen: Invocation[] = [];
  return [
    ...initClaims(simulation, calibration, seen),
    ...executionClaims(simulation, calibration, seen),
    billingClaim(seen),
    ...limitClaims(simulation, calibration),
    ...startClaims(simulation, calibration),
  ];
}

const initQuantiles = [
  { name: 'p50', probability: 0.5 },
  { name: 'p90', probability: 0.9 },
  { name: 'p99', probability: 0.99 },
] as const;

/** The mark of METHOD 7.3 for init durations, and for warm medians. */
const initTolerance = 0.05;
const executionTolerance = 0.12;

/**
 * Cold starts of every runtime that was measured. As the model's init does not depend on memory, the
 * target is the mean over the measured memory sizes, by their numbers of measurements.
 */
function initClaims(
  simulation: SimulationPlan,
  { lambda_cold_init_ms: { by_runtime_package_arch_memory: all, source } }: Calibration,
  seen: Invocation[],
): Claim[] {
  return Object.entries(all).flatMap(([key, byMemory]) => {
    const measured = Object.values(byMemory);
    const cold = coldStarts(simulation, { init: initModel(measured) });
    seen.push(...cold);
    const initsMs = cold.map(({ initMs }) => initMs ?? 0).sort((a, b) => a - b);
    const n = measured.reduce((sum, at) => sum + at.n, 0);
    return initQuantiles.map(({ name, probability }) => {
      const target = measured.reduce((sum, at) => sum + (at.n / n) * at[name], 0);
      const ours = quantile(initsMs, probability) ?? 0;
      return claimOf({
        name: `init ${key.replaceAll('|', ' ')} ${name}, ms`,
        kind: 'verification',
        group: 'Init duration of a cold start, by runtime',
        target,
        ours,
        mark: 'within 5 %',
        ...around(target, initTolerance),
        source,
      });
    });
  });
}

/** Warm medians of every function and memory size that was measured. */
function executionClaims(
  simulation: SimulationPlan,
  { lambda_exec_model: { workloads, source } }: Calibration,
  seen: Invocation[],
): Claim[] {
  return Object.values(workloads).flatMap(({ name, a_ms, W_ms_mb, cap_mb, per_memory }) =>
    Object.entries(per_memory).map(([memory, { warm_p50: target }]) => {
      const execution = { aMs: a_ms, wMsMb: W_ms_mb, capMb: cap_mb };
      const warm = warmCalls(simulation, { memoryMb: Number(memory), execution });
      seen.push(...warm);
      const durationsMs = warm.map(({ durationMs }) => durationMs).sort((a, b) => a - b);
      return claimOf({
        name: `${name}, ${memory} MB, warm p50, ms`,
        kind: 'verification',
        group: 'Warm execution, by memory',
        target,
        ours: quantile(durationsMs, 0.5) ?? 0,
        mark: 'within 12 %',
        ...around(target, executionTolerance),
        source,
      });
    }),
  );
}

/** In whole hundredths of a millisecond, so that nothing depends on how fractions are stored. */
function billingClaim(seen: readonly Invocation[]): Claim {
  const right = seen.filter(({ durationMs, initMs = 0 }) => {
    const hundredths = Math.round(100 * durationMs) + Math.round(100 * initMs);
    const expected = (hundredths - (hundredths % 100)) / 100 + (hundredths % 100 === 0 ? 0 : 1);
    return billedMs(durationMs, initMs) === expected;
  });
  return claimOf({
    name: 'invocations billed ceil(duration + init), share',
    kind: 'verification',
    group: 'Billing',
    target: 1,
    ours: right.length / seen.length,
    mark: 'exactly',
    ...around(1, 0),
    source: 'AWS, Lambda pricing; the init is billed since 2025-08-01',
  });
}

/** Limits of the plan; whoever changes them no longer simulates a new account. */
function limitClaims({ lambda }: SimulationPlan, { lambda_scaling }: Calibration): Claim[] {
  const { envs_per_10s_per_function, default_account_concurrency, source } = lambda_scaling;
  const atOnce = (concurrency: number): number => {
    const pool = poolOf(lambda, { concurrency });
    let served = 0;
    while (served < 10 * envs_per_10s_per_function && pool.invoke(0, 1) !== undefined) served += 1;
    return served;
  };
  const rows = [
    {
      name: 'environments made at once before a 429',
      target: envs_per_10s_per_function,
      ours: atOnce(Number.POSITIVE_INFINITY),
    },
    {
      name: 'invocations at the same time before a 429',
      target: default_account_concurrency,
      ours: atOnce(lambda.concurrency),
    },
  ];
  return rows.map((row) =>
    claimOf({
      ...row,
      kind: 'verification',
      group: 'Scaling limits',
      mark: 'exactly',
      ...around(row.target, 0),
      source,
    }),
  );
}

/** The start of tasks, of which alone something was published on the side of Fargate. */
function startClaims({ fargate }: SimulationPlan, { fargate_behaviour }: Calibration): Claim[] {
  const { min, mean, max, source } = fargate_behaviour.start_s;
  const startsS = Array.from({ length: draws }, (_, task) => {
    const random = randomFor(1, 'scorecard', 'task', task);
    const { readyAtMs } = newTask({ fargate, vcpu: 1 }, random, {
      number: 1,
      state: 'ordered',
      atMs: 0,
    });
    return readyAtMs / 1000;
  });
  const average = startsS.reduce((sum, startS) => sum + startS, 0) / draws;
  const rows = [
    { name: 'shortest start of a task, s', target: min, ours: Math.min(...startsS) },
    { name: 'mean start of a task, s', target: mean, ours: average },
    { name: 'longest start of a task, s', target: max, ours: Math.max(...startsS) },
  ];
  return rows.map((row) =>
    claimOf({
      ...row,
      kind: 'verification',
      group: 'Start of a Fargate task',
      mark: 'within 5 %',
      ...around(row.target, initTolerance),
      source,
    }),
  );
}

/** Calls so far apart that every environment has gone before the next. */
function coldStarts(simulation: SimulationPlan, changes: Partial<LambdaFunction>): Invocation[] {
  const { lambda } = simulation;
  const pool = poolOf(lambda, { changes });
  const apartMs = 2 * lambda.lifeMs;
  return invocations(pool, (index) => index * apartMs);
}

/** Calls one after the other in one environment, the first of which is cold and left out. */
function warmCalls(simulation: SimulationPlan, changes: Partial<LambdaFunction>): Invocation[] {
  const forever = { idleLimitMs: Number.MAX_VALUE, idleLimitSigma: 0, lifeMs: Number.MAX_VALUE };
  const pool = poolOf(simulation.lambda, { changes: { ...changes, ...forever } });
  const apartMs = 1_000_000;
  pool.invoke(-apartMs, 1);
  return invocations(pool, (index) => index * apartMs);
}

function invocations(pool: LambdaPool, atMsOf: (index: number) => number): Invocation[] {
  return Array.from({ length: draws }, (_, index) => pool.invoke(atMsOf(index), 1)).filter(
    (invocation) => invocation !== undefined,
  );
}

const anyExecution: ExecutionModel = { aMs: 1, wMsMb: 100 * 1769, capMb: 1769 };

/** A pool whose chance is spread equally, so that its quantiles are those of the distribution. */
function poolOf(
  lambda: SimulationPlan['lambda'],
  parts: { readonly changes?: Partial<LambdaFunction>; readonly concurrency?: number },
): LambdaPool {
  const { changes = {}, concurrency = Number.POSITIVE_INFINITY } = parts;
  return new LambdaPool({
    spec: {
      ...lambda,
      memoryMb: 1769,
      timeoutMs: Number.MAX_VALUE,
      execution: anyExecution,
      init: { normalScores: [0, 1], lnMs: [0, 0] },
      firstCallMs: 0,
      dependencyInitMs: 0,
      ...changes,
    },
    random: { noise: equallySpread('noise'), init: equallySpread('init'), idle: () => 0.5 },
    concurrency: new Concurrency(concurrency),
    disturbance: () => 1,
  });
}

/** The middles of equal parts of (0, 1) in random order, over and over. */
function equallySpread(name: string): Random {
  const middles = Array.from({ length: draws }, (_, index) => (index + 0.5) / draws);
  const order = shuffled(middles, randomFor(1, 'scorecard', name));
  let next = -1;
  return () => {
    next = (next + 1) % draws;
    return order[next] ?? 0.5;
  };
}

function around(target: number, tolerance: number): Pick<Claim, 'lower' | 'upper'> {
  return { lower: (1 - tolerance) * target, upper: (1 + tolerance) * target };
}
