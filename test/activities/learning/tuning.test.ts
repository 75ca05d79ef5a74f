import { describe, expect, test } from 'vitest';

import { createTuningActivities } from '../../../src/activities/learning/tuning.ts';
import type { Champion } from '../../../src/domain/models/model.ts';
import type { ModelFamily } from '../../../src/learning/model-family.ts';
import type { PlanChanges } from '../../support/a-plan.ts';
import { type ActivityRig, campaignId, perform } from '../rig.ts';
import { storeSlot } from '../stored-runs.ts';
import {
  aTrainableRig,
  datasetOf,
  retrained,
  storePairs,
  stumpNamed,
  trained,
} from '../trained-campaign.ts';

const family = 'random-forest';
const slots = [1, 2, 3, 4, 5, 6];

/** Only a cut between 100 and 900 bytes tells the payloads apart. */
const grid: ModelFamily['grid'] = () => [
  { params: { cut: 950, extra: 1 }, sizes: [50, 950] },
  { params: { cut: 500, extra: 2 }, sizes: [60, 500] },
];

async function aTunableRig(changes: PlanChanges = { learning: { tune: true } }) {
  const stump = stumpNamed(family, { grid });
  const rig = await aTrainableRig([stump, stumpNamed('neural-network', { grid })], changes);
  await storePairs(rig, slots);
  const { fingerprint } = await datasetOf(rig, slots);
  return { rig, stump, fingerprint, activities: createTuningActivities(rig.ports) };
}

describe('a plan of a retraining', () => {
  async function planned(
    rig: ActivityRig,
    occasion: 'night' | 'last',
    onSlots: readonly number[] = slots,
  ) {
    const { fingerprint } = await datasetOf(rig, onSlots);
    const families = [family, 'neural-network'] as const;
    const { planRetraining } = createTuningActivities(rig.ports);
    return await perform(rig, planRetraining, { campaignId, fingerprint, families, occasion });
  }

  test('has the first one judge on held-out slots, and the next nights later', async () => {
    const { rig } = await aTunableRig();
    expect(await planned(rig, 'night')).toMatchObject({ judge: 'split' });
    await retrained(rig, [1, 2, 3], { judge: 'split' });
    expect(await planned(rig, 'night')).toMatchObject({ judge: 'later' });
    expect(await planned(rig, 'last')).toMatchObject({ judge: 'split' });
  });

  test('tunes in the last one, where the plan asks for it', async () => {
    const combinations = async (changes: PlanChanges, occasion: 'night' | 'last') => {
      const { rig } = await aTunableRig(changes);
      return (await planned(rig, occasion)).recipes.map((recipe) => recipe.combinations);
    };
    expect(await combinations({ learning: { tune: true } }, 'last')).toEqual([2, 2]);
    expect(await combinations({ learning: { tune: true } }, 'night')).toEqual([0, 0]);
    expect(await combinations({ learning: { tune: false } }, 'last')).toEqual([0, 0]);
  });

  test('tunes nothing where nothing can be trained', async () => {
    const rig = await aTrainableRig([stumpNamed(family, { grid }), stumpNamed('neural-network')], {
      learning: { tune: true },
    });
    await storeSlot(rig, 1, [{}, {}]);
    const { recipes } = await planned(rig, 'last', [1]);
    expect(recipes.map((recipe) => recipe.combinations)).toEqual([0, 0]);
  });

  test('keeps the settings that each family was last trained with', async () => {
    const { rig, fingerprint } = await aTunableRig();
    const withCut = async (cut: number, name: 'random-forest' | 'neural-network') => {
      const dataset = await datasetOf(rig, slots);
      const result = await trained(rig, dataset, { family: name, params: { cut } });
      return result.kind === 'trained' ? result.modelHash : expect.fail(fingerprint);
    };
    const champion: Champion = {
      kind: 'learned',
      family,
      // Put to use by request: not the one that the last retraining has left.
      modelHash: await withCut(400, family),
      table: { heavy: 'ecs' },
      withCapacity: ['heavy'],
      reason: 'Because.',
      slotsSeen: 6,
      challengers: [
        { family, modelHash: await withCut(450, family) },
        { family: 'neural-network', modelHash: await withCut(460, 'neural-network') },
      ],
    };
    await rig.store.putJson(rig.store.keys.champion, champion);
    expect((await planned(rig, 'night')).recipes.map(({ params }) => params)).toEqual([
      { cut: 400 },
      { cut: 460 },
    ]);
  });
});

describe('trying a combination', () => {
  test('scores every size, keeps the scores, and returns the best', async () => {
    const { rig, fingerprint, activities } = await aTunableRig();
    const input = { campaignId, fingerprint, family, combination: 2 } as const;
    const best = await perform(rig, activities.tuneCombination, input);
    expect(best.params).toEqual({ cut: 500, extra: 2 });
    const stored = await rig.store.json(rig.store.keys.tuning(fingerprint, family, 2));
    expect(stored).toMatchObject([{ params: { cut: 60 } }, { params: { cut: 500 } }]);
  });

  test('is not done again when its scores are there', async () => {
    const { rig, stump, fingerprint, activities } = await aTunableRig();
    const input = { campaignId, fingerprint, family, combination: 1 } as const;
    const first = await perform(rig, activities.tuneCombination, input);
    const fits = stump.seen.length;
    expect(await perform(rig, activities.tuneCombination, input)).toEqual(first);
    expect(stump.seen).toHaveLength(fits);
  });

  test('leaves the slots alone that the recipe is judged on', async () => {
    const { rig, stump, fingerprint, activities } = await aTunableRig();
    const input = { campaignId, fingerprint, family, combination: 1 } as const;
    await perform(rig, activities.tuneCombination, input);
    // Four of the six slots, and of these all but the fold's own.
    expect(Math.max(...stump.seen.map(({ rowCount }) => rowCount))).toBeLessThan(4 * 60);
  });

  test('that the grid does not have is an error with the number', async () => {
    const { rig, fingerprint, activities } = await aTunableRig();
    const input = { campaignId, fingerprint, family, combination: 3 } as const;
    await expect(perform(rig, activities.tuneCombination, input)).rejects.toThrow(
      'has 2 combinations; got number 3',
    );
  });
});

describe('the tuned settings', () => {
  test('are the best of all that were tried', async () => {
    const { rig, fingerprint, activities } = await aTunableRig();
    for (const combination of [1, 2]) {
      const input = { campaignId, fingerprint, family, combination } as const;
      await perform(rig, activities.tuneCombination, input);
    }
    const input = { campaignId, fingerprint, family, combinations: 2 } as const;
    expect(await perform(rig, activities.chooseTunedParams, input)).toEqual({ cut: 500, extra: 2 });
  });

  test('are none when nothing was tried', async () => {
    const { rig, fingerprint, activities } = await aTunableRig();
    const input = { campaignId, fingerprint, family, combinations: 2 } as const;
    expect(await perform(rig, activities.chooseTunedParams, input)).toBeUndefined();
  });
});
