/** What would a campaign's answer be under other circumstances? Which, and what they touch. */
import type { Arm } from '../arm.ts';
import { type EvaluationSetup, ecsWorkloadsOf, lambdaWorkloadsOf } from '../evaluation.ts';
import { tasksOf } from '../money/arm-tasks.ts';
import type { PriceBook } from '../money/price-books.ts';
import type { EdgeName, Plan, WorkloadPlan } from '../plan.ts';
import type { Platform } from '../platform.ts';
import type { FitCheck } from '../simulation/fit-check.ts';
import type { Verdict } from '../verdict/verdict.ts';

/** Everything that may be changed; what is absent stays. Sizes and SLOs are by workload. */
export interface Changes {
  /** Requests a second of the evaluation, over all workloads. */
  readonly ratePerS?: number;
  readonly prices?: PriceBook;
  readonly edge?: Readonly<Partial<Record<Platform, EdgeName>>>;
  readonly lambdaMemoryMb?: ByWorkload<number>;
  readonly ecsSize?: ByWorkload<{ readonly vcpu: number; readonly memoryMb: number }>;
  /** Of every arm's service of the workload. */
  readonly tasks?: ByWorkload<number>;
  readonly sloLatencyMs?: ByWorkload<number>;
  /** Services are down in hours in which their workload is below its break-even. */
  readonly scaleToZero?: true;
}

type ByWorkload<Value> = Readonly<Record<string, Value>>;

/**
 * Where a figure comes from: as it was; computed anew from what was measured, with other prices,
 * sizes of a bill or limits; or the fitted simulator's.
 */
export type Mark = 'measured' | 're-priced' | 'simulated';

export interface ArmMarks {
  readonly cost: Mark;
  /** Quantiles. */
  readonly latency: Mark;
  readonly attainment: Mark;
}

export interface WhatIf {
  readonly campaignId: string;
  /** One line each: what, from what, to what. */
  readonly changes: readonly string[];
  readonly baseline: Verdict;
  readonly changed: Verdict;
  readonly marks: Readonly<Partial<Record<Arm, ArmMarks>>>;
  readonly answerMark: Mark;
  /** Another answer than the baseline's; "undecided" alone is no other answer. */
  readonly flips: boolean;
  /** Present when something was simulated: what the same simulator says of what was measured. */
  readonly fit?: FitCheck & { readonly isOwnSimulation: boolean };
  /** What the reader must know, in sentences. */
  readonly notes: readonly string[];
}

/** The plan under the changes; prices too, which then judge and do not change what happens. */
export function changedPlan(plan: Plan, changes: Changes): Plan {
  const { ratePerS, prices, edge } = changes;
  return {
    ...plan,
    workloads: plan.workloads.map((workload) => changedWorkload(workload, changes)),
    ...(ratePerS === undefined ? {} : { evaluation: { ...plan.evaluation, ratePerS } }),
    pricing: {
      ...plan.pricing,
      ...(prices === undefined ? {} : { book: prices.name, ownPrices: prices }),
      ...(edge === undefined ? {} : { edge: { ...plan.pricing.edge, ...edge } }),
    },
  };
}

function changedWorkload(workload: WorkloadPlan, changes: Changes): WorkloadPlan {
  const { name, slo } = workload;
  const memoryMb = changes.lambdaMemoryMb?.[name];
  const size = changes.ecsSize?.[name];
  const tasks = changes.tasks?.[name];
  const sloMs = changes.sloLatencyMs?.[name];
  return {
    ...workload,
    ...(memoryMb === undefined ? {} : { lambdaMemoryMb: memoryMb }),
    ...(size === undefined ? {} : { ecsVcpu: size.vcpu, ecsMemoryMb: size.memoryMb }),
    ...(tasks === undefined ? {} : { ecsTasks: tasks }),
    ...(sloMs === undefined
      ? {}
      : { slo: { attainment: slo?.attainment ?? defaultAttainment, latencyMs: sloMs } }),
  };
}

/** METHOD 6.0. */
const defaultAttainment = 0.95;

/** Numbers of tasks that were sized for an arm's traffic give way to those asked for. */
export function changedSetup(setup: EvaluationSetup, { tasks }: Changes): EvaluationSetup {
  if (tasks === undefined || setup.tasks === undefined) return setup;
  const changed = Object.entries(setup.tasks).map(([arm, own]) => [arm, { ...own, ...tasks }]);
  return { ...setup, tasks: Object.fromEntries(changed) };
}

/** Whether observations can answer, or requests would have gone otherwise. */
export function needsSimulation(changes: Changes): boolean {
  return (
    changes.ratePerS !== undefined ||
    changes.lambdaMemoryMb !== undefined ||
    changes.ecsSize !== undefined ||
    changes.tasks !== undefined ||
    changes.scaleToZero === true
  );
}

/** Whether an arm's requests would have gone otherwise: others keep what was measured of them. */
export function isAffected(
  arm: Arm,
  changes: Changes,
  { setup, plan }: { readonly setup: EvaluationSetup; readonly plan: Plan },
): boolean {
  if (changes.ratePerS !== undefined) return true;
  const services = ecsWorkloadsOf(arm, setup, plan);
  if (changes.scaleToZero === true && scales(arm, services, { setup, plan })) return true;
  const touches = (changed: ByWorkload<unknown> | undefined, own: readonly string[]): boolean =>
    changed !== undefined && own.some((workload) => workload in changed);
  return (
    touches(changes.lambdaMemoryMb, lambdaWorkloadsOf(arm, setup, plan)) ||
    touches(changes.ecsSize, services) ||
    touches(changes.tasks, services)
  );
}

/** An arm that keeps one task of everything changes only where it has more. */
function scales(
  arm: Arm,
  services: readonly string[],
  { setup, plan }: { readonly setup: EvaluationSetup; readonly plan: Plan },
): boolean {
  if (arm === 'hybrid' || arm === 'best-static') return services.length > 0;
  return services.some((workload) => tasksOf(arm, workload, setup.tasks, plan) > 1);
}

/** Marks of an arm whose requests went as they did, or would not have. */
export function marksOf(arm: 'affected' | 'unaffected', changes: Changes): ArmMarks {
  const { prices, edge, sloLatencyMs } = changes;
  if (arm === 'affected') {
    return { cost: 'simulated', latency: 'simulated', attainment: 'simulated' };
  }
  return {
    cost: prices === undefined && edge === undefined ? 'measured' : 're-priced',
    latency: 'measured',
    attainment: sloLatencyMs === undefined ? 'measured' : 're-priced',
  };
}

/** Only tasks: what a service costs by the hour does not depend on what the simulator thinks. */
export function changesTasksAlone(changes: Changes): boolean {
  return (
    changes.tasks !== undefined &&
    changes.ratePerS === undefined &&
    changes.lambdaMemoryMb === undefined &&
    changes.ecsSize === undefined &&
    changes.scaleToZero === undefined
  );
}

/** The weakest of what the figures rest on. */
export function answerMark(marks: readonly ArmMarks[]): Mark {
  const all = marks.flatMap(({ cost, latency, attainment }) => [cost, latency, attainment]);
  if (all.includes('simulated')) return 'simulated';
  return all.includes('re-priced') ? 're-priced' : 'measured';
}
