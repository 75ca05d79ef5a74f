import type { AddedTasks } from '../../domain/money/added-tasks.ts';
import { blockRun } from '../../domain/names.ts';
import type { RunReceipt, RunSummary } from '../../domain/receipt.ts';
import type { CampaignStore } from '../campaign-store.ts';

/** What joining the blocks of an evaluation found. */
export class BlockSummaries {
  readonly #summaries: ReadonlyMap<number, RunSummary>;

  private constructor(summaries: ReadonlyMap<number, RunSummary>) {
    this.#summaries = summaries;
  }

  static async read(store: CampaignStore, blocks: readonly number[]): Promise<BlockSummaries> {
    const summaries = new Map<number, RunSummary>();
    for (const block of blocks) {
      const key = store.keys.summary(blockRun(block));
      summaries.set(block, await store.requireJson<RunSummary>(key));
    }
    return new BlockSummaries(summaries);
  }

  isDegraded(block: number): boolean {
    return this.#summaries.get(block)?.degradedBecause.length !== 0;
  }

  addedTasksOf(block: number): readonly AddedTasks[] {
    return this.#summaries.get(block)?.addedTasks ?? [];
  }
}

/** When each run began, in epoch milliseconds, by the number of its slot or block, if known. */
export async function startsOf(
  store: CampaignStore,
  numbers: readonly number[],
  runOf: (number: number) => string,
): Promise<Readonly<Record<number, number>>> {
  const starts: Record<number, number> = {};
  for (const number of numbers) {
    const receipt = await store.json<RunReceipt>(store.keys.receipt(runOf(number)));
    if (receipt !== undefined) starts[number] = receipt.startsAtMs;
  }
  return starts;
}
