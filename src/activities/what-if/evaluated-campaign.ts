import { evaluationCells } from '../../dataset/evaluation/evaluation-cells.ts';
import { billedSums } from '../../dataset/figures/billed-sums.ts';
import type { EvaluationSetup } from '../../domain/evaluation.ts';
import { priceBookOf } from '../../domain/money/price-books.ts';
import { blockRun, parseSummaryKey } from '../../domain/names.ts';
import type { Plan } from '../../domain/plan.ts';
import type { RunSummary } from '../../domain/receipt.ts';
import { scoreCells } from '../../domain/verdict/score-cells.ts';
import type { ArmCell, Verdict } from '../../domain/verdict/verdict.ts';
import type { BilledSum } from '../../domain/what-if/repricing.ts';
import type { CampaignStore } from '../campaign-store.ts';
import { withBlocks } from '../stored-observations.ts';

/** What was measured in an evaluation, and what is needed to score it again. */
export interface EvaluatedCampaign {
  readonly store: CampaignStore;
  readonly plan: Plan;
  readonly cpuMs: Readonly<Record<string, number>>;
  readonly setup: EvaluationSetup;
  /** Measured ones, lead-in ones among them, in their order. */
  readonly blocks: readonly number[];
  /** Of the blocks behind the lead-in. */
  readonly cells: readonly ArmCell[];
  readonly billed: readonly BilledSum[];
  readonly baseline: Verdict;
  /** With doubts that cells do not show, such as degraded blocks. */
  readonly stored: Verdict | undefined;
}

export async function openCampaign(store: CampaignStore): Promise<EvaluatedCampaign> {
  const [plan, { cpuMs }, setup] = await Promise.all([
    store.plan(),
    store.deployment(),
    store.requireJson<EvaluationSetup>(store.keys.evaluation),
  ]);
  const keys = await store.objects.list(store.keys.receipts);
  const blocks = keys
    .flatMap((key) => {
      const parsed = parseSummaryKey(key);
      return parsed?.kind === 'block' ? [parsed.number] : [];
    })
    .sort((a, b) => a - b);
  const scored = blocks.filter((block) => block > plan.evaluation.leadInBlocks);
  const summaries = new Map<number, RunSummary>();
  for (const block of scored) {
    summaries.set(block, await store.requireJson<RunSummary>(store.keys.summary(blockRun(block))));
  }
  const [{ cells }, billed] = await withBlocks(store, scored, (parquet) =>
    Promise.all([
      evaluationCells({
        parquet,
        plan,
        cpuMs,
        addedTasksOf: (block) => summaries.get(block)?.addedTasks ?? [],
      }),
      billedSums(parquet),
    ]),
  );
  const baseline = scoreCells({ plan, setup, cells, cpuMs, book: priceBookOf(plan.pricing) });
  const stored = await store.json<Verdict>(store.keys.report('verdict.json'));
  return { store, plan, cpuMs, setup, blocks, cells, billed, baseline, stored };
}
