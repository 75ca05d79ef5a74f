import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkSummary, describePlan, describeProblems } from '../../../src/cli/check/check.ts';
import { loadPlan } from '../../../src/plan/load-plan.ts';
import { changed, check, goodPlan, problemsOf } from '../../plan/plan-files.ts';

const root = resolve(import.meta.dirname, '../../..');
const demo = () => loadPlan(resolve(root, 'test/fixtures/plans/four-workloads.yaml'), { root });
const cpuMs = { lightweight: 1.5, thumbnail: 7, medium: 43, heavy: 200 };

/** The text with its line breaks undone: where a line ends is no part of what it says. */
const flat = (lines: readonly string[]) => lines.join(' ').replaceAll(/\s+/g, ' ');

describe('what check prints of a plan', () => {
  test('fits into 80 columns', async () => {
    for (const lines of [describePlan(await demo()), describePlan(await demo(), cpuMs)]) {
      expect(lines.filter((line) => line.length > 80)).toEqual([]);
    }
  });

  test('has every slot with its time, its pairs and the steps of its ladder', async () => {
    const text = flat(describePlan(await demo(), cpuMs));
    expect(text).toContain('1 +0:00 30 pairs + heavy ladder 29: 25% 5, 50% 10, 70% 14');
    expect(text).toContain('2 +0:24 30 pairs + medium ladder 130: 25% 23, 50% 47, 70% 60');
    expect(text).toContain('6 +2:00');
    expect(text).toContain('858 pairs in all');
  });

  test('has the requests of each workload in a slot and in a turn of the evaluation', async () => {
    const text = flat(describePlan(await demo(), cpuMs));
    expect(text).toContain('lightweight 25% 8 13 128MB 0.25vCPU/0.5GB 1.5ms');
    expect(text).toContain('heavy 26% 8 14 512MB 1vCPU/2GB 200ms');
  });

  test('has times of the clock where the plan names one', async () => {
    const checked = await check(changed('slots: 3', 'slots: 3, start: 2026-12-01T03:00:00Z'));
    expect(flat(describePlan(checked))).toContain('2 2026-12-01T03:00:30.000Z');
  });

  test('leaves out most of the slots of a week', async () => {
    const checked = await check(changed('slots: 3, every: 30s', 'slots: 168, every: 1h'));
    const lines = describePlan(checked);
    expect(lines.length).toBeLessThan(60);
    expect(flat(lines)).toContain('168 +167:00:00');
  });

  test('says duration, cost, what can be decided, and what to doubt', async () => {
    const text = flat(describePlan(await demo(), cpuMs));
    expect(text).toMatch(/Duration About 6 min/);
    expect(text).toMatch(/Cost Nothing here\. On AWS such a campaign costs about \$0\.0\d/);
    expect(text).toMatch(/Decides Differences between arms from 17\.\d% on/);
    expect(text).toMatch(/What to doubt.*share one machine.*0\.0724/);
  });

  test('never hides that a CPU time is assumed', async () => {
    const unknown = flat(describePlan(await demo()));
    expect(unknown).toContain(
      'Assumed for this: 100ms of CPU a request for lightweight, thumbnail, medium, heavy',
    );
    expect(unknown).toContain('+ ladder of at most 3 x 60');
    expect(unknown).toContain('180 to 1260 pairs');
    expect(flat(describePlan(await demo(), cpuMs))).not.toContain('Assumed');
  });

  test('prefers the CPU time of the plan to a measured one', async () => {
    const checked = await check(changed('share: 100%', 'share: 100%\n    cpu: 7ms'));
    expect(flat(describePlan(checked, { heavy: 99 }))).toContain('1vCPU/2GB 7ms');
  });

  test('warns when the targets need more than the machine carries', async () => {
    const slow = { heavy: 250 };
    const within = await check(changed('rate: 2/s', 'rate: 1.5/s'));
    const above = await check(changed('rate: 2/s', 'rate: 1.6/s'));
    expect(flat(describePlan(within, slow))).not.toContain('disturb');
    expect(flat(describePlan(above, slow))).toContain('mixed load keeps 0.80 vCPU busy');
  });

  test('says that there is no evaluation', async () => {
    const text = flat(describePlan(await check(`${goodPlan}evaluation: { blocks: 0 }`)));
    expect(text).toContain('Evaluation None');
    expect(text).toContain('Decides Nothing');
  });
});

describe('the summary for programs', () => {
  test('agrees with the plan and survives JSON', async () => {
    const summary = checkSummary(await demo(), cpuMs);
    expect(JSON.parse(JSON.stringify(summary))).toMatchObject({
      campaign: 'demo',
      testbed: 'local',
      collectionPairs: { least: 858, most: 858 },
      evaluation: { blocks: 9, requestsPerStretch: 52, blockMs: 19_200 },
      collectionMs: 138_000,
      margin: 0.1,
      assumedCpuMs: {},
    });
    expect(summary.slots).toHaveLength(6);
    expect(summary.cost.totalUsd).toBeGreaterThan(0);
  });

  test('leaves the hybrid arm out where no router is learned', async () => {
    const summary = checkSummary(await check(`${goodPlan}learning: { families: [] }`));
    expect(summary.evaluation?.arms).toEqual(['lambda-only', 'ecs-only', 'best-static']);
  });
});

describe('what check prints of a wrong plan', () => {
  test('has for each problem line, path, value, what is wrong and what is right', async () => {
    const problems = await problemsOf(
      changed('ecs: 1vCPU/2GB', 'ecs: 1vCPU/1GB').replace('every: 30s', 'every: 30sec'),
    );
    expect(describeProblems(problems)).toEqual([
      'The plan has 2 problems:',
      'line 8 workloads.heavy.ecs: 1vCPU/1GB',
      '  Fargate has no task with 1 vCPU and 1GB. With 1 vCPU it has 2GB to 8GB in',
      '  steps of 1GB.',
      'line 9 schedule.every',
      '  "30sec" is not a duration. Write a number with ms, s, m, h or d, for example',
      '  800ms, 22s, 45m or 1h.',
    ]);
  });

  test('names the file of a line that is not in the plan itself', () => {
    const lines = describeProblems([
      { path: 'load.rate', line: 3, file: 'plans/base.yaml', message: 'is missing' },
    ]);
    expect(lines[1]).toBe('plans/base.yaml line 3 load.rate');
  });
});
