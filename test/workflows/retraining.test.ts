import { describe, expect, test } from 'vitest';

import type { CampaignProgress } from '../../src/domain/campaign.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { aPlan } from '../support/a-plan.ts';
import { VirtualTemporal } from '../support/virtual-temporal.ts';
import { aWorld, type World } from './scripted-activities.ts';

const campaignId = 'campaign/test';
const testbedId = 'testbed/local';
const minuteMs = 60_000;
const at = (clock: string) => Date.parse(`2026-01-05T${clock}Z`);

/** Hourly slots from 01:00, each at work for 45 minutes; what else takes time a test says itself. */
async function begin(
  world: World,
  { plan = hourly(), takes = () => 0 }: { plan?: Plan; takes?: (activity: string) => number } = {},
): Promise<VirtualTemporal> {
  const temporal = new VirtualTemporal(world.activities, '2026-01-05T00:30:00Z');
  temporal.activityMs = (name) => (name === 'runLoad' ? 45 * minuteMs : takes(name));
  await temporal.start('testbed', testbedId, [plan, 'test']);
  return temporal;
}

function hourly(changes: Parameters<typeof aPlan>[0] = {}): Plan {
  return aPlan({ ...changes, schedule: { start: '2026-01-05T01:00:00Z', ...changes.schedule } });
}

async function progressOf(temporal: VirtualTemporal): Promise<CampaignProgress> {
  return (await temporal.query(campaignId, 'progress')) as CampaignProgress;
}

async function notesOf(temporal: VirtualTemporal): Promise<readonly string[]> {
  return (await progressOf(temporal)).notes.map(({ text }) => text);
}

