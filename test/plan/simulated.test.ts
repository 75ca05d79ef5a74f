import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { defaultSimulation } from '../../src/domain/simulation/simulation.ts';
import { loadPlan } from '../../src/plan/load-plan.ts';
import { runtimes } from '../../src/plan/simulation-schema.ts';
import { aLog } from '../domain/load-builders.ts';
import { aFolder, changed, check, goodPlan, problemsOf } from './plan-files.ts';

const simulatedPlan = changed('testbed: local', 'testbed: simulated');
const immediate = simulatedPlan.replace('every: 30s', 'every: 30s, pace: immediate');

describe('a plan for the simulated testbed', () => {
  test('has hours of all arms as blocks, and every parameter of the model', async () => {
    const { plan } = await check(simulatedPlan);
    expect(plan.evaluation).toMatchObject({
      blocks: 24,
      leadInBlocks: 0,
      blockDurationMs: 3_600_000,
    });
    expect(plan.simulation).toEqual(defaultSimulation);
    expect((await check(goodPlan)).plan).not.toHaveProperty('simulation');
  });

  test('has its parameters with units, and the defaults of those it leaves out', async () => {
    const { plan } = await check(`${simulatedPlan}simulation:
  lambda: { idleLimit: 10m, runtime: python3.13, memoryCap: 2GB }
  fargate: { speed: 1.2, scaling: target-tracking, scaleOutAfter: 3m }
  edge: { ecs: 2.5ms }
  router: 0.2ms
`);
    expect(plan.simulation).toEqual({
      ...defaultSimulation,
      lambda: {
        ...defaultSimulation.lambda,
        idleLimitMs: 600_000,
        runtime: 'python3.13',
        memoryCapMb: 2048,
      },
      fargate: {
        ...defaultSimulation.fargate,
        speed: 1.2,
        scaling: 'target-tracking',
        scaleOutAfterMs: 180_000,
      },
      edge: { ...defaultSimulation.edge, ecsMs: 2.5 },
      routerMs: 0.2,
    });
  });

  test('knows the runtimes that have published init times', async () => {
    const path = resolve(import.meta.dirname, '../../src/testbeds/simulated/calibration.json');
    const { lambda_cold_init_ms } = JSON.parse(await readFile(path, 'utf8'));
    const published = Object.keys(lambda_cold_init_ms.by_runtime_package_arch_memory);
    expect(new Set(published.map((key) => key.split('|')[0]))).toEqual(new Set<string>(runtimes));
  });

  test('may have workloads that wait in slots', async () => {
    const { plan } = await check(
      simulatedPlan.replace('share: 100%', 'share: 100%\n    bound: io\n    slotsPerTask: 40'),
    );
    expect(plan.workloads[0]).toMatchObject({ bound: 'io', slotsPerTask: 40 });
  });

  test('says in its warnings that a model answers', async () => {
    const { warnings } = await check(immediate);
    expect(warnings.join('\n')).toContain('A model answers here, not AWS');
    expect(warnings.join('\n')).not.toMatch(/share one machine|Slots wait/);
    expect((await check(simulatedPlan)).warnings.join('\n')).toContain('Slots wait for their hour');
  });

  test('begins on a fixed Monday at an immediate pace, unless it says otherwise', async () => {
    expect((await check(immediate)).plan.schedule.start).toBe('2026-01-05T00:00:00Z');
    expect((await check(simulatedPlan)).plan.schedule.start).toBe('now');
    const named = immediate.replace('slots: 3', 'slots: 3, start: next-hour');
    expect((await check(named)).plan.schedule.start).toBe('next-hour');
  });

  test('needs no time to prepare a slot at an immediate pace', async () => {
    const tight = immediate.replace('every: 30s', 'every: 10s');
    expect((await check(tight)).plan.schedule.everyMs).toBe(10_000);
    const [problem] = await problemsOf(immediate.replace('every: 30s', 'every: 9s'));
    expect(problem?.message).toBe('A slot needs 10s: 10s of load');
  });

  test('may retrain at night', async () => {
    const { plan } = await check(`${immediate}learning: { retrain: "03:17" }\n`);
    expect(plan.learning.retrain).toBe('03:17');
    expect((await check(immediate)).plan.learning).not.toHaveProperty('retrain');
  });
});

