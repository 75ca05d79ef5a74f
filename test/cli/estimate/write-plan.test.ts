import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { describe, expect, test } from 'vitest';

import { planText } from '../../../src/cli/estimate/write-plan.ts';
import { estimate } from '../../../src/domain/estimate/estimate.ts';
import { monthOf } from '../../../src/domain/estimate/estimate-month.ts';
import { tasksNeeded } from '../../../src/domain/money/fargate-price.ts';
import { expectedBilledMs } from '../../../src/domain/money/lambda-price.ts';
import type { Plan } from '../../../src/domain/plan.ts';
import { loadPlan } from '../../../src/plan/load-plan.ts';
import { aQuestion, aService, usEast } from '../../domain/estimate-builders.ts';
import { aFolder } from '../../plan/plan-files.ts';
import { anEstimate } from './an-estimate.ts';

const root = resolve(import.meta.dirname, '../../..');

async function planOf(text: string): Promise<Plan> {
  const folder = await aFolder({ 'plan.yaml': text });
  return (await loadPlan(join(folder, 'plan.yaml'), { root })).plan;
}

describe('a plan written by an estimate', () => {
  test('is accepted, and is billed and sized like the estimate', async () => {
    const services = [
      aService(),
      aService({ workload: { name: 'My Function!' }, busy: { cpuMs: 28.9 }, ratePerS: 40 }),
    ];
    const question = aQuestion({ services });
    const plan = await planOf(planText(question, usEast.name));
    expect(plan.workloads.map(({ name }) => name)).toEqual(['yours', 'my-function']);
    const { needs } = monthOf(question);
    for (const [index, workload] of plan.workloads.entries()) {
      const cpuMs = workload.cpuMs ?? 0;
      expect(expectedBilledMs(workload, cpuMs)).toBeCloseTo(200, 0);
      expect(workload.ecsTasks).toBe(needs[index]?.tasks);
      const ratePerS = plan.evaluation.ratePerS * workload.share;
      const one = { ...workload, ecsTasks: 1 };
      expect(tasksNeeded(plan.pricing, one, { ratePerS, cpuMs })).toBe(workload.ecsTasks);
    }
  });

  test('has the part of a huge rate that a plan can have', async () => {
    const services = [aService({ ratePerS: 90_000 })];
    const text = planText(aQuestion({ services }), usEast.name);
    expect(text).toMatch(/# At [\d.]+% of the rate/);
    const plan = await planOf(text);
    expect(plan.workloads[0]?.ecsTasks).toBeLessThanOrEqual(100);
  });

  test('is accepted for the rarest of requests', async () => {
    const services = [aService({ ratePerS: 1 / 3600 })];
    const plan = await planOf(planText(aQuestion({ services }), usEast.name));
    expect(plan.load.ratePerS).toBeCloseTo(1 / 3600, 6);
    expect(estimate(aQuestion({ services })).cheaper).toBe('lambda');
  });

  test('goes to a new file, and overwrites none', async () => {
    const folder = await aFolder({});
    const path = join(folder, 'mine.yaml');
    const options = { requests: '1M/day', duration: '200ms', memory: '256MB', writePlan: path };
    expect((await anEstimate(options)).text).toContain(`Written: ${path}`);
    const written = await readFile(path, 'utf8');
    const again = await anEstimate({ ...options, memory: '512MB' });
    expect(again.exitCode).toBe(2);
    expect(await readFile(path, 'utf8')).toBe(written);
  });
});
