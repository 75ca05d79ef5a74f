import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { type EstimatedPlan, loadEstimatedPlan } from '../../src/plan/estimated-plan.ts';
import { PlanProblems } from '../../src/plan/problems.ts';
import { aFolder, goodPlan } from './plan-files.ts';

async function estimated(text: string): Promise<EstimatedPlan> {
  const folder = await aFolder({ 'plan.yaml': text });
  return await loadEstimatedPlan(join(folder, 'plan.yaml'));
}

async function problemsOf(text: string): Promise<readonly string[]> {
  try {
    await estimated(text);
    return [];
  } catch (error) {
    if (!(error instanceof PlanProblems)) throw error;
    return error.problems.map(({ path, line, message }) => `${line} ${path}: ${message}`);
  }
}

describe('the parts of a plan that an estimate needs', () => {
  test('are its workloads, the rate of its question and its prices', async () => {
    expect(await estimated(goodPlan)).toMatchObject({
      campaign: 'small',
      ratePerS: 2,
      workloads: [{ name: 'heavy', lambdaMemoryMb: 512, ecsVcpu: 1, ecsTasks: 1 }],
      pricing: { edge: { lambda: 'http-api', ecs: 'alb' }, targetUtilisation: 0.6 },
      testbed: { name: 'local', isThere: true },
    });
    expect((await estimated(`${goodPlan}evaluation: { rate: 5/s }\n`)).ratePerS).toBe(5);
  });

  test('are read although everything else cannot run', async () => {
    const elsewhere = goodPlan
      .replace('testbed: local', 'testbed: moon')
      .replace('heavy/handler.ts', 'not/written/yet.ts')
      .replace('slots: 3, every: 30s', 'slots: many');
    expect(await estimated(elsewhere)).toMatchObject({
      ratePerS: 2,
      testbed: { name: 'moon', isThere: false },
    });
  });

  test('are refused with all that is wrong with them, and their lines', async () => {
    const wrong = goodPlan
      .replace('100%', '60%')
      .replace('1vCPU/2GB', '1vCPU/1GB')
      .concat('pricing: { edge: { ecs: function-url } }\n');
    const problems = (await problemsOf(wrong)).join('\n');
    expect(problems).toMatch(/^3 workloads: The shares add up to 60%/m);
    expect(problems).toMatch(/^8 workloads.heavy.ecs: Fargate has no task with 1 vCPU and 1GB/m);
    expect(problems).toMatch(/^11 pricing.edge.ecs: A function URL/m);
  });
});
