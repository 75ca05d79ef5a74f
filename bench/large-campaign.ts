/** A finished campaign of about 100,000 requests, for what is measured on one: simulated, in minutes. */
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { testbedWorkflowId } from '../src/domain/names.ts';
import type { Rig } from '../test/e2e/support/rig.ts';

const checkout = resolve(import.meta.dirname, '..');

/** Two days of the simulated week at five times its rate: 65,000 pairs, ladders, 12 blocks. */
const plan = `extends: ${join(checkout, 'plans/week-simulated.yaml')}
campaign: bench-evidence
schedule: { slots: 48 }
load: { rate: 0.5/s }
evaluation: { blocks: 12, rate: 0.5/s }
`;

/** Runs the plan, or another one, to its end and gives the campaign's id. */
export async function runLargeCampaign(rig: Rig, otherPlan?: string): Promise<string> {
  await rig.startServer();
  await rig.startWorker();
  const planPath = otherPlan ?? join(rig.stateFolder, 'bench-evidence.yaml');
  if (otherPlan === undefined) await writeFile(planPath, plan);
  const start = await rig.crossover('start', planPath, '--json');
  if (start.exitCode !== 0) throw new Error(start.stderr);
  const { campaignId } = JSON.parse(start.stdout);
  await rig.client.workflow.getHandle(testbedWorkflowId('simulated', campaignId)).result();
  return campaignId;
}
