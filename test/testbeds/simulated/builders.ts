import type { Plan } from '../../../src/domain/plan.ts';
import {
  defaultSimulation,
  type SimulationPlan,
} from '../../../src/domain/simulation/simulation.ts';
import { randomFor } from '../../../src/domain/statistics/random.ts';
import { readCalibration } from '../../../src/testbeds/simulated/calibration.ts';
import {
  Concurrency,
  type LambdaFunction,
  LambdaPool,
  type PoolState,
} from '../../../src/testbeds/simulated/lambda-model.ts';
import { simulationSpec } from '../../../src/testbeds/simulated/simulation-spec.ts';
import type { ServiceSpec } from '../../../src/testbeds/testbed.ts';
import { aPlan, aWorkload } from '../../support/a-plan.ts';

const { lambda, fargate, edge, disturbance } = defaultSimulation;

/** Without any chance: every request takes what can be computed by hand. */
export const calmSimulation: SimulationPlan = {
  ...defaultSimulation,
  lambda: { ...lambda, noiseSigma: 0, overheadMs: 0, idleLimitSigma: 0 },
  fargate: { ...fargate, noiseSigma: 0, placementSigma: 0 },
  edge: { ...edge, sigma: 0 },
  disturbance: {
    ...disturbance,
    commonHourSigma: 0,
    commonDaySigma: 0,
    lambdaHourSigma: 0,
    lambdaDaySigma: 0,
    ecsHourSigma: 0,
    ecsDaySigma: 0,
  },
  requestSigma: 0,
};

export const calibration = readCalibration();

export function aSimulatedPlan(changes: Parameters<typeof aPlan>[0] = {}): Plan {
  return aPlan({
    testbed: 'simulated',
    simulation: defaultSimulation,
    workloads: [
      aWorkload({ name: 'light', share: 0.5, cpuMs: 7 }),
      aWorkload({
        name: 'heavy',
        share: 0.5,
        lambdaMemoryMb: 512,
        ecsVcpu: 1,
        ecsMemoryMb: 2048,
        cpuMs: 290,
      }),
    ],
    ...changes,
  });
}

export function servicesOf(plan: Plan): ServiceSpec[] {
  return plan.workloads.flatMap(({ name, ecsTasks }): ServiceSpec[] => [
    { owner: 'collection', platform: 'lambda', workload: name },
    { owner: 'collection', platform: 'ecs', workload: name, tasks: ecsTasks },
  ]);
}

export function aSpec(plan: Plan = aSimulatedPlan(), run = 'slot-001') {
  const cpuMs = Object.fromEntries(plan.workloads.map(({ name, cpuMs = 10 }) => [name, cpuMs]));
  return simulationSpec({ plan, cpuMs, calibration, run, services: servicesOf(plan) });
}

/** A pool of a function that takes 100 ms and never varies. */
export function aPool(
  changes: Partial<LambdaFunction> = {},
  parts: {
    readonly concurrency?: Concurrency;
    readonly seed?: number;
    readonly state?: PoolState;
  } = {},
): LambdaPool {
  const { concurrency = new Concurrency(1_000), seed = 1, state } = parts;
  const stream = (name: string) => randomFor(seed, 'pool', name);
  return new LambdaPool({
    spec: {
      ...calmSimulation.lambda,
      memoryMb: 1769,
      timeoutMs: 29_000,
      execution: { aMs: 0, wMsMb: 176_900, capMb: 1769 },
      init: aSpec().init,
      firstCallMs: 0,
      ...changes,
    },
    random: { noise: stream('noise'), init: stream('init'), idle: stream('idle') },
    concurrency,
    disturbance: () => 1,
    ...(state === undefined ? {} : { state }),
  });
}

/** Times of a Poisson process. */
export function poissonMs(meanGapMs: number, count: number, seed: number): number[] {
  const random = randomFor(seed, 'arrivals');
  let atMs = 0;
  return Array.from({ length: count }, () => {
    atMs -= meanGapMs * Math.log(1 - random());
    return atMs;
  });
}
