import { describe, expect, test } from 'vitest';

import type { TrainingResult } from '../../../src/activities/learning/models.ts';
import { createPromotionActivities } from '../../../src/activities/learning/promotions.ts';
import { promotedByRequest } from '../../../src/domain/models/champion-history.ts';
import type { Champion } from '../../../src/domain/models/model.ts';
import { copiesOf } from '../copied-store.ts';
import { type ActivityRig, aRig, campaignId, perform } from '../rig.ts';
import {
  aTrainableRig,
  datasetOf,
  promoted,
  retrained,
  type Stump,
  storePairs,
  stumpNamed,
  trained,
} from '../trained-campaign.ts';

const failed: TrainingResult = { family: 'random-forest', kind: 'failed', reason: 'A leak.' };

/** Six slots and a first retraining, whose stump is better on the two that were held out. */
const aFirstNight = nights([stumpNamed('random-forest')]);
const aFirstNightOfTwo = nights([stumpNamed('random-forest'), stumpNamed('neural-network')]);

/** The night is the same for every test, so it happens once. */
function nights(families: readonly Stump[]) {
  let first: Awaited<ReturnType<typeof retrained>>;
  const happenedOnce = copiesOf(async () => {
    const rig = await aTrainableRig(families);
    await storePairs(rig, [1, 2, 3, 4, 5, 6]);
    first = await retrained(rig, [1, 2, 3, 4, 5, 6], { judge: 'split' });
    return rig;
  });
  return async () => {
    const rig = await happenedOnce(await aTrainableRig(families));
    return { rig, first };
  };
}

describe('the first retraining', () => {
  test('puts a model to use that was better on slots that it had not seen', async () => {
    const { first } = await aFirstNight();
    const [challenger] = first.champion.challengers ?? [];
    expect(first.champion).toMatchObject({
      kind: 'learned',
      family: 'random-forest',
      modelHash: challenger?.modelHash,
      learnedModelHash: challenger?.modelHash,
      by: 'retraining',
      slotsSeen: 6,
    });
    expect(first.result).toMatchObject({
      championKind: 'learned',
      championFamily: 'random-forest',
      challengers: [challenger],
    });
    expect(first.result).not.toHaveProperty('driftWarnings');
  });

  test('leaves what each family has learned to the next one, to be judged', async () => {
    const { first } = await aFirstNightOfTwo();
    expect(first.champion.challengers).toEqual([
      { family: 'random-forest', modelHash: expect.any(String), vPair: expect.any(Number) },
      { family: 'neural-network', modelHash: expect.any(String), vPair: expect.any(Number) },
    ]);
  });

  test('keeps best-static when the training failed, and says why', async () => {
    const { result, champion } = await promoted(await aRig(), {
      slotsSeen: 4,
      trainings: [failed],
    });
    expect(result).toEqual({
      slotsSeen: 4,
      championKind: 'best-static',
      championReason: 'A leak.',
      findings: [],
    });
    expect(champion).toMatchObject({ kind: 'best-static', slotsSeen: 4 });
    expect(champion.learnedModelHash).toBeUndefined();
    expect(champion.table).toEqual({ light: 'lambda', heavy: expect.any(String) });
  });
});

describe('a later retraining', () => {
  test('judges on the slots in between, and puts the same recipe to use with more data', async () => {
    const { rig, first } = await aFirstNight();
    await storePairs(rig, [7, 8]);
    const { champion, result } = await retrained(rig, [1, 2, 3, 4, 5, 6, 7, 8]);
    expect(champion).toMatchObject({ kind: 'learned', family: 'random-forest', slotsSeen: 8 });
    expect(champion.modelHash).not.toBe(first.champion.modelHash);
    expect(champion.reason).toContain('fitted again on all 8 slots');
    // Not judged by itself: V_pair is that of its predecessor on slots 7 and 8.
    expect(champion.challengers?.[0]?.vPair).toEqual(expect.any(Number));
    expect(champion.drift?.map(({ feature }) => feature)).toContain('payload_bytes');
    expect(result.driftWarnings).toEqual(expect.any(Number));
  });

  test('falls back to best-static when the slots in between show the model to be worse', async () => {
    const { rig } = await aFirstNight();
    await storePairs(rig, [7, 8], 'reversed');
    const { champion } = await retrained(rig, [1, 2, 3, 4, 5, 6, 7, 8]);
    expect(champion.kind).toBe('best-static');
    expect(champion).not.toHaveProperty('modelHash');
    expect(champion.reason).toMatch(/was in use is worse than best-static; over 2 held-out slots/);
    // The hybrid arm still routes by the best that was learned.
    expect(champion.learnedModelHash).toBe(champion.challengers?.[0]?.modelHash);
  });

  test('keeps a learned router whose family failed, and says so', async () => {
    const { rig, first } = await aFirstNight();
    const { champion } = await promoted(rig, {
      slotsSeen: 7,
      dataset: first.input.dataset,
      trainings: [failed],
    });
    expect(champion).toMatchObject({
      kind: 'learned',
      modelHash: first.champion.modelHash,
      learnedModelHash: first.champion.learnedModelHash,
      challengers: first.champion.challengers,
      reason: 'A leak.',
      slotsSeen: 7,
    });
  });

  test('tells of a family that failed beside the others', async () => {
    const { rig, first } = await aFirstNight();
    const { champion } = await promoted(rig, {
      slotsSeen: 7,
      dataset: first.input.dataset,
      trainings: [
        ...first.input.trainings,
        { family: 'neural-network', kind: 'failed', reason: 'No memory.' },
      ],
    });
    expect(champion.reason).toMatch(/The neural-network failed: No memory\.$/);
  });

  test('that finds that no router is needed ends with best-static alone', async () => {
    const { rig, first } = await aFirstNight();
    const finding = { kind: 'static', message: 'Fargate was better for 99 %.' } as const;
    const { champion, result } = await promoted(rig, {
      slotsSeen: 7,
      dataset: first.input.dataset,
      trainings: (['random-forest', 'neural-network'] as const).map((family) => {
        return { family, kind: 'static', findings: [finding] };
      }),
    });
    expect(champion).toMatchObject({ kind: 'best-static', reason: finding.message });
    expect(champion.learnedModelHash).toBeUndefined();
    // Both families look at the same rows.
    expect(result.findings).toEqual([finding]);
  });

  test('leaves out a challenger whose stored file was changed', async () => {
    const { rig, first } = await aFirstNightOfTwo();
    const other = first.champion.challengers?.find(
      ({ modelHash }) => modelHash !== first.champion.modelHash,
    );
    await rig.ports.objects.put(rig.store.keys.model(other?.modelHash ?? ''), '{}');
    await storePairs(rig, [7, 8]);
    const { champion } = await retrained(rig, [1, 2, 3, 4, 5, 6, 7, 8]);
    expect(champion).toMatchObject({ kind: 'learned', family: first.champion.family });
  });

  test('whose model in use cannot be read fails by name, and the champion stays', async () => {
    const { rig, first } = await aFirstNight();
    await rig.ports.objects.put(rig.store.keys.model(first.champion.modelHash ?? ''), '{}');
    await storePairs(rig, [7, 8]);
    await expect(retrained(rig, [1, 2, 3, 4, 5, 6, 7, 8])).rejects.toMatchObject({
      type: 'CorruptObject',
      nonRetryable: true,
    });
    expect(await rig.store.champion()).toEqual(first.champion);
  });
});

