import { type Arm, arms } from '../domain/arm.ts';
import { expectedCount, splitByShares } from '../domain/arrivals.ts';
import { type CostForecast, forecastCost, minimumDetectableEffect } from '../domain/forecast.ts';
import { type CpuMs, type LadderStep, ladderSteps } from '../domain/ladder.ts';
import type { Plan } from '../domain/plan.ts';
import { blockLengthMs, collectionLengthMs, leadMs, slotStartMs } from '../domain/schedule.ts';
import { testbedFacts } from '../domain/testbed-facts.ts';
import type { CheckedPlan } from '../plan/load-plan.ts';

/** What a plan will do, in figures: the answer of `check --json`. */
export interface CheckSummary {
  readonly campaign: string;
  readonly testbed: string;
  readonly seed: number;
  readonly plan: string;
  readonly hash: string;
  readonly workloads: readonly WorkloadSummary[];
  readonly slots: readonly SlotSummary[];
  readonly collectionPairs: { readonly least: number; readonly most: number };
  readonly evaluation: EvaluationSummary | undefined;
  readonly collectionMs: number;
  /** Estimate of everything: start, collection, training, evaluation, report. */
  readonly campaignMs: number;
  readonly cost: CostForecast;
  /** Busy time that stands in for what `deploy` will measure, by workload. */
  readonly assumedCpuMs: CpuMs;
  readonly minimumDetectableEffect: number | undefined;
  readonly margin: number;
  readonly warnings: readonly string[];
}

interface WorkloadSummary {
  readonly name: string;
  readonly requestsPerSlot: number;
  /** Of the evaluation, for each arm. */
  readonly requestsPerBlock: number;
  readonly cpuMs: number | undefined;
}

export interface SlotSummary {
  readonly slot: number;
  /** From the start of slot 1. */
  readonly offsetMs: number;
  /** Where the plan names a time. */
  readonly startsAt: string | undefined;
  readonly mixedPairs: number;
  /** Undefined while a CPU time is unknown: whose turn it is and how fast it goes depend on it. */
  readonly ladder: readonly LadderStep[] | undefined;
  readonly mostLadderPairs: number;
}

interface EvaluationSummary {
  readonly blocks: number;
  readonly leadInBlocks: number;
  readonly arms: readonly Arm[];
  readonly requestsPerStretch: number;
  readonly blockMs: number;
}

/** `cpuMs`: what a deployment measured, if there is one; the plan's own figures win. */
export function checkSummary(checked: CheckedPlan, cpuMs: CpuMs = {}): CheckSummary {
  const { plan } = checked;
  const known = knownCpuMs(plan, cpuMs);
  const assumed = assumedFor(plan, known);
  const slots = slotSummaries(plan, Object.keys(assumed).length === 0 ? known : undefined);
  const evaluation = evaluationSummary(plan);
  return {
    campaign: plan.campaign,
    testbed: plan.testbed,
    seed: plan.seed,
    plan: checked.path,
    hash: checked.hash,
    workloads: workloadSummaries(plan, known),
    slots,
    collectionPairs: pairsOf(slots),
    evaluation,
    collectionMs: collectionLengthMs(plan),
    campaignMs: campaignLengthMs(plan, evaluation),
    cost: forecastCost(plan, { ...known, ...assumed }),
    assumedCpuMs: assumed,
    minimumDetectableEffect: minimumDetectableEffect(plan),
    margin: plan.question.margin,
    warnings: [...checked.warnings, ...machineWarnings(plan, known)],
  };
}

function knownCpuMs(plan: Plan, measured: CpuMs): CpuMs {
  return Object.fromEntries(
    plan.workloads.flatMap(({ name, cpuMs }): [string, number][] => {
      const known = cpuMs ?? measured[name];
      return known === undefined ? [] : [[name, known]];
    }),
  );
}

/** In the middle of what people run, and always said: a forecast needs some figure. */
const standInCpuMs = 100;

function assumedFor(plan: Plan, known: CpuMs): CpuMs {
  const unknown = plan.workloads.filter(({ name }) => known[name] === undefined);
  return Object.fromEntries(unknown.map(({ name }) => [name, standInCpuMs]));
}

