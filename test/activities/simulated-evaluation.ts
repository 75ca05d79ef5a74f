import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEvaluationActivities } from '../../src/activities/evaluation/evaluations.ts';
import { loadConfig } from '../../src/config.ts';
import { joinRun } from '../../src/dataset/join/join.ts';
import { armServices, type EvaluationSetup } from '../../src/domain/evaluation.ts';
import { blockRun, slotRun } from '../../src/domain/names.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { drawBlock, drawSlot } from '../../src/domain/requests/draw.ts';
import type { IntendedRequest } from '../../src/domain/requests/requests.ts';
import type { Verdict } from '../../src/domain/verdict/verdict.ts';
import { openPorts } from '../../src/ports.ts';
import { aCampaign, startsAtMs } from '../load/simulated/rig.ts';
import { aSimulatedPlan, servicesOf } from '../testbeds/simulated/builders.ts';
import { copiesOf } from './copied-store.ts';
import { type ActivityRig, aRig, campaignId, perform } from './rig.ts';

const cpuMs = { light: 7, heavy: 290 };

/** Two slots and three blocks, simulated and stored as a campaign leaves them, with its verdict. */
export async function aSimulatedEvaluation(): Promise<ActivityRig & { readonly plan: Plan }> {
  const rig = await simulatedOnce(await aRig({ plan, deployment: { cpuMs } }));
  const config = loadConfig({ CROSSOVER_STATE: rig.ports.workFolder }, process.cwd());
  const { testbeds } = openPorts(config);
  return { ...rig, ports: { ...rig.ports, testbeds, payloadSizes: async () => () => 100 }, plan };
}

const base = aSimulatedPlan();
const plan = aSimulatedPlan({
  workloads: base.workloads.map((workload) => ({
    ...workload,
    slo: { latencyMs: 2_000, attainment: 0.9 },
  })),
  load: { durationMs: 300_000, ratePerS: 1 },
  schedule: { slots: 2, everyMs: 14_400_000, pace: 'immediate' },
  evaluation: { blocks: 3, leadInBlocks: 0, blockDurationMs: 720_000, ratePerS: 1.5 },
});

const setup: EvaluationSetup = {
  arms: ['lambda-only', 'ecs-only', 'best-static'],
  skipped: [{ arm: 'hybrid', reason: 'No router was trained.' }],
  table: { light: 'lambda', heavy: 'ecs' },
  withCapacity: ['heavy'],
  estimates: {},
};

const simulatedOnce = copiesOf(async () => {
  const rig = await aRig({ plan, deployment: { cpuMs } });
  await rig.store.putJson(rig.store.keys.evaluation, setup);
  const slots = await aCampaign(plan, servicesOf(plan));
  for (const slot of [1, 2]) {
    const atMs = startsAtMs + (slot - 1) * plan.schedule.everyMs;
    const requests = drawSlot({ plan, slot, cpuMs, payloadBytesOf: () => 100 });
    await storeRun(rig, slots, { run: slotRun(slot), slot, atMs, requests });
  }
  const blocks = await aCampaign(plan, armServices(setup, plan));
  for (const block of [1, 2, 3]) {
    const atMs = startsAtMs + 86_400_000 + (block - 1) * plan.evaluation.blockDurationMs;
    const requests = drawBlock({ plan, block, ...setup, payloadBytesOf: () => 100 });
    await storeRun(rig, blocks, { run: blockRun(block), block, atMs, requests });
  }
  return rig;
});

interface SimulatedRun {
  readonly run: string;
  readonly slot?: number;
  readonly block?: number;
  readonly atMs: number;
  readonly requests: readonly IntendedRequest[];
}

async function storeRun(
  { store }: ActivityRig,
  campaign: Awaited<ReturnType<typeof aCampaign>>,
  { run, atMs, requests, ...number }: SimulatedRun,
): Promise<void> {
  const files = await campaign.run(run, requests, {
    startsAtMs: atMs,
    endsBeforeMs: atMs + 720_000 + 117_000,
  });
  const folder = join(campaign.folder, `join-${run}`);
  mkdirSync(join(folder, 'raw'), { recursive: true });
  const lines = requests.map((request) => `${JSON.stringify(request)}\n`).join('');
  writeFileSync(join(folder, 'raw', '001.ndjson'), files.client);
  writeFileSync(join(folder, 'platform.ndjson'), files.platform);
  writeFileSync(join(folder, 'requests.ndjson'), lines);
  const outputPath = join(folder, 'part.parquet');
  const summary = await joinRun({
    folder,
    outputPath,
    campaignId,
    run,
    startsAtMs: atMs,
    plan: await store.plan(),
    cpuMs,
    ...number,
  });
  const { keys, objects } = store;
  const key =
    number.slot === undefined
      ? keys.blockObservations(number.block ?? 0)
      : keys.slotObservations(number.slot);
  await objects.put(key, readFileSync(outputPath));
  await objects.put(keys.requests(run), lines);
  await store.putJson(keys.receipt(run), { run, startsAtMs: atMs });
  await store.putJson(keys.summary(run), { ...summary, degradedBecause: [] });
}

/** Scores it, which stores the verdict and what comes with it. */
export async function scored(rig: ActivityRig): Promise<Verdict> {
  const { scoreEvaluation } = createEvaluationActivities(rig.ports);
  await perform(rig, scoreEvaluation, { campaignId, blocks: [1, 2, 3] });
  return await rig.store.requireJson<Verdict>(rig.store.keys.report('verdict.json'));
}

/** The same with its verdict and what comes with it, scored once. */
export async function aScoredEvaluation(): Promise<ActivityRig & { readonly verdict: Verdict }> {
  const rig = await scoredOnce(await aSimulatedEvaluation());
  const key = rig.store.keys.report('verdict.json');
  return { ...rig, verdict: await rig.store.requireJson<Verdict>(key) };
}

const scoredOnce = copiesOf(async () => {
  const rig = await aSimulatedEvaluation();
  await scored(rig);
  return rig;
});
