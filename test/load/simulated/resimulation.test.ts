import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { evaluationCells } from '../../../src/dataset/evaluation/evaluation-cells.ts';
import { joinRun } from '../../../src/dataset/join/join.ts';
import {
  type EvaluationSetup,
  ecsWorkloadsOf,
  hybridPlatforms,
} from '../../../src/domain/evaluation.ts';
import type { AddedTasks } from '../../../src/domain/money/added-tasks.ts';
import { priceBookOf } from '../../../src/domain/money/price-books.ts';
import { blockRun } from '../../../src/domain/names.ts';
import { drawBlock } from '../../../src/domain/requests/draw.ts';
import {
  type EvaluationBlock,
  type ResimulatedCell,
  sensitivityOf,
} from '../../../src/domain/simulation/sensitivity.ts';
import type { ArmCell } from '../../../src/domain/verdict/verdict.ts';
import { type Resimulation, resimulatedCells } from '../../../src/load/simulated/resimulation.ts';
import { flippingChanges } from '../../../src/report/sections/simulation-section.ts';
import { simulationSpec } from '../../../src/testbeds/simulated/simulation-spec.ts';
import type { ServiceSpec } from '../../../src/testbeds/testbed.ts';
import { aRoutingModel, routedWorkloads } from '../../support/routing-model.ts';
import { aSimulatedPlan, calibration } from '../../testbeds/simulated/builders.ts';
import { aCampaign, startsAtMs } from './rig.ts';

const slo = { latencyMs: 1_200, attainment: 0.9 };
const basePlan = aSimulatedPlan();
const plan = aSimulatedPlan({
  workloads: basePlan.workloads.map((workload) => ({ ...workload, slo })),
  evaluation: { blocks: 3, leadInBlocks: 0, blockDurationMs: 600_000, ratePerS: 2 },
});
const cpuMs = { light: 7, heavy: 290 };
const setup: EvaluationSetup = {
  arms: ['lambda-only', 'ecs-only', 'hybrid', 'best-static'],
  skipped: [],
  table: { light: 'lambda', heavy: 'ecs' },
  withCapacity: ['heavy'],
  modelHash: 'abc',
  estimates: Object.fromEntries(
    routedWorkloads.map((name) => [name, { estimatedExecutionMs: 10, estimatedMemoryMb: 80 }]),
  ),
};
const artifact = aRoutingModel();
const blocks: EvaluationBlock[] = [1, 2, 3].map((block) => ({
  block,
  startsAtMs: startsAtMs + (block - 1) * plan.evaluation.blockDurationMs,
  requests: drawBlock({ plan, block, ...setup, payloadBytesOf: () => 100 }),
}));

function again(changes: Partial<Resimulation> = {}): Promise<readonly ResimulatedCell[]> {
  return resimulatedCells({
    plan,
    cpuMs,
    setup,
    artifact,
    blocks,
    book: priceBookOf(plan.pricing),
    specOf: (window) => simulationSpec({ ...window, calibration }),
    ...changes,
  });
}

/** What the arms of an evaluation deploy. */
const services = setup.arms.flatMap((owner): ServiceSpec[] => [
  ...plan.workloads.map(({ name }) => ({ owner, platform: 'lambda' as const, workload: name })),
  ...ecsWorkloadsOf(owner, setup, plan).map((workload) => ({
    owner,
    platform: 'ecs' as const,
    workload,
    tasks: 1,
  })),
]);

/** The same blocks through files, join and dataset, as a campaign has them. */
async function measured(own = plan): Promise<readonly ArmCell[]> {
  const campaign = await aCampaign(own, services);
  const modelPath = join(campaign.folder, 'model.json');
  writeFileSync(modelPath, JSON.stringify(artifact));
  const parquet = [];
  const added = new Map<number, readonly AddedTasks[]>();
  for (const { block, startsAtMs: blockStartsAtMs, requests } of blocks) {
    const { client, platform } = await campaign.run(blockRun(block), requests, {
      startsAtMs: blockStartsAtMs,
      endsBeforeMs: blockStartsAtMs + 717_000,
      router: {
        modelPath,
        modelHash: 'abc',
        platformsOf: hybridPlatforms(setup, plan),
        workloads: setup.estimates,
        timezone: 'UTC',
      },
    });
    const folder = join(campaign.folder, `join-${block}`);
    mkdirSync(join(folder, 'raw'), { recursive: true });
    writeFileSync(join(folder, 'raw', '001.ndjson'), client);
    writeFileSync(join(folder, 'platform.ndjson'), platform);
    writeFileSync(
      join(folder, 'requests.ndjson'),
      requests.map((request) => `${JSON.stringify(request)}\n`).join(''),
    );
    const path = join(folder, 'part.parquet');
    const { addedTasks = [] } = await joinRun({
      folder,
      outputPath: path,
      campaignId: 'demo',
      run: blockRun(block),
      block,
      startsAtMs: blockStartsAtMs,
      plan: own,
      cpuMs,
    });
    added.set(block, addedTasks);
    parquet.push({ block, path });
  }
  const addedTasksOf = (block: number): readonly AddedTasks[] => added.get(block) ?? [];
  return (await evaluationCells({ parquet, plan: own, cpuMs, addedTasksOf })).cells;
}

