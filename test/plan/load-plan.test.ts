import { describe, expect, test } from 'vitest';
import { changed, check, goodPlan } from './plan-files.ts';

describe('a plan with nothing wrong', () => {
  test('has its units turned into numbers', async () => {
    const { plan } = await check(
      `${changed('share: 100%', 'share: 100%\n    cpu: 7.5ms\n    tasks: 2\n    slo: { latency: 1.5s, attainment: 99% }')}
question: { margin: 5% }
local: { idleLimit: 8s }
`,
    );
    expect(plan.workloads).toEqual([
      {
        name: 'heavy',
        run: 'heavy/handler.ts',
        share: 1,
        lambdaMemoryMb: 512,
        ecsVcpu: 1,
        ecsMemoryMb: 2048,
        ecsTasks: 2,
        slo: { latencyMs: 1500, attainment: 0.99 },
        cpuMs: 7.5,
      },
    ]);
    expect(plan.schedule.everyMs).toBe(30_000);
    expect(plan.load).toMatchObject({ durationMs: 10_000, ratePerS: 2 });
    expect(plan.question.margin).toBe(0.05);
    expect(plan.local.idleLimitMs).toBe(8000);
  });

  test.each([
    ['4/s', 4],
    ['600/h', 1 / 6],
    ['30/m', 0.5],
    ['0.1 / s', 0.1],
  ])('reads the rate %s', async (text, ratePerS) => {
    const { plan } = await check(changed('rate: 2/s', `rate: ${text}`));
    expect(plan.load.ratePerS).toBeCloseTo(ratePerS, 12);
  });

  test.each([
    ['1800ms', 1800],
    ['22.5s', 22_500],
    ['45m', 2_700_000],
    ['1h', 3_600_000],
    ['1d', 86_400_000],
  ])('reads the duration %s', async (text, idleLimitMs) => {
    const { plan } = await check(`${goodPlan}local: { idleLimit: ${text} }`);
    expect(plan.local.idleLimitMs).toBe(idleLimitMs);
  });

  test('gets the defaults of everything that it leaves out', async () => {
    const { plan } = await check(goodPlan);
    expect(plan).toMatchObject({
      seed: 42,
      schedule: { start: 'now', timezone: 'UTC', pace: 'wall-clock', late: 'skip', graceMs: 7500 },
      load: { shape: 'steady', counts: 'exact', gapMs: 250, timeoutMs: 29_000 },
      question: { minimise: 'cost per 1000 good requests', margin: 0.1 },
      labels: { rule: 'utility', latencyWeight: 0.6 },
      learning: { families: ['random-forest'], trees: 200, rowsPerTree: 2000, maxDepth: 15 },
      evaluation: { leadInBlocks: 1, ratePerS: 2, counts: 'exact', router: 'client' },
      pricing: {
        book: 'us-east-1/x86_64/2026-11',
        edge: { lambda: 'http-api', ecs: 'alb' },
        targetUtilisation: 0.6,
      },
    });
    expect(plan.load).not.toHaveProperty('ladder');
    expect(plan.workloads[0]).not.toHaveProperty('cpuMs');
  });

  test('takes a ladder with the defaults of its own', async () => {
    const { plan } = await check(changed('rate: 2/s', 'rate: 2/s, ladder: { step: 4s }'));
    expect(plan.load.ladder).toEqual({
      utilisation: [0.05, 0.25, 0.5, 0.7],
      stepMs: 4000,
      pairs: 200,
    });
  });

  test('may ask for no router and no evaluation', async () => {
    const { plan } = await check(
      `${goodPlan}learning: { families: [] }\nevaluation: { blocks: 0 }`,
    );
    expect(plan.learning.families).toEqual([]);
    expect(plan.evaluation).toMatchObject({ blocks: 0, leadInBlocks: 0 });
  });
});

describe('the hash of a plan', () => {
  test('is that of the experiment, however it is written', async () => {
    const first = await check(goodPlan);
    const second = await check(`# a remark\n${changed('every: 30s', 'every: 0.5m')}seed: 42\n`);
    expect(first.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(second.hash).toBe(first.hash);
  });

  test('changes with every value', async () => {
    const first = await check(goodPlan);
    const second = await check(`${goodPlan}seed: 43\n`);
    expect(second.hash).not.toBe(first.hash);
  });
});

describe('warnings', () => {
  const warningsOf = async (text: string) => (await check(text)).warnings.join('\n');

  test('name the ratio of CPU where the platforms are unequal, and only there', async () => {
    expect(await warningsOf(goodPlan)).toContain(
      'heavy 1 vCPU on Fargate against 0.289 on Lambda (x3.46)',
    );
    const equal = changed('lambda: 512MB', 'lambda: 1769MB');
    expect(await warningsOf(equal)).not.toContain('Fairness, cpu');
  });

  test('say that generator and targets share one machine', async () => {
    expect(await warningsOf(goodPlan)).toContain('share one machine');
  });

  test('compare what can be decided with the margin', async () => {
    expect(await warningsOf(goodPlan)).toMatch(/Differences below [\d.]+% may stay undecided/);
    expect(await warningsOf(`${goodPlan}question: { margin: 90% }`)).not.toContain('undecided');
  });

  test('say when there are too few requests to show that an SLO is met', async () => {
    const slo = 'share: 100%\n    slo: { latency: 1s }';
    // One request a stretch: 59 of them without a miss show 95 %, 58 do not.
    const withBlocks = (blocks: number) =>
      `${changed('share: 100%', slo)}evaluation: { blocks: ${blocks}, leadInBlocks: 1, blockDuration: 1s, rate: 1/s }`;
    expect(await warningsOf(withBlocks(59))).toContain('heavy has 58 of 59');
    expect(await warningsOf(withBlocks(60))).not.toContain('Too few scored');
  });

  test('say when there are too few blocks for a good interval', async () => {
    const withBlocks = (blocks: number) => `${goodPlan}evaluation: { blocks: ${blocks} }`;
    expect(await warningsOf(withBlocks(6))).toContain('Only 5 scored blocks');
    expect(await warningsOf(withBlocks(7))).not.toContain('scored blocks');
  });

  test('name a workload that is never sent', async () => {
    const two = changed('    share: 100%', '    share: 99%').replace(
      'schedule:',
      '  rare: { run: heavy/handler.ts, share: 1%, lambda: 512MB, ecs: 1vCPU/2GB }\nschedule:',
    );
    expect(await warningsOf(two)).toContain('no request of rare in a slot');
  });

  test('name prices that were not read from their region', async () => {
    const ireland = `${goodPlan}pricing: { book: eu-west-1/x86_64/2026-11 }`;
    expect(await warningsOf(ireland)).toContain('not read for eu-west-1 on x86_64');
    expect(await warningsOf(goodPlan)).not.toContain('were not read for');
  });
});
