import { type Arm, type Candidate, candidates, copies } from './arm.ts';
import { type ArmTasks, tasksOf } from './money/arm-tasks.ts';
import type { Plan } from './plan.ts';
import type { Platform } from './platform.ts';

/** What an evaluation pins at its start, so that nothing changes under it. */
export interface EvaluationSetup {
  readonly arms: readonly Arm[];
  readonly skipped: readonly { readonly arm: Arm; readonly reason: string }[];
  /** Best-static platform of each workload. */
  readonly table: Readonly<Record<string, Platform>>;
  readonly withCapacity: readonly string[];
  readonly modelHash?: string;
  /** Static features of each workload, from the complete slots (METHOD 4.3). */
  readonly estimates: Readonly<Record<string, WorkloadEstimate>>;
  /** N per arm and workload (METHOD 3.3); absent in older evaluations: the plan's. */
  readonly tasks?: ArmTasks;
}

export interface WorkloadEstimate {
  readonly estimatedExecutionMs: number;
  readonly estimatedMemoryMb: number;
}

/** Workloads for which an arm deploys, and pays, a Fargate service (METHOD 3.5, 4.1). */
export function ecsWorkloadsOf(arm: Arm, setup: EvaluationSetup, plan: Plan): readonly string[] {
  const all = plan.workloads.map((workload) => workload.name);
  switch (arm) {
    case 'lambda-only':
    case 'lambda-only-again':
      return [];
    case 'ecs-only':
    case 'ecs-only-again':
      return all;
    case 'best-static':
      return all.filter((workload) => setup.table[workload] === 'ecs');
    case 'hybrid':
      return all.filter((workload) => setup.withCapacity.includes(workload));
    default:
      return arm satisfies never;
  }
}

/** Workloads whose requests an arm may send to Lambda. */
export function lambdaWorkloadsOf(arm: Arm, setup: EvaluationSetup, plan: Plan): readonly string[] {
  const all = plan.workloads.map((workload) => workload.name);
  switch (arm) {
    case 'lambda-only':
    case 'lambda-only-again':
    case 'hybrid':
      return all;
    case 'ecs-only':
    case 'ecs-only-again':
      return [];
    case 'best-static':
      return all.filter((workload) => setup.table[workload] === 'lambda');
    default:
      return arm satisfies never;
  }
}

/** A pool or a service of an arm, as a testbed prepares it. */
interface ArmService {
  readonly owner: Arm;
  readonly platform: Platform;
  readonly workload: string;
  readonly tasks?: number;
}

/** Everything that is up in a block: of each arm what it deploys, and nothing more (METHOD 3.5). */
export function armServices(setup: EvaluationSetup, plan: Plan): readonly ArmService[] {
  return setup.arms.flatMap((owner): ArmService[] => [
    ...lambdaWorkloadsOf(owner, setup, plan).map(
      (workload): ArmService => ({ owner, platform: 'lambda', workload }),
    ),
    ...ecsWorkloadsOf(owner, setup, plan).map(
      (workload): ArmService => ({
        owner,
        platform: 'ecs',
        workload,
        tasks: tasksOf(owner, workload, setup.tasks, plan),
      }),
    ),
  ]);
}

/** What the hybrid's router routes by, wherever it runs, but for the model itself. */
export function hybridRules(setup: EvaluationSetup, plan: Plan) {
  return {
    platformsOf: hybridPlatforms(setup, plan),
    workloads: setup.estimates,
    timezone: plan.schedule.timezone,
  };
}

/** Platforms that the hybrid's router may use, per workload: Lambda always, Fargate where it is paid. */
export function hybridPlatforms(
  setup: Pick<EvaluationSetup, 'withCapacity'>,
  plan: Plan,
): Readonly<Record<string, readonly Platform[]>> {
  return Object.fromEntries(
    plan.workloads.map(({ name }) => [
      name,
      setup.withCapacity.includes(name) ? (['lambda', 'ecs'] as const) : (['lambda'] as const),
    ]),
  );
}

/** Hybrid and best-static that would treat so many requests alike are one arm (METHOD 6.1). */
const sameArmShare = 0.99;

/** Which arms are worth measuring, and why the others are not. */
export function chooseArms(input: {
  readonly table: Readonly<Record<string, Platform>>;
  readonly hasModel: boolean;
  readonly withCapacity: readonly string[];
  /** Share of the complete slots' requests that hybrid and best-static would treat alike. */
  readonly agreement?: number;
  readonly noModelReason: string;
  /** A/A copies of both platforms run beside the arms (METHOD 1.2). */
  readonly aa?: boolean;
}): Pick<EvaluationSetup, 'arms' | 'skipped'> {
  const skipped: { arm: Candidate; reason: string }[] = [];
  const used = new Set(Object.values(input.table));
  const [onlyPlatform] = used.size === 1 ? [...used] : [];

  if (!input.hasModel) {
    skipped.push({ arm: 'hybrid', reason: input.noModelReason });
  } else if (input.withCapacity.length === 0) {
    skipped.push({
      arm: 'hybrid',
      reason: 'No workload earns a Fargate service at this rate, so the hybrid is lambda-only.',
    });
  }

  if (onlyPlatform !== undefined) {
    const name = onlyPlatform === 'lambda' ? 'Lambda' : 'Fargate';
    skipped.push({
      arm: 'best-static',
      reason: `The best static choice sends every workload to ${name}: it is ${onlyPlatform}-only.`,
    });
  } else if (input.agreement !== undefined && input.agreement >= sameArmShare) {
    const percent = (100 * input.agreement).toFixed(1);
    skipped.push({
      arm: 'best-static',
      reason: `The hybrid treats ${percent} % of the collected requests as best-static does.`,
    });
  }

  const left = new Set(skipped.map((entry) => entry.arm));
  const chosen = candidates.filter((arm) => !left.has(arm));
  return { arms: [...chosen, ...(input.aa === true ? copies : [])], skipped };
}
