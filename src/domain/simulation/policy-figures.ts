/** What a policy chose of simulated pairs, and what it got on its own load (METHOD 5.2). */

import type { EvaluationSetup } from '../evaluation.ts';
import { utilityOf } from '../models/label.ts';
import { type Plan, requireWorkload } from '../plan.ts';
import { type Platform, platforms } from '../platform.ts';
import { studentQuantile } from '../statistics/distributions.ts';
import { mean, standardDeviation } from '../statistics/statistics.ts';
import type { ReplayedRun, ReplayedSend } from './simulated-replay.ts';

export const valuedPolicies = ['hybrid', 'best-static', 'lambda-only', 'ecs-only'] as const;
export type ValuedPolicy = (typeof valuedPolicies)[number];

export interface PolicyValue {
  readonly policy: ValuedPolicy;
  /** Share-weighted mean u of the measured pairs; absent where nobody has computed it. */
  readonly measuredPair?: number;
  /** The same of the simulated pairs, on which both platforms carry the full load. */
  readonly vPair: number;
  /** On the load that the policy makes itself. */
  readonly vSelf: number;
  /** Half the 95 % interval of the difference, over slots; absent with one of them. */
  readonly margin?: number;
  /** By more than 2 %, and by more than chance. */
  readonly differs: boolean;
  /** Share of requests that met more load on a platform than any that was collected. */
  readonly outsideShare: number;
}

/** u is a logarithm: a difference of 0.02 is 2 % in latency and cost (METHOD 5.2). */
export const notableDifference = 0.02;
/** More requests than this beyond the collected range are no accident. */
export const notableOutside = 0.01;

export interface ValueQuestion {
  readonly plan: Plan;
  readonly setup: EvaluationSetup;
  readonly measuredPair: Readonly<Partial<Record<ValuedPolicy, number>>>;
}

export interface Replayed {
  readonly pairs: ReadonlyMap<string, SimulatedPair>;
  readonly self: readonly ReplayedSend[];
  readonly range: CollectedRange;
}

export function policyValue(
  policy: ValuedPolicy,
  question: ValueQuestion,
  { pairs, self, range }: Replayed,
): PolicyValue {
  const { plan, setup } = question;
  const sends = self.flatMap((send): ValuedSend[] => {
    const pair = pairs.get(send.requestId);
    if (pair === undefined) return [];
    const { workload } = send;
    const chosen = policy === 'hybrid' ? pair.routed : fixedPlatform(policy, workload, setup);
    return [
      {
        run: pair.run,
        workload,
        pair: utilityIn(plan, pair.sends[chosen ?? 'lambda']),
        self: utilityIn(plan, send),
        outside: isOutside(send, range) ? 1 : 0,
      },
    ];
  });
  const weighted = (of: (send: ValuedSend) => number): number => shareMean(plan, sends, of);
  const [vPair, vSelf] = [weighted((send) => send.pair), weighted((send) => send.self)];
  const margin = marginOf(plan, sends);
  const apart = Math.abs(vSelf - vPair);
  const measured = question.measuredPair[policy];
  return {
    policy,
    ...(measured === undefined ? {} : { measuredPair: measured }),
    vPair,
    vSelf,
    ...(margin === undefined ? {} : { margin }),
    differs: apart > notableDifference && apart > (margin ?? 0),
    outsideShare: weighted((send) => send.outside),
  };
}

interface ValuedSend {
  readonly run: string;
  readonly workload: string;
  readonly pair: number;
  readonly self: number;
  readonly outside: number;
}

function shareMean(
  plan: Plan,
  sends: readonly ValuedSend[],
  of: (send: ValuedSend) => number,
): number {
  let sum = 0;
  for (const [workload, own] of Map.groupBy(sends, (send) => send.workload)) {
    sum += requireWorkload(plan, workload).share * mean(own.map(of));
  }
  return sum;
}

