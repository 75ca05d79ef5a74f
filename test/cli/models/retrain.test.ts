import { afterAll, beforeAll, expect, test } from 'vitest';
import { retrain } from '../../../src/cli/models/retrain.ts';
import { campaignWorkflowId, taskQueue, testbedWorkflowId } from '../../../src/domain/names.ts';
import { aPlan } from '../../support/a-plan.ts';
import { startTemporalServer, type TemporalServer } from '../../support/temporal-server.ts';
import { aCli, type Cli, storeCampaign } from '../a-cli.ts';

let server: TemporalServer;

beforeAll(async () => {
  server = await startTemporalServer();
});

afterAll(() => server[Symbol.asyncDispose]());

/** With the environment that the worker of its own needs. */
async function aCliWithWorker(): Promise<Cli> {
  const cli = await aCli(server.stateFolder);
  const environment = { ...process.env, CROSSOVER_STATE: server.stateFolder };
  return { ...cli, services: { ...cli.services, environment } };
}

test('a campaign that has ended retrains with a worker of the command, and says what came of it', async () => {
  const { services, objects, lines, json } = await aCliWithWorker();
  await storeCampaign(objects, 'ended', { outcome: 'completed' });
  expect(await retrain(services, 'ended', 'new prices')).toBe(0);
  expect(lines.join('\n')).toContain('No slot is complete.');
  expect(json).toMatchObject([{ campaignId: 'ended', kind: 'skipped' }]);
}, 60_000);

test('a campaign that runs is asked to retrain, with the reason', async () => {
  const { services, objects, json } = await aCli(server.stateFolder);
  await storeCampaign(objects, 'running');
  const start = (type: string, workflowId: string) =>
    server.client.workflow.start(type, {
      workflowId,
      taskQueue: taskQueue.campaign,
      memo: { campaignId: 'running' },
    });
  await start('testbed', testbedWorkflowId('local', 'running'));
  const handle = await start('campaign', campaignWorkflowId('running'));

  expect(await retrain(services, 'running', 'new prices')).toBe(0);

  expect(json).toEqual([{ campaignId: 'running', kind: 'asked' }]);
  const { events } = await handle.fetchHistory();
  const signal = events?.find((event) => event.workflowExecutionSignaledEventAttributes);
  const sent = signal?.workflowExecutionSignaledEventAttributes;
  expect(sent?.signalName).toBe('retrain');
  expect(new TextDecoder().decode(sent?.input?.payloads?.[0]?.data ?? undefined)).toBe(
    '"request (new prices)"',
  );
}, 30_000);

test('a plan that trains no router has nothing to retrain', async () => {
  const { services, objects } = await aCli(server.stateFolder);
  const { learning } = aPlan({ learning: { families: [] } });
  await storeCampaign(objects, 'static', { plan: { learning } });
  await expect(retrain(services, 'static', undefined)).rejects.toThrow(/trains no router/);
});
