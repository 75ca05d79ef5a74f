import { Context, log } from '@temporalio/activity';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

import { nightlyId, searchAttribute, taskQueue, testbedWorkflowId } from '../domain/names.ts';
import type { FamilyName, Plan } from '../domain/plan.ts';
import type { ActivityPorts } from './activity-ports.ts';
import { CampaignStore } from './campaign-store.ts';
import { joinedSlots } from './joined-slots.ts';
import type { CampaignRef } from './testbeds.ts';

export type ScheduleActivities = ReturnType<typeof createScheduleActivities>;

/** What a night finds that comes when no campaign runs. */
export type NightlyWork =
  | {
      readonly kind: 'retrain';
      readonly slots: readonly number[];
      readonly slotsSeen: number;
      readonly families: readonly FamilyName[];
      readonly testbed: Plan['testbed'];
    }
  | { readonly kind: 'none'; readonly reason: string };

/** The server answers each call in milliseconds. */
const answerWithinMs = 10_000;

export function createScheduleActivities(ports: ActivityPorts) {
  return { createNightlySchedule, deleteNightlySchedule, findNightlyWork };

  /** Creates the Temporal Schedule of a campaign's nights, or brings the one that exists up to date. */
  async function createNightlySchedule({ campaignId }: CampaignRef): Promise<void> {
    const plan = await new CampaignStore(ports.objects, campaignId).plan();
    const { retrain } = plan.learning;
    if (retrain === undefined) throw new Error(`Plan "${plan.campaign}" has no learning.retrain.`);
    const { client } = Context.current();
    const scheduleId = nightlyId(campaignId);
    const schedule = nightlySchedule({ plan, campaignId, retrain });
    await withDeadline(async () => {
      try {
        await client.schedule.create({ scheduleId, memo: { campaignId }, ...schedule });
        log.info('Nightly schedule created', { scheduleId, retrain });
      } catch (error) {
        if (!isNamed(error, 'ScheduleAlreadyRunning')) throw error;
        await client.schedule.getHandle(scheduleId).update(() => schedule);
      }
    });
  }

  async function deleteNightlySchedule({ campaignId }: CampaignRef): Promise<void> {
    const { client } = Context.current();
    await withDeadline(async () => {
      try {
        await client.schedule.getHandle(nightlyId(campaignId)).delete();
      } catch (error) {
        if (!isNamed(error, 'ScheduleNotFoundError')) throw error;
      }
    });
  }

  /**
   * What there is to do in a night without a campaign. While its testbed is held the machine belongs
   * to somebody's measurements, and training beside them would be measured as well.
   */
  async function findNightlyWork({ campaignId }: CampaignRef): Promise<NightlyWork> {
    const store = new CampaignStore(ports.objects, campaignId);
    const plan = await store.plan();
    const holder = await holderOf(testbedWorkflowId(plan.testbed, campaignId));
    if (holder !== undefined) return nothing(`The testbed is held by campaign "${holder}".`);
    const { complete, last } = await joinedSlots(store);
    if (complete.length === 0) return nothing('No slot is complete.');
    const champion = await store.champion();
    if (champion?.challengers !== undefined && champion.slotsSeen >= last) {
      return nothing('The last retraining has seen all slots, so there is nothing new.');
    }
    const { families } = plan.learning;
    return { kind: 'retrain', slots: complete, slotsSeen: last, families, testbed: plan.testbed };
  }
}

/** A minute of the day in the plan's time zone, shown by the Web UI with its note. */
function nightlySchedule(input: {
  readonly plan: Plan;
  readonly campaignId: string;
  readonly retrain: string;
}) {
  const { plan, campaignId, retrain } = input;
  const [hour = 0, minute = 0] = retrain.split(':').map(Number);
  const comment = `Nightly retraining at ${retrain}, ${plan.schedule.timezone}`;
  const typedSearchAttributes = nightlyAttributes(plan, campaignId);
  return {
    spec: { calendars: [{ hour, minute, comment }], timezone: plan.schedule.timezone },
    action: {
      type: 'startWorkflow' as const,
      workflowType: 'nightly',
      workflowId: nightlyId(campaignId),
      taskQueue: taskQueue.campaign,
      args: [{ campaignId }],
      memo: { campaignId },
      staticSummary: `night of campaign ${campaignId}`,
      typedSearchAttributes,
    },
    policies: {
      // A night that still trains when the next one comes has seen more than enough.
      overlap: 'SKIP' as const,
      // A laptop that was asleep for a week must not retrain at noon; the server's default is a year.
      catchupWindow: '2 hours' as const,
      pauseOnFailure: false,
    },
    state: {
      note:
        `Asks campaign "${campaignId}" to retrain between two slots, or retrains when none runs. ` +
        (plan.learning.keepSchedule
          ? 'Kept when the campaign ends (learning.keepSchedule).'
          : 'Deleted when the campaign ends.'),
    },
    typedSearchAttributes,
  };
}

function nightlyAttributes({ testbed }: Plan, campaignId: string) {
  const keyword = (name: string, value: string) => ({
    key: defineSearchAttributeKey(name, SearchAttributeType.KEYWORD),
    value,
  });
  return [
    keyword(searchAttribute.campaignId, campaignId),
    keyword(searchAttribute.testbed, testbed),
    keyword(searchAttribute.campaignPhase, 'retraining'),
  ];
}

/** The campaign that a running testbed workflow holds it for; undefined when none runs. */
async function holderOf(workflowId: string): Promise<string | undefined> {
  const { client } = Context.current();
  try {
    const { status, memo } = await withDeadline(() =>
      client.workflow.getHandle(workflowId).describe(),
    );
    return status.name === 'RUNNING' ? String(memo?.['campaignId'] ?? workflowId) : undefined;
  } catch (error) {
    if (isNamed(error, 'WorkflowNotFoundError')) return undefined;
    throw error;
  }
}

async function withDeadline<Result>(call: () => Promise<Result>): Promise<Result> {
  return await Context.current().client.withDeadline(Date.now() + answerWithinMs, call);
}

/** The client's error classes live in a package that activities do without. */
function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

function nothing(reason: string): NightlyWork {
  return { kind: 'none', reason };
}
