import type { Client, ScheduleOptions } from '@temporalio/client';
import { describe, expect, test } from 'vitest';

import { createScheduleActivities } from '../../src/activities/schedules.ts';
import { aPlan } from '../support/a-plan.ts';
import { aRunSummary } from '../support/a-run-summary.ts';
import { aClient, aRig, campaignId, perform } from './rig.ts';

const nights = aPlan({
  schedule: { timezone: 'Europe/Berlin' },
  learning: { retrain: '03:17' },
});

/** The server's schedules, by id; what we do not own, as far as we use it. */
function aServer() {
  const schedules = new Map<string, Partial<ScheduleOptions>>();
  const named = (name: string) => Object.assign(new Error(name), { name });
  const schedule = {
    create: async ({ scheduleId, ...options }: ScheduleOptions) => {
      if (schedules.has(scheduleId)) throw named('ScheduleAlreadyRunning');
      schedules.set(scheduleId, options);
    },
    getHandle: (id: string) => ({
      update: async (change: () => Partial<ScheduleOptions>) => {
        schedules.set(id, change());
      },
      delete: async () => {
        if (!schedules.delete(id)) throw named('ScheduleNotFoundError');
      },
    }),
  };
  const describe = async () => {
    throw named('WorkflowNotFoundError');
  };
  const client = { ...aClient(() => ({ describe })), schedule } as unknown as Client;
  return { schedules, client };
}

describe('the nightly schedule', () => {
  test('is a minute of the day in the time zone of the plan, with what a reader wants to know', async () => {
    const { schedules, client } = aServer();
    const rig = await aRig({ plan: nights, client });
    const { createNightlySchedule } = createScheduleActivities(rig.ports);
    await perform(rig, createNightlySchedule, { campaignId });
    expect(schedules.get('nightly/demo')).toMatchObject({
      spec: { calendars: [{ hour: 3, minute: 17 }], timezone: 'Europe/Berlin' },
      action: { workflowType: 'nightly', workflowId: 'nightly/demo', args: [{ campaignId }] },
      policies: { overlap: 'SKIP', catchupWindow: '2 hours' },
      memo: { campaignId },
      state: { note: expect.stringMatching(/campaign "demo".*Deleted when the campaign ends/) },
    });
    // A night that fails is not repeated at noon.
    expect(schedules.get('nightly/demo')?.action).not.toHaveProperty('retry');
  });

  test('that exists already is brought up to date', async () => {
    const { schedules, client } = aServer();
    schedules.set('nightly/demo', { spec: { calendars: [{ hour: 5 }] } });
    const rig = await aRig({ plan: nights, client });
    const { createNightlySchedule } = createScheduleActivities(rig.ports);
    await perform(rig, createNightlySchedule, { campaignId });
    expect(schedules.get('nightly/demo')).toMatchObject({
      spec: { calendars: [{ hour: 3, minute: 17 }] },
    });
  });

  test('is deleted once, and a second time changes nothing', async () => {
    const { schedules, client } = aServer();
    const rig = await aRig({ plan: nights, client });
    const activities = createScheduleActivities(rig.ports);
    await perform(rig, activities.createNightlySchedule, { campaignId });
    await perform(rig, activities.deleteNightlySchedule, { campaignId });
    await perform(rig, activities.deleteNightlySchedule, { campaignId });
    expect(schedules.size).toBe(0);
  });
});

describe('a night without a campaign', () => {
  async function found(
    changes: {
      readonly holder?: { readonly status: string };
      readonly slots?: readonly { readonly slot: number; readonly isDegraded?: boolean }[];
      readonly championSaw?: number;
    } = {},
  ) {
    const client =
      changes.holder === undefined
        ? aServer().client
        : aClient(() => ({
            describe: async () => ({
              status: { name: changes.holder?.status },
              memo: { campaignId: 'other' },
            }),
          }));
    const rig = await aRig({ plan: nights, client });
    for (const { slot, isDegraded = false } of changes.slots ?? []) {
      const run = `slot-00${slot}`;
      const degradedBecause = isDegraded ? ['lost rows'] : [];
      await rig.store.putJson(rig.store.keys.summary(run), aRunSummary({ run, degradedBecause }));
    }
    if (changes.championSaw !== undefined) {
      await rig.store.putJson(rig.store.keys.champion, {
        slotsSeen: changes.championSaw,
        challengers: [],
      });
    }
    const { findNightlyWork } = createScheduleActivities(rig.ports);
    return await perform(rig, findNightlyWork, { campaignId });
  }

  const slots = [{ slot: 1 }, { slot: 2, isDegraded: true }, { slot: 3 }, { slot: 4 }];
  const work = { kind: 'retrain', slots: [1, 3, 4], slotsSeen: 4, families: ['random-forest'] };

  test('retrains on the slots that are complete by their receipts', async () => {
    expect(await found({ slots })).toMatchObject(work);
  });

  test('retrains when an earlier retraining saw fewer', async () => {
    expect(await found({ slots, championSaw: 3 })).toMatchObject(work);
  });

  test('does nothing when the last retraining saw them all', async () => {
    expect(await found({ slots, championSaw: 4 })).toMatchObject({
      kind: 'none',
      reason: expect.stringContaining('nothing new'),
    });
  });

  test('does nothing before a slot is complete', async () => {
    expect(await found({ slots: [{ slot: 1, isDegraded: true }] })).toMatchObject({
      kind: 'none',
      reason: 'No slot is complete.',
    });
  });

  test('keeps away from a testbed that somebody holds', async () => {
    expect(await found({ slots, holder: { status: 'RUNNING' } })).toMatchObject({
      kind: 'none',
      reason: 'The testbed is held by campaign "other".',
    });
    expect(await found({ slots, holder: { status: 'COMPLETED' } })).toMatchObject(work);
  });
});
