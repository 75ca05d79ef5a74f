import { afterAll, beforeAll, expect, test } from 'vitest';
import { listCampaigns } from '../../src/cli/list.ts';
import { showLogs } from '../../src/cli/logs.ts';
import { removeCampaign } from '../../src/cli/rm.ts';
import {
  campaignWorkflowId,
  searchAttribute,
  slotWorkflowId,
  taskQueue,
  testbedWorkflowId,
} from '../../src/domain/names.ts';
import type { TestbedName } from '../../src/domain/platform.ts';
import { campaignAttributes, progressAttributes } from '../../src/workflows/campaign-attributes.ts';
import { startTemporalServer, type TemporalServer } from '../support/temporal-server.ts';
import { aCli, storeCampaign } from './a-cli.ts';

/** One server and one store for all, without a worker: what runs stays as it is. */
let server: TemporalServer;

beforeAll(async () => {
  server = await startTemporalServer();
  await startWorkflows('running', 'local');
});

afterAll(() => server[Symbol.asyncDispose]());

async function startWorkflows(campaignId: string, testbed: TestbedName): Promise<void> {
  const attributes = campaignAttributes({ campaignId, testbed, phase: 'collecting' });
  const progress = progressAttributes({ phase: 'retraining', slotsDone: 3, spentUsd: 0 });
  const start = (type: string, workflowId: string, pairs: typeof attributes) =>
    server.client.workflow.start(type, {
      workflowId,
      taskQueue: taskQueue.campaign,
      memo: { campaignId },
      typedSearchAttributes: pairs,
    });
  await start('testbed', testbedWorkflowId(testbed, campaignId), attributes);
  const own = attributes.filter(({ key }) => key.name !== searchAttribute.campaignPhase);
  const campaign = await start('campaign', campaignWorkflowId(campaignId), [...own, ...progress]);
  await campaign.signal('note', 'the fan is loud');
  const slot = await start('slot', slotWorkflowId(campaignId, 2), attributes);
  await slot.terminate('not this one');
}

/** Visibility lags behind by a moment. */
async function eventually(look: () => Promise<void>): Promise<void> {
  await expect
    .poll(() => look().then(() => 'as expected', String), { timeout: 15_000 })
    .toBe('as expected');
}

test('list has what runs with its phase and slots, stored here or not', async () => {
  await eventually(async () => {
    const { services, json, lines } = await aCli(server.stateFolder);
    await listCampaigns(services);
    expect(lines.join('\n')).toMatch(/running +retraining +3\/- +local +since 20/);
    expect(json).toMatchObject([
      { hasServer: true, campaigns: [{ campaignId: 'running', outcome: 'running', slotsDone: 3 }] },
    ]);
  });
});

test('rm tells Temporal to forget what has ended of a campaign, and nothing that runs', async () => {
  await startWorkflows('ended', 'simulated');
  await server.client.workflow.getHandle(testbedWorkflowId('simulated', 'ended')).terminate();
  await eventually(async () => {
    const query = 'CampaignId="ended" AND ExecutionStatus="Terminated"';
    expect((await server.client.workflow.count(query)).count).toBe(2);
  });
  const { services, objects, json } = await aCli(server.stateFolder);
  await storeCampaign(objects, 'ended', { outcome: 'completed' });

  expect(await removeCampaign(services, 'ended')).toBe(0);

  // Its campaign workflow runs, as one does whose testbed was terminated a moment ago.
  expect(json).toMatchObject([{ campaignId: 'ended', histories: 2, isForgotten: false }]);
  const left = await server.client.workflow.getHandle(campaignWorkflowId('ended')).describe();
  expect(left.status.name).toBe('RUNNING');
});

test('rm refuses what runs and says how to end it, and removes what only has no end', async () => {
  const { services, objects, lines } = await aCli(server.stateFolder);
  await storeCampaign(objects, 'running', { outcome: 'completed' });
  await storeCampaign(objects, 'terminated');
  const before = await objects.list('campaigns/running/');
  await expect(removeCampaign(services, 'running')).rejects.toThrow('crossover stop running');
  expect(await objects.list('campaigns/running/')).toEqual(before);

  expect(await removeCampaign(services, 'terminated')).toBe(0);
  expect(lines[0]).toContain('Removed campaign terminated: 1 object,');
});

test('logs have the histories of the campaign or of one slot, beside what processes wrote', async () => {
  const cli = await aCli(server.stateFolder);
  await storeCampaign(cli.objects, 'running');
  const line = { workflowId: 'campaign/running', process: 'worker' };
  const lines = [
    { at: '2020-01-01T00:00:00.000Z', ...line, message: 'Of a removed one with this name' },
    { at: '2999-01-01T00:00:00.000Z', ...line, message: 'Long after' },
  ];
  await cli.write('logs/worker.ndjson', lines.map((each) => `${JSON.stringify(each)}\n`).join(''));
  const said = async (slot: string | undefined) => {
    const { services, json } = await aCli(server.stateFolder);
    await showLogs(services, 'running', slot);
    return json.map((entry) => {
      const { where, text } = entry as { where: string; text: string };
      return `${where}: ${text}`;
    });
  };
  await eventually(async () => {
    expect(await said(undefined)).toEqual([
      'testbed: began',
      'campaign: began',
      'campaign: signal note: "the fan is loud"',
      'slot/002: began',
      'slot/002: was terminated: not this one',
      'campaign: Long after',
    ]);
    expect(await said('2')).toEqual(['slot/002: began', 'slot/002: was terminated: not this one']);
  });
});
