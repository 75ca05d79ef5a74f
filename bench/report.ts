/**
 * The report of a campaign of about 100,000 requests, written several times as the activity does:
 * wall and CPU of the whole and of its parts, how long it holds the event loop, and its size.
 *
 * Usage: node bench/report.ts                  simulates the campaign first, which takes minutes
 *        node bench/report.ts STATE CAMPAIGN   a finished campaign of a state folder, only read
 */
import { cpus, loadavg } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';

import { CampaignStore } from '../src/activities/campaign-store.ts';
import { writeDatasetCard } from '../src/activities/dataset-card.ts';
import { OverlayStore } from '../src/activities/evidence/overlay-store.ts';
import { storedFigures } from '../src/activities/report-figures.ts';
import { createReportWriter, type ReportSource, reportInput } from '../src/activities/reports.ts';
import { loadConfig } from '../src/config.ts';
import { openPorts } from '../src/ports.ts';
import { sectionsOf } from '../src/report/document.ts';
import { drawCharts } from '../src/report/page/charts.ts';
import { writeHtml } from '../src/report/page/html.ts';
import { writeMarkdown } from '../src/report/page/markdown.ts';
import { documentOf } from '../src/report/report.ts';
import type { DeploymentRecord } from '../src/testbeds/testbed.ts';
import { Rig } from '../test/e2e/support/rig.ts';
import { runLargeCampaign } from './large-campaign.ts';
import { checkout } from './simulated-slots.ts';

const times = 3;

const [, , givenState, givenCampaign] = process.argv;
if (givenState !== undefined && givenCampaign !== undefined) {
  await measureReport(givenState, givenCampaign);
} else {
  const rig = await Rig.open();
  try {
    const campaignId = await runLargeCampaign(rig);
    await measureReport(rig.stateFolder, campaignId);
  } finally {
    await rig.close();
  }
}

async function measureReport(stateFolder: string, campaignId: string): Promise<void> {
  const ports = openPorts(loadConfig({ CROSSOVER_STATE: stateFolder }, checkout));
  // What is written stays in memory: the campaign is as it was.
  const objects = new OverlayStore(ports.objects, () => false);
  const store = new CampaignStore(objects, campaignId);
  const { request, progress } = await store.requireJson<ReportSource>(store.keys.reportProgress);
  const deployment = await store.json<DeploymentRecord>(store.keys.deployment);
  const write = createReportWriter({ ...ports, objects });

  const results = [];
  for (let time = 0; time < times; time += 1) {
    results.push(await timed('whole report', () => write(request, progress)));
  }
  const { testbeds } = ports;
  const input = await reportInput({ testbeds }, store, request, progress);
  const document = documentOf(input);
  const drawings = await drawCharts(sectionsOf(document));
  const page = async (): Promise<unknown> => [
    writeHtml(document, drawings),
    writeMarkdown(document, drawings),
  ];
  results.push(
    await timed('dataset card', () => writeDatasetCard(store, progress, {})),
    await timed('measured figures', () => storedFigures(store, progress, deployment)),
    await timed('charts', () => drawCharts(sectionsOf(document))),
    await timed('page', page),
  );

  const counts = [
    ...input.slots.map((slot) => ('rows' in slot ? slot.observed : 0)),
    ...input.blocks.map((block) => block.observedRequests),
  ];
  const requests = counts.reduce((sum, count) => sum + count, 0);
  const pageBytes = (await store.requireBytes(store.keys.report('report.html'))).byteLength;
  const rssMb = Math.round(process.resourceUsage().maxRSS / 1024);
  const machine = { cpus: cpus().length, load: loadavg().map((load) => load.toFixed(1)) };
  console.table(results);
  console.log(
    JSON.stringify({ bench: 'report', campaignId, requests, pageBytes, rssMb, machine, results }),
  );
}

async function timed(part: string, work: () => Promise<unknown>) {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const began = performance.now();
  const used = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(used);
  const wallS = seconds(performance.now() - began);
  // What was held to the end is seen when the loop turns again.
  await setTimeout(20);
  delay.disable();
  return {
    part,
    wallS,
    cpuS: seconds((user + system) / 1000),
    heldMs: Math.round(delay.max / 1e6),
  };
}

function seconds(ms: number): number {
  return Number((ms / 1000).toFixed(2));
}
