import type { Platform, TestbedName } from './platform.ts';

/**
 * A checked plan: every default filled in, every unit in the name. It is plain JSON, because it is
 * the input of workflows, and it is frozen before slot 1.
 */
export interface Plan {
  /** The id asked for; a campaign whose id is taken gets a number behind it. */
  readonly campaign: string;
  readonly testbed: TestbedName;
  readonly seed: number;
  readonly workloads: readonly WorkloadPlan[];
  readonly schedule: SchedulePlan;
  readonly load: LoadPlan;
  readonly question: QuestionPlan;
  readonly labels: LabelPlan;
  readonly learning: LearningPlan;
  readonly evaluation: EvaluationPlan;
  readonly pricing: PricingPlan;
  readonly local: LocalPlan;
}

export interface WorkloadPlan {
  readonly name: string;
  /** Path of the handler module, relative to the checkout or package root. */
  readonly run: string;
  /** Part of the whole load, in (0, 1]; the shares of a plan add up to 1. */
  readonly share: number;
  readonly lambdaMemoryMb: number;
  readonly ecsVcpu: number;
  readonly ecsMemoryMb: number;
  /** How many Fargate tasks serve the workload, for each owner. */
  readonly ecsTasks: number;
  readonly slo?: SloPlan;
  /** Busy time of one request on one vCPU; absent until `deploy` has measured it. */
  readonly cpuMs?: number;
}

export interface SloPlan {
  readonly latencyMs: number;
  /** Part of the requests that must be that fast, in (0, 1). */
  readonly attainment: number;
}

export interface SchedulePlan {
  /** `now`, `next-hour`, or an ISO 8601 time in UTC. */
  readonly start: string;
  readonly timezone: string;
  readonly slots: number;
  readonly everyMs: number;
  readonly pace: 'wall-clock' | 'immediate';
  /** What happens to a slot that is late by more than its grace: left out, or the grid moves. */
  readonly late: 'skip' | 'shift';
  readonly graceMs: number;
}

export interface LoadPlan {
  readonly durationMs: number;
  /** Mean requests a second, over all workloads. */
  readonly ratePerS: number;
  readonly shape: 'steady';
  /** `exact`: the number of requests is fixed and only their times are drawn. */
  readonly counts: 'exact' | 'drawn';
  readonly ladder?: LadderPlan;
  /** METHOD 1.1: the k-th target of a request is served k − 1 gaps after the first. */
  readonly gapMs: number;
  readonly timeoutMs: number;
}

export interface LadderPlan {
  /** Utilisation of the workload's Fargate service at each step, in (0, 1). */
  readonly utilisation: readonly number[];
  readonly stepMs: number;
  /** At most so many pairs a step. */
  readonly pairs: number;
}

export interface QuestionPlan {
  readonly minimise: 'cost per 1000 good requests';
  /** Relative difference that matters, for example 0.1. */
  readonly margin: number;
}

export interface LabelPlan {
  readonly rule: 'utility' | 'ratio';
  /** w of METHOD 4.1. */
  readonly latencyWeight: number;
}

export type FamilyName = 'random-forest';

export interface LearningPlan {
  /** Empty: no router is trained, and the hybrid arm is left out. */
  readonly families: readonly FamilyName[];
  readonly trees: number;
  readonly rowsPerTree: number;
  readonly maxDepth: number;
}

export interface EvaluationPlan {
  /** Scored blocks and lead-in blocks together. 0: no evaluation. */
  readonly blocks: number;
  readonly leadInBlocks: number;
  /** Length of one stretch on `local` (one per arm and block), of the block elsewhere. */
  readonly blockDurationMs: number;
  /** Pause after each stretch, so that its last answers do not meet the next arm. */
  readonly drainMs: number;
  readonly ratePerS: number;
  readonly counts: 'exact' | 'drawn';
  readonly router: 'client';
}

export interface PricingPlan {
  /** Name of a price book, for example `us-east-1/x86_64/2026-11`. */
  readonly book: string;
  readonly edge: Readonly<Record<Platform, EdgeName>>;
  /** U* of METHOD 3.3. */
  readonly targetUtilisation: number;
}

export const edgeNames = ['none', 'http-api', 'alb'] as const;
export type EdgeName = (typeof edgeNames)[number];

export interface LocalPlan {
  /** How long an idle execution environment is kept. */
  readonly idleLimitMs: number;
  /** Execution environments per function; the next request gets a 429. */
  readonly concurrency: number;
  /** Unscored requests that every fresh task gets before a window. */
  readonly warmUpRequests: number;
}

export function requireWorkload(plan: Plan, name: string): WorkloadPlan {
  const workload = plan.workloads.find((candidate) => candidate.name === name);
  if (workload === undefined) {
    const known = plan.workloads.map((candidate) => candidate.name).join(', ');
    throw new Error(`No workload "${name}" in plan "${plan.campaign}"; it has ${known}.`);
  }
  return workload;
}
