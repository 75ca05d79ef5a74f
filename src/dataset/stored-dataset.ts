import type { Dataset } from '../domain/dataset/dataset.ts';
import { keysOf } from '../domain/names.ts';
import type { ObjectStore } from '../stores/object-store.ts';
import { buildDataset, type SlotParquet } from './merge.ts';

/**
 * Merges slots into the immutable dataset and stores what it is under its fingerprint. The same
 * slots give the same fingerprint and the same object, whoever builds it.
 */
export async function storeDataset(
  objects: ObjectStore,
  campaignId: string,
  parquet: readonly SlotParquet[],
): Promise<Dataset> {
  const dataset = await buildDataset({ parquet });
  const key = keysOf(campaignId).dataset(dataset.fingerprint);
  await objects.putIfAbsent(key, `${JSON.stringify(dataset, undefined, 2)}\n`);
  return dataset;
}
