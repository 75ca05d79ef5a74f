import { describe, expect, test } from 'vitest';
import {
  inOrder,
  type PastChampion,
  promotedByRequest,
  rolledBack,
} from '../../../src/domain/models/champion-history.ts';
import type { Champion } from '../../../src/domain/models/model.ts';
import { keysOf } from '../../../src/domain/names.ts';

const campaignId = 'w';
const keys = keysOf(campaignId);
const challengers = [{ family: 'random-forest', modelHash: 'f4' }] as const;

function aChampion(changes: Partial<Champion> = {}): Champion {
  return {
    kind: 'best-static',
    table: { light: 'lambda' },
    withCapacity: ['light'],
    reason: 'It is the first.',
    slotsSeen: 4,
    by: 'retraining',
    challengers,
    ...changes,
  };
}

function aLearned(modelHash: string, changes: Partial<Champion> = {}): Champion {
  const inUse = { kind: 'learned', family: 'random-forest', modelHash } as const;
  return aChampion({ ...inUse, learnedModelHash: modelHash, ...changes });
}

function past(champion: Champion, key = keys.championHistory(champion.slotsSeen)): PastChampion {
  return { key, champion };
}

describe('a promotion by request', () => {
  const router = { kind: 'learned', family: 'neural-network', modelHash: 'n4' } as const;
  const request = { campaignId, historyKeys: [keys.championHistory(4)], reason: 'I like it.' };

  test('puts the model to use, also in the hybrid arm, and says who wanted it', () => {
    const { champion, historyKey } = promotedByRequest({
      ...request,
      current: aChampion(),
      router,
    });
    expect(champion).toMatchObject({
      kind: 'learned',
      family: 'neural-network',
      modelHash: 'n4',
      learnedModelHash: 'n4',
      by: 'request',
      reason: 'I like it.',
    });
    expect(historyKey).toBe('campaigns/w/champions/004.request-1.json');
  });

  test('leaves the next retraining its challengers and what it has seen', () => {
    const { champion } = promotedByRequest({ ...request, current: aChampion(), router });
    expect(champion).toMatchObject({ slotsSeen: 4, challengers });
  });

  test('of best-static leaves no model in use, and the hybrid arm its own', () => {
    const { champion } = promotedByRequest({
      ...request,
      current: aLearned('f4', { restoredFrom: 'x' }),
      router: { kind: 'best-static' },
    });
    expect(champion).toMatchObject({ kind: 'best-static', learnedModelHash: 'f4' });
    expect(champion).not.toHaveProperty('modelHash');
    expect(champion).not.toHaveProperty('family');
    expect(champion).not.toHaveProperty('restoredFrom');
  });

  test('after others since the same retraining gets the next number', () => {
    const historyKeys = [
      keys.requestedChampion(3, 99),
      keys.championHistory(4),
      keys.requestedChampion(4, 2),
      keys.requestedChampion(4, 10),
    ];
    const { historyKey } = promotedByRequest({
      ...request,
      current: aChampion(),
      historyKeys,
      router,
    });
    expect(historyKey).toBe(keys.requestedChampion(4, 11));
  });
});

describe('rolling back', () => {
  const back = (current: Champion, history: readonly PastChampion[]) =>
    rolledBack({ campaignId, current, history, reason: 'Brought back.' });

  test('brings back the router before, with its table, and keeps what the retraining left', () => {
    const first = aChampion({ table: { light: 'ecs' }, slotsSeen: 2, challengers: [] });
    const current = aLearned('f4');
    const next = back(current, [past(first), past(current)]);
    expect(next?.champion).toEqual({
      kind: 'best-static',
      table: { light: 'ecs' },
      withCapacity: ['light'],
      reason: 'Brought back.',
      slotsSeen: 4,
      by: 'request',
      challengers,
      restoredFrom: keys.championHistory(2),
    });
    expect(next?.historyKey).toBe(keys.requestedChampion(4, 1));
  });

  test('again goes further back', () => {
    const [a, b, c] = [2, 3, 4].map((slotsSeen) => aLearned(`f${slotsSeen}`, { slotsSeen }));
    const history = [a, b, c].map((champion) => past(champion as Champion));
    const once = back(c as Champion, history);
    expect(once?.champion.modelHash).toBe('f3');
    const twice = back(once?.champion as Champion, [
      ...history,
      past(once?.champion as Champion, once?.historyKey),
    ]);
    expect(twice?.champion.modelHash).toBe('f2');
    const thrice = back(twice?.champion as Champion, [
      ...history,
      past(once?.champion as Champion, once?.historyKey),
      past(twice?.champion as Champion, twice?.historyKey),
    ]);
    expect(thrice).toBeUndefined();
  });

  test('passes over champions that are the same router', () => {
    const history = [
      past(aLearned('f2', { slotsSeen: 2 })),
      past(aChampion({ slotsSeen: 3 })),
      past(aChampion({ slotsSeen: 4 })),
    ];
    expect(back(aChampion(), history)?.champion.modelHash).toBe('f2');
  });

  test('undoes a promotion by request', () => {
    const before = aLearned('f4');
    const { champion, historyKey } = promotedByRequest({
      campaignId,
      current: before,
      historyKeys: [keys.championHistory(4)],
      router: { kind: 'best-static' },
      reason: 'Safe.',
    });
    const next = back(champion, [past(champion, historyKey), past(before)]);
    expect(next?.champion).toMatchObject({ kind: 'learned', modelHash: 'f4' });
    expect(next?.historyKey).toBe(keys.requestedChampion(4, 2));
  });

  test('from the first champion leads nowhere', () => {
    expect(back(aChampion(), [past(aChampion())])).toBeUndefined();
  });
});

test('the history is ordered by slots and requests, not by letters', () => {
  const names = [
    keys.requestedChampion(42, 10),
    keys.requestedChampion(42, 2),
    keys.championHistory(1000),
    keys.championHistory(42),
    keys.championHistory(7),
  ];
  expect(inOrder(names.map((key) => ({ key }))).map(({ key }) => key)).toEqual([
    keys.championHistory(7),
    keys.championHistory(42),
    keys.requestedChampion(42, 2),
    keys.requestedChampion(42, 10),
    keys.championHistory(1000),
  ]);
});

test('a foreign file among the champions is named', () => {
  expect(() =>
    inOrder([{ key: 'campaigns/w/champions/notes.txt' }, { key: keys.championHistory(1) }]),
  ).toThrow(/notes.txt.*remove it/);
});
