import { nightSlots } from '../../domain/models/nights.ts';
import type { Plan } from '../../domain/plan.ts';
import { expectedCount } from '../../domain/requests/arrivals.ts';
import { type CpuMs, type LadderStep, ladderSteps } from '../../domain/requests/ladder.ts';
import { slotLoads } from '../../domain/requests/slot-load.ts';
import { slotStartMs } from '../../domain/schedule.ts';
import type { CheckedPlan } from '../../plan/load-plan.ts';

export interface SlotSummary {
  readonly slot: number;
  /** From the start of slot 1. */
  readonly offsetMs: number;
  /** Where the plan names a time. */
  readonly startsAt: string | undefined;
  /** Undefined where it depends on an hour, or on a log, that is not known yet. */
  readonly mixedPairs: number | undefined;
  /** Undefined while a CPU time is unknown: whose turn it is and how fast it goes depend on it. */
  readonly ladder: readonly LadderStep[] | undefined;
  readonly mostLadderPairs: number;
}

/** What every slot will send, as far as it is known before the campaign starts. */
export function slotSummaries(checked: CheckedPlan, cpuMs: CpuMs | undefined): SlotSummary[] {
  const { plan } = checked;
  const { schedule, load } = plan;
  const startMs = namedStartMs(plan);
  const mixed = mixedPairs(checked, startMs);
  const cap = (load.ladder?.utilisation.length ?? 0) * (load.ladder?.pairs ?? 0);
  return Array.from({ length: schedule.slots }, (_, index) => {
    const slot = index + 1;
    const ladder = cpuMs === undefined ? undefined : ladderSteps(plan, slot, cpuMs);
    return {
      slot,
      offsetMs: slotStartMs(schedule, 0, slot),
      startsAt:
        startMs === undefined
          ? undefined
          : new Date(slotStartMs(schedule, startMs, slot)).toISOString(),
      mixedPairs: mixed?.[index],
      ladder,
      mostLadderPairs: ladder?.reduce((sum, step) => sum + step.pairs, 0) ?? cap,
    };
  });
}

/** Pairs of all slots; where a slot's own number is not known, its load's mean stands in. */
export function pairsOf(
  plan: Plan,
  slots: readonly SlotSummary[],
): { readonly least: number; readonly most: number } {
  const { ratePerS, durationMs } = plan.load;
  const mean = expectedCount(ratePerS, durationMs);
  const mixed = slots.reduce((sum, slot) => sum + (slot.mixedPairs ?? mean), 0);
  const ladder = slots.reduce((sum, slot) => sum + slot.mostLadderPairs, 0);
  const isKnown = slots.every((slot) => slot.ladder !== undefined);
  return { least: isKnown ? mixed + ladder : mixed, most: mixed + ladder };
}

/** Slots after which a nightly retraining comes; undefined where only the start will tell. */
export function nightsOf(plan: Plan): readonly number[] | undefined {
  if (plan.learning.retrain === undefined) return [];
  const startMs = namedStartMs(plan);
  // After the last slot comes the final retraining, which is none of the nights.
  return startMs === undefined ? undefined : nightSlots(plan, startMs, plan.schedule.slots - 1);
}

function namedStartMs({ schedule }: Plan): number | undefined {
  const startMs = Date.parse(schedule.start);
  return Number.isNaN(startMs) ? undefined : startMs;
}

function mixedPairs(
  { plan, replay }: CheckedPlan,
  startMs: number | undefined,
): readonly number[] | undefined {
  const { load } = plan;
  if (load.source !== undefined) return replay?.requests;
  if (load.shape === 'diurnal' && startMs === undefined) return undefined;
  return slotLoads(plan, startMs ?? 0).map(({ requests }) => requests);
}
