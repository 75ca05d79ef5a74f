/** Routing by the rate alone: the simplest rival of a learned router (METHOD 3.4, 6.1). */

import type { Plan, WorkloadPlan } from '../plan.ts';
import { diurnalFactor } from '../requests/shapes/diurnal.ts';
import { type BreakEven, breakEvenPerHour } from './break-even.ts';
import { tasksNeeded } from './fargate-price.ts';
import { expectedBilledMs } from './lambda-price.ts';
import type { PriceBook } from './price-books.ts';

/** Where one workload goes in each hour of the week, by price. */
export interface RateSwitch {
  readonly workload: string;
  /** Busy time of one request on one vCPU. */
  readonly cpuMs: number;
  /** Mean billed time of a request on Lambda, and whether it was measured or follows from `cpuMs`. */
  readonly lambdaBilledMs: number;
  readonly isBilledMeasured: boolean;
  /** Absent: Fargate is never cheaper, however high the rate. */
  readonly breakEven?: BreakEven;
  /** 168, from Monday 0:00 on in the plan's time zone. */
  readonly hours: readonly HourWeights[];
}

export interface HourWeights {
  /** Monday is 0. */
  readonly day: number;
  readonly hour: number;
  /** Expected by the plan. */
  readonly requestsPerHour: number;
  /** Tasks that serve the rate at the target utilisation; 0 where all goes to Lambda. */
  readonly tasks: number;
  readonly lambdaPercent: number;
  readonly ecsPercent: number;
}

/**
 * All requests of an hour go to the platform that is cheaper at the hour's expected rate: below the
 * break-even Lambda, from there on Fargate with as many tasks as the target utilisation wants. Only
 * `shape: diurnal` expects different rates in different hours; a replayed log has its mean rate.
 */
export function switchByRate(
  plan: Plan,
  book: PriceBook,
  measured: {
    readonly workload: WorkloadPlan;
    readonly cpuMs: number;
    readonly lambdaBilledMs?: number;
  },
): RateSwitch {
  const { workload, cpuMs } = measured;
  const breakEven = breakEvenPerHour(book, plan.pricing, workload, measured);
  return {
    workload: workload.name,
    cpuMs,
    lambdaBilledMs: measured.lambdaBilledMs ?? expectedBilledMs(workload, cpuMs),
    isBilledMeasured: measured.lambdaBilledMs !== undefined,
    ...(breakEven === undefined ? {} : { breakEven }),
    hours: Array.from({ length: 7 * 24 }, (_, place) => {
      const ratePerS = plan.load.ratePerS * workload.share * loadFactor(plan, place);
      const isEcs = isFargateCheaper(breakEven, 3600 * ratePerS);
      return {
        day: Math.floor(place / 24),
        hour: place % 24,
        requestsPerHour: 3600 * ratePerS,
        tasks: isEcs ? tasksNeeded(plan.pricing, workload, { ratePerS, cpuMs }) : 0,
        lambdaPercent: isEcs ? 0 : 100,
        ecsPercent: isEcs ? 100 : 0,
      };
    }),
  };
}

/** Fargate is also cheaper for a while below the break-even, until it needs a further task. */
export function isFargateCheaper(breakEven: BreakEven | undefined, perHour: number): boolean {
  if (breakEven === undefined) return false;
  if (perHour >= breakEven.requestsPerHour) return true;
  return breakEven.earlier.some(
    ({ fromPerHour, toPerHour }) => perHour >= fromPerHour && perHour <= toPerHour,
  );
}

/** A Monday, 0:00: any week has the same hours on its own clock. */
const someMondayMs = Date.UTC(2026, 0, 5);

function loadFactor({ load }: Plan, hourOfWeek: number): number {
  if (load.shape !== 'diurnal') return 1;
  return diurnalFactor(someMondayMs + hourOfWeek * 3_600_000, 'UTC');
}
