import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import type { CampaignProgress, SlotOutcome } from '../../src/domain/campaign.ts';
import { campaignWorkflowId, slotWorkflowId, testbedWorkflowId } from '../../src/domain/names.ts';
import { processesOf, Rig, until } from './support/rig.ts';

const oneSlot = 'test/fixtures/plans/one-slot.yaml';
const twoSlots = 'test/fixtures/plans/bad-days.yaml';

let rig: Rig;

beforeAll(async () => {
  rig = await Rig.open();
  await rig.startServer();
});
afterAll(() => rig.close());

/** Starts a campaign on the rig's server and resolves to its id. */
async function begin(plan: string): Promise<string> {
  const { stdout, stderr, exitCode } = await rig.crossover('start', plan, '--json');
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout).campaignId;
}

/** Waits until the load of a slot has really begun. */
async function untilLoad(campaignId: string, slot = 1): Promise<void> {
  const run = `slot-${String(slot).padStart(3, '0')}`;
  await until(`load of ${run}`, async () => (await rig.sentLines(campaignId, run)).length > 10);
}

/** Waits until the testbed of a campaign is released, and resolves to what the campaign knew last. */
async function untilReleased(campaignId: string): Promise<CampaignProgress | undefined> {
  await until('the testbed is released', async () => {
    const handle = rig.client.workflow.getHandle(testbedWorkflowId('local', campaignId));
    return (await handle.describe().catch(() => undefined))?.status.name !== 'RUNNING';
  });
  return await rig.progress(campaignId);
}

async function leftProcesses(): Promise<readonly string[]> {
  const all = await processesOf(rig.stateFolder);
  return all.filter((line) => /artillery|local\/host|http-server|lambda-ric/.test(line));
}

