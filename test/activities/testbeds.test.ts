import type { Client } from '@temporalio/client';
import { describe, expect, test } from 'vitest';

import { createTestbedActivities } from '../../src/activities/testbeds.ts';
import type { EvaluationSetup } from '../../src/domain/evaluation.ts';
import { campaignWorkflowId, testbedWorkflowId } from '../../src/domain/names.ts';
import type { DeploymentRecord, Testbed, Window } from '../../src/testbeds/testbed.ts';
import { aPlan, aWorkload } from '../support/a-plan.ts';
import {
  aClient,
  aDeployment,
  aRig,
  aWindow,
  blockOne,
  campaignId,
  perform,
  slotOne,
} from './rig.ts';

const plan = aPlan();

test('the busy times that were measured first are kept when deploying is tried again', async () => {
  let cpuMs = 30;
  const rig = await aRig({
    plan,
    testbed: { deploy: async () => aDeployment(plan, { cpuMs: { light: cpuMs++, heavy: 90 } }) },
  });
  await rig.ports.objects.remove(rig.store.keys.deployment);
  const { deployTestbed } = createTestbedActivities(rig.ports);
  await perform(rig, deployTestbed, { campaignId });
  await perform(rig, deployTestbed, { campaignId });
  const stored = await rig.store.requireJson<DeploymentRecord>(rig.store.keys.deployment);
  expect(stored.cpuMs).toEqual({ light: 30, heavy: 90 });
});

describe('preparing', () => {
  async function preparedFor(run: typeof slotOne): Promise<Window | undefined> {
    let asked: Window | undefined;
    const prepare: Testbed['prepare'] = async (window) => {
      asked = window;
    };
    const workloads = [
      aWorkload({ name: 'light', share: 0.5 }),
      aWorkload({ name: 'heavy', share: 0.5, ecsTasks: 2 }),
    ];
    const rig = await aRig({ plan: aPlan({ workloads }), testbed: { prepare } });
    const setup: EvaluationSetup = {
      arms: ['lambda-only', 'best-static'],
      skipped: [],
      table: { light: 'lambda', heavy: 'ecs' },
      withCapacity: ['heavy'],
      estimates: {},
    };
    await rig.store.putJson(rig.store.keys.evaluation, setup);
    const { prepareWindow } = createTestbedActivities(rig.ports);
    await perform(rig, prepareWindow, { run, window: aWindow() });
    return asked;
  }

  test('a slot brings both platforms of every workload up', async () => {
    const window = await preparedFor(slotOne);
    expect(window?.services).toEqual([
      { owner: 'collection', platform: 'lambda', workload: 'light' },
      { owner: 'collection', platform: 'ecs', workload: 'light', tasks: 1 },
      { owner: 'collection', platform: 'lambda', workload: 'heavy' },
      { owner: 'collection', platform: 'ecs', workload: 'heavy', tasks: 2 },
    ]);
  });

  test('a block brings up what each arm may use, and nothing of the collection', async () => {
    const window = await preparedFor(blockOne);
    expect(window?.services).toEqual([
      { owner: 'lambda-only', platform: 'lambda', workload: 'light' },
      { owner: 'lambda-only', platform: 'lambda', workload: 'heavy' },
      { owner: 'best-static', platform: 'lambda', workload: 'light' },
      { owner: 'best-static', platform: 'ecs', workload: 'heavy', tasks: 2 },
    ]);
  });

  test('a block brings up a router by the pinned model, where the plan has it as a service', async () => {
    const windows: Window[] = [];
    const plan = aPlan();
    const model = { hash: 'abc', bytes: new TextEncoder().encode('{"a":"model"}') };
    const prepared = async (router: 'client' | 'service', arms: EvaluationSetup['arms']) => {
      const rig = await aRig({
        plan: { ...plan, evaluation: { ...plan.evaluation, router } },
        testbed: { prepare: async (window) => void windows.push(window) },
      });
      const setup: EvaluationSetup = {
        arms,
        skipped: [],
        table: { light: 'lambda', heavy: 'ecs' },
        withCapacity: ['heavy'],
        modelHash: model.hash,
        estimates: { heavy: { estimatedExecutionMs: 90, estimatedMemoryMb: 64 } },
      };
      await rig.store.putJson(rig.store.keys.evaluation, setup);
      await rig.ports.objects.put(rig.store.keys.model(model.hash), model.bytes);
      const { prepareWindow } = createTestbedActivities(rig.ports);
      await perform(rig, prepareWindow, { run: blockOne, window: aWindow() });
      return windows.at(-1)?.router;
    };

    expect(await prepared('service', ['lambda-only', 'hybrid'])).toMatchObject({
      owner: 'hybrid',
      platformsOf: { heavy: ['lambda', 'ecs'] },
      table: { light: 'lambda', heavy: 'ecs' },
      workloads: { heavy: { estimatedExecutionMs: 90, estimatedMemoryMb: 64 } },
      timezone: 'UTC',
      model: { hash: 'abc' },
    });
    expect(Buffer.from(windows.at(-1)?.router?.model?.bytes ?? []).toString()).toBe(
      '{"a":"model"}',
    );
    expect(await prepared('client', ['lambda-only', 'hybrid'])).toBeUndefined();
    expect(await prepared('service', ['lambda-only'])).toBeUndefined();
  });

  test('keeps the testbed for longer than the window needs it', async () => {
    const window = await preparedFor(slotOne);
    expect(window?.expiresAtMs).toBeGreaterThan(aWindow().keepUntilMs + 60_000);
  });
});

describe('a campaign that ends by itself', () => {
  /** The server's view: the campaign, and the testbed workflow above it. */
  function aServer(testbedStatus: 'RUNNING' | 'TERMINATED'): Client {
    const workflows: Record<string, unknown> = {
      [campaignWorkflowId(campaignId)]: {
        parentExecution: { workflowId: testbedWorkflowId('local', campaignId), runId: 'r' },
        status: { name: 'RUNNING' },
      },
      [testbedWorkflowId('local', campaignId)]: { status: { name: testbedStatus } },
    };
    return aClient((id) => ({ describe: async () => workflows[id] }));
  }

  async function releasedUnder(client: Client, leftovers: readonly string[] = []) {
    const released: string[] = [];
    const release: Testbed['release'] = async (id) => {
      released.push(id);
      return leftovers;
    };
    const rig = await aRig({ client, testbed: { release } });
    const { releaseOrphanedTestbed } = createTestbedActivities(rig.ports);
    await perform(rig, releaseOrphanedTestbed, { campaignId });
    return released;
  }

  test('leaves the release to its testbed workflow', async () => {
    expect(await releasedUnder(aServer('RUNNING'))).toEqual([]);
  });

  test('releases when the testbed workflow was terminated', async () => {
    expect(await releasedUnder(aServer('TERMINATED'))).toEqual([campaignId]);
  });

  test('fails by name when something is left', async () => {
    await expect(releasedUnder(aServer('TERMINATED'), ['process 7'])).rejects.toMatchObject({
      type: 'TestbedBusy',
      message: 'Left on the testbed of campaign "demo": process 7.',
    });
  });
});
