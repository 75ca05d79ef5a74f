import type { EvaluationPlan, LoadPlan, Plan, SchedulePlan } from './plan.ts';
import { testbedFacts } from './testbed-facts.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;

/** Slot n starts at `start + (n − 1) · every`, n from 1: a grid, never a sum of sleeps. */
export function slotStartMs(
  schedule: Pick<SchedulePlan, 'everyMs'>,
  startMs: number,
  slot: number,
): number {
  return startMs + (slot - 1) * schedule.everyMs;
}

/**
 * When slot 1 starts. `now` leaves the lead that preparing the slot needs; `next-hour` is the next
 * full hour (UTC) for which the lead still fits; a time in the past is kept, and its slots are missed.
 */
export function campaignStartMs(plan: SchedulingPlan, nowMs: number): number {
  const earliestMs = nowMs + leadMs(plan);
  const { start } = plan.schedule;
  if (start === 'now') return earliestMs;
  if (start === 'next-hour') return Math.ceil(earliestMs / hourMs) * hourMs;
  const startMs = Date.parse(start);
  if (Number.isNaN(startMs)) throw new Error(`The start "${start}" of the plan is no time.`);
  return startMs;
}

/** What the schedule rules look at. */
interface SchedulingPlan {
  readonly schedule: Pick<SchedulePlan, 'everyMs' | 'start' | 'pace'>;
  readonly load: Pick<LoadPlan, 'durationMs' | 'ladder'>;
}

/** Length of a slot's load: the mixed part and the ladder behind it (METHOD 1.8). */
export function runLengthMs(plan: Pick<SchedulingPlan, 'load'>): number {
  return plan.load.durationMs + ladderLengthMs(plan.load);
}

export function ladderLengthMs(load: Pick<LoadPlan, 'ladder'>): number {
  return load.ladder === undefined ? 0 : load.ladder.utilisation.length * load.ladder.stepMs;
}

/**
 * How long before its hour a slot begins to prepare: 10 s, as far as the pause between slots allows.
 * Half of the pause belongs to the slot before it, which still settles and joins.
 */
export function leadMs(plan: SchedulingPlan): number {
  if (plan.schedule.pace === 'immediate') return 0;
  const pauseMs = plan.schedule.everyMs - runLengthMs(plan);
  return Math.max(leastLeadMs(plan.schedule), Math.min(longestLeadMs, Math.floor(pauseMs / 2)));
}

const longestLeadMs = 10_000;
/** The generator is ready 1.2 to 2.2 s after it is spawned, and replacing tasks takes 0.3 s. */
const shortestLeadMs = 4_000;

/**
 * The lead below which a slot cannot start in time: only minute-scale slots may shorten it. Nominal
 * time needs none, because it waits until everything is ready.
 */
export function leastLeadMs(schedule: Pick<SchedulePlan, 'everyMs' | 'pace'>): number {
  if (schedule.pace === 'immediate') return 0;
  return schedule.everyMs < minuteMs ? shortestLeadMs : longestLeadMs;
}

/** One stretch of an evaluation on `local`: an arm's turn, and the pause behind it. */
export function stretchLengthMs(
  evaluation: Pick<EvaluationPlan, 'blockDurationMs' | 'drainMs'>,
): number {
  return evaluation.blockDurationMs + evaluation.drainMs;
}

/** Length of a block: all arms at the same time, or one turn after the other (METHOD 1.2). */
export function blockLengthMs(plan: Pick<Plan, 'testbed' | 'evaluation'>, arms: number): number {
  const { testbed, evaluation } = plan;
  if (!testbedFacts[testbed].armsTakeTurns) return evaluation.blockDurationMs;
  return arms * stretchLengthMs(evaluation);
}

/**
 * How much of a block is scored: an arm pays in its costs for the time whose requests it is judged by.
 */
export function scoredMs(plan: Pick<Plan, 'testbed' | 'evaluation'>, block: number): number {
  const { blockDurationMs } = plan.evaluation;
  if (testbedFacts[plan.testbed].armsTakeTurns) return blockDurationMs;
  const freshMs = deploymentLeadInMs - (block - 1) * blockDurationMs;
  return blockDurationMs - Math.min(blockDurationMs, Math.max(0, freshMs));
}

/** The scored part of a block that begins at `startsAtMs`: what is not scored comes first. */
export function scoredWindow(
  plan: Pick<Plan, 'testbed' | 'evaluation'>,
  block: number,
  startsAtMs: number,
): { readonly fromMs: number; readonly toMs: number } {
  const toMs = startsAtMs + plan.evaluation.blockDurationMs;
  return { fromMs: toMs - scoredMs(plan, block), toMs };
}

/**
 * What is sent so soon after the arms were deployed is not scored, where they all run at once
 * (METHOD 1.2): their pools and tasks are as fresh as they will not be again.
 */
export const deploymentLeadInMs = 660_000;

/** Blocks of which at least a part is scored. */
export function scoredBlocks({
  testbed,
  evaluation,
}: Pick<Plan, 'testbed'> & {
  readonly evaluation: Pick<EvaluationPlan, 'blocks' | 'leadInBlocks' | 'blockDurationMs'>;
}): number {
  const { blocks, leadInBlocks, blockDurationMs } = evaluation;
  const freshBlocks = testbedFacts[testbed].armsTakeTurns
    ? 0
    : Math.floor(deploymentLeadInMs / blockDurationMs);
  return Math.max(0, blocks - Math.max(leadInBlocks, freshBlocks));
}

/** The same of an evaluation that goes on for as long as it may. */
export function mostScoredBlocks({ testbed, evaluation }: Pick<Plan, 'testbed' | 'evaluation'>) {
  return scoredBlocks({ testbed, evaluation: { ...evaluation, blocks: mostBlocks(evaluation) } });
}

/** Blocks at most: an undecided evaluation may go on (METHOD 6.5). */
export function mostBlocks({ blocks, extendTo }: Plan['evaluation']): number {
  return Math.max(blocks, extendTo ?? 0);
}

/** From the start of slot 1 to the end of the last slot's load. */
export function collectionLengthMs(plan: Pick<Plan, 'schedule' | 'load'>): number {
  return (plan.schedule.slots - 1) * plan.schedule.everyMs + runLengthMs(plan);
}