describe('writing the champion', () => {
  const again = (rig: ActivityRig, input: Parameters<typeof promoted>[1]) => promoted(rig, input);

  test('twice decides once: the challengers of now have not been judged', async () => {
    const { rig } = await aFirstNight();
    await storePairs(rig, [7, 8]);
    const second = await retrained(rig, [1, 2, 3, 4, 5, 6, 7, 8]);
    const repeated = await again(rig, second.input);
    expect(repeated.champion).toEqual(second.champion);
    expect(repeated.result).toEqual(second.result);
  });

  test('keeps the earlier ones beside it', async () => {
    const { rig, first } = await aFirstNight();
    await storePairs(rig, [7, 8]);
    const second = await retrained(rig, [1, 2, 3, 4, 5, 6, 7, 8]);
    const { keys } = rig.store;
    expect(await rig.store.json(keys.championHistory(6))).toEqual(first.champion);
    expect(await rig.store.json(keys.championHistory(8))).toEqual(second.champion);
  });

  test('after an attempt that was cut off in between makes up for what is missing', async () => {
    const { rig, first } = await aFirstNight();
    await rig.ports.objects.remove(rig.store.keys.champion);
    const repeated = await again(rig, first.input);
    expect(repeated.champion).toEqual(first.champion);
  });

  test('does not undo what somebody has asked for since', async () => {
    const { rig, first } = await aFirstNight();
    const { champion } = promotedByRequest({
      campaignId,
      current: first.champion,
      historyKeys: [rig.store.keys.championHistory(6)],
      router: { kind: 'best-static' },
      reason: 'Safe.',
    });
    await rig.store.putJson(rig.store.keys.champion, champion);
    const repeated = await again(rig, first.input);
    expect(repeated.champion).toEqual(champion);
    expect(repeated.result.championKind).toBe('learned');
  });

  test('is refused when somebody else has written meanwhile, and the retry sees that', async () => {
    const { rig, first } = await aFirstNight();
    await storePairs(rig, [7, 8]);
    const { objects } = rig.ports;
    const meanwhile: Champion = { ...first.champion, reason: 'By request.', by: 'request' };
    let hasLooked = false;
    // Between the look at the champion and its replacement another writer comes.
    const contested = Object.assign(Object.create(objects) as typeof objects, {
      get: async (key: string) => {
        const found = await objects.get(key);
        if (key === rig.store.keys.champion && !hasLooked) {
          hasLooked = true;
          await objects.put(key, `${JSON.stringify(meanwhile)}\n`);
        }
        return found;
      },
      putIfAbsent: objects.putIfAbsent.bind(objects),
      putIfMatch: objects.putIfMatch.bind(objects),
      put: objects.put.bind(objects),
      list: objects.list.bind(objects),
    });
    const dataset = await datasetOf(rig, [1, 2, 3, 4, 5, 6, 7, 8]);
    const trainings = [await trained(rig, dataset, { family: 'random-forest', judge: 'later' })];
    const { promoteModel } = createPromotionActivities({ ...rig.ports, objects: contested });
    const input = { campaignId, slotsSeen: 8, dataset, trainings };
    await expect(perform(rig, promoteModel, input)).rejects.toThrow('another writer');
    expect(await rig.store.champion()).toEqual(meanwhile);
    expect((await promoted(rig, input)).champion).toMatchObject({ slotsSeen: 8, by: 'retraining' });
  });
});
