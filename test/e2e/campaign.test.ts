import { readFile } from 'node:fs/promises';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { processesOf, Rig } from './support/rig.ts';

let rig: Rig;

beforeAll(async () => {
  rig = await Rig.open();
});
afterAll(() => rig.close());

test('one command takes a plan to its report, and leaves nothing running', async () => {
  const { exitCode, stdout, stderr } = await rig.crossover('run', 'plans/tiny.yaml', '--json');
  expect(exitCode, stderr).toBe(0);
  const summary = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  expect(summary).toMatchObject({
    campaignId: 'tiny',
    outcome: 'completed',
    slots: { complete: 2, degraded: 0, missed: 0, skipped: 0, failed: 0 },
    datasetFingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(summary.observedRequests).toBe(summary.intendedRequests);
  expect(summary.joinedShare).toBeGreaterThanOrEqual(0.98);
  expect(summary.verdict.isDecided ?? summary.verdict.none).toBeDefined();
  const html = await readFile(summary.reportPath, 'utf8');
  expect(html).toContain('Crossover: tiny');
  expect(await processesOf(rig.stateFolder)).toEqual([]);
});

test('what has ended keeps its status and report, and cannot be steered', async () => {
  const status = await rig.crossover('status', 'tiny', '--json');
  expect(JSON.parse(status.stdout)).toMatchObject({ campaignId: 'tiny', phase: 'ended' });
  const report = await rig.crossover('report', 'tiny', '--json');
  expect(JSON.parse(report.stdout).reportPath).toContain('campaigns/tiny/report/report.html');
  const pause = await rig.crossover('pause', 'tiny');
  expect(pause.exitCode).toBe(2);
  expect(pause.stderr).toContain('No Temporal server is running here');
});

test('a plan with faults is refused with all of them, and nothing is started', async () => {
  const { exitCode, stderr } = await rig.crossover('run', 'test/fixtures/plans/faulty.yaml');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('share');
  expect(stderr).toContain('ecs');
  expect(stderr).not.toContain('    at ');
  expect(await processesOf(rig.stateFolder)).toEqual([]);
});

test('an unknown campaign is a usage error in one line', async () => {
  const { exitCode, stderr } = await rig.crossover('status', 'nobody');
  expect(exitCode).toBe(2);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
