import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fitFigures } from '../../../src/dataset/figures/fit-figures.ts';
import { joinRun } from '../../../src/dataset/join/join.ts';
import { slotRun } from '../../../src/domain/names.ts';
import { drawSlot } from '../../../src/domain/requests/draw.ts';
import {
  defaultSimulation,
  type SimulationPlan,
} from '../../../src/domain/simulation/simulation.ts';
import { fitOf, fittedSimulation } from '../../../src/domain/simulation/simulation-fit.ts';
import { aSimulatedPlan } from '../../testbeds/simulated/builders.ts';
import { aCampaign, startsAtMs } from './rig.ts';

/** Other than the defaults in everything that the fit must find. */
const truth: SimulationPlan = {
  ...defaultSimulation,
  lambda: { ...defaultSimulation.lambda, overheadMs: 5, noiseSigma: 0.1, dependencyInitMs: 200 },
  fargate: { ...defaultSimulation.fargate, speed: 0.7, noiseSigma: 0.3, placementSigma: 0 },
  edge: { lambdaMs: 40, ecsMs: 9, sigma: 0.2 },
  disturbance: {
    commonHourSigma: 0,
    commonDaySigma: 0,
    lambdaHourSigma: 0,
    lambdaDaySigma: 0,
    ecsHourSigma: 0,
    ecsDaySigma: 0,
  },
  requestSigma: 0.25,
};
// With a service that is half busy: who shares the task must not look like a slow task.
const plan = aSimulatedPlan({
  simulation: truth,
  load: { durationMs: 600_000, ratePerS: 4 },
  schedule: { slots: 4, everyMs: 3_600_000 },
});
const cpuMs = { light: 7, heavy: 290 };

describe('from the observations of a simulation its parameters are found again', () => {
  let known: Promise<SimulationPlan> | undefined;

  /** Simulated, joined and fitted once, by whoever asks first. */
  function recovered(): Promise<SimulationPlan> {
    known ??= recover();
    return known;
  }

  async function recover(): Promise<SimulationPlan> {
    const campaign = await aCampaign(plan);
    const parquet = [];
    for (const slot of [1, 2, 3, 4]) {
      const run = slotRun(slot);
      const slotStartsAtMs = startsAtMs + (slot - 1) * 3_600_000;
      const requests = drawSlot({ plan, slot, cpuMs, payloadBytesOf: () => 100 });
      const files = await campaign.run(run, requests, { startsAtMs: slotStartsAtMs });
      const folder = join(campaign.folder, run);
      mkdirSync(join(folder, 'raw'), { recursive: true });
      writeFileSync(join(folder, 'raw', '001.ndjson'), files.client);
      writeFileSync(join(folder, 'platform.ndjson'), files.platform);
      writeFileSync(
        join(folder, 'requests.ndjson'),
        requests.map((request) => `${JSON.stringify(request)}\n`).join(''),
      );
      const path = join(folder, 'part.parquet');
      await joinRun({
        folder,
        outputPath: path,
        campaignId: 'demo',
        run,
        slot,
        startsAtMs: slotStartsAtMs,
        plan,
        cpuMs,
      });
      parquet.push({ path });
    }
    const figures = await fitFigures({ parquet, plan });
    const { simulation } = fitOf(figures, { ...plan, simulation: defaultSimulation }, cpuMs).plan;
    return simulation ?? expect.fail('The fit has no simulation.');
  }

  const within = (value: number | undefined, target: number, part: number): void => {
    expect(Math.abs((value ?? Number.NaN) / target - 1)).toBeLessThan(part);
  };

  test('the speed of a vCPU within 5 %, although the service is half busy', async () => {
    const fitted = await recovered();
    within(fitted.fargate.speed, 0.7, 0.05);
    // Of the 40 ms that a light request takes on a quarter of such a vCPU.
    expect(Math.abs(fitted.fitted?.['light']?.ecsOffsetMs ?? Number.NaN)).toBeLessThan(3);
  });

  test('the edges within 5 %, their spread within 15 %, the runtime’s own part within 0.5 ms', async () => {
    const fitted = await recovered();
    within(fitted.edge.lambdaMs, 40, 0.05);
    within(fitted.edge.ecsMs, 9, 0.05);
    within(fitted.edge.sigma, 0.2, 0.15);
    expect(Math.abs(fitted.lambda.overheadMs - 5)).toBeLessThan(0.5);
  });

  test('what requests have in common, and what each platform adds, within 20 %', async () => {
    const fitted = await recovered();
    for (const workload of ['light', 'heavy']) {
      const own = fitted.fitted?.[workload];
      within(own?.requestSigma, 0.25, 0.2);
      within(own?.ecsNoiseSigma, 0.3, 0.2);
      // Lambda's own is the smaller part here, so only the whole is certain.
      const lambdaSigma = Math.hypot(own?.requestSigma ?? 0, own?.lambdaNoiseSigma ?? 0);
      within(lambdaSigma, Math.hypot(0.25, 0.1), 0.05);
      within(own?.lambdaFactor, 1, 0.05);
    }
  });

  test('no hours are invented where there were four', async () => {
    const fitted = await recovered();
    expect(fitted.disturbance.ecsHourSigma).toBe(0);
  });
});

test('a simulated campaign keeps the parameters that it was made with', () => {
  const none = {
    workloads: [],
    edge: { lambda: undefined, ecs: undefined },
    overheadMs: undefined,
    slots: [],
    idle: [],
    memoryUsedMb: undefined,
  };
  expect(fittedSimulation(none, plan, cpuMs)).toEqual({ plan, notes: [] });
});

test('on local the idle limit and the concurrency are the plan’s', () => {
  const local = { ...plan, testbed: 'local' as const };
  const figures = {
    workloads: [],
    edge: { lambda: undefined, ecs: undefined },
    overheadMs: undefined,
    slots: [],
    idle: [],
    memoryUsedMb: undefined,
  };
  const { lambda } = fittedSimulation(figures, local, cpuMs).plan.simulation ?? defaultSimulation;
  expect(lambda).toMatchObject({ idleLimitMs: 8_000, idleLimitSigma: 0, concurrency: 20 });
});

test('elsewhere the idle limit is the one that warm and cold starts make most likely', () => {
  const figures = {
    workloads: [],
    edge: { lambda: undefined, ecs: undefined },
    overheadMs: undefined,
    slots: [],
    idle: [
      { gapMs: 60_000, warm: 50, cold: 0 },
      { gapMs: 200_000, warm: 30, cold: 3 },
      { gapMs: 300_000, warm: 15, cold: 15 },
      { gapMs: 600_000, warm: 0, cold: 30 },
    ],
    memoryUsedMb: undefined,
  };
  const fit = fitOf(figures, { ...plan, testbed: 'aws' }, cpuMs);
  expect(fit.plan.simulation?.lambda.idleLimitMs).toBeGreaterThan(270_000);
  expect(fit.plan.simulation?.lambda.idleLimitMs).toBeLessThan(330_000);
});