describe('a retraining that is asked for', () => {
  test('between two slots runs there and then', async () => {
    const world = aWorld();
    const temporal = await begin(world);
    await temporal.run(at('01:50'));
    temporal.signal(campaignId, 'retrain', 'nightly/test');
    await temporal.run(at('01:51'));
    expect(temporal.resultOf('campaign/test/retraining/001')).toMatchObject({
      status: 'completed',
    });
    expect(world.trainedOn).toEqual([[1]]);
    const progress = await progressOf(temporal);
    expect(progress).toMatchObject({ phase: 'collecting', retraining: { slotsSeen: 1 } });
    expect(progress.retrainRequest).toBeUndefined();
  });

  test('before the first slot runs at once, and on nothing', async () => {
    const world = aWorld();
    const temporal = await begin(world);
    await temporal.run(at('00:40'));
    temporal.signal(campaignId, 'retrain', 'me');
    await temporal.run(at('00:41'));
    expect(world.trainedOn).toEqual([]);
    expect((await progressOf(temporal)).retraining).toMatchObject({ slotsSeen: 0 });
  });

  test('during a slot waits for its end', async () => {
    const world = aWorld();
    const temporal = await begin(world);
    await temporal.run(at('01:10'));
    temporal.signal(campaignId, 'retrain', 'nightly/test');
    await temporal.run(at('01:44'));
    expect(temporal.wasStarted('campaign/test/retraining/001')).toBe(false);
    await temporal.run(at('01:50'));
    expect(world.trainedOn).toEqual([[1]]);
  });

  test('is cut off before the next slot begins to prepare, and goes on in the next gap', async () => {
    const preparedAt: number[] = [];
    const clock: { temporal?: VirtualTemporal } = {};
    const world = aWorld({
      prepareWindow: async () => {
        preparedAt.push(clock.temporal?.nowMs ?? 0);
      },
    });
    let trainingMs = 30 * minuteMs;
    const temporal = await begin(world, {
      takes: (activity) => (activity === 'trainModel' ? trainingMs : 0),
    });
    clock.temporal = temporal;
    await temporal.run(at('01:50'));
    temporal.signal(campaignId, 'retrain', 'nightly/test');
    await temporal.run(at('01:59:40'));
    expect((await progressOf(temporal)).phase).toBe('retraining');
    await temporal.run(at('01:59:49'));
    expect(temporal.resultOf('campaign/test/retraining/001')).toEqual({ status: 'cancelled' });
    expect(await progressOf(temporal)).toMatchObject({
      phase: 'collecting',
      retrainRequest: { by: 'nightly/test', slotsSeen: 1 },
    });

    trainingMs = minuteMs;
    await temporal.run(at('02:55'));
    expect(preparedAt).toEqual([at('00:59:50'), at('01:59:50')]);
    // On the slots that it began with: only then are the families that are finished found again.
    expect(world.trainedOn).toEqual([[1], [1]]);
    expect(temporal.resultOf('campaign/test/retraining/001')).toMatchObject({
      status: 'completed',
    });
    expect((await progressOf(temporal)).retrainRequest).toBeUndefined();
  });

  test('survives continue-as-new', async () => {
    const world = aWorld();
    let trainingMs = 30 * minuteMs;
    const temporal = await begin(world, {
      takes: (activity) => (activity === 'trainModel' ? trainingMs : 0),
    });
    temporal.suggestContinueAsNewEvery = 1;
    await temporal.run(at('01:50'));
    temporal.signal(campaignId, 'retrain', 'nightly/test');
    await temporal.run(at('02:10'));
    trainingMs = minuteMs;
    await temporal.run(at('02:55'));
    expect(temporal.resultOf('campaign/test/retraining/001')).toMatchObject({
      status: 'completed',
    });
  });

  test('leaves gaps alone that are too short, and is then the last one', async () => {
    const world = aWorld();
    // 6 s of load every 20 s leave 7 s to the lead.
    const plan = hourly({
      schedule: { slots: 3, everyMs: 20_000, graceMs: 5_000 },
      load: { durationMs: 6_000 },
    });
    const temporal = await begin(world, { plan });
    temporal.activityMs = (name) => (name === 'runLoad' ? 13_000 : 0);
    await temporal.run(at('01:00:02'));
    temporal.signal(campaignId, 'retrain', 'me');
    await temporal.run();
    expect(world.trainedOn).toEqual([[1, 2, 3]]);
    const { outcomes } = await progressOf(temporal);
    expect(outcomes.map(({ status }) => status)).toEqual(['complete', 'complete', 'complete']);
    expect(await notesOf(temporal)).toEqual([
      'Retraining, asked for by me: It is the last retraining.',
    ]);
  });

  test('on the very slots of the last one is nothing new', async () => {
    const world = aWorld();
    const temporal = await begin(world);
    await temporal.run(at('01:50'));
    temporal.signal(campaignId, 'retrain', 'nightly/test');
    await temporal.run(at('01:52'));
    temporal.signal(campaignId, 'retrain', 'me');
    await temporal.run(at('01:53'));
    expect(world.trainedOn).toEqual([[1]]);
    expect(await notesOf(temporal)).toEqual([
      'Retraining, asked for by me: The last one has seen these very slots, so there is nothing new.',
    ]);
  });

  test('runs while the campaign is paused, and gives way when it is resumed', async () => {
    const world = aWorld();
    const temporal = await begin(world, {
      takes: (activity) => (activity === 'trainModel' ? 30 * minuteMs : 0),
    });
    await temporal.run(at('01:10'));
    const paused = temporal.update(campaignId, 'pause');
    await temporal.run(at('03:00'));
    await paused;
    temporal.signal(campaignId, 'retrain', 'me');
    await temporal.run(at('03:10'));
    expect((await progressOf(temporal)).phase).toBe('retraining');
    await temporal.run(at('03:31'));
    expect(await progressOf(temporal)).toMatchObject({
      phase: 'paused',
      retraining: { slotsSeen: 1 },
    });
    const resumed = temporal.update(campaignId, 'resume');
    await temporal.run(at('04:50'));
    await resumed;
    // Slot 3 was at 03:00, and slot 4 is the next.
    expect((await progressOf(temporal)).outcomes.map(({ status }) => status)).toEqual([
      'complete',
      'skipped',
      'skipped',
      'complete',
    ]);
  });

  test('that fails keeps what is in use, tells why, and the next one makes up for it', async () => {
    const attempts: number[] = [];
    const base = aWorld();
    const world = aWorld({
      promoteModel: async (input) => {
        attempts.push(input.slotsSeen);
        if (attempts.length === 1) throw new Error('the disk is full');
        return await base.activities.promoteModel(input);
      },
    });
    const temporal = await begin(world);
    await temporal.run(at('01:50'));
    temporal.signal(campaignId, 'retrain', 'nightly/test');
    await temporal.run(at('01:51'));
    expect(await progressOf(temporal)).toMatchObject({
      retrainingFailure: 'the disk is full',
      notes: [{ text: 'The retraining after 1 slots failed: the disk is full' }],
    });
    await temporal.run();
    expect((await progressOf(temporal)).retrainingFailure).toBeUndefined();
  });

  test('while the arms are evaluated is refused, and the lab book says why', async () => {
    const world = aWorld();
    const temporal = await begin(world, { plan: hourly({ schedule: { slots: 1 } }) });
    await temporal.run(at('01:50'));
    expect((await progressOf(temporal)).phase).toBe('evaluating');
    temporal.signal(campaignId, 'retrain', 'nightly/test');
    await temporal.run(at('01:51'));
    expect(await notesOf(temporal)).toEqual([
      'Retraining, asked for by nightly/test, was refused: ' +
        'The arms are being evaluated, and the router that is tested must not change.',
    ]);
    expect(world.trainedOn).toEqual([[1]]);
  });

  test('where the plan trains no router is refused', async () => {
    const temporal = await begin(aWorld(), { plan: hourly({ learning: { families: [] } }) });
    await temporal.run(at('01:50'));
    temporal.signal(campaignId, 'retrain', 'me');
    await temporal.run(at('01:51'));
    expect(await notesOf(temporal)).toEqual([expect.stringContaining('trains no router')]);
  });
});

