/**
 * Writes the histories of a campaign's workflows for the replay test of later versions.
 *
 * Usage: node scripts/record-histories.ts CAMPAIGN VERSION
 * (with the campaign's Temporal server running: "crossover dev", or TEMPORAL_ADDRESS)
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

import { campaignWorkflowId, searchAttribute, slotWorkflowId } from '../src/domain/names.ts';
import { connectTo, findTemporal } from '../src/temporal/connect.ts';

const [campaignId, version] = process.argv.slice(2);
if (campaignId === undefined || version === undefined) {
  throw new Error('Usage: node scripts/record-histories.ts CAMPAIGN VERSION');
}
const checkout = resolve(import.meta.dirname, '..');
const endpoint = await findTemporal({
  environment: process.env,
  stateFolder: process.env['CROSSOVER_STATE'] ?? join(checkout, '.crossover'),
});
if (endpoint === undefined) throw new Error('No Temporal server is running.');
const connection = await connectTo(endpoint);
try {
  const client = new Client({ connection, namespace: endpoint.namespace });
  const folder = join(checkout, 'test', 'histories', version);
  await mkdir(folder, { recursive: true });
  const query = `${searchAttribute.campaignId} = "${campaignId}"`;
  for await (const { workflowId, runId } of client.workflow.list({ query })) {
    // One slot stands for all: they differ in numbers only.
    const isOtherSlot =
      workflowId.includes('/slot/') && workflowId !== slotWorkflowId(campaignId, 1);
    if (isOtherSlot) continue;
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const name = workflowId
      .replace(campaignWorkflowId(campaignId), 'campaign')
      .replaceAll('/', '-');
    // Stack traces name the folders of the machine that recorded them.
    const text = historyToJSON(history).replaceAll(checkout, '');
    await writeFile(join(folder, `${name}.json`), text);
    console.log(`${name}.json`);
  }
} finally {
  await connection.close();
}
