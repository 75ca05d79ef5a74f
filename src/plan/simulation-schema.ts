import { z } from 'zod';
import { defaultSimulation, type SimulationPlan } from '../domain/simulation/simulation.ts';
import { fraction, quantity } from './leaf.ts';
import { duration, memorySize } from './units.ts';
import { durationText } from './words.ts';

const { lambda, fargate, edge, disturbance } = defaultSimulation;

const hour = 3_600_000;
const time = (ms: number) =>
  quantity(duration, { least: 0, most: 24 * hour, says: 'from 0ms to 24h' }).prefault(
    durationText(ms),
  );
/** Lambda ends an init after 10 s and begins again inside the call, which is not modelled. */
const initTime = (ms: number) =>
  quantity(duration, { least: 0, most: 10_000, says: 'from 0ms to 10s' }).prefault(
    durationText(ms),
  );
const period = (ms: number) =>
  quantity(duration, { least: 1, most: 240 * hour, says: 'from 1ms to 10d' }).prefault(
    durationText(ms),
  );
const memory = (megabytes: number) =>
  quantity(memorySize, { least: 1, most: 122_880, says: 'from 1MB to 120GB' }).prefault(
    `${megabytes}MB`,
  );
/** σ of the logarithm: 0 is no spread, 1 a factor of 2.7 up or down. */
const sigma = (value: number) => z.number().min(0).max(2).default(value);
const count = (value: number, most: number) => z.int().min(1).max(most).default(value);
const perHour = (value: number) => z.number().min(0).max(60).default(value);

/** The runtimes with published init times (github.com/maxday/lambda-perf). */
export const runtimes = [
  'nodejs20.x',
  'nodejs22.x',
  'nodejs24.x',
  'python3.12',
  'python3.13',
  'python3.14',
  'java21',
  'java25',
  'dotnet8',
  'dotnet10',
  'ruby3.4',
  'go (prov.al2023)',
  'rust (prov.al2023)',
] as const;

const defaultRuntime =
  runtimes.find((runtime) => runtime === lambda.runtime) ?? ('nodejs24.x' as const);

/** Every parameter of METHOD 7.1. Defaults and their sources stand in `domain/simulation/simulation.ts`. */
export const simulationSchema = z
  .strictObject({
    lambda: z
      .strictObject({
        runtime: z.enum(runtimes).default(defaultRuntime),
        package: z.enum(['zip', 'image']).default(lambda.package),
        dependencyInit: initTime(lambda.dependencyInitMs),
        firstCallCpu: time(lambda.firstCallCpuMs),
        idleLimit: period(lambda.idleLimitMs),
        idleLimitSigma: sigma(lambda.idleLimitSigma),
        life: period(lambda.lifeMs),
        concurrency: count(lambda.concurrency, 100_000),
        scaleOutEnvironments: count(lambda.scaleOutEnvironments, 100_000),
        scaleOutPeriod: period(lambda.scaleOutPeriodMs),
        overhead: time(lambda.overheadMs),
        memoryCap: memory(lambda.memoryCapMb),
        noiseSigma: sigma(lambda.noiseSigma),
      })
      .prefault({}),
    fargate: z
      .strictObject({
        speed: z.number().min(0.01).max(100).default(fargate.speed),
        placementSigma: sigma(fargate.placementSigma),
        noiseSigma: sigma(fargate.noiseSigma),
        startMin: time(fargate.startMsMin),
        startMean: time(fargate.startMsMean),
        startMax: time(fargate.startMsMax),
        scaling: z.enum(['fixed', 'target-tracking']).default(fargate.scaling),
        scalingTarget: fraction({ least: 0.05, most: 0.95, says: 'from 5% to 95%' }).prefault(
          fargate.scalingTarget,
        ),
        scaleOutAfter: period(fargate.scaleOutAfterMs),
        scaleInAfter: period(fargate.scaleInAfterMs),
        tasksMax: count(fargate.tasksMax, 1000),
        requestsPerTask: count(fargate.requestsPerTask, 100_000),
        healthCheckFailuresPerHour: perHour(fargate.healthCheckFailuresPerHour),
        outOfMemoryPerHour: perHour(fargate.outOfMemoryPerHour),
        sampleEvery: period(fargate.sampleEveryMs),
      })
      .prefault({}),
    edge: z
      .strictObject({
        lambda: time(edge.lambdaMs),
        ecs: time(edge.ecsMs),
        sigma: sigma(edge.sigma),
      })
      .prefault({}),
    disturbance: z
      .strictObject({
        commonHourSigma: sigma(disturbance.commonHourSigma),
        commonDaySigma: sigma(disturbance.commonDaySigma),
        lambdaHourSigma: sigma(disturbance.lambdaHourSigma),
        lambdaDaySigma: sigma(disturbance.lambdaDaySigma),
        ecsHourSigma: sigma(disturbance.ecsHourSigma),
        ecsDaySigma: sigma(disturbance.ecsDaySigma),
      })
      .prefault({}),
    requestSigma: sigma(defaultSimulation.requestSigma),
    memoryUsed: memory(defaultSimulation.memoryUsedMb),
    router: time(defaultSimulation.routerMs),
  })
  .prefault({});

type WrittenSimulation = z.output<typeof simulationSchema>;

/** With the units in the names. */
export function expandSimulation(written: WrittenSimulation): SimulationPlan {
  return {
    lambda: expandLambda(written.lambda),
    fargate: expandFargate(written.fargate),
    edge: {
      lambdaMs: written.edge.lambda,
      ecsMs: written.edge.ecs,
      sigma: written.edge.sigma,
    },
    disturbance: written.disturbance,
    requestSigma: written.requestSigma,
    memoryUsedMb: written.memoryUsed,
    routerMs: written.router,
  };
}

function expandLambda(written: WrittenSimulation['lambda']): SimulationPlan['lambda'] {
  const { dependencyInit, firstCallCpu, idleLimit, life, scaleOutPeriod, ...rest } = written;
  const { overhead, memoryCap, ...same } = rest;
  return {
    ...same,
    dependencyInitMs: dependencyInit,
    firstCallCpuMs: firstCallCpu,
    idleLimitMs: idleLimit,
    lifeMs: life,
    scaleOutPeriodMs: scaleOutPeriod,
    overheadMs: overhead,
    memoryCapMb: memoryCap,
  };
}

function expandFargate(written: WrittenSimulation['fargate']): SimulationPlan['fargate'] {
  const { startMin, startMean, startMax, scaleOutAfter, scaleInAfter, sampleEvery, ...same } =
    written;
  return {
    ...same,
    startMsMin: startMin,
    startMsMean: startMean,
    startMsMax: startMax,
    scaleOutAfterMs: scaleOutAfter,
    scaleInAfterMs: scaleInAfter,
    sampleEveryMs: sampleEvery,
  };
}
