import type { RunSummary } from '../domain/receipt.ts';
import type { CampaignStore } from './campaign-store.ts';

/** Slots by their receipts: a workflow's list would be as long as the campaign. */
export async function joinedSlots(store: CampaignStore): Promise<{
  /** In order; degraded ones are left out. */
  readonly complete: readonly number[];
  readonly degraded: readonly number[];
  /** The last slot that was joined, 0 before there is one. */
  readonly last: number;
}> {
  const complete: number[] = [];
  const degraded: number[] = [];
  let last = 0;
  for (const key of await store.objects.list(store.keys.receipts)) {
    const name = /\/slot-(\d+)\.joined\.json$/.exec(key)?.[1];
    if (name === undefined) continue;
    const slot = Number(name);
    const { degradedBecause } = await store.requireJson<RunSummary>(key);
    (degradedBecause.length === 0 ? complete : degraded).push(slot);
    last = Math.max(last, slot);
  }
  return { complete, degraded, last };
}
