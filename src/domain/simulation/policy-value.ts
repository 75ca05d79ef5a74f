/** V_self: what a router is worth that has to live with its own load (METHOD 5.2). */
import type { ModelArtifact } from '../models/model.ts';
import { priceBookOf } from '../money/price-books.ts';
import type { Platform } from '../platform.ts';
import type { IntendedRequest } from '../requests/requests.ts';
import {
  collectedRange,
  fixedPlatform,
  movedShare,
  type PolicyValue,
  pairsOf,
  policyValue,
  type ValuedPolicy,
  type ValueQuestion,
  valuedPolicies,
} from './policy-figures.ts';
import type { Replay, ReplayedRun, ReplayedSend, ReplayedService } from './simulated-replay.ts';

/** Stored beside the report: the values, or why there are none. */
export type PolicyValueResult =
  | ({ readonly status: 'valued' } & PolicyValues)
  | { readonly status: 'failed'; readonly reason: string };

export interface PolicyValues {
  readonly policies: readonly PolicyValue[];
  /** Slots that were replayed, of so many complete ones. */
  readonly slots: number;
  readonly ofSlots: number;
  /** Requests outside the ladder that were replayed. */
  readonly requests: number;
  /** Of the router: passes until what it says of the load that it made is what it did. */
  readonly passes?: number;
  readonly hasConverged?: boolean;
  /** Share of the requests that it sends elsewhere than on the load of a collection. */
  readonly movedShare?: number;
  /** What the fit of the simulator could not say. */
  readonly notes: readonly string[];
}

export interface PolicyQuestion extends ValueQuestion {
  readonly cpuMs: Readonly<Record<string, number>>;
  readonly artifact?: ModelArtifact;
  /** Complete slots as they were sent, ladders too, in their order. */
  readonly slots: readonly ReplayedRun[];
  readonly notes: readonly string[];
  readonly replay: Replay;
}

/** At 100,000 sends a second, which is a machine that others use, some twenty seconds. */
const mostRequests = 200_000;
/** By causality one pass is the fixed point and the next one shows it; more would be a fault. */
const mostPasses = 5;
const settledShare = 0.001;

/** Simulates the collection, then every policy on the same arrivals. */
export async function policyValuesOf(question: PolicyQuestion): Promise<PolicyValues> {
  const slots = affordable(question.slots);
  const asked = { ...question, slots };
  const range = collectedRange(await replay(asked, slots));
  const arrivals = slots.map(atOnce);
  const pairs = pairsOf(await replay(asked, arrivals), arrivals);
  const policies: PolicyValue[] = [];
  let settled: Settled | undefined;
  for (const policy of policiesOf(asked)) {
    let self = await replayPolicy(asked, arrivals, policy);
    if (policy === 'hybrid') {
      settled = await settle(asked, arrivals, self);
      self = settled.self;
    }
    policies.push(policyValue(policy, asked, { pairs, range, self }));
  }
  return {
    policies,
    slots: slots.length,
    ofSlots: question.slots.length,
    requests: pairs.size,
    ...(settled === undefined
      ? {}
      : {
          passes: settled.passes,
          hasConverged: settled.hasConverged,
          movedShare: movedShare(pairs, settled.self),
        }),
    notes: question.notes,
  };
}

/** From the first on; a slot is never cut, because its end is its ladder. */
function affordable(slots: readonly ReplayedRun[]): readonly ReplayedRun[] {
  let requests = 0;
  const end = slots.findIndex((slot, index) => {
    requests += slot.requests.length;
    return index > 0 && requests > mostRequests / 4;
  });
  return end === -1 ? slots : slots.slice(0, end);
}

function policiesOf({ artifact }: PolicyQuestion): readonly ValuedPolicy[] {
  return valuedPolicies.filter((policy) => policy !== 'hybrid' || artifact !== undefined);
}

async function replay(
  { plan, cpuMs, setup, artifact, replay: replayed }: PolicyQuestion,
  runs: readonly ReplayedRun[],
): Promise<readonly ReplayedSend[]> {
  return await replayed({
    plan,
    cpuMs,
    book: priceBookOf(plan.pricing),
    services: plan.workloads.flatMap(({ name, ecsTasks }): ReplayedService[] => [
      { owner: 'collection', platform: 'lambda', workload: name },
      { owner: 'collection', platform: 'ecs', workload: name, tasks: ecsTasks },
    ]),
    runs,
    ...(artifact === undefined ? {} : { router: { setup, artifact } }),
  });
}

/**
 * On pools and tasks of the same owner as the collected pairs: the same hosts and the same chance,
 * so that what differs is the load. `routing` pins what the router did before.
 */
async function replayPolicy(
  question: PolicyQuestion,
  arrivals: readonly ReplayedRun[],
  policy: ValuedPolicy,
  routing?: ReadonlyMap<string, Platform>,
): Promise<readonly ReplayedSend[]> {
  const runs = arrivals.map((run) => ({
    ...run,
    requests: run.requests.map((request): IntendedRequest => {
      const offsetMs = request.targets[0]?.offsetMs ?? 0;
      const target = { target: policy, owner: 'collection', offsetMs } as const;
      const platform =
        policy === 'hybrid'
          ? routing?.get(request.requestId)
          : fixedPlatform(policy, request.workload, question.setup);
      return { ...request, targets: [platform === undefined ? target : { ...target, platform }] };
    }),
  }));
  return await replay(question, runs);
}

interface Settled {
  readonly self: readonly ReplayedSend[];
  readonly passes: number;
  readonly hasConverged: boolean;
}

/**
 * The router sees only what was sent before, so routing in virtual time is at its fixed point after
 * one pass. Each further pass pins what the last one did, lets the platforms answer, asks the router
 * again about the load that it then sees, and ends when it would do the same.
 */
async function settle(
  question: PolicyQuestion,
  arrivals: readonly ReplayedRun[],
  first: readonly ReplayedSend[],
): Promise<Settled> {
  let self = first;
  let routing = new Map(self.map((send) => [send.requestId, send.platform]));
  for (let passes = 2; passes <= mostPasses; passes += 1) {
    self = await replayPolicy(question, arrivals, 'hybrid', routing);
    const changed = self.filter(({ platform, routed }) => platform !== routed).length;
    if (changed <= settledShare * self.length) return { self, passes, hasConverged: true };
    routing = new Map(self.map((send) => [send.requestId, send.routed ?? send.platform]));
  }
  return { self, passes: mostPasses, hasConverged: false };
}

/**
 * Pairs without the gap between their targets and without the ladder, as a policy gets them: what is
 * left between V_pair and V_self is the load.
 */
function atOnce(run: ReplayedRun): ReplayedRun {
  const requests = run.requests
    .filter(({ ladderStep, isLeadIn }) => ladderStep === undefined && !isLeadIn)
    .map((request) => {
      const offsetMs = Math.min(...request.targets.map((target) => target.offsetMs));
      return { ...request, targets: request.targets.map((target) => ({ ...target, offsetMs })) };
    });
  return { ...run, requests };
}
