import { expect, test } from 'vitest';

import { createReportWriter } from '../../src/activities/reports.ts';
import { aPlan } from '../dataset/builders.ts';
import { type ActivityRig, aRig, campaignId } from './rig.ts';
import { storeSlot } from './stored-runs.ts';

async function cardOf(rig: ActivityRig): Promise<string> {
  await createReportWriter(rig.ports)({ campaignId, outcome: 'completed' });
  return new TextDecoder().decode(
    await rig.store.requireBytes(rig.store.keys.report('dataset-card.md')),
  );
}

test('the report of a campaign comes with the card of its complete slots', async () => {
  const rig = await aRig({ plan: aPlan() });
  await storeSlot(rig, 1, [{}, {}]);
  await storeSlot(rig, 2, [{}], { degradedBecause: ['5 of 10 requests were issued'] });

  const card = await cardOf(rig);
  expect(card).toContain('| Pairs with two outcomes | 2 |');
  expect(card).toContain('Slot 2 degraded: 5 of 10 requests were issued');
});

test('a campaign in which nothing was deployed or measured has a card that says so', async () => {
  const rig = await aRig();
  await rig.ports.objects.remove(rig.store.keys.deployment);
  expect(await cardOf(rig)).toContain('There is no dataset: no slot is complete.');
});
