/**
 * What the orchestration alone costs: history events of the campaign per slot, and wall time per
 * slot with activities that do nothing, on a real Temporal server.
 *
 * Usage: node bench/orchestration.ts [slots] [rounds]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Client } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

import { campaignWorkflowId, taskQueue, testbedWorkflowId } from '../src/domain/names.ts';
import { requireBinary } from '../src/temporal/binary.ts';
import { connectTo, findOrStartTemporal } from '../src/temporal/connect.ts';
import { stopServer } from '../src/temporal/server.ts';
import { aPlan } from '../test/support/a-plan.ts';
import { aWorld } from '../test/workflows/scripted-activities.ts';

const slots = Number(process.argv[2] ?? 48);
const rounds = Number(process.argv[3] ?? 3);
const msPerYear = 365 * 24 * 3_600_000;

Runtime.install({ logger: new DefaultLogger('ERROR') });
const stateFolder = await mkdtemp(join(tmpdir(), 'crossover-bench-'));
const search = {
  environment: process.env,
  stateFolder,
  binFolder: fileURLToPath(new URL('../.crossover/bin', import.meta.url)),
};
await requireBinary(search);
const endpoint = await findOrStartTemporal(search);
const connection = await connectTo(endpoint);
const native = await NativeConnection.connect(endpoint.connectionOptions);
try {
  const client = new Client({ connection, namespace: endpoint.namespace });
  const activities = aWorld().activities;
  const common = { connection: native, namespace: endpoint.namespace, activities };
  const workers = await Promise.all([
    Worker.create({
      ...common,
      taskQueue: taskQueue.campaign,
      workflowsPath: fileURLToPath(new URL('../src/workflows/registry.ts', import.meta.url)),
    }),
    Worker.create({ ...common, taskQueue: taskQueue.load }),
    Worker.create({ ...common, taskQueue: taskQueue.analysis }),
  ]);
  const running = workers.map((worker) => worker.run());
  const results = [];
  for (let round = 1; round <= rounds; round += 1) results.push(await measure(client, round));
  for (const worker of workers) worker.shutdown();
  await Promise.all(running);

  console.log(`${slots} slots, ${rounds} rounds, activities that do nothing\n`);
  console.log('round   ms per slot   events of the campaign per slot');
  for (const { round, msPerSlot, eventsPerSlot } of results) {
    console.log(
      `${String(round).padStart(5)}${msPerSlot.toFixed(0).padStart(14)}${eventsPerSlot.toFixed(1).padStart(34)}`,
    );
  }
  console.log(JSON.stringify({ bench: 'orchestration', slots, results }));
} finally {
  await native.close();
  await connection.close();
  if (endpoint.serverToStop !== undefined) await stopServer(endpoint.serverToStop);
  await rm(stateFolder, { recursive: true, force: true });
}

async function measure(client: Client, round: number) {
  const campaignId = `bench-${round}`;
  // Slots of the past within a grace of a year: each begins as soon as the one before has ended.
  const start = new Date(Date.now() - msPerYear / 2).toISOString();
  const plan = aPlan({
    schedule: { slots, start, graceMs: msPerYear },
    evaluation: { blocks: 0 },
  });
  const began = performance.now();
  const handle = await client.workflow.start('testbed', {
    workflowId: testbedWorkflowId('local', campaignId),
    taskQueue: taskQueue.campaign,
    args: [plan, campaignId],
  });
  await handle.result();
  const elapsedMs = performance.now() - began;
  return {
    round,
    msPerSlot: elapsedMs / slots,
    eventsPerSlot: (await eventsOf(client, campaignId)) / slots,
  };
}

/** Events of all runs of the campaign: it continues as new once a day of slots. */
async function eventsOf(client: Client, campaignId: string): Promise<number> {
  let events = 0;
  const query = `WorkflowId = "${campaignWorkflowId(campaignId)}"`;
  for await (const run of client.workflow.list({ query })) events += run.historyLength;
  return events;
}
