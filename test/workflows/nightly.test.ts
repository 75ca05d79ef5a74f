import { describe, expect, test } from 'vitest';

import type { CampaignProgress } from '../../src/domain/campaign.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { aPlan } from '../support/a-plan.ts';
import { VirtualTemporal } from '../support/virtual-temporal.ts';
import { aWorld, type World } from './scripted-activities.ts';

const campaignId = 'campaign/test';
const testbedId = 'testbed/local';
const nightId = 'nightly/test-2026-01-05T03:17:00Z';
const at = (clock: string) => Date.parse(`2026-01-05T${clock}Z`);

function withNights(changes: Partial<Plan['learning']> = {}): Plan {
  return aPlan({
    schedule: { start: '2026-01-05T01:00:00Z' },
    learning: { retrain: '03:17', ...changes },
  });
}

async function begin(world: World, plan: Plan): Promise<VirtualTemporal> {
  const temporal = new VirtualTemporal(world.activities, '2026-01-05T00:30:00Z');
  temporal.activityMs = (name) => (name === 'runLoad' ? 45 * 60_000 : 0);
  await temporal.start('testbed', testbedId, [plan, 'test']);
  return temporal;
}

async function night(temporal: VirtualTemporal): Promise<void> {
  await temporal.start('nightly', nightId, [{ campaignId: 'test' }]);
}

describe('a night', () => {
  test('asks the running campaign, which retrains when its slot is over', async () => {
    const world = aWorld();
    const temporal = await begin(world, withNights());
    await temporal.run(at('03:17'));
    await night(temporal);
    await temporal.run(at('03:20'));
    expect(temporal.resultOf(nightId)).toMatchObject({
      status: 'completed',
      value: { kind: 'asked' },
    });
    expect(world.trainedOn).toEqual([]);
    await temporal.run(at('03:50'));
    expect(world.trainedOn).toEqual([[1, 2, 3]]);
    const progress = (await temporal.query(campaignId, 'progress')) as CampaignProgress;
    expect(progress.retraining?.slotsSeen).toBe(3);
  });

  test('without a campaign retrains by itself', async () => {
    const world = aWorld();
    const temporal = new VirtualTemporal(world.activities, '2026-01-05T03:17:00Z');
    await night(temporal);
    await temporal.run();
    expect(temporal.resultOf(nightId)).toMatchObject({
      status: 'completed',
      value: { kind: 'retrained' },
    });
    expect(temporal.resultOf('campaign/test/retraining/002')).toMatchObject({
      status: 'completed',
    });
    expect(world.trainedOn).toEqual([[1, 2]]);
  });

  test('after the campaign has ended retrains by itself as well', async () => {
    const world = aWorld();
    const temporal = await begin(world, withNights({ keepSchedule: true }));
    await temporal.run();
    await night(temporal);
    await temporal.run();
    expect(temporal.resultOf(nightId)).toMatchObject({ value: { kind: 'retrained' } });
  });

  test('that finds nothing to do says why', async () => {
    const world = aWorld({
      findNightlyWork: async () => ({ kind: 'none', reason: 'The testbed is held by "other".' }),
    });
    const temporal = new VirtualTemporal(world.activities, '2026-01-05T03:17:00Z');
    await night(temporal);
    await temporal.run();
    expect(temporal.resultOf(nightId)).toMatchObject({
      status: 'completed',
      value: {
        kind: 'skipped',
        details: 'Nothing was retrained. The testbed is held by "other".',
      },
    });
    expect(world.trainedOn).toEqual([]);
  });
});

describe('the schedule of the nights', () => {
  test('begins before the campaign and ends with it', async () => {
    const world = aWorld({});
    const temporal = await begin(world, withNights());
    await temporal.run(at('00:31'));
    expect(world.schedules).toEqual(['create test']);
    await temporal.run();
    expect(world.schedules).toEqual(['create test', 'delete test']);
  });

  test('ends with a campaign that is terminated', async () => {
    const world = aWorld();
    const temporal = await begin(world, withNights());
    await temporal.run(at('01:10'));
    temporal.terminate(campaignId);
    await temporal.run();
    expect(world.schedules).toEqual(['create test', 'delete test']);
    expect(world.released).toEqual(['test']);
  });

  test('ends with a testbed that is cancelled', async () => {
    const world = aWorld();
    const temporal = await begin(world, withNights());
    await temporal.run(at('01:10'));
    temporal.cancel(testbedId);
    await temporal.run();
    expect(world.schedules).toEqual(['create test', 'delete test']);
  });

  test('is kept where the plan says so', async () => {
    const world = aWorld();
    const temporal = await begin(world, withNights({ keepSchedule: true }));
    await temporal.run();
    expect(world.schedules).toEqual(['create test']);
  });

  test('does not exist without nights in the plan', async () => {
    const world = aWorld();
    const temporal = await begin(world, aPlan());
    await temporal.run();
    expect(world.schedules).toEqual([]);
  });

  test('that cannot be created costs no campaign', async () => {
    const world = aWorld({
      createNightlySchedule: async () => {
        throw new Error('no permission');
      },
    });
    const temporal = await begin(world, withNights());
    await temporal.run();
    expect(temporal.resultOf(testbedId)).toMatchObject({ status: 'completed' });
  });

  test('that cannot be deleted is reported as left', async () => {
    const world = aWorld({
      deleteNightlySchedule: async () => {
        throw new Error('no permission');
      },
    });
    const temporal = await begin(world, withNights());
    await temporal.run();
    expect(world.reports.at(-1)).toMatchObject({ leftovers: ['Temporal schedule nightly/test'] });
  });
});
