/**
 * The simulated week from plan to report: wall time, the worker's memory, and where the time goes.
 *
 * Usage: node bench/simulated-week.ts [plan]
 */
import { readFile } from 'node:fs/promises';

import { campaignWorkflowId, searchAttribute, testbedWorkflowId } from '../src/domain/names.ts';
import { Rig } from '../test/e2e/support/rig.ts';

const plan = process.argv[2] ?? 'plans/week-simulated.yaml';

/** Which part of the work an activity belongs to. */
const partOf: Readonly<Record<string, string>> = {
  deployTestbed: 'simulation',
  prepareWindow: 'simulation',
  runLoad: 'simulation',
  drawRequests: 'simulation',
  joinObservations: 'data',
  buildDataset: 'data',
  trainModel: 'learning',
  promoteModel: 'learning',
  planEvaluation: 'learning',
  scoreEvaluation: 'report',
  writeReport: 'report',
};

const rig = await Rig.open();
try {
  await rig.startServer();
  const worker = await rig.startWorker();
  const began = performance.now();
  const start = await rig.crossover('start', plan, '--json');
  if (start.exitCode !== 0) throw new Error(start.stderr);
  const { campaignId } = JSON.parse(start.stdout);
  const handle = rig.client.workflow.getHandle(testbedWorkflowId('simulated', campaignId));
  await handle.result();
  const wallS = (performance.now() - began) / 1000;
  const rssMb = await peakMb(worker.pid ?? 0);
  const summary = await rig.summary(campaignId);

  const parts = await secondsByPart(campaignId);
  console.log(
    `${campaignId}: ${summary?.observedRequests} requests, ${JSON.stringify(summary?.slots)}\n`,
  );
  console.log(`wall time${wallS.toFixed(1).padStart(28)} s`);
  console.log(`worker, peak of resident memory${rssMb.toFixed(0).padStart(6)} MB`);
  let known = 0;
  for (const [part, seconds] of Object.entries(parts)) {
    known += seconds;
    console.log(`${part.padEnd(20)}${seconds.toFixed(1).padStart(17)} s${share(seconds, wallS)}`);
  }
  console.log(
    `${'Temporal and waiting'.padEnd(20)}${(wallS - known).toFixed(1).padStart(17)} s${share(wallS - known, wallS)}`,
  );
  console.log(JSON.stringify({ bench: 'simulated-week', wallS, rssMb, parts, summary }));
} finally {
  await rig.close();
}

function share(seconds: number, wallS: number): string {
  return `${((100 * seconds) / wallS).toFixed(0).padStart(6)} %`;
}

/** Activities of a simulated campaign run one after the other, so their times add up. */
async function secondsByPart(campaignId: string): Promise<Record<string, number>> {
  const parts: Record<string, number> = { simulation: 0, data: 0, learning: 0, report: 0 };
  const query = `${searchAttribute.campaignId} = "${campaignId}" OR WorkflowId STARTS_WITH "${campaignWorkflowId(campaignId)}"`;
  for await (const { workflowId, runId } of rig.client.workflow.list({ query })) {
    const history = await rig.client.workflow.getHandle(workflowId, runId).fetchHistory();
    const names = new Map<string, string>();
    const starts = new Map<string, number>();
    for (const event of history.events ?? []) {
      const id = String(event.eventId);
      const atMs =
        Number(event.eventTime?.seconds ?? 0) * 1000 + (event.eventTime?.nanos ?? 0) / 1e6;
      const scheduled = event.activityTaskScheduledEventAttributes;
      if (scheduled) names.set(id, scheduled.activityType?.name ?? '');
      const started = event.activityTaskStartedEventAttributes;
      if (started) starts.set(String(started.scheduledEventId), atMs);
      const completed = event.activityTaskCompletedEventAttributes;
      if (!completed) continue;
      const scheduledId = String(completed.scheduledEventId);
      const part = partOf[names.get(scheduledId) ?? ''] ?? 'other';
      parts[part] = (parts[part] ?? 0) + (atMs - (starts.get(scheduledId) ?? atMs)) / 1000;
    }
  }
  return parts;
}

async function peakMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
}