function byKey<Cell extends ArmCell>(cells: readonly Cell[]) {
  return new Map(cells.map((cell) => [`${cell.arm}/${cell.block}/${cell.workload}`, cell]));
}

test('unchanged, the blocks are what the campaign has measured', async () => {
  const [own, expected] = [byKey(await again()), byKey(await measured())];
  expect(new Set(own.keys())).toEqual(new Set(expected.keys()));
  for (const [key, cell] of own) {
    const { latenciesMs, lambdaUsd, coldStarts, ...counts } = cell;
    const { latenciesMs: theirsMs = [], lambdaUsd: theirUsd, ...theirs } = expected.get(key) ?? {};
    expect(counts, key).toEqual(theirs);
    expect(coldStarts, key).toBeLessThanOrEqual(cell.lambdaRequests);
    expect(lambdaUsd, key).toBeCloseTo(theirUsd ?? Number.NaN, 12);
    // Records are rounded to microseconds.
    for (const [index, latencyMs] of latenciesMs.entries()) {
      expect(latencyMs).toBeCloseTo(theirsMs[index] ?? Number.NaN, 2);
    }
  }
  // The hybrid did choose, and the first eleven minutes are not scored.
  const hybrid = [...own.values()].filter(
    ({ arm, workload }) => arm === 'hybrid' && workload === 'heavy',
  );
  expect(
    hybrid.some(({ lambdaRequests, ecsRequests }) => lambdaRequests > 0 && ecsRequests > 0),
  ).toBe(true);
  expect([...own.keys()]).not.toContain('lambda-only/1/heavy');
});

test('tasks that target tracking adds are counted as they were measured, and from the plan’s on', async () => {
  const { simulation } = plan;
  if (simulation === undefined) throw new Error('The plan is a simulated one.');
  const fargate = {
    ...simulation.fargate,
    scaling: 'target-tracking' as const,
    scalingTarget: 0.1,
  };
  const scaling = { ...plan, simulation: { ...simulation, fargate } };
  const [own, expected] = [byKey(await again({ plan: scaling })), byKey(await measured(scaling))];

  const addedTo = (cells: ReadonlyMap<string, ArmCell>, key: string): number =>
    cells.get(key)?.addedTaskS ?? 0;
  for (const key of own.keys())
    expect(addedTo(own, key), key).toBeCloseTo(addedTo(expected, key), 2);
  // About 0.3 vCPU busy of a target of 0.1: two or three more for the last seven of ten minutes.
  expect(addedTo(own, 'ecs-only/3/heavy')).toBeGreaterThan(2 * 400);
  expect(addedTo(own, 'ecs-only/3/heavy')).toBeLessThan(4 * 420);
  expect(addedTo(own, 'lambda-only/3/heavy')).toBe(0);
});

test('under another speed of Fargate only what runs there changes', async () => {
  const { simulation } = plan;
  if (simulation === undefined) throw new Error('The plan is a simulated one.');
  const fargate = { ...simulation.fargate, speed: 0.5 };
  const own = byKey(await again());
  const slower = byKey(await again({ plan: { ...plan, simulation: { ...simulation, fargate } } }));
  expect(slower.get('lambda-only/2/heavy')).toEqual(own.get('lambda-only/2/heavy'));
  const median = (cell: ArmCell | undefined): number =>
    cell?.latenciesMs.toSorted((a, b) => a - b)[Math.floor(cell.requests / 2)] ?? Number.NaN;
  const times = median(slower.get('ecs-only/3/light')) / median(own.get('ecs-only/3/light'));
  expect(times).toBeGreaterThan(1.4);
});

test('the table names what would turn the answer, and what would not', async () => {
  const {
    rows,
    baseline,
    blocks: used,
    ofBlocks,
  } = await sensitivityOf({
    plan,
    cpuMs,
    setup,
    artifact,
    blocks,
    resimulate: (input) => again(input),
    resamples: 200,
  });
  expect({ used, ofBlocks }).toEqual({ used: 2, ofBlocks: 2 });
  expect(rows.map(({ factor, value }) => `${factor} ${value}`)).toEqual([
    'Fargate speed −20 %',
    'Fargate speed +20 %',
    'Lambda idle limit 300 s',
    'Lambda idle limit 900 s',
    'Edge overhead x0.5',
    'Edge overhead x2',
    'Lambda price −20 %',
    'Fargate price −20 %',
    'Lambda price +20 %',
    'Fargate price +20 %',
    'SLO latency x0.5',
    'SLO latency x2',
  ]);
  expect(baseline).toEqual({ answer: 'best-static', isDecided: true });
  // Half the time is too little for Lambda alone and for Fargate alone, twice the time enough for both.
  expect(flippingChanges({ baseline, rows, blocks: used, ofBlocks })).toEqual([
    'SLO latency x0.5 (hybrid)',
    'SLO latency x2 (lambda-only)',
  ]);
});
