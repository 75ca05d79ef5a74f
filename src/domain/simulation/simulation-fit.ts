/** The simulator, fitted to what a campaign has measured (METHOD 5.2). */

import { expectedDurationMs } from '../money/lambda-price.ts';
import type { Plan, WorkloadPlan } from '../plan.ts';
import { normalCdf } from '../statistics/distributions.ts';
import { testbedFacts } from '../testbed-facts.ts';
import type { FitFigures, IdleFigure, WorkloadFigures } from './fit-figures.ts';
import { defaultSimulation, type FittedWorkload, type SimulationPlan } from './simulation.ts';
import { fittedDisturbance } from './simulation-disturbance.ts';

export interface FittedSimulation {
  /** The plan with a simulation that describes this campaign. */
  readonly plan: Plan;
  /** What stayed an assumption, and why, in sentences. */
  readonly notes: readonly string[];
}

/**
 * A simulated campaign is described by the parameters that it was made with. What others have
 * measured replaces the defaults, as far as there is enough of it.
 */
export function fittedSimulation(figures: FitFigures, plan: Plan, cpuMs: CpuMs): FittedSimulation {
  const isOwn = testbedFacts[plan.testbed].hasVirtualTime;
  return isOwn ? { plan, notes: [] } : fitOf(figures, plan, cpuMs);
}

type CpuMs = Readonly<Record<string, number>>;

/** Below it a median or a σ is chance. */
const enoughRequests = 30;
const enoughInits = 10;

/** The fit itself, whatever the campaign was measured on. */
export function fitOf(figures: FitFigures, plan: Plan, cpuMs: CpuMs): FittedSimulation {
  const base = plan.simulation ?? defaultSimulation;
  const notes: string[] = [];
  const speed = fargateSpeed(figures, plan, cpuMs);
  if (speed === undefined) {
    notes.push(
      'No CPU-bound workload has a whole vCPU and enough rows, so the speed of a Fargate vCPU is ' +
        'that of the plan’s busy times.',
    );
  }
  const fargate = { ...base.fargate, ...(speed === undefined ? { speed: 1 } : { speed }) };
  const disturbance = fittedDisturbance(figures.slots);
  notes.push(...disturbance.notes);
  const idle = idleLimit(figures.idle, plan);
  notes.push(...idle.notes);
  const simulation: SimulationPlan = {
    ...base,
    lambda: {
      ...base.lambda,
      ...(figures.overheadMs === undefined ? {} : { overheadMs: figures.overheadMs }),
      ...idle.lambda,
    },
    fargate: { ...fargate, placementSigma: disturbance.placementSigma ?? fargate.placementSigma },
    edge: fittedEdge(figures, base, notes),
    disturbance: disturbance.plan,
    ...(figures.memoryUsedMb === undefined ? {} : { memoryUsedMb: figures.memoryUsedMb }),
    fitted: Object.fromEntries(
      plan.workloads.flatMap((workload) => {
        const own = figures.workloads.find((one) => one.workload === workload.name);
        const reason = whyUnfitted(own);
        if (own === undefined || reason !== undefined) {
          notes.push(`${workload.name}: ${reason ?? 'no good rows'}; as the plan says.`);
          return [];
        }
        const fitted = fittedWorkload(own, workload, {
          cpuMs: cpuMs[workload.name] ?? 0,
          speed: fargate.speed,
          base,
        });
        return [[workload.name, fitted] as const];
      }),
    ),
  };
  return { plan: { ...plan, simulation }, notes };
}

function whyUnfitted(figures: WorkloadFigures | undefined): string | undefined {
  if (figures === undefined) return 'not measured on both platforms';
  const fewest = Math.min(figures.lambda.requests, figures.ecs.requests);
  if (fewest >= 2) return undefined;
  return `${fewest} unloaded requests on a platform`;
}

interface WorkloadFit {
  readonly cpuMs: number;
  readonly speed: number;
  readonly base: SimulationPlan;
}

function fittedWorkload(
  { lambda, ecs, pairCovariance }: WorkloadFigures,
  workload: WorkloadPlan,
  { cpuMs, speed, base }: WorkloadFit,
): FittedWorkload {
  const sharedVariance = Math.max(0, pairCovariance ?? base.requestSigma ** 2);
  const ownSigma = (sigma: number | undefined, assumed: number): number =>
    sigma === undefined ? assumed : Math.sqrt(Math.max(0, sigma ** 2 - sharedVariance));
  const { coldRequests, initMsMedian, initSigma = 0 } = lambda;
  const queueMs = unloadedMs(workload, cpuMs, speed);
  // The model varies the time in the queue, what was measured varied the whole: the same in ms.
  const ecsSigma = ecs.sigma === undefined ? undefined : (ecs.sigma * ecs.serverMs) / queueMs;
  return {
    lambdaFactor: lambda.serverMs / expectedDurationMs(workload, cpuMs),
    firstCallMs: lambda.firstCallMs ?? 0,
    ...(initMsMedian === undefined || coldRequests < enoughInits
      ? {}
      : { init: { medianMs: initMsMedian, sigma: initSigma } }),
    ecsOffsetMs: ecs.serverMs - queueMs,
    requestSigma: Math.sqrt(sharedVariance),
    lambdaNoiseSigma: ownSigma(lambda.sigma, base.lambda.noiseSigma),
    ecsNoiseSigma: ownSigma(ecsSigma, base.fargate.noiseSigma),
  };
}

