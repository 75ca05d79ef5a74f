import type { PriceBook } from './money/price-books.ts';
import type { Platform, TestbedName } from './platform.ts';
import type { SimulationPlan } from './simulation/simulation.ts';

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
  /** Caches and databases that both platforms use: they can carry warmth from one to the other. */
  readonly sharedBackends?: readonly string[];
  /** Present on the testbed `simulated`: all parameters of its model. */
  readonly simulation?: SimulationPlan;
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
  /** What a request keeps busy: a CPU (also when absent), or a slot while it waits for others. */
  readonly bound?: 'cpu' | 'io';
  /** c of METHOD 3.3: requests that one Fargate task serves at once; of `bound: io` only. */
  readonly slotsPerTask?: number;
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
  /** How the mixed load lies in a slot, and in the week (`shapes/`). */
  readonly shape: LoadShape;
  /** `exact`: the number of requests is fixed and only their times are drawn. */
  readonly counts: 'exact' | 'drawn';
  /** Present: the mixed load of a slot is replayed from a file instead of drawn. */
  readonly source?: SourcePlan;
  readonly ladder?: LadderPlan;
  /** METHOD 1.1: the k-th target of a request is served k − 1 gaps after the first. */
  readonly gapMs: number;
  readonly timeoutMs: number;
}

export const loadShapes = ['steady', 'ramp', 'burst', 'diurnal', 'azure'] as const;
export type LoadShape = (typeof loadShapes)[number];

/** A request log that is replayed (`replay.ts` says what of it falls into a slot). */
export interface SourcePlan {
  /** Absolute path of a CSV, JSON lines or Parquet file. */
  readonly file: string;
  /** sha256 of the file's bytes when the plan was checked: another log is another experiment. */
  readonly sha256: string;
  readonly columns: SourceColumns;
  /** Workloads that are called otherwise in the file, by what they are called there. */
  readonly names?: Readonly<Record<string, string>>;
  /** Milliseconds of the log that pass in one of the campaign: 2 replays twice as fast. */
  readonly speed: number;
  /** The log begins again when it has ended; without it, later slots have only their ladder. */
  readonly repeat: boolean;
}

/** Which column of the file says what. */
export interface SourceColumns {
  readonly time: string;
  readonly workload: string;
  /** Absent: payloads have the sizes that the workload's own maker gives them. */
  readonly payloadBytes?: string;
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

export const familyNames = ['random-forest', 'gradient-boosting', 'neural-network'] as const;
export type FamilyName = (typeof familyNames)[number];

export interface LearningPlan {
  /** Empty: no router is trained, and the hybrid arm is left out. */
  readonly families: readonly FamilyName[];
  readonly trees: number;
  readonly rowsPerTree: number;
  readonly maxDepth: number;
  /** Whether the last retraining searches the grid of METHOD 5.1 before it fits. */
  readonly tune: boolean;
  /** The schedule of the nightly retraining outlives the campaign. */
  readonly keepSchedule: boolean;
  /** Time of day (`03:17`, in the plan's time zone) of the nightly retraining; absent: none. */
  readonly retrain?: string;
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
  /** Who asks the model in the hybrid arm: the load generator, or a service that forwards. */
  readonly router: 'client' | 'service';
  /** A/A copies of both platforms run beside the arms: their difference is the noise floor. */
  readonly aa?: boolean;
  /**
   * Blocks at most when an undecided evaluation may go on (METHOD 6.5); absent: it ends after
   * `blocks`. With it every interval of the verdict is always-valid.
   */
  readonly extendTo?: number;
}

export interface PricingPlan {
  /** Name of a price book, for example `us-east-1/x86_64/2026-11`. */
  readonly book: string;
  /** Prices of the user's own file, which `book` then names; frozen in the plan. */
  readonly ownPrices?: PriceBook;
  /** Requests before the request, such as a CORS preflight, that the edge bills too; 0 to 1. */
  readonly preflights?: number;
  readonly edge: Readonly<Record<Platform, EdgeName>>;
  /** U* of METHOD 3.3. */
  readonly targetUtilisation: number;
}

export const edgeNames = ['none', 'function-url', 'http-api', 'rest-api', 'alb'] as const;
export type EdgeName = (typeof edgeNames)[number];

export interface LocalPlan {
  /** How long an idle execution environment is kept. */
  readonly idleLimitMs: number;
  /** Execution environments per function; the next request gets a 429. */
  readonly concurrency: number;
  /** Unscored requests that every fresh task gets before a window. */
  readonly warmUpRequests: number;
}

/** How much one Fargate task serves at once: its vCPUs, or its slots (cap of METHOD 3.3). */
export function taskCapacity(
  workload: Pick<WorkloadPlan, 'ecsVcpu' | 'bound' | 'slotsPerTask'>,
): number {
  if (workload.bound !== 'io') return workload.ecsVcpu;
  return workload.slotsPerTask ?? 1;
}

export function requireWorkload(plan: Plan, name: string): WorkloadPlan {
  const workload = plan.workloads.find((candidate) => candidate.name === name);
  if (workload === undefined) {
    const known = plan.workloads.map((candidate) => candidate.name).join(', ');
    throw new Error(`No workload "${name}" in plan "${plan.campaign}"; it has ${known}.`);
  }
  return workload;
}