function workloadSummaries(plan: Plan, known: CpuMs): WorkloadSummary[] {
  const shares = plan.workloads.map(({ share }) => share);
  const { load, evaluation } = plan;
  const inSlot = splitByShares(expectedCount(load.ratePerS, load.durationMs), shares);
  const inBlock = splitByShares(
    expectedCount(evaluation.ratePerS, evaluation.blockDurationMs),
    shares,
  );
  return plan.workloads.map(({ name }, index) => ({
    name,
    requestsPerSlot: inSlot[index] ?? 0,
    requestsPerBlock: evaluation.blocks === 0 ? 0 : (inBlock[index] ?? 0),
    cpuMs: known[name],
  }));
}

function slotSummaries(plan: Plan, cpuMs: CpuMs | undefined): SlotSummary[] {
  const { schedule, load } = plan;
  const startMs = Date.parse(schedule.start);
  const cap = (load.ladder?.utilisation.length ?? 0) * (load.ladder?.pairs ?? 0);
  return Array.from({ length: schedule.slots }, (_, index) => {
    const slot = index + 1;
    const ladder = cpuMs === undefined ? undefined : ladderSteps(plan, slot, cpuMs);
    return {
      slot,
      offsetMs: slotStartMs(schedule, 0, slot),
      startsAt: Number.isNaN(startMs)
        ? undefined
        : new Date(slotStartMs(schedule, startMs, slot)).toISOString(),
      mixedPairs: expectedCount(load.ratePerS, load.durationMs),
      ladder,
      mostLadderPairs: ladder?.reduce((sum, step) => sum + step.pairs, 0) ?? cap,
    };
  });
}

function pairsOf(slots: readonly SlotSummary[]): CheckSummary['collectionPairs'] {
  const mixed = slots.reduce((sum, slot) => sum + slot.mixedPairs, 0);
  const ladder = slots.reduce((sum, slot) => sum + slot.mostLadderPairs, 0);
  const isKnown = slots.every((slot) => slot.ladder !== undefined);
  return { least: isKnown ? mixed + ladder : mixed, most: mixed + ladder };
}

function evaluationSummary(plan: Plan): EvaluationSummary | undefined {
  const { evaluation, learning } = plan;
  if (evaluation.blocks === 0) return undefined;
  const taking = arms.filter((arm) => arm !== 'hybrid' || learning.families.length > 0);
  return {
    blocks: evaluation.blocks,
    leadInBlocks: evaluation.leadInBlocks,
    arms: taking,
    requestsPerStretch: expectedCount(evaluation.ratePerS, evaluation.blockDurationMs),
    blockMs: blockLengthMs(evaluation, taking.length),
  };
}

/** Deploying and measuring at the start; training and the report. Both seen on two cores. */
const startMs = 10_000;
const endMs = 20_000;

function campaignLengthMs(plan: Plan, evaluation: EvaluationSummary | undefined): number {
  const blocks = evaluation?.blocks ?? 0;
  const blockMs = (evaluation?.blockMs ?? 0) + leadMs(plan);
  return startMs + collectionLengthMs(plan) + blocks * blockMs + endMs;
}

/**
 * What two cores carry before requests disturb each other, in busy vCPUs of the targets: a mix on
 * both platforms, and one workload or one arm at a time.
 */
const mixedLimit = 0.75;
const aloneLimit = 1.5;

function machineWarnings(plan: Plan, cpuMs: CpuMs): string[] {
  if (!testbedFacts[plan.testbed].sharesMachine) return [];
  if (plan.workloads.some(({ name }) => cpuMs[name] === undefined)) return [];
  const cpuPerRequestS = plan.workloads
    .map(({ name, share }) => (share * (cpuMs[name] ?? 0)) / 1000)
    .reduce((sum, cpu) => sum + cpu, 0);
  const steepest = Math.max(0, ...(plan.load.ladder?.utilisation ?? []));
  const widest = Math.max(...plan.workloads.map(({ ecsVcpu, ecsTasks }) => ecsVcpu * ecsTasks));
  const busy = [
    { what: 'The mixed load', vcpus: 2 * plan.load.ratePerS * cpuPerRequestS, limit: mixedLimit },
    { what: 'The steepest ladder', vcpus: 2 * steepest * widest, limit: aloneLimit },
    {
      what: 'An arm of the evaluation',
      vcpus: plan.evaluation.blocks === 0 ? 0 : plan.evaluation.ratePerS * cpuPerRequestS,
      limit: aloneLimit,
    },
  ];
  return busy
    .filter(({ vcpus, limit }) => vcpus > limit)
    .map(
      ({ what, vcpus, limit }) =>
        `${what} keeps ${vcpus.toFixed(2)} vCPU busy: above ${limit} on two cores requests ` +
        'disturb each other.',
    );
}
