import { describe, expect, test } from 'vitest';
import { askWhatIf } from '../../../src/cli/what-if/what-if.ts';
import { readChanges, type WhatIfOptions } from '../../../src/cli/what-if/what-if-options.ts';
import { whatIfLines } from '../../../src/cli/what-if/what-if-text.ts';
import type { FitRow } from '../../../src/domain/simulation/fit-check.ts';
import type { ArmMarks, WhatIf } from '../../../src/domain/what-if/what-if.ts';
import { aPlan, aWorkload } from '../../support/a-plan.ts';
import { aVerdict } from '../../support/a-report-input.ts';
import { aCli, storeCampaign } from '../a-cli.ts';

const plan = aPlan({
  workloads: [aWorkload({ name: 'light' }), aWorkload({ name: 'heavy' })],
  evaluation: { ratePerS: 2, blockDurationMs: 60_000 },
});

async function problemsOf(options: WhatIfOptions): Promise<readonly string[]> {
  const read = await readChanges(options, plan);
  return 'problems' in read ? read.problems : [];
}

async function changesOf(options: WhatIfOptions) {
  const read = await readChanges(options, plan);
  return 'changes' in read ? read.changes : expect.fail(read.problems.join(' '));
}

describe('options', () => {
  test('name one workload, or mean all of them', async () => {
    expect(await changesOf({ tasks: ['2', 'heavy=3'], memory: ['light=1GB'] })).toEqual({
      tasks: { light: 2, heavy: 3 },
      lambdaMemoryMb: { light: 1024 },
    });
    expect(await changesOf({ ecs: ['heavy=1vCPU/2GB'], slo: ['heavy=3s'] })).toEqual({
      ecsSize: { heavy: { vcpu: 1, memoryMb: 2048 } },
      sloLatencyMs: { heavy: 3000 },
    });
  });

  test('give a rate in times or in requests', async () => {
    expect(await changesOf({ rate: 'x3' })).toEqual({ ratePerS: 6 });
    expect(await changesOf({ rate: '600/h' })).toEqual({ ratePerS: 600 / 3600 });
  });

  test('take the prices of another region, and keep what is not said', async () => {
    const { prices } = await changesOf({ region: 'eu-central-1' });
    expect(prices).toMatchObject({ region: 'eu-central-1', architecture: 'x86_64' });
    const arm = await changesOf({ architecture: 'arm64' });
    expect(arm.prices).toMatchObject({ region: 'us-east-1', architecture: 'arm64' });
  });

  test('are refused with everything that is wrong at once', async () => {
    const problems = await problemsOf({
      rate: '1000000/s',
      region: 'mars',
      memory: ['hevy=64MB'],
      tasks: ['0'],
      edgeEcs: 'function-url',
    });
    expect(problems).toEqual([
      expect.stringContaining('--rate: a block would have 60000000 requests'),
      expect.stringContaining('There are no prices of mars on x86_64'),
      expect.stringContaining('--edge-ecs: "function-url" is no edge'),
      expect.stringContaining('64 MB'),
      expect.stringContaining('Did you mean "heavy"?'),
      expect.stringContaining('0 is no number of tasks'),
    ]);
  });

  test('must change something', async () => {
    expect(await problemsOf({})).toEqual([expect.stringContaining('Say what would be different')]);
  });

  test('say which price is missing in a region where nobody knows it', async () => {
    expect(await problemsOf({ region: 'eu-central-1', architecture: 'arm64' })).toEqual([
      expect.stringContaining('No price is known for fargateVcpuHourUsd and fargateGbHourUsd'),
    ]);
  });
});

test('a campaign without a verdict has nothing to compare with', async () => {
  const cli = await aCli();
  await storeCampaign(cli.objects, 'young', {});
  await expect(askWhatIf(cli.services, 'young', { rate: 'x3' })).rejects.toThrow(
    'has no verdict yet',
  );
});

describe('the answer in 80 columns', () => {
  const verdict = aVerdict();
  const simulated: ArmMarks = {
    cost: 'simulated',
    latency: 'simulated',
    attainment: 'simulated',
  };
  const answer: WhatIf = {
    campaignId: 'made-up',
    changes: ['rate: 2/s -> 6/s'],
    baseline: verdict,
    changed: { ...verdict, answer: 'lambda-only', isDecided: false },
    marks: Object.fromEntries(verdict.arms.map(({ arm }) => [arm, simulated])),
    answerMark: 'simulated',
    flips: true,
    notes: ['Execution time follows memory. '.repeat(5)],
  };

  function fitOf(error: number): NonNullable<WhatIf['fit']> {
    const row: FitRow = {
      arm: 'ecs-only',
      workload: 'heavy',
      figure: 'p95',
      measured: 100,
      predicted: 100 * (1 + error),
      error,
    };
    return {
      rows: [row],
      blocks: 8,
      worst: error,
      isTrusted: error <= 0.2,
      isOwnSimulation: false,
    };
  }

  test('says what it was, what it would be, and that it flips', () => {
    const text = whatIfLines(answer).join('\n');
    expect(text).toMatch(/Changed: +lambda-only, but undecided, simulated/);
    expect(text).toContain('FLIPS');
    for (const line of whatIfLines({ ...answer, fit: fitOf(0.3) })) {
      expect(line.length, line).toBeLessThanOrEqual(80);
    }
  });

  test('is marked where the simulator was off by more than 20 %, and names the figure', () => {
    const doubted = whatIfLines({ ...answer, fit: fitOf(0.3) }).join(' ');
    expect(doubted).toContain('NOT TRUSTWORTHY HERE');
    expect(doubted).toContain('p95 of heavy on ecs-only: 130 ms for 100 ms measured (+30 %)');
    const trusted = whatIfLines({ ...answer, fit: fitOf(0.1) }).join(' ');
    expect(trusted).not.toContain('NOT TRUSTWORTHY');
    expect(trusted).toContain('off by at most 10 %');
  });
});
