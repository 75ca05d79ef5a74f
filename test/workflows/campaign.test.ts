import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, test } from 'vitest';

import type { CampaignProgress } from '../../src/domain/campaign.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { aPlan } from '../support/a-plan.ts';
import { aRunSummary } from '../support/a-run-summary.ts';
import { VirtualTemporal } from '../support/virtual-temporal.ts';
import { aWorld, type World } from './scripted-activities.ts';

const start = '2026-01-05T00:00:00Z';
const hourMs = 3_600_000;
const campaignId = 'campaign/test';
const testbedId = 'testbed/local';

async function begin(world: World, plan: Plan): Promise<VirtualTemporal> {
  const temporal = new VirtualTemporal(world.activities, start);
  await temporal.start('testbed', testbedId, [plan, 'test']);
  return temporal;
}

async function progressOf(temporal: VirtualTemporal): Promise<CampaignProgress> {
  return (await temporal.query(campaignId, 'progress')) as CampaignProgress;
}

async function statuses(temporal: VirtualTemporal): Promise<readonly string[]> {
  return (await progressOf(temporal)).outcomes.map((outcome) => outcome.status);
}

test('a week of hourly slots keeps to the hour, is retrained on once, evaluated and reported', async () => {
  const world = aWorld();
  const temporal = await begin(world, aPlan({ schedule: { slots: 168, start } }));
  await temporal.run();

  expect(temporal.resultOf(testbedId)).toMatchObject({
    status: 'completed',
    value: { campaignId: 'test', outcome: 'completed' },
  });
  expect(await statuses(temporal)).toEqual(
    // The hour that the campaign began in has no lead left, but is within its grace.
    Array.from({ length: 168 }, () => 'complete'),
  );
  expect(world.trainedOn).toEqual([Array.from({ length: 168 }, (_, index) => index + 1)]);
  expect(world.prepared.filter((run) => run.startsWith('block'))).toEqual(['block-01', 'block-02']);
  // The scripted load takes no time, so the last slot is over when its lead begins.
  expect(temporal.nowMs - Date.parse(start)).toBe(167 * hourMs - 10_000);
}, 120_000);

test('the testbed is released and the report written once more with the proof', async () => {
  const world = aWorld();
  const temporal = await begin(world, aPlan());
  await temporal.run();
  expect(world.released).toEqual(['test']);
  expect(world.reports.map((report) => report.leftovers)).toEqual([undefined, []]);
});

test('a slot whose run fails is recorded, and the campaign goes on without training on it', async () => {
  const world = aWorld({
    prepareWindow: async ({ run }) => {
      if (run.run === 'slot-002') throw new Error('ECONNREFUSED');
    },
  });
  const temporal = await begin(world, aPlan());
  await temporal.run();
  expect(await statuses(temporal)).toEqual(['complete', 'failed', 'complete', 'complete']);
  expect((await progressOf(temporal)).outcomes[1]).toMatchObject({ reason: 'ECONNREFUSED' });
  expect(world.trainedOn).toEqual([[1, 3, 4]]);
});

test('a run that came too late makes its slot missed, never late', async () => {
  const world = aWorld({
    runLoad: async ({ run }) => {
      if (run.run === 'slot-001') {
        throw ApplicationFailure.create({ type: 'TooLate', message: 'slot-001 came too late' });
      }
      return { attempts: 1 };
    },
  });
  const temporal = await begin(world, aPlan());
  await temporal.run();
  expect(await statuses(temporal)).toEqual(['missed', 'complete', 'complete', 'complete']);
});

test('a degraded slot is kept, shown with its reason, and not trained on', async () => {
  const world = aWorld({
    joinObservations: async ({ run }) =>
      aRunSummary({ run: run.run, degradedBecause: run.run === 'slot-003' ? ['lost rows'] : [] }),
  });
  const temporal = await begin(world, aPlan());
  await temporal.run();
  expect((await progressOf(temporal)).outcomes[2]).toMatchObject({
    status: 'degraded',
    reason: 'lost rows',
  });
  expect(world.trainedOn).toEqual([[1, 2, 4]]);
});

