import type { LoadPlan, Plan } from '../plan.ts';
import { slotStartMs } from '../schedule.ts';
import { expectedCount } from './arrivals.ts';
import { diurnalFactor } from './shapes/diurnal.ts';

/** The mixed load of one slot, over all workloads. */
export interface SlotLoad {
  readonly ratePerS: number;
  /** Rounded so that the slots together have what their rates say, not each by itself. */
  readonly requests: number;
}

interface SlotLoadPlan {
  readonly load: Pick<LoadPlan, 'ratePerS' | 'durationMs' | 'shape'>;
  readonly schedule: Pick<Plan['schedule'], 'everyMs' | 'timezone' | 'slots'>;
}

/**
 * Rate and number of requests of a slot: the plan's, or under `shape: diurnal` what the slot's
 * nominal hour makes of them. `startsAtMs` is that hour, in epoch milliseconds.
 */
export function slotLoad(
  plan: SlotLoadPlan,
  slot: number,
  startsAtMs: number | undefined,
): SlotLoad {
  if (plan.load.shape !== 'diurnal') return meanLoad(plan);
  if (startsAtMs === undefined) {
    throw new Error(`The load of slot ${slot} follows its hour, and nobody said which that is.`);
  }
  const firstMs = startsAtMs - slotStartMs(plan.schedule, 0, slot);
  const load = diurnalLoads(plan, firstMs, slot).at(-1);
  if (load === undefined) throw new Error(`There is no slot ${slot}: they are numbered from 1.`);
  return load;
}

/** The loads of all slots; `startMs` is when slot 1 starts. */
export function slotLoads(plan: SlotLoadPlan, startMs: number): SlotLoad[] {
  const { slots } = plan.schedule;
  if (plan.load.shape === 'diurnal') return diurnalLoads(plan, startMs, slots);
  return Array.from({ length: slots }, () => meanLoad(plan));
}

function meanLoad({ load }: SlotLoadPlan): SlotLoad {
  return { ratePerS: load.ratePerS, requests: expectedCount(load.ratePerS, load.durationMs) };
}

function diurnalLoads(
  { load, schedule }: SlotLoadPlan,
  startMs: number,
  slots: number,
): SlotLoad[] {
  let due = 0;
  let given = 0;
  return Array.from({ length: slots }, (_, index) => {
    const hourMs = slotStartMs(schedule, startMs, index + 1);
    const ratePerS = load.ratePerS * diurnalFactor(hourMs, schedule.timezone);
    due += (ratePerS * load.durationMs) / 1000;
    const requests = Math.round(due) - given;
    given += requests;
    return { ratePerS, requests };
  });
}
