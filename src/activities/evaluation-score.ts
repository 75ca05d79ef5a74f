import { evaluationCells } from '../dataset/evaluation-cells.ts';
import type { EvaluationSetup } from '../domain/evaluation.ts';
import { blockRun } from '../domain/names.ts';
import type { Plan } from '../domain/plan.ts';
import { priceBookOf } from '../domain/price-books.ts';
import type { RunSummary } from '../domain/receipt.ts';
import { scoreCells } from '../domain/score-cells.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { CampaignStore } from './campaign-store.ts';
import { withBlocks } from './stored-observations.ts';

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

/** Costs, contrasts and the answer, with every doubt about them. */
export async function scoreBlocks(measured: MeasuredEvaluation): Promise<Verdict> {
  const { store, blocks } = measured;
  const summaries = await blockSummaries(store, blocks);
  const verdict = await verdictOf(measured, summaries);
  const complete = blocks.filter((block) => summaries.get(block)?.degradedBecause.length === 0);
  if (complete.length === blocks.length) return verdict;
  if (complete.length === 0) return doubted(verdict, 'every scored block is degraded.');
  const without = await verdictOf({ ...measured, blocks: complete }, summaries);
  return agreement(verdict, without, blocks.length - complete.length);
}

type Summaries = ReadonlyMap<number, RunSummary>;

async function blockSummaries(store: CampaignStore, blocks: readonly number[]): Promise<Summaries> {
  const summaries = new Map<number, RunSummary>();
  for (const block of blocks) {
    const key = store.keys.summary(blockRun(block));
    summaries.set(block, await store.requireJson<RunSummary>(key));
  }
  return summaries;
}

async function verdictOf(measured: MeasuredEvaluation, summaries: Summaries): Promise<Verdict> {
  const { store, plan, setup, cpuMs, blocks } = measured;
  const { cells, issuedShare } = await withBlocks(store, blocks, (parquet) =>
    evaluationCells({
      parquet,
      plan,
      cpuMs,
      addedTasksOf: (block) => summaries.get(block)?.addedTasks ?? [],
    }),
  );
  const book = priceBookOf(plan.pricing);
  const verdict = scoreCells({ plan, setup, cells, cpuMs, book });
  const short = setup.arms.filter((arm) => (issuedShare[arm] ?? 0) < leastIssuedShare);
  if (short.length === 0) return verdict;
  const share = `${100 * leastIssuedShare} %`;
  return doubted(
    verdict,
    `of ${short.join(' and ')} less than ${share} of the requests have an outcome.`,
  );
}

/** METHOD 1.6: the verdict holds only when it does not hang on the degraded blocks. */
function agreement(all: Verdict, complete: Verdict, degraded: number): Verdict {
  if (all.answer === complete.answer && all.isDecided === complete.isDecided) return all;
  const sentence =
    `Undecided: with the ${degraded} degraded blocks the answer is another than without them. ` +
    `With them: ${all.sentence} Without them: ${complete.sentence}`;
  return { ...all, isDecided: false, sentence };
}

function doubted(verdict: Verdict, doubt: string): Verdict {
  const sentence = `Undecided: ${doubt} Without that doubt: ${verdict.sentence}`;
  return { ...verdict, isDecided: false, sentence };
}
