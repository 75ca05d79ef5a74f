import { type EvaluationSetup, ecsWorkloadsOf } from '../evaluation.ts';
import { armBlockCosts } from '../money/arm-cost.ts';
import type { PriceBook } from '../money/price-books.ts';
import type { Plan } from '../plan.ts';
import { scoredMs } from '../schedule.ts';
import { decideVerdict } from './decide.ts';
import type { CollectedArms } from './platform-estimates.ts';
import type { ArmBlockCost, ArmCell, Verdict } from './verdict.ts';

export interface ScoreQuestion {
  readonly plan: Plan;
  readonly setup: EvaluationSetup;
  /** What each arm did with each workload in each scored block. */
  readonly cells: readonly ArmCell[];
  /** Busy time of one request on one vCPU, per workload. */
  readonly cpuMs: Readonly<Record<string, number>>;
  readonly book: PriceBook;
  /** When each block began, by its number. */
  readonly startsAtMs?: Readonly<Record<number, number>>;
  /** The collection's mixed load, for the contrast of the two platforms (METHOD 6.0). */
  readonly collection?: CollectedArms;
  /** Of the bootstrap; fewer than its default only to test. */
  readonly resamples?: number;
}

/** The verdict on an evaluation, measured or simulated again: costs first (METHOD 3.5), then 6. */
export function scoreCells(question: ScoreQuestion): Verdict {
  const { plan, setup, cells, resamples, startsAtMs, collection } = question;
  const costs = scoredCosts(question);
  return decideVerdict({
    plan,
    cells,
    costs,
    arms: setup.arms,
    skipped: setup.skipped,
    seed: plan.seed,
    ...(startsAtMs === undefined ? {} : { startsAtMs }),
    ...(collection === undefined ? {} : { collection }),
    ...(resamples === undefined ? {} : { resamples }),
  });
}

/** What every arm cost in every scored block (METHOD 3.5). */
export function scoredCosts({
  plan,
  setup,
  cells,
  cpuMs,
  book,
}: Omit<ScoreQuestion, 'resamples'>): ArmBlockCost[] {
  return armBlockCosts({
    cells,
    plan,
    cpuMs,
    book,
    ...(setup.tasks === undefined ? {} : { tasks: setup.tasks }),
    hoursOf: (block) => scoredMs(plan, block) / 3_600_000,
    services: {
      'lambda-only': ecsWorkloadsOf('lambda-only', setup, plan),
      'ecs-only': ecsWorkloadsOf('ecs-only', setup, plan),
      hybrid: ecsWorkloadsOf('hybrid', setup, plan),
      'best-static': ecsWorkloadsOf('best-static', setup, plan),
      'lambda-only-again': ecsWorkloadsOf('lambda-only-again', setup, plan),
      'ecs-only-again': ecsWorkloadsOf('ecs-only-again', setup, plan),
    },
  });
}
