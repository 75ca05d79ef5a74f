import type { EvaluationPlan, SchedulePlan } from '../domain/plan.ts';
import type { TestbedName } from '../domain/platform.ts';
import { testbedFacts } from '../domain/testbed-facts.ts';

/** Defaults that follow from another field of the plan; all others stand in the schema. */

type BlockDefaults = Pick<EvaluationPlan, 'blocks' | 'leadInBlocks' | 'blockDurationMs'>;

/** Where the arms take turns a block is a round of stretches; elsewhere it is an hour of all arms. */
export function blockDefaults(testbed: TestbedName): BlockDefaults {
  return testbedFacts[testbed].armsTakeTurns
    ? { blocks: 9, leadInBlocks: 1, blockDurationMs: 4_000 }
    : { blocks: 24, leadInBlocks: 0, blockDurationMs: 3_600_000 };
}

/**
 * Nominal time has no now. A fixed Monday makes a plan that says nothing the same experiment
 * whenever it runs: the hours of its slots are features, and part of its dataset.
 */
const firstNominalMonday = '2026-01-05T00:00:00Z';

export function defaultStart(pace: SchedulePlan['pace']): string {
  return pace === 'immediate' ? firstNominalMonday : 'now';
}

const longestGraceMs = 600_000;

/** Ten minutes of an hour; of shorter slots a quarter, so that a late one ends before the next. */
export function defaultGraceMs(everyMs: number): number {
  return Math.min(longestGraceMs, Math.floor(everyMs / 4));
}