describe('what a retraining does', () => {
  const tuning = aPlan({ learning: { families: ['random-forest', 'neural-network'], tune: true } });
  const planRetraining: World['activities']['planRetraining'] = async ({ families, occasion }) => ({
    judge: occasion === 'last' ? 'split' : 'later',
    recipes: families.map((family) => ({
      family,
      params: { trees: 5 },
      combinations: occasion === 'last' ? 2 : 0,
    })),
  });

  test('in the last one each family is tuned, trained and tried on unseen workloads', async () => {
    const world = aWorld({ planRetraining });
    const temporal = await begin(world, { plan: { ...tuning, schedule: hourly().schedule } });
    await temporal.run();
    expect(world.learned).toEqual([
      'tune random-forest 1',
      'tune random-forest 2',
      'train random-forest {"trees":7}',
      'unseen workloads m',
      'tune neural-network 1',
      'tune neural-network 2',
      'train neural-network {"trees":7}',
      'unseen workloads m',
    ]);
  });

  test('at night the settings in use are kept, and nothing is tuned', async () => {
    const world = aWorld({ planRetraining });
    const temporal = await begin(world, { plan: { ...tuning, schedule: hourly().schedule } });
    await temporal.run(at('01:50'));
    temporal.signal(campaignId, 'retrain', 'nightly/test');
    await temporal.run(at('01:51'));
    expect(world.learned).toEqual([
      'train random-forest {"trees":5}',
      'train neural-network {"trees":5}',
    ]);
  });

  test('a combination that fails is left out, and without any the settings stay', async () => {
    const world = aWorld({
      planRetraining,
      tuneCombination: async () => {
        throw new Error('out of memory');
      },
      chooseTunedParams: async () => undefined,
    });
    const temporal = await begin(world, { plan: { ...tuning, schedule: hourly().schedule } });
    await temporal.run();
    expect(world.learned).toContain('train random-forest {"trees":5}');
    expect(temporal.resultOf(testbedId)).toMatchObject({ status: 'completed' });
  });

  test('a model whose unseen workloads cannot be judged is still a model', async () => {
    const offered: unknown[] = [];
    const base = aWorld();
    const world = aWorld({
      judgeUnseenWorkloads: async () => {
        throw new Error('only one workload');
      },
      promoteModel: async (input) => {
        offered.push(...input.trainings.map(({ kind }) => kind));
        return await base.activities.promoteModel(input);
      },
    });
    const temporal = await begin(world);
    await temporal.run();
    expect(offered).toEqual(['trained']);
  });
});

test('simulated nights pass between slots, and are no last retraining', async () => {
  const occasions: string[] = [];
  const world = aWorld({
    planRetraining: async ({ families, occasion }) => {
      occasions.push(occasion);
      return {
        judge: 'later',
        recipes: families.map((family) => ({ family, combinations: 0 })),
      };
    },
  });
  const plan = hourly({
    testbed: 'simulated',
    schedule: { pace: 'immediate', slots: 6 },
    learning: { retrain: '03:17' },
  });
  const temporal = await begin(world, { plan });
  await temporal.run();
  expect(world.trainedOn).toEqual([
    [1, 2, 3],
    [1, 2, 3, 4, 5, 6],
  ]);
  expect(occasions).toEqual(['night', 'last']);
  expect(world.schedules).toEqual([]);
});
