import type { EvaluationPlan, LoadPlan, Plan, SchedulePlan, WorkloadPlan } from '../domain/plan.ts';
import type { WrittenPlan } from './schema.ts';

/** The plan as everything else knows it: in the order of the file, units in the names. */
export function expandPlan(written: WrittenPlan): Plan {
  const { question, labels, learning, pricing, local } = written;
  return {
    campaign: written.campaign,
    testbed: written.testbed,
    seed: written.seed,
    workloads: Object.entries(written.workloads).map(([name, workload]) =>
      expandWorkload(name, workload),
    ),
    schedule: expandSchedule(written.schedule),
    load: expandLoad(written.load),
    question,
    labels,
    learning,
    evaluation: expandEvaluation(written),
    pricing,
    local: {
      idleLimitMs: local.idleLimit,
      concurrency: local.concurrency,
      warmUpRequests: local.warmUp,
    },
  };
}

function expandWorkload(name: string, workload: WrittenPlan['workloads'][string]): WorkloadPlan {
  const { slo, cpu } = workload;
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
  };
}

const longestGraceMs = 600_000;

function expandSchedule(schedule: WrittenPlan['schedule']): SchedulePlan {
  return {
    start: schedule.start,
    timezone: schedule.timezone,
    slots: schedule.slots,
    everyMs: schedule.every,
    pace: schedule.pace,
    late: schedule.late,
    // Ten minutes of an hour; of shorter slots a quarter, so that a late one ends before the next.
    graceMs: schedule.grace ?? Math.min(longestGraceMs, Math.floor(schedule.every / 4)),
  };
}

function expandLoad(load: WrittenPlan['load']): LoadPlan {
  const { ladder } = load;
  return {
    durationMs: load.duration,
    ratePerS: load.rate,
    shape: load.shape,
    counts: load.counts,
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

function expandEvaluation({ evaluation, load }: WrittenPlan): EvaluationPlan {
  return {
    blocks: evaluation.blocks,
    leadInBlocks: Math.min(evaluation.leadInBlocks, evaluation.blocks),
    blockDurationMs: evaluation.blockDuration,
    drainMs: evaluation.drain,
    // The question is asked at the rate that was collected, unless the plan says otherwise.
    ratePerS: evaluation.rate ?? load.rate,
    counts: evaluation.counts,
    router: evaluation.router,
  };
}
