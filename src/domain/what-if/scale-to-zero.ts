/** Services that are down in the hours in which they do not pay for themselves. */
import type { Arm } from '../arm.ts';
import { type EvaluationSetup, ecsWorkloadsOf } from '../evaluation.ts';
import { tasksOf } from '../money/arm-tasks.ts';
import { breakEvenPerHour } from '../money/break-even.ts';
import type { PriceBook } from '../money/price-books.ts';
import type { Plan } from '../plan.ts';
import type { IntendedRequest } from '../requests/requests.ts';
import { slotLoads } from '../requests/slot-load.ts';
import type { BlockTasks, EvaluationBlock } from '../simulation/sensitivity.ts';

const hourMs = 3_600_000;

export interface ScaleToZero {
  readonly plan: Plan;
  readonly setup: EvaluationSetup;
  readonly book: PriceBook;
  readonly cpuMs: Readonly<Record<string, number>>;
  /** Mean billed time of a request on Lambda, per workload; absent: METHOD 3.4. */
  readonly lambdaBilledMs: Readonly<Record<string, number>>;
  /** From the order of a task to its first request. */
  readonly startMs: number;
}

/**
 * Every block stands for an hour of the schedule, with the rate of that hour: hours differ under
 * `shape: diurnal` alone. Returns the factors on the evaluation's rate, one for each block.
 */
export function hourFactors(plan: Plan, blocks: number, slotOneMs: number): readonly number[] {
  const loads = slotLoads(plan, slotOneMs);
  return Array.from({ length: blocks }, (_, index) => {
    const load = loads[Math.floor((index * loads.length) / blocks)];
    return load === undefined ? 1 : load.ratePerS / plan.load.ratePerS;
  });
}

/** Workloads of which an hour's expected rate is below the break-even of their own service. */
export function downWorkloads(question: ScaleToZero, factor: number): readonly string[] {
  const { plan, book, cpuMs, lambdaBilledMs } = question;
  return plan.workloads
    .filter((workload) => {
      const billedMs = lambdaBilledMs[workload.name];
      const breakEven = breakEvenPerHour(book, plan.pricing, workload, {
        cpuMs: cpuMs[workload.name] ?? 0,
        ...(billedMs === undefined ? {} : { lambdaBilledMs: billedMs }),
      });
      const perHour = 3600 * plan.evaluation.ratePerS * factor * workload.share;
      return breakEven === undefined || perHour < breakEven.requestsPerHour;
    })
    .map(({ name }) => name);
}

/**
 * In a down hour hybrid and best-static send the workload to Lambda and have no task of it; ecs-only
 * keeps one. When a service comes up, hybrid and best-static send to Lambda until its tasks are
 * ready; they are paid from their order on, which is the hour's beginning.
 */
export function scaledBlocks(
  question: ScaleToZero,
  blocks: readonly EvaluationBlock[],
  down: readonly (readonly string[])[],
): readonly EvaluationBlock[] {
  const { plan, startMs } = question;
  // A block that is shorter than an hour stands for one: its start is as much shorter.
  const startsMs = startMs * Math.min(1, plan.evaluation.blockDurationMs / hourMs);
  return blocks.map((block, index) => {
    const now = down[index] ?? [];
    const before = down[index - 1] ?? now;
    const comesUp = before.filter((workload) => !now.includes(workload));
    return {
      ...block,
      tasks: tasksIn(question, now),
      requests: block.requests.map((request) => {
        const isDown = now.includes(request.workload);
        const isStarting =
          comesUp.includes(request.workload) &&
          Math.min(...request.targets.map((target) => target.offsetMs)) < startsMs;
        return isDown || isStarting ? sentToLambda(request) : request;
      }),
    };
  });
}

const scalingArms: readonly Arm[] = ['hybrid', 'best-static'];
const keepingArms: readonly Arm[] = ['ecs-only', 'ecs-only-again'];

function tasksIn({ setup, plan }: ScaleToZero, down: readonly string[]): readonly BlockTasks[] {
  const own = (arm: Arm, tasks: number): BlockTasks[] =>
    ecsWorkloadsOf(arm, setup, plan)
      .filter((workload) => down.includes(workload))
      .map((workload) => ({
        arm,
        workload,
        tasks: Math.min(tasks, tasksOf(arm, workload, setup.tasks, plan)),
      }));
  const measured = (arms: readonly Arm[]): readonly Arm[] =>
    arms.filter((arm) => setup.arms.includes(arm));
  return [
    ...measured(scalingArms).flatMap((arm) => own(arm, 0)),
    ...measured(keepingArms).flatMap((arm) => own(arm, 1)),
  ];
}

function sentToLambda(request: IntendedRequest): IntendedRequest {
  return {
    ...request,
    targets: request.targets.map((target) =>
      scalingArms.some((arm) => arm === target.target)
        ? { ...target, platform: 'lambda' as const }
        : target,
    ),
  };
}
