import { afterEach, beforeEach, expect, test } from 'vitest';

import {
  keysOf,
  nightlyId,
  retrainingWorkflowId,
  testbedWorkflowId,
} from '../../src/domain/names.ts';
import { Rig, until } from './support/rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.open();
});
afterEach(() => rig.close());

async function start(plan: string): Promise<void> {
  const { exitCode, stderr } = await rig.crossover('start', plan, '--json');
  expect(exitCode, stderr).toBe(0);
}

async function ended(id: string): Promise<void> {
  await until('the campaign ends', async () => {
    const handle = rig.client.workflow.getHandle(testbedWorkflowId('simulated', id));
    return (await handle.describe()).status.name === 'COMPLETED';
  });
}

test('a worker that is killed while it tunes repeats at most one combination', async () => {
  const id = 'simulated-learning';
  await rig.startServer();
  const worker = await rig.startWorker();
  await start('test/fixtures/plans/simulated-learning.yaml');
  const tried = async () =>
    (await rig.objects.list(`${keysOf(id).root}tuning/`)).filter((key) => key.endsWith('.json'));
  await until('three combinations', async () => (await tried()).length >= 3);
  worker.kill('SIGKILL');
  await rig.startWorker();
  await ended(id);

  const summary = await rig.summary(id);
  expect(summary).toMatchObject({ outcome: 'completed', slots: { complete: 6 } });
  const { events } = await rig.client.workflow
    .getHandle(retrainingWorkflowId(id, 6))
    .fetchHistory();
  const combinations = (events ?? []).filter(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'tuneCombination',
  );
  const attempts = (events ?? []).map(
    (event) => event.activityTaskStartedEventAttributes?.attempt ?? 0,
  );
  expect(combinations.length).toBeGreaterThan(3);
  expect((await tried()).length).toBe(combinations.length);
  expect(attempts.filter((attempt) => attempt > 1).length).toBeLessThanOrEqual(1);
});

test('a night is a schedule of the campaign: it asks, the campaign retrains between slots', async () => {
  const id = 'nights';
  await rig.startServer();
  await rig.startWorker();
  await start('test/fixtures/plans/nights.yaml');
  const schedule = rig.client.schedule.getHandle(nightlyId(id));
  const described = await until('the schedule', () =>
    schedule.describe().catch((error: unknown) => {
      if (error instanceof Error && error.name === 'ScheduleNotFoundError') return undefined;
      throw error;
    }),
  );
  expect(described.policies.overlap).toBe('SKIP');
  expect(described.state.note).toContain('nights');
  expect(described.memo).toMatchObject({ campaignId: id });

  await until('a slot', async () => ((await rig.progress(id))?.outcomes.length ?? 0) >= 1);
  await schedule.trigger();
  const retrained = await until('a retraining before the last slot', async () => {
    const progress = await rig.progress(id);
    return progress?.retraining === undefined ? undefined : progress;
  });
  expect(retrained.retraining?.slotsSeen).toBeLessThan(3);
  await ended(id);

  await expect(schedule.describe()).rejects.toMatchObject({ name: 'ScheduleNotFoundError' });
  const summary = await rig.summary(id);
  expect(summary).toMatchObject({ outcome: 'completed', slots: { complete: 3 } });
});
