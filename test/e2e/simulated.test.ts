import { afterEach, beforeEach, expect, test } from 'vitest';

import { testbedWorkflowId } from '../../src/domain/names.ts';
import { Rig, until } from './support/rig.ts';

const plan = 'test/fixtures/plans/interrupted.yaml';
const id = 'interrupted';

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.open();
});
afterEach(() => rig.close());

/** What must be the same however often the work was interrupted. */
interface Artifacts {
  readonly datasetFingerprint: string;
  readonly modelHash: string;
}

async function undisturbed(): Promise<Artifacts> {
  const { exitCode, stdout, stderr } = await rig.crossover('run', plan, '--json');
  expect(exitCode, stderr).toBe(0);
  const summary = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  expect(summary).toMatchObject({
    outcome: 'completed',
    slots: { complete: 6 },
    datasetFingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
    modelHash: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(summary.joinedShare).toBe(1);
  return summary;
}

test('a worker that is killed three times and two workers give the same dataset and model', async () => {
  const { datasetFingerprint, modelHash } = await undisturbed();
  await rig.close();

  rig = await Rig.open();
  await rig.startServer();
  const start = await rig.crossover('start', plan, '--json');
  expect(start.exitCode, start.stderr).toBe(0);
  for (const slotsDone of [1, 3, 5]) {
    const worker = await rig.startWorker();
    await until(`${slotsDone} slots`, async () => {
      const progress = await rig.progress(id);
      return (progress?.outcomes.length ?? 0) >= slotsDone;
    });
    worker.kill('SIGKILL');
  }
  await Promise.all([rig.startWorker(), rig.startWorker()]);
  await until('the campaign ends', async () => {
    const handle = rig.client.workflow.getHandle(testbedWorkflowId('simulated', id));
    return (await handle.describe()).status.name === 'COMPLETED';
  });
  expect(await rig.summary(id)).toMatchObject({ datasetFingerprint, modelHash });
});
