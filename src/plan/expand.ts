import type {
  EvaluationPlan,
  LearningPlan,
  LoadPlan,
  Plan,
  PricingPlan,
  SchedulePlan,
  SourcePlan,
  WorkloadPlan,
} from '../domain/plan.ts';
import { defaultSimulation } from '../domain/simulation/simulation.ts';
import { testbedFacts } from '../domain/testbed-facts.ts';
import { blockDefaults, defaultGraceMs, defaultStart } from './defaults.ts';
import type { WrittenPlan } from './schema.ts';
import { expandSimulation } from './simulation-schema.ts';

/** What was found in the files that a plan names. */
interface FoundFiles {
  /** The request log of `load.source`. */
  readonly source?: SourcePlan | undefined;
  readonly prices: Pick<PricingPlan, 'book' | 'ownPrices'>;
}

/** The plan as everything else knows it: in the order of the file, units in the names. */
export function expandPlan(written: WrittenPlan, { source, prices }: FoundFiles): Plan {
  const { question, labels, local } = written;
  return {
    campaign: written.campaign,
    testbed: written.testbed,
    seed: written.seed,
    workloads: Object.entries(written.workloads).map(([name, workload]) =>
      expandWorkload(name, workload),
    ),
    schedule: expandSchedule(written.schedule),
    load: expandLoad(written.load, source),
    question,
    labels,
    learning: expandLearning(written.learning),
    evaluation: expandEvaluation(written),
    pricing: expandPricing(written.pricing, prices),
    local: {
      idleLimitMs: local.idleLimit,
      concurrency: local.concurrency,
      warmUpRequests: local.warmUp,
    },
    ...(written.sharedBackends === undefined ? {} : { sharedBackends: written.sharedBackends }),
    ...simulationOf(written),
  };
}

function simulationOf({ testbed, simulation }: WrittenPlan): Pick<Plan, 'simulation'> {
  if (!testbedFacts[testbed].hasVirtualTime) return {};
  return {
    simulation: simulation === undefined ? defaultSimulation : expandSimulation(simulation),
  };
}

export function expandWorkload(
  name: string,
  workload: WrittenPlan['workloads'][string],
): WorkloadPlan {
  const { slo, cpu, bound, slotsPerTask } = workload;
  return {
    name,
    run: workload.run,
    share: workload.share,
    lambdaMemoryMb: workload.lambda,
    ecsVcpu: workload.ecs.vcpu,
    ecsMemoryMb: workload.ecs.memoryMb,
    ecsTasks: workload.tasks,
    ...(slo === undefined ? {} : { slo: { latencyMs: slo.latency, attainment: slo.attainment } }),
    ...(cpu === undefined ? {} : { cpuMs: cpu }),
    ...(bound === undefined ? {} : { bound }),
    ...(slotsPerTask === undefined ? {} : { slotsPerTask }),
  };
}

function expandSchedule(schedule: WrittenPlan['schedule']): SchedulePlan {
  return {
    start: schedule.start ?? defaultStart(schedule.pace),
    timezone: schedule.timezone,
    slots: schedule.slots,
    everyMs: schedule.every,
    pace: schedule.pace,
    late: schedule.late,
    graceMs: schedule.grace ?? defaultGraceMs(schedule.every),
  };
}

function expandLoad(load: WrittenPlan['load'], source: SourcePlan | undefined): LoadPlan {
  const { ladder } = load;
  return {
    durationMs: load.duration,
    ratePerS: load.rate,
    shape: load.shape,
    counts: load.counts,
    ...(source === undefined ? {} : { source }),
    ...(ladder === undefined
      ? {}
      : {
          ladder: {
            utilisation: ladder.utilisation,
            stepMs: ladder.step,
            pairs: ladder.pairs,
          },
        }),
    gapMs: load.gap,
    timeoutMs: load.timeout,
  };
}

export function expandPricing(
  { preflights, edge, targetUtilisation }: WrittenPlan['pricing'],
  prices: FoundFiles['prices'],
): PricingPlan {
  const before = preflights === undefined ? {} : { preflights };
  return { ...prices, ...before, edge, targetUtilisation };
}

function expandLearning({ retrain, ...learning }: WrittenPlan['learning']): LearningPlan {
  return { ...learning, ...(retrain === undefined ? {} : { retrain }) };
}

function expandEvaluation({ testbed, evaluation, load }: WrittenPlan): EvaluationPlan {
  const defaults = blockDefaults(testbed);
  const blocks = evaluation.blocks ?? defaults.blocks;
  return {
    blocks,
    leadInBlocks: Math.min(evaluation.leadInBlocks ?? defaults.leadInBlocks, blocks),
    blockDurationMs: evaluation.blockDuration ?? defaults.blockDurationMs,
    drainMs: evaluation.drain,
    // The question is asked at the rate that was collected, unless the plan says otherwise.
    ratePerS: evaluation.rate ?? load.rate,
    counts: evaluation.counts,
    router: evaluation.router,
    ...(evaluation.aa ? { aa: true } : {}),
    ...(evaluation.extend === undefined ? {} : { extendTo: evaluation.extend.to }),
  };
}
