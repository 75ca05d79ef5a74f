import type { LoadShape, Plan } from '../plan.ts';
import { randomFor } from '../statistics/random.ts';
import { exactArrivals, poissonArrivals, splitByShares } from './arrivals.ts';
import { azureArrivals, azureFunctions } from './shapes/azure.ts';
import { type Warp, warped, warpOf } from './shapes/warp.ts';
import type { SlotLoad } from './slot-load.ts';

/** A request before it has a number, a payload and targets. */
export interface Arrival {
  readonly workload: string;
  /** From the start of the run. */
  readonly offsetMs: number;
  /** Place among the requests of its workload in the run, from 0. */
  readonly index: number;
  readonly ladderStep?: number;
  /** Of a replayed request, if the log says it. */
  readonly payloadBytes?: number;
}

interface MixedDraw extends SlotLoad {
  readonly plan: Plan;
  readonly run: string;
  readonly durationMs: number;
  readonly counts: 'exact' | 'drawn';
  readonly shape: LoadShape;
}

/** The mix of all workloads by their shares, in the shape of the load. */
export function drawMixed(mix: MixedDraw): Arrival[] {
  const { plan, run, durationMs, ratePerS, requests, counts, shape } = mix;
  const shares = plan.workloads.map((workload) => workload.share);
  const exactCounts = splitByShares(requests, shares);
  const warp = warpOf(shape, durationMs, randomFor(plan.seed, run, 'shape'));
  return plan.workloads.flatMap(({ name, share }, place) => {
    const window = { durationMs, random: randomFor(plan.seed, run, name, 'arrivals') };
    const steady =
      counts === 'exact'
        ? exactArrivals(exactCounts[place] ?? 0, window)
        : poissonArrivals(ratePerS * share, window);
    const offsets =
      shape === 'azure'
        ? azureArrivals(azureFunctions(plan.seed, name), steady.length, window)
        : shaped(steady, durationMs, warp);
    return offsets.map((offsetMs, index) => ({ workload: name, offsetMs, index }));
  });
}

function shaped(steady: number[], durationMs: number, warp: Warp | undefined): number[] {
  return warp === undefined ? steady : warped(steady, durationMs, warp);
}
