import type { Plan } from '../plan.ts';
import { momentOf, wallClockMs } from '../requests/local-time.ts';
import { slotStartMs } from '../schedule.ts';

/** What counting nights looks at. */
interface NightPlan {
  readonly schedule: Pick<Plan['schedule'], 'everyMs' | 'timezone'>;
  readonly learning: Pick<Plan['learning'], 'retrain'>;
}

/**
 * Whether a nightly retraining is due after a slot: its time of day, in the plan's time zone, comes
 * after the slot's nominal start and before the next one's. `startMs` is the start of slot 1.
 */
export function isNightAfter(plan: NightPlan, startMs: number, slot: number): boolean {
  return (
    nightsBetween(plan, slotStart(plan, startMs, slot), slotStart(plan, startMs, slot + 1)) > 0
  );
}

/** How many nominal nights have passed when so many slots are done. */
export function nightsPassed(plan: NightPlan, startMs: number, slotsDone: number): number {
  return nightsBetween(plan, startMs, slotStart(plan, startMs, slotsDone + 1));
}

/** The slots of a campaign after which a retraining is due. */
export function nightSlots(plan: NightPlan, startMs: number, slots: number): number[] {
  return Array.from({ length: slots }, (_, index) => index + 1).filter((slot) =>
    isNightAfter(plan, startMs, slot),
  );
}

function slotStart({ schedule }: NightPlan, startMs: number, slot: number): number {
  return slotStartMs(schedule, startMs, slot);
}

/** Nights from `fromMs` until before `toMs`. */
function nightsBetween({ schedule, learning }: NightPlan, fromMs: number, toMs: number): number {
  if (learning.retrain === undefined) return 0;
  const clock = { timezone: schedule.timezone, timeOfDayMs: timeOfDayMs(learning.retrain) };
  return nightsBefore(clock, toMs) - nightsBefore(clock, fromMs);
}

interface NightClock {
  readonly timezone: string;
  readonly timeOfDayMs: number;
}

const dayMs = 86_400_000;

/** Number of the last night that came before a moment, counted in days since 1970. */
function nightsBefore({ timezone, timeOfDayMs: ofDayMs }: NightClock, atMs: number): number {
  // The wall clock may be set back across midnight, hence tomorrow's night as well.
  let day = Math.floor(wallClockMs(atMs, timezone) / dayMs) + 1;
  while (momentOf(day * dayMs + ofDayMs, timezone) >= atMs) day -= 1;
  return day;
}

/** Of `HH:MM`, which the plan has checked. */
function timeOfDayMs(text: string): number {
  const [hours, minutes] = text.split(':').map(Number);
  return ((hours ?? 0) * 60 + (minutes ?? 0)) * 60_000;
}