/** A task is a host for a whole slot, so nothing smaller is independent (METHOD 1.9). */
function marginOf(plan: Plan, sends: readonly ValuedSend[]): number | undefined {
  const slots = [...Map.groupBy(sends, ({ run }) => run).values()];
  if (slots.length < 2) return undefined;
  const differences = slots.map((own) => shareMean(plan, own, (send) => send.self - send.pair));
  const error = standardDeviation(differences) / Math.sqrt(slots.length);
  return studentQuantile(0.975, slots.length - 1) * error;
}

function utilityIn(plan: Plan, send: ReplayedSend): number {
  const { slo } = requireWorkload(plan, send.workload);
  return utilityOf(send, {
    latencyWeight: plan.labels.latencyWeight,
    timeoutMs: plan.load.timeoutMs,
    ...(slo === undefined ? {} : { sloLatencyMs: slo.latencyMs }),
  });
}

export function fixedPlatform(
  policy: Exclude<ValuedPolicy, 'hybrid'>,
  workload: string,
  { table }: EvaluationSetup,
): Platform {
  switch (policy) {
    case 'lambda-only':
      return 'lambda';
    case 'ecs-only':
      return 'ecs';
    case 'best-static':
      return table[workload] ?? 'lambda';
    default:
      return policy satisfies never;
  }
}

/** Both outcomes of a request, and what the router says when the first target is sent. */
export interface SimulatedPair {
  readonly run: string;
  readonly routed?: Platform;
  readonly sends: Readonly<Record<Platform, ReplayedSend>>;
}

export function pairsOf(
  collected: readonly ReplayedSend[],
  arrivals: readonly ReplayedRun[],
): ReadonlyMap<string, SimulatedPair> {
  const runOf = new Map(
    arrivals.flatMap(({ run, requests }) => requests.map((one) => [one.requestId, run] as const)),
  );
  const pairs = new Map<string, SimulatedPair>();
  for (const [id, sends] of Map.groupBy(collected, ({ requestId }) => requestId)) {
    const [lambda, ecs] = platforms.map((platform) =>
      sends.find((send) => send.platform === platform),
    );
    const first = sends.find(({ position }) => position === 1);
    const run = runOf.get(id);
    if (run === undefined || lambda === undefined || ecs === undefined) continue;
    pairs.set(id, {
      run,
      ...(first?.routed === undefined ? {} : { routed: first.routed }),
      sends: { lambda, ecs },
    });
  }
  return pairs;
}

/** Most load per workload and platform that any collected request met, ladders too. */
export type CollectedRange = ReadonlyMap<string, { inFlight: number; ratePerS: number }>;

export function collectedRange(collected: readonly ReplayedSend[]): CollectedRange {
  const range = new Map<string, { inFlight: number; ratePerS: number }>();
  for (const send of collected) {
    for (const platform of platforms) {
      const key = `${send.workload}/${platform}`;
      const most = range.get(key) ?? { inFlight: 0, ratePerS: 0 };
      const { inFlight, ratePerS } = loadOn(platform, send);
      most.inFlight = Math.max(most.inFlight, inFlight);
      most.ratePerS = Math.max(most.ratePerS, ratePerS);
      range.set(key, most);
    }
  }
  return range;
}

function isOutside(send: ReplayedSend, range: CollectedRange): boolean {
  const most = range.get(`${send.workload}/${send.platform}`);
  const { inFlight, ratePerS } = loadOn(send.platform, send);
  return most === undefined || inFlight > most.inFlight || ratePerS > most.ratePerS;
}

function loadOn(platform: Platform, { load }: ReplayedSend) {
  return platform === 'lambda'
    ? { inFlight: load.inFlightLambda, ratePerS: load.recentRateLambdaPerS }
    : { inFlight: load.inFlightEcs, ratePerS: load.recentRateEcsPerS };
}

export function movedShare(
  pairs: ReadonlyMap<string, SimulatedPair>,
  self: readonly ReplayedSend[],
): number {
  const own = self.filter(({ requestId }) => pairs.has(requestId));
  const moved = own.filter((send) => pairs.get(send.requestId)?.routed !== send.platform);
  return own.length === 0 ? 0 : moved.length / own.length;
}
