import { type Arm, armsOf } from '../../domain/arm.ts';
import {
  type CostForecast,
  forecastCost,
  minimumDetectableEffect,
} from '../../domain/money/forecast.ts';
import type { Plan } from '../../domain/plan.ts';
import { expectedCount, splitByShares } from '../../domain/requests/arrivals.ts';
import type { CpuMs } from '../../domain/requests/ladder.ts';
import { blockLengthMs, collectionLengthMs } from '../../domain/schedule.ts';
import { testbedFacts } from '../../domain/testbed-facts.ts';
import type { CheckedPlan } from '../../plan/load-plan.ts';
import { campaignDurationMs } from './check-duration.ts';
import { nightsOf, pairsOf, type SlotSummary, slotSummaries } from './check-slots.ts';

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
  /** Slots after which a nightly retraining comes; undefined where only the start will tell. */
  readonly nights: readonly number[] | undefined;
  readonly evaluation: EvaluationSummary | undefined;
  /** Nominal: at an immediate pace nobody waits for it. */
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
  /** Of the mixed load; the mean of the slots where a log is replayed. */
  readonly requestsPerSlot: number;
  /** Of the evaluation, for each arm. */
  readonly requestsPerBlock: number;
  readonly cpuMs: number | undefined;
}

interface EvaluationSummary {
  readonly blocks: number;
  /** While it is undecided; absent when it ends after `blocks`. */
  readonly atMost?: number;
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
  const ladderCpuMs = Object.keys(assumed).length === 0 ? known : undefined;
  const slots = slotSummaries(checked, ladderCpuMs);
  const nights = nightsOf(plan);
  const evaluation = evaluationSummary(plan);
  return {
    campaign: plan.campaign,
    testbed: plan.testbed,
    seed: plan.seed,
    plan: checked.path,
    hash: checked.hash,
    workloads: workloadSummaries(checked, known),
    slots,
    collectionPairs: pairsOf(plan, slots),
    nights,
    evaluation,
    collectionMs: collectionLengthMs(plan),
    campaignMs: campaignDurationMs(plan, {
      blockMs: evaluation?.blockMs ?? 0,
      nights: nights?.length ?? Math.ceil(collectionLengthMs(plan) / dayMs),
    }),
    cost: forecastCost(plan, { ...known, ...assumed }),
    assumedCpuMs: assumed,
    minimumDetectableEffect: minimumDetectableEffect(plan),
    margin: plan.question.margin,
    warnings: [...checked.warnings, ...machineWarnings(plan, known), ...rateWarnings(checked)],
  };
}

const dayMs = 86_400_000;

function knownCpuMs(plan: Plan, measured: CpuMs): CpuMs {
  return Object.fromEntries(
    plan.workloads.flatMap(({ name, cpuMs }): [string, number][] => {
      const known = cpuMs ?? measured[name];
      return known === undefined ? [] : [[name, known]];
    }),
  );
}

/** In the middle of what people run, and always said: a forecast needs some figure. */
export const standInCpuMs = 100;

function assumedFor(plan: Plan, known: CpuMs): CpuMs {
  const unknown = plan.workloads.filter(({ name }) => known[name] === undefined);
  return Object.fromEntries(unknown.map(({ name }) => [name, standInCpuMs]));
}

function workloadSummaries({ plan, replay }: CheckedPlan, known: CpuMs): WorkloadSummary[] {
  const shares = plan.workloads.map(({ share }) => share);
  const { load, evaluation } = plan;
  const inSlot = splitByShares(expectedCount(load.ratePerS, load.durationMs), shares);
  const inBlock = splitByShares(
    expectedCount(evaluation.ratePerS, evaluation.blockDurationMs),
    shares,
  );
  return plan.workloads.map(({ name }, index) => ({
    name,
    requestsPerSlot:
      replay === undefined
        ? (inSlot[index] ?? 0)
        : Math.round((replay.byWorkload[name] ?? 0) / plan.schedule.slots),
    requestsPerBlock: evaluation.blocks === 0 ? 0 : (inBlock[index] ?? 0),
    cpuMs: known[name],
  }));
}

function evaluationSummary(plan: Plan): EvaluationSummary | undefined {
  const { evaluation, learning } = plan;
  if (evaluation.blocks === 0) return undefined;
  const taking = armsOf(plan).filter((arm) => arm !== 'hybrid' || learning.families.length > 0);
  return {
    blocks: evaluation.blocks,
    ...(evaluation.extendTo === undefined ? {} : { atMost: evaluation.extendTo }),
    leadInBlocks: evaluation.leadInBlocks,
    arms: taking,
    requestsPerStretch: expectedCount(evaluation.ratePerS, evaluation.blockDurationMs),
    blockMs: blockLengthMs(plan, taking.length),
  };
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

/** A log has a rate of its own; everything that is forecast goes by the plan's. */
const ratesDifferFrom = 0.2;

function rateWarnings({ plan, replay }: CheckedPlan): string[] {
  if (replay === undefined) return [];
  const replayed = replay.requests.reduce((sum, requests) => sum + requests, 0);
  const ratePerS = replayed / ((plan.schedule.slots * plan.load.durationMs) / 1000);
  const repetition = `${replayed} requests of a log of ${replay.rows} rows are replayed`;
  if (Math.abs(ratePerS / plan.load.ratePerS - 1) <= ratesDifferFrom) return [];
  return [
    `${repetition}, ${ratePerS.toPrecision(2)}/s on average; the forecasts, and the evaluation ` +
      `unless it has a rate of its own, go by load.rate (${plan.load.ratePerS.toPrecision(2)}/s).`,
  ];
}