describe('with a worker', () => {
  let worker: Awaited<ReturnType<Rig['startWorker']>>;
  beforeAll(async () => {
    worker = await rig.startWorker();
  });
  afterAll(() => {
    worker.kill('SIGKILL');
  });
  afterEach(async () => {
    // After a terminate nobody waits for the load run: its cancel arrives with a heartbeat.
    await until('no process is left', async () => (await leftProcesses()).length === 0, 30_000);
  });

  test('a worker that is killed in the middle of a load run: nothing lost, nothing sent twice', async () => {
    const id = await begin(oneSlot);
    await untilLoad(id);
    worker.kill('SIGKILL');
    await until('the generator is gone', async () =>
      (await processesOf(rig.stateFolder)).every((line) => !line.includes('artillery')),
    );
    worker = await rig.startWorker();
    const progress = await untilReleased(id);
    const [outcome] = progress?.outcomes ?? [];
    expect(outcome).toMatchObject({ status: 'complete', requests: 60 });
    const sent = (await rig.sentLines(id, 'slot-001')).map((line) => {
      const { requestId, target } = JSON.parse(line);
      return `${requestId}/${target}`;
    });
    expect(sent).toHaveLength(120);
    expect(new Set(sent).size).toBe(120);
  });

  test('a Temporal server that is killed and restarted on its database', async () => {
    const id = await begin(oneSlot);
    await untilLoad(id);
    rig.killServer();
    await rig.startServer();
    const progress = await untilReleased(id);
    expect(progress?.outcomes).toMatchObject([{ status: 'complete', requests: 60 }]);
  });

  test('stop in the middle of a slot: everything is gone, and a report says why', async () => {
    const id = await begin(oneSlot);
    await untilLoad(id);
    const stop = await rig.crossover('stop', id, 'the', 'fan', 'is', 'loud');
    expect(stop.exitCode, stop.stderr).toBe(0);
    await untilReleased(id);
    expect(await rig.summary(id)).toMatchObject({ outcome: 'stopped', reason: 'the fan is loud' });
    await expectReport(id, 'the fan is loud');
  });

  test('cancel in the middle of a slot', async () => {
    const id = await begin(oneSlot);
    await untilLoad(id);
    await rig.client.workflow.getHandle(testbedWorkflowId('local', id)).cancel();
    await untilReleased(id);
    expect(await rig.summary(id)).toMatchObject({ outcome: 'cancelled' });
    await expectReport(id, 'cancelled');
  });

  test('terminate in the middle of a slot', async () => {
    const id = await begin(oneSlot);
    await untilLoad(id);
    await rig.client.workflow.getHandle(campaignWorkflowId(id)).terminate('a mistake');
    await untilReleased(id);
    expect(await rig.summary(id)).toMatchObject({ outcome: 'failed' });
    await expectReport(id, 'terminated');
  });

  test('the testbed workflow itself is terminated: its campaign releases what it held', async () => {
    const id = await begin(oneSlot);
    await untilLoad(id);
    await rig.client.workflow.getHandle(testbedWorkflowId('local', id)).terminate('a mistake');
    await until('the campaign ends', async () => {
      const campaign = await rig.client.workflow.getHandle(campaignWorkflowId(id)).describe();
      return campaign.status.name === 'CANCELLED';
    });
    await expectReport(id, 'cancelled');
  });

  test('one slot cancelled as in the Web UI: the campaign goes on', async () => {
    const id = await begin(twoSlots);
    await untilLoad(id);
    await rig.client.workflow.getHandle(slotWorkflowId(id, 1)).cancel();
    const progress = await untilReleased(id);
    expect(progress?.outcomes.map((outcome) => outcome.status)).toEqual(['failed', 'complete']);
  });

  test('the testbed host is killed: the slot says so, and the next slot works', async () => {
    const id = await begin(twoSlots);
    await untilLoad(id);
    const host = JSON.parse(await readFile(join(rig.stateFolder, 'local', 'host.json'), 'utf8'));
    process.kill(host.pid, 'SIGKILL');
    const progress = await untilReleased(id);
    const [first, second] = progress?.outcomes ?? [];
    expect(['degraded', 'failed']).toContain(first?.status);
    expect(reasonOf(first)).not.toBe('');
    expect(second?.status).toBe('complete');
  });

  test('a second campaign on the same testbed is refused with the holder’s name', async () => {
    const id = await begin(oneSlot);
    const second = await rig.crossover('start', twoSlots);
    expect(second.exitCode).toBe(2);
    expect(second.stderr).toContain(`held by campaign "${id}"`);
    await rig.crossover('stop', id);
    await untilReleased(id);
  });

  test('workloads that crash, hang or answer garbage leave rows with reasons', async () => {
    const id = await begin('test/fixtures/plans/broken-workloads.yaml');
    const progress = await untilReleased(id);
    const [outcome] = progress?.outcomes ?? [];
    expect(outcome).toMatchObject({ status: 'complete' });
    if (outcome === undefined || !('rows' in outcome)) throw new Error('The slot has no rows.');
    expect(outcome.observed).toBe(outcome.requests);
    expect(outcome.errors).toBeGreaterThan(0);
    for (const reason of ['failed', 'timeout', 'without-handler']) await expectReport(id, reason);
  });
});

test('no load worker for longer than the grace: the slot is missed, never late', async () => {
  const worker = await rig.startWorker('campaign,analysis');
  try {
    const id = await begin(oneSlot);
    const progress = await untilReleased(id);
    expect(progress?.outcomes).toMatchObject([{ status: 'missed' }]);
    expect(await rig.sentLines(id, 'slot-001')).toEqual([]);
  } finally {
    worker.kill('SIGKILL');
  }
});

function reasonOf(outcome: SlotOutcome | undefined): string {
  return outcome?.reason ?? '';
}

async function expectReport(id: string, text: string): Promise<void> {
  expect(await readFile(reportFile(id, 'report.md'), 'utf8')).toContain(text);
}

function reportFile(id: string, name: string): string {
  return join(rig.stateFolder, 'store', 'campaigns', id, 'report', name);
}