describe('steering', () => {
  test('a pause lets the slot at work finish, holds, and hours that pass are skipped', async () => {
    const world = aWorld();
    const plan = aPlan({ schedule: { slots: 5, start: '2026-01-05T01:00:00Z' } });
    const temporal = await begin(world, plan);
    temporal.activityMs = (name) => (name === 'runLoad' ? 10 * 60_000 : 0);
    await temporal.run(Date.parse('2026-01-05T01:05:00Z'));
    const answer = temporal.update(campaignId, 'pause');
    await temporal.run(Date.parse('2026-01-05T03:30:00Z'));
    expect(await answer).toMatchObject({ isPaused: true, running: 'slot 1' });
    expect((await progressOf(temporal)).phase).toBe('paused');
    expect(await statuses(temporal)).toEqual(['complete']);

    const resumed = temporal.update(campaignId, 'resume');
    await temporal.run();
    await resumed;
    expect(await statuses(temporal)).toEqual([
      'complete',
      'skipped',
      'skipped',
      'complete',
      'complete',
    ]);
  });

  test('a pause survives continue-as-new', async () => {
    const world = aWorld();
    const temporal = await begin(
      world,
      aPlan({ schedule: { slots: 3, start: '2026-01-05T01:00:00Z' } }),
    );
    temporal.suggestContinueAsNewEvery = 1;
    await temporal.run(Date.parse('2026-01-05T01:30:00Z'));
    const answer = temporal.update(campaignId, 'pause');
    await temporal.run(Date.parse('2026-01-06T00:00:00Z'));
    await answer;
    expect(await statuses(temporal)).toEqual(['complete']);
  });

  test('resume is refused when nothing is paused', async () => {
    const temporal = await begin(aWorld(), aPlan({ schedule: { start: '2026-01-05T01:00:00Z' } }));
    await temporal.run(Date.parse('2026-01-05T00:30:00Z'));
    const answer = temporal.update(campaignId, 'resume');
    const refused = expect(answer).rejects.toThrow('not paused');
    await temporal.run(Date.parse('2026-01-05T00:31:00Z'));
    await refused;
  });

  test('skipped slots are left out, and only slots that have not begun can be skipped', async () => {
    const temporal = await begin(aWorld(), aPlan({ schedule: { start: '2026-01-05T01:00:00Z' } }));
    await temporal.run(Date.parse('2026-01-05T01:30:00Z'));
    const refused = expect(temporal.update(campaignId, 'skip', [1])).rejects.toThrow(
      'Only slots 2 to 4',
    );
    const accepted = temporal.update(campaignId, 'skip', [2, 3]);
    await temporal.run();
    await refused;
    await accepted;
    expect(await statuses(temporal)).toEqual(['complete', 'skipped', 'skipped', 'complete']);
  });

  test('stop in the middle of a slot ends the campaign with a report and frees the testbed', async () => {
    const world = aWorld();
    const temporal = await begin(world, aPlan({ schedule: { start: '2026-01-05T01:00:00Z' } }));
    temporal.activityMs = (name) => (name === 'runLoad' ? 45 * 60_000 : 0);
    await temporal.run(Date.parse('2026-01-05T01:10:00Z'));
    const answer = temporal.update(campaignId, 'stop', 'the cat is ill');
    await temporal.run();
    await answer;
    expect(temporal.resultOf(testbedId)).toMatchObject({
      status: 'completed',
      value: { outcome: 'stopped', reason: 'the cat is ill' },
    });
    expect(temporal.resultOf('campaign/test/slot/001')).toEqual({ status: 'cancelled' });
    expect(world.reports[0]).toMatchObject({ outcome: 'stopped', reason: 'the cat is ill' });
    expect(world.released).toEqual(['test']);
  });

  test('notes are kept in order with their time', async () => {
    const temporal = await begin(aWorld(), aPlan({ schedule: { start: '2026-01-05T01:00:00Z' } }));
    await temporal.run(Date.parse('2026-01-05T00:30:00Z'));
    temporal.signal(campaignId, 'note', 'the fan is loud');
    await temporal.run();
    expect((await progressOf(temporal)).notes).toEqual([
      { atMs: Date.parse('2026-01-05T00:30:00Z'), text: 'the fan is loud' },
    ]);
  });
});