test.each([
  ['every: 30s', 'every: 30s, late: shift', 'schedule.late', 'late: skip', immediate],
  ['seed', 'learning: { retrain: "3:17" }', 'learning.retrain', '"03:17"', immediate],
  ['seed', 'learning: { retrain: "24:00" }', 'learning.retrain', '"03:17"', immediate],
  ['seed', 'evaluation: { router: service }', 'evaluation.router', 'router: client', simulatedPlan],
  ['seed', 'simulation: {}', 'simulation', 'testbed: simulated', goodPlan],
  ['every: 30s', 'every: 30s, pace: immediate', 'schedule.pace', 'testbed: simulated', goodPlan],
  [
    '    lambda',
    '    bound: io\n    lambda',
    'workloads.heavy.bound',
    'slotsPerTask',
    simulatedPlan,
  ],
  [
    '    lambda',
    '    slotsPerTask: 4\n    lambda',
    'workloads.heavy.slotsPerTask',
    'bound: io',
    simulatedPlan,
  ],
  [
    'seed',
    'simulation: { lambda: { runtime: nodejs24 } }',
    'simulation.lambda.runtime',
    'Did you mean "nodejs24.x"?',
    simulatedPlan,
  ],
  [
    'seed',
    'simulation: { lambda: { idleLimt: 3m } }',
    'simulation.lambda.idleLimt',
    'Did you mean "idleLimit"?',
    simulatedPlan,
  ],
  [
    'seed',
    'simulation: { fargate: { startMean: 61s } }',
    'simulation.fargate',
    'startMean of 56s to 59s',
    simulatedPlan,
  ],
  [
    'seed',
    'simulation: { fargate: { startMin: 63s } }',
    'simulation.fargate',
    'startMin: 53s',
    simulatedPlan,
  ],
  [
    'seed',
    'evaluation: { blocks: 2, blockDuration: 5m }',
    'evaluation.blockDuration',
    'longer blockDuration',
    simulatedPlan,
  ],
  [
    'seed',
    'evaluation: { blocks: 2, leadInBlocks: 2 }',
    'evaluation.leadInBlocks',
    '1',
    simulatedPlan,
  ],
  ['rate: 2/s', 'rate: 40/s', 'load.rate', 'evaluation.rate', simulatedPlan],
  ['seed', 'evaluation: { rate: 40/s }', 'evaluation.rate', '99999', simulatedPlan],
  [
    'rate: 2/s',
    'rate: 8000/s, shape: diurnal }\nevaluation: { blocks: 0',
    'load.rate',
    '99999',
    simulatedPlan,
  ],
  ['rate: 2/s', 'rate: 2/s, shape: diurnl', 'load.shape', 'Did you mean "diurnal"?', simulatedPlan],
])('%s written as %s is a problem of %s', async (from, to, path, right, plan) => {
  const text = from === 'seed' ? `${plan}${to}\n` : plan.replace(from, to);
  const problems = await problemsOf(text);
  expect(problems.map((problem) => problem.path)).toEqual([path]);
  expect(problems[0]?.suggestion).toContain(right);
  expect(problems[0]?.line).toBeGreaterThan(0);
});

describe('on real machines', () => {
  test.each([
    ['    lambda', '    bound: io\n    lambda', 'workloads.heavy.bound'],
    ['    lambda', '    slotsPerTask: 4\n    lambda', 'workloads.heavy.slotsPerTask'],
  ])('%s written as %s comes later', async (from, to, path) => {
    const problems = await problemsOf(changed(from, to));
    expect(problems.map((problem) => problem.path)).toEqual([path]);
    expect(problems[0]?.message).toContain('later version');
  });

  test('a workload may say that it computes', async () => {
    const { plan } = await check(changed('    lambda', '    bound: cpu\n    lambda'));
    expect(plan.workloads[0]?.bound).toBe('cpu');
  });

  test.each(['ramp', 'burst', 'diurnal', 'azure'] as const)('a load may be %s', async (shape) => {
    const { plan } = await check(changed('rate: 2/s', `rate: 2/s, shape: ${shape}`));
    expect(plan.load.shape).toBe(shape);
  });
});

