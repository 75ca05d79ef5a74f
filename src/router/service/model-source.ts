import { readFile } from 'node:fs/promises';
import { type Champion, modelInUse } from '../../domain/models/model.ts';
import { keysOf } from '../../domain/names.ts';
import type { Platform } from '../../domain/platform.ts';
import type { ObjectStore } from '../../stores/object-store.ts';
import type { FollowedChampion, PinnedModel, RouterSettings } from './settings.ts';

/** What a router should route by at the moment. */
export type WantedRouter =
  | {
      readonly kind: 'model';
      readonly hash: string;
      /** The stored bytes as text; undefined when there are none. */
      readonly read: () => Promise<string | undefined>;
      readonly capacity?: CapacityDecision;
    }
  | { readonly kind: 'best-static'; readonly capacity?: CapacityDecision }
  | { readonly kind: 'missing'; readonly why: string };

/** The champion's own static part (METHOD 4.1), which goes before the settings'. */
export interface CapacityDecision {
  readonly table: Readonly<Record<string, Platform>>;
  readonly withCapacity: readonly string[];
}

export interface ModelSource {
  find(): Promise<WantedRouter>;
}

/** The source that the settings name. A store is opened by the process, which chooses the adapter. */
export function modelSource(
  settings: RouterSettings,
  openStore: (folder: string) => ObjectStore,
): ModelSource {
  if (settings.model !== undefined) return pinnedModel(settings.model);
  if (settings.champion === undefined) return { find: async () => ({ kind: 'best-static' }) };
  return followedChampion(settings.champion, openStore(settings.champion.store));
}

function pinnedModel({ path, hash }: PinnedModel): ModelSource {
  const read = async (): Promise<string | undefined> => {
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  };
  return { find: async () => ({ kind: 'model', hash, read }) };
}

function followedChampion({ campaign }: FollowedChampion, objects: ObjectStore): ModelSource {
  const keys = keysOf(campaign);
  const textOf = async (key: string): Promise<string | undefined> => {
    const stored = await objects.get(key);
    return stored === undefined ? undefined : new TextDecoder().decode(stored.body);
  };
  return {
    find: async () => {
      const text = await textOf(keys.champion);
      if (text === undefined) return { kind: 'missing', why: `${keys.champion} does not exist.` };
      const champion: Champion = JSON.parse(text);
      const { table, withCapacity } = champion;
      const capacity = { table, withCapacity };
      const hash = modelInUse(champion);
      if (hash === undefined) return { kind: 'best-static', capacity };
      return { kind: 'model', hash, capacity, read: () => textOf(keys.model(hash)) };
    },
  };
}