describe('ends that nobody planned', () => {
  test('a cancel of the testbed reaches the campaign also after it has continued as new', async () => {
    const world = aWorld();
    const plan = aPlan({ schedule: { slots: 30, start: '2026-01-05T01:00:00Z' } });
    const temporal = await begin(world, plan);
    await temporal.run(Date.parse('2026-01-06T03:30:00Z'));
    temporal.cancel(testbedId);
    await temporal.run();
    expect(temporal.resultOf(campaignId)).toEqual({ status: 'cancelled' });
    expect(world.reports[0]).toMatchObject({ outcome: 'cancelled' });
    expect(world.released).toEqual(['test']);
  });

  test('a terminated campaign is reported by its testbed, which is released', async () => {
    const world = aWorld();
    const temporal = await begin(world, aPlan({ schedule: { start: '2026-01-05T01:00:00Z' } }));
    temporal.activityMs = (name) => (name === 'runLoad' ? 45 * 60_000 : 0);
    await temporal.run(Date.parse('2026-01-05T01:10:00Z'));
    temporal.terminate(campaignId);
    await temporal.run();
    expect(world.released).toEqual(['test']);
    expect(world.reports).toMatchObject([{ outcome: 'failed', leftovers: [] }]);
    expect(temporal.resultOf('campaign/test/slot/001')).toEqual({ status: 'cancelled' });
  });

  test('a slot whose platforms are ready only after its grace is missed, and sends nothing', async () => {
    const world = aWorld();
    const temporal = await begin(
      world,
      aPlan({ schedule: { slots: 2, start: '2026-01-05T01:00:00Z' } }),
    );
    temporal.activityMs = (name) =>
      name === 'prepareWindow' && temporal.nowMs < Date.parse('2026-01-05T01:30:00Z')
        ? 11 * 60_000
        : 0;
    await temporal.run();
    expect((await progressOf(temporal)).outcomes).toMatchObject([
      { status: 'missed', reason: 'The platforms were ready only after the grace of 600 s.' },
      { status: 'complete' },
    ]);
  });

  test('one slot that somebody cancels in the Web UI does not end the campaign', async () => {
    const world = aWorld();
    const temporal = await begin(world, aPlan({ schedule: { start: '2026-01-05T01:00:00Z' } }));
    temporal.activityMs = (name) => (name === 'runLoad' ? 45 * 60_000 : 0);
    await temporal.run(Date.parse('2026-01-05T02:10:00Z'));
    temporal.cancel('campaign/test/slot/002');
    await temporal.run();
    expect(await statuses(temporal)).toEqual(['complete', 'failed', 'complete', 'complete']);
    expect(temporal.resultOf(testbedId)).toMatchObject({ status: 'completed' });
  });

  test('a testbed that cannot be deployed fails the campaign with its reason, reported', async () => {
    const world = aWorld({
      deployTestbed: async () => {
        throw new Error('no cgroups here');
      },
    });
    const temporal = await begin(world, aPlan());
    await temporal.run();
    expect(temporal.resultOf(testbedId)).toMatchObject({ status: 'failed' });
    expect(world.reports[0]).toMatchObject({ outcome: 'failed', reason: 'no cgroups here' });
    expect(world.released).toEqual(['test']);
  });

  test('a failed training keeps best-static, and the evaluation still runs', async () => {
    const world = aWorld({
      trainModel: async () => {
        throw new Error('out of memory');
      },
    });
    const temporal = await begin(world, aPlan());
    await temporal.run();
    const { retraining, evaluation } = await progressOf(temporal);
    expect(retraining?.championKind).toBe('best-static');
    expect(evaluation?.blocks).toHaveLength(2);
  });

  test('a block that fails is recorded, and the others are scored', async () => {
    const scored: (readonly number[])[] = [];
    const world = aWorld({
      runLoad: async ({ run }) => {
        if (run.run === 'block-01') throw new Error('the host died');
        return { attempts: 1 };
      },
      scoreEvaluation: async ({ blocks }) => {
        scored.push(blocks);
        return { hasVerdict: true };
      },
    });
    const temporal = await begin(world, aPlan());
    await temporal.run();
    expect(scored).toEqual([[2]]);
    expect((await progressOf(temporal)).evaluation?.blockFailures).toEqual([
      { block: 1, reason: 'the host died' },
    ]);
  });
});

test('with late: shift the whole grid moves, and no slot is missed', async () => {
  const world = aWorld();
  const plan = aPlan({
    schedule: { slots: 3, everyMs: 24_000, late: 'shift', graceMs: 5_000, start: 'now' },
    load: { durationMs: 6_000 },
  });
  const temporal = await begin(world, plan);
  temporal.activityMs = (name) => (name === 'runLoad' ? 60_000 : 0);
  await temporal.run();
  const progress = await progressOf(temporal);
  expect(progress.outcomes.map((outcome) => outcome.status)).toEqual([
    'complete',
    'complete',
    'complete',
  ]);
  expect(progress.shiftedMs).toBeGreaterThan(60_000);
});

test('what a campaign remembers grows by at most 200 bytes a slot', async () => {
  const temporal = await begin(aWorld(), aPlan({ schedule: { slots: 48, start } }));
  await temporal.run();
  const { outcomes } = await progressOf(temporal);
  expect(JSON.stringify(outcomes).length / outcomes.length).toBeLessThanOrEqual(200);
});
