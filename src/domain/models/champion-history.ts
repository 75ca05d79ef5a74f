import { keysOf } from '../names.ts';
import type { Challenger, Champion } from './model.ts';

/** What a person wants to be in use. */
export type RequestedRouter =
  | { readonly kind: 'best-static' }
  | ({ readonly kind: 'learned' } & Pick<Challenger, 'family' | 'modelHash'>);

/** A champion as it stands in the history, with its object key. */
export interface PastChampion {
  readonly key: string;
  readonly champion: Champion;
}

export interface NextChampion {
  readonly champion: Champion;
  /** Where it is kept beside the one in use; to be written before it. */
  readonly historyKey: string;
}

interface ChangeByRequest {
  readonly campaignId: string;
  readonly current: Champion;
  /** Keys in the folder of champions, in any order. */
  readonly historyKeys: readonly string[];
}

/**
 * The champion that puts another router to use because somebody asks for it. What belongs to the
 * last retraining stays: the next one judges its challengers as if nothing had happened.
 */
export function promotedByRequest(
  input: ChangeByRequest & { readonly router: RequestedRouter; readonly reason: string },
): NextChampion {
  const { current, router, reason } = input;
  const { modelHash: _model, family: _family, restoredFrom: _restored, ...kept } = current;
  const champion: Champion = {
    ...kept,
    kind: router.kind,
    ...(router.kind === 'learned'
      ? { modelHash: router.modelHash, family: router.family, learnedModelHash: router.modelHash }
      : {}),
    reason,
    by: 'request',
  };
  return { champion, historyKey: nextRequestKey(input) };
}

/**
 * The champion that brings back the router that was in use before, its table and capacities
 * included. Undefined when there was no other one. Rolling back again goes further back.
 */
export function rolledBack(
  input: Omit<ChangeByRequest, 'historyKeys'> & {
    readonly history: readonly PastChampion[];
    readonly reason: string;
  },
): (NextChampion & { readonly restored: PastChampion }) | undefined {
  const { campaignId, current, history, reason } = input;
  const ordered = inOrder(history);
  const restored = ordered
    .slice(0, placeOf(current, ordered))
    .findLast(({ champion }) => !isSameRouter(champion, current));
  if (restored === undefined) return undefined;
  const { challengers, drift, slotsSeen } = current;
  const { challengers: _challengers, drift: _drift, ...router } = restored.champion;
  const champion: Champion = {
    ...router,
    slotsSeen,
    ...(challengers === undefined ? {} : { challengers }),
    ...(drift === undefined ? {} : { drift }),
    reason,
    by: 'request',
    restoredFrom: restored.champion.restoredFrom ?? restored.key,
  };
  const historyKeys = ordered.map(({ key }) => key);
  return {
    champion,
    historyKey: nextRequestKey({ campaignId, current, historyKeys }),
    restored,
  };
}

/** Oldest first: by the slots that were seen, a retraining before the requests that followed it. */
export function inOrder<Past extends { readonly key: string }>(history: readonly Past[]): Past[] {
  return [...history].sort((a, b) => {
    const [slotsA, requestA] = placeInName(a.key);
    const [slotsB, requestB] = placeInName(b.key);
    return slotsA - slotsB || requestA - requestB;
  });
}

function nextRequestKey({ campaignId, current, historyKeys }: ChangeByRequest): string {
  const requests = historyKeys
    .map(placeInName)
    .filter(([slotsSeen]) => slotsSeen === current.slotsSeen)
    .map(([, request]) => request);
  return keysOf(campaignId).requestedChampion(current.slotsSeen, Math.max(0, ...requests) + 1);
}

/** Of `champions/042.json` and `champions/042.request-3.json`. */
function placeInName(key: string): readonly [slotsSeen: number, request: number] {
  const [, slotsSeen, request = '0'] = /(\d+)(?:\.request-(\d+))?\.json$/.exec(key) ?? [];
  if (slotsSeen === undefined) {
    throw new Error(`"${key}" is no champion's history; remove it from the campaign's champions.`);
  }
  return [Number(slotsSeen), Number(request)];
}

/** Where the champion in use stands in the history: one that was brought back stands where it was. */
function placeOf(current: Champion, ordered: readonly PastChampion[]): number {
  const key = current.restoredFrom;
  const place = key === undefined ? -1 : ordered.findIndex((past) => past.key === key);
  return place === -1 ? ordered.length : place;
}

function isSameRouter(a: Champion, b: Champion): boolean {
  return (
    a.kind === b.kind &&
    (a.kind === 'best-static'
      ? JSON.stringify(a.table) === JSON.stringify(b.table)
      : (a.modelHash ?? a.learnedModelHash) === (b.modelHash ?? b.learnedModelHash))
  );
}
