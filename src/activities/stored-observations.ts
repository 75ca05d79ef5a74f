import { withObjectFiles } from '../dataset/object-files.ts';
import type { CampaignStore } from './campaign-store.ts';

export interface StoredSlot {
  readonly slot: number;
  readonly path: string;
}

export interface StoredBlock {
  readonly block: number;
  readonly path: string;
}

/** Fetches the observations of slots into a folder for the time of `use`, in the given order. */
export async function withSlots<Result>(
  store: CampaignStore,
  slots: readonly number[],
  use: (parquet: readonly StoredSlot[]) => Promise<Result>,
): Promise<Result> {
  const keys = slots.map((slot) => store.keys.slotObservations(slot));
  return await withFiles(store, keys, (paths) =>
    use(slots.map((slot, index) => ({ slot, path: paths[index] ?? '' }))),
  );
}

/** As `withSlots`, for blocks of the evaluation. */
export async function withBlocks<Result>(
  store: CampaignStore,
  blocks: readonly number[],
  use: (parquet: readonly StoredBlock[]) => Promise<Result>,
): Promise<Result> {
  const keys = blocks.map((block) => store.keys.blockObservations(block));
  return await withFiles(store, keys, (paths) =>
    use(blocks.map((block, index) => ({ block, path: paths[index] ?? '' }))),
  );
}

async function withFiles<Result>(
  store: CampaignStore,
  keys: readonly string[],
  use: (paths: readonly string[]) => Promise<Result>,
): Promise<Result> {
  return await withObjectFiles((key) => store.requireBytes(key), keys, use);
}