/** What the model says of a request that is alone in a task (METHOD 7.1). */
function unloadedMs(workload: WorkloadPlan, cpuMs: number, speed: number): number {
  if (workload.bound === 'io') return cpuMs;
  return cpuMs / (speed * Math.min(1, workload.ecsVcpu));
}

/**
 * Geometric mean over the workloads that have a whole vCPU: with less, a request may run at full
 * speed until the limit holds it, and its time says nothing about the vCPU. Undefined without any.
 */
function fargateSpeed({ workloads }: FitFigures, plan: Plan, cpuMs: CpuMs): number | undefined {
  let lnSum = 0;
  let requests = 0;
  for (const { workload, ecs } of workloads) {
    const sizes = plan.workloads.find(({ name }) => name === workload);
    const busyMs = cpuMs[workload] ?? 0;
    if (sizes === undefined || sizes.bound === 'io' || sizes.ecsVcpu < 1) continue;
    if (ecs.requests < enoughRequests) continue;
    lnSum += ecs.requests * Math.log(busyMs / ecs.serverMs);
    requests += ecs.requests;
  }
  return requests === 0 ? undefined : Math.exp(lnSum / requests);
}

function fittedEdge(
  { edge }: FitFigures,
  base: SimulationPlan,
  notes: string[],
): SimulationPlan['edge'] {
  const { lambda, ecs } = edge;
  if (lambda === undefined || ecs === undefined) {
    notes.push('Too few rows tell what the edges take; they are assumptions.');
    return base.edge;
  }
  const requests = lambda.requests + ecs.requests;
  return {
    lambdaMs: lambda.medianMs,
    ecsMs: ecs.medianMs,
    // The model has one σ for both.
    sigma: (lambda.requests * lambda.sigma + ecs.requests * ecs.sigma) / requests,
  };
}

/** Colds and warms that a limit can be told from, at least. */
const enoughIdle = 10;

/** Where the pools are ours the limit is a setting; elsewhere the most likely one, if both sides of it were seen. */
function idleLimit(
  idle: readonly IdleFigure[],
  plan: Plan,
): { readonly lambda: Partial<SimulationPlan['lambda']>; readonly notes: readonly string[] } {
  if (testbedFacts[plan.testbed].sharesMachine) {
    const { idleLimitMs, concurrency } = plan.local;
    return {
      // The plan's number is per function, the model's over all functions of an owner.
      lambda: {
        idleLimitMs,
        idleLimitSigma: 0,
        concurrency: concurrency * plan.workloads.length,
      },
      notes: [],
    };
  }
  const total = (kind: 'warm' | 'cold'): number => idle.reduce((sum, gap) => sum + gap[kind], 0);
  if (total('warm') < enoughIdle || total('cold') < enoughIdle) {
    const reason = `${total('cold')} cold and ${total('warm')} warm starts after a pause`;
    return {
      lambda: {},
      notes: [`The idle limit of Lambda is an assumption: it was met by ${reason}.`],
    };
  }
  return { lambda: { idleLimitMs: likeliestLimitMs(idle) }, notes: [] };
}

/** A cold start after a short pause has another reason, such as the end of a life. */
const otherReason = 0.01;
const shortestLimitMs = 30_000;
const stepsPerDoubling = 20;

/** Maximum likelihood over a grid of medians from half a minute to four hours. */
function likeliestLimitMs(idle: readonly IdleFigure[]): number {
  const sigma = defaultSimulation.lambda.idleLimitSigma;
  let best = { limitMs: shortestLimitMs, likelihood: Number.NEGATIVE_INFINITY };
  for (let step = 0; step <= 9 * stepsPerDoubling; step += 1) {
    const limitMs = shortestLimitMs * 2 ** (step / stepsPerDoubling);
    const likelihood = idle.reduce((sum, { gapMs, warm, cold }) => {
      const gone = normalCdf((Math.log(gapMs) - Math.log(limitMs)) / sigma);
      const pCold = otherReason + (1 - 2 * otherReason) * gone;
      return sum + cold * Math.log(pCold) + warm * Math.log(1 - pCold);
    }, 0);
    if (likelihood > best.likelihood) best = { limitMs, likelihood };
  }
  return best.limitMs;
}
