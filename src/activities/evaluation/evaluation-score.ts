import { evaluationCells } from '../../dataset/evaluation/evaluation-cells.ts';
import type { EvaluationSetup } from '../../domain/evaluation.ts';
import { priceBookOf } from '../../domain/money/price-books.ts';
import { blockRun } from '../../domain/names.ts';
import type { Plan } from '../../domain/plan.ts';
import { scoreCells, scoredCosts } from '../../domain/verdict/score-cells.ts';
import type { ArmCell, Verdict } from '../../domain/verdict/verdict.ts';
import { agreement, doubted } from '../../domain/verdict/verdict-doubt.ts';
import type { CampaignStore } from '../campaign-store.ts';
import { joinedSlots } from '../joined-slots.ts';
import { withBlocks } from '../stored-observations.ts';
import { BlockSummaries, startsOf } from './block-summaries.ts';
import { collectedArms } from './collected-arms.ts';
import { computedRivals } from './computed-rivals.ts';

export interface MeasuredEvaluation {
  readonly store: CampaignStore;
  readonly plan: Plan;
  readonly setup: EvaluationSetup;
  readonly cpuMs: Readonly<Record<string, number>>;
  /** Blocks that count: measured, and behind the lead-in. */
  readonly blocks: readonly number[];
}

/** With a smaller share of its requests sent, an arm was not measured but sampled (METHOD 1.6). */
const leastIssuedShare = 0.98;

/**
 * Costs, contrasts and the answer, with every doubt about them, and the computed rivals beside the
 * arms. The verdict is made with and without degraded blocks and slots (METHOD 1.6).
 */
export async function scoreBlocks(measured: MeasuredEvaluation): Promise<Verdict> {
  const { store, blocks } = measured;
  const summaries = await BlockSummaries.read(store, blocks);
  const slots = await joinedSlots(store);
  const joined = [...slots.complete, ...slots.degraded].sort((a, b) => a - b);
  const all = await scored({ ...measured, summaries, slots: joined });
  const rivals = await rivalsOf(measured, all, slots.complete);
  const verdict = { ...all.verdict, ...(rivals === undefined ? {} : { baselines: rivals }) };

  const complete = blocks.filter((block) => !summaries.isDegraded(block));
  const degraded = { blocks: blocks.length - complete.length, slots: slots.degraded.length };
  if (degraded.blocks === 0 && degraded.slots === 0) return verdict;
  if (complete.length === 0) {
    return doubted(
      { ...verdict, degraded: { ...degraded, isSame: false } },
      'every scored block is degraded.',
    );
  }
  const without = { ...measured, blocks: complete, summaries, slots: slots.complete };
  return agreement(verdict, (await scored(without)).verdict, degraded);
}

interface Scored {
  readonly cells: readonly ArmCell[];
  readonly startsAtMs: Readonly<Record<number, number>>;
  readonly verdict: Verdict;
}

async function scored(
  measured: MeasuredEvaluation & {
    readonly summaries: BlockSummaries;
    readonly slots: readonly number[];
  },
): Promise<Scored> {
  const { store, plan, setup, cpuMs, blocks, summaries, slots } = measured;
  const { cells, issuedShare } = await withBlocks(store, blocks, (parquet) =>
    evaluationCells({
      parquet,
      plan,
      cpuMs,
      addedTasksOf: (block) => summaries.addedTasksOf(block),
    }),
  );
  const book = priceBookOf(plan.pricing);
  const startsAtMs = await startsOf(store, blocks, blockRun);
  const collection = await collectedArms(store, slots, measured);
  const verdict = scoreCells({
    ...{ plan, setup, cells, cpuMs, book, startsAtMs },
    ...(collection === undefined ? {} : { collection }),
  });
  const short = setup.arms.filter((arm) => (issuedShare[arm] ?? 0) < leastIssuedShare);
  if (short.length === 0) return { cells, startsAtMs, verdict };
  const share = `${100 * leastIssuedShare} %`;
  const doubt = `of ${short.join(' and ')} less than ${share} of the requests have an outcome.`;
  return { cells, startsAtMs, verdict: doubted(verdict, doubt) };
}

async function rivalsOf(
  { store, plan, setup, cpuMs, blocks }: MeasuredEvaluation,
  { cells, startsAtMs, verdict }: Scored,
  slots: readonly number[],
): Promise<Verdict['baselines']> {
  const priced = { plan, setup, cells, cpuMs, book: priceBookOf(plan.pricing) };
  const { quantile } = verdict;
  return await computedRivals(
    store,
    {
      ...priced,
      costs: scoredCosts(priced),
      startsAtMs,
      ...(quantile === undefined ? {} : { quantile }),
    },
    { blocks, slots },
  );
}
