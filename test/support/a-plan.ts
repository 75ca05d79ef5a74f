import type { Plan, WorkloadPlan } from '../../src/domain/plan.ts';

/** Sections in which a test changes single fields; what else it names replaces the whole. */
type Section = 'schedule' | 'load' | 'learning' | 'evaluation' | 'pricing' | 'local';

export type PlanChanges = Omit<Partial<Plan>, Section> & {
  readonly [Name in Section]?: Partial<Plan[Name]>;
};

/** A valid plan; a test names only what it is about. */
export function aPlan(changes: PlanChanges = {}): Plan {
  const { schedule, load, learning, evaluation, pricing, local, ...rest } = changes;
  return {
    campaign: 'test',
    testbed: 'local',
    seed: 42,
    workloads: [
      aWorkload({ name: 'light', share: 0.5 }),
      aWorkload({ name: 'heavy', share: 0.5, ...oneVcpu }),
    ],
    schedule: {
      start: 'now',
      timezone: 'UTC',
      slots: 4,
      everyMs: 3_600_000,
      pace: 'wall-clock',
      late: 'skip',
      graceMs: 600_000,
      ...schedule,
    },
    load: {
      durationMs: 2_700_000,
      ratePerS: 0.1,
      shape: 'steady',
      counts: 'exact',
      gapMs: 250,
      timeoutMs: 29_000,
      ...load,
    },
    question: { minimise: 'cost per 1000 good requests', margin: 0.1 },
    labels: { rule: 'utility', latencyWeight: 0.6 },
    learning: {
      families: ['random-forest'],
      trees: 20,
      rowsPerTree: 200,
      maxDepth: 8,
      tune: false,
      keepSchedule: false,
      ...learning,
    },
    evaluation: {
      blocks: 2,
      leadInBlocks: 0,
      blockDurationMs: 60_000,
      drainMs: 1_000,
      ratePerS: 2,
      counts: 'exact',
      router: 'client',
      ...evaluation,
    },
    pricing: {
      book: 'us-east-1/x86_64/2026-11',
      edge: { lambda: 'http-api', ecs: 'alb' },
      targetUtilisation: 0.6,
      ...pricing,
    },
    local: { idleLimitMs: 8_000, concurrency: 10, warmUpRequests: 6, ...local },
    ...rest,
  };
}

/** The smallest sizes, and no SLO. */
export function aWorkload(changes: Partial<WorkloadPlan> = {}): WorkloadPlan {
  return {
    name: 'light',
    run: 'workloads/lightweight/handler.ts',
    share: 1,
    lambdaMemoryMb: 128,
    ecsVcpu: 0.25,
    ecsMemoryMb: 512,
    ecsTasks: 1,
    ...changes,
  };
}

/** The sizes of the shipped plans for work that computes. */
export const oneVcpu = { lambdaMemoryMb: 512, ecsVcpu: 1, ecsMemoryMb: 2048 } as const;