describe('a load from a file', () => {
  const log = 'timestamp,workload_category,payload_size_bytes\n';
  const withSource = (source: string) => changed('rate: 2/s', `rate: 2/s, source: { ${source} }`);

  test('has the columns of a workload table, the speed of the log, and repeats it', async () => {
    const { plan } = await check(withSource('file: requests.csv'), {
      files: { 'requests.csv': log },
    });
    expect(plan.load.source).toMatchObject({
      file: expect.stringMatching(/\/requests\.csv$/),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      columns: {
        time: 'timestamp',
        workload: 'workload_category',
        payloadBytes: 'payload_size_bytes',
      },
      speed: 1,
      repeat: true,
    });
  });

  test('has the columns that the plan names, and no others', async () => {
    const { plan } = await check(
      withSource('file: r.jsonl, columns: { time: at, workload: kind }, speed: 2.5, repeat: false'),
      { files: { 'r.jsonl': '' } },
    );
    expect(plan.load.source?.columns).toEqual({ time: 'at', workload: 'kind' });
    expect(plan.load.source).toMatchObject({ speed: 2.5, repeat: false });
  });

  test('is found beside the plan that names it, not beside the one that extends that', async () => {
    const root = await aFolder({
      'base/base.yaml': withSource('file: ../logs/requests.csv'),
      'logs/requests.csv': log,
      'plans/plan.yaml': 'extends: ../base/base.yaml\ncampaign: other\n',
    });
    const { plan } = await loadPlan(join(root, 'plans/plan.yaml'), { root });
    expect(plan.load.source?.file).toBe(join(root, 'logs/requests.csv'));
  });

  test('that is not there is a problem with the path that was tried', async () => {
    const [problem] = await problemsOf(withSource('file: logs/none.csv'));
    expect(problem).toMatchObject({ path: 'load.source.file', line: 10 });
    expect(problem?.message).toMatch(/\/logs\/none\.csv \(ENOENT\)/);
    expect(problem?.suggestion).toContain('folder of the plan');
  });

  test('of a form that nobody reads is refused', async () => {
    const [problem] = await problemsOf(withSource('file: requests.xlsx'));
    expect(problem?.suggestion).toContain('.parquet');
  });

  test('has no shape beside its own', async () => {
    const text = withSource('file: r.csv').replace('source:', 'shape: ramp, source:');
    const [problem] = await problemsOf(text, { files: { 'r.csv': log } });
    expect(problem).toMatchObject({ path: 'load.shape' });
  });

  test('is part of the experiment by what is in it, not by where it lies', async () => {
    const text = withSource('file: r.csv');
    const first = await check(text, { files: { 'r.csv': log } });
    const elsewhere = await check(text, { files: { 'r.csv': log } });
    const changedLog = await check(text, { files: { 'r.csv': `${log}1,heavy,1\n` } });
    expect(elsewhere.plan.load.source?.file).not.toBe(first.plan.load.source?.file);
    expect(elsewhere.hash).toBe(first.hash);
    expect(changedLog.hash).not.toBe(first.hash);
  });

  test('has what is wrong with its rows among the problems of the plan', async () => {
    const problems = await problemsOf(withSource('file: r.csv').replace('every: 30s', 'every: 9'), {
      files: { 'r.csv': log },
      openLog: async (source, workloads) => ({
        ...aLog([]),
        problems: [
          { message: `No column ${source.columns.time} for ${workloads.join()}: rows 2, 3, 4` },
        ],
      }),
    });
    expect(problems.map(({ path }) => path)).toEqual(['schedule.every', 'load.source.file']);
    expect(problems[1]?.message).toBe('No column timestamp for heavy: rows 2, 3, 4');
  });

  test('that has too many rows for a slot is a problem of its speed', async () => {
    const rows = [0, 0.001, 0.002].map((atMs) => ({ atMs, workload: 'heavy' }));
    const [problem] = await problemsOf(withSource('file: r.csv'), {
      files: { 'r.csv': log },
      openLog: async () => aLog(rows),
    });
    expect(problem?.path).toBe('load.source');
    expect(problem?.message).toContain('99999');
  });

  test('warns that sizes are not those of the log where bodies are sent', async () => {
    const options = { files: { 'r.csv': log } };
    const text = withSource('file: r.csv');
    const local = await check(text, options);
    expect(local.warnings.join()).toContain('"payload_size_bytes" is not looked at');
    const simulated = await check(text.replace('testbed: local', 'testbed: simulated'), options);
    expect(simulated.warnings.join()).not.toContain('payload_size_bytes');
  });
});
