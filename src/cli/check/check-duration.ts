import type { Plan } from '../../domain/plan.ts';
import { collectionLengthMs, leadMs, mostBlocks } from '../../domain/schedule.ts';

/** Deploying and measuring at the start; training and the report. Both seen on two cores. */
const startMs = 10_000;
const endMs = 20_000;

/** Simulating, storing and joining at an immediate pace, on two cores: bench/simulated-week.ts. */
const immediateSlotMs = 650;
const immediateBlockMs = 500;
/** For each row that a tree is fitted to: 12 s for 60 trees of 2,000 rows. */
const immediateMsPerRow = 0.1;

/**
 * How long a campaign takes in all: its own time where it waits for the clock, an estimate from two
 * cores where it does not.
 */
export function campaignDurationMs(
  plan: Plan,
  { blockMs, nights }: { readonly blockMs: number; readonly nights: number },
): number {
  const blocks = mostBlocks(plan.evaluation);
  if (plan.schedule.pace === 'immediate') {
    const { families, trees, rowsPerTree } = plan.learning;
    const nightMs = families.length * trees * rowsPerTree * immediateMsPerRow;
    const slotsMs = plan.schedule.slots * immediateSlotMs + nights * nightMs;
    return startMs + slotsMs + blocks * immediateBlockMs + endMs;
  }
  return startMs + collectionLengthMs(plan) + blocks * (blockMs + leadMs(plan)) + endMs;
}
