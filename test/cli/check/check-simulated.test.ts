import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkSummary, describePlan } from '../../../src/cli/check/check.ts';
import { loadPlan } from '../../../src/plan/load-plan.ts';
import { aLog } from '../../domain/load-builders.ts';
import { changed, check } from '../../plan/plan-files.ts';

const root = resolve(import.meta.dirname, '../../..');
const week = () => loadPlan(resolve(root, 'plans/week-simulated.yaml'), { root });

/** The text with its line breaks undone: where a line ends is no part of what it says. */
const flat = (lines: readonly string[]) => lines.join(' ').replaceAll(/\s+/g, ' ');

describe('what check prints of the simulated week', () => {
  test('fits into 80 columns', async () => {
    expect(describePlan(await week()).filter((line) => line.length > 80)).toEqual([]);
  });

  test('has the nominal hours, and the load of each', async () => {
    const text = flat(describePlan(await week()));
    expect(text).toContain('Times are nominal');
    expect(text).toContain('1 2026-01-05T00:00:00.000Z 200 pairs + heavy ladder 150');
    expect(text).toContain('12 2026-01-05T11:00:00.000Z 347 pairs');
    expect(text).toContain('at a mean of 0.1 pairs/s, by hour and weekday');
  });

  test('has its nights, its blocks, its cost and minutes instead of a week', async () => {
    const text = flat(describePlan(await week()));
    expect(text).toContain('Every night at 03:17 (UTC) after slots 4, 28, 52, 76, 100, 124, 148');
    expect(text).toContain('24 blocks (the first 11m not scored)');
    expect(text).toContain('all at once for 1h at 0.1/s, 360 requests each, 34560 in all');
    expect(text).toMatch(/Duration About \d min on two cores, for 167\.8 h of nominal time/);
    expect(text).toMatch(/Cost Nothing here\. On AWS such a campaign costs about \$\d\d\./);
    expect(text).toContain('Decides Differences between arms from 8.4% on');
    expect(text).toContain('A model answers here, not AWS');
  });

  test('is the same for programs', async () => {
    const summary = checkSummary(await week());
    expect(JSON.parse(JSON.stringify(summary))).toMatchObject({
      testbed: 'simulated',
      nights: [4, 28, 52, 76, 100, 124, 148],
      evaluation: { blocks: 24, blockMs: 3_600_000, requestsPerStretch: 360 },
      assumedCpuMs: {},
    });
    const mixed = summary.slots.reduce((sum, slot) => sum + (slot.mixedPairs ?? 0), 0);
    expect(mixed).toBe(45_360);
    expect(summary.campaignMs).toBeLessThan(600_000);
  });
});

test('a load that follows its hour is not forecast slot by slot while the hour is unknown', async () => {
  const checked = await check(changed('rate: 2/s', 'rate: 2/s, shape: diurnal'));
  const summary = checkSummary(checked);
  expect(summary.slots.map(({ mixedPairs }) => mixedPairs)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(summary.collectionPairs.most).toBe(60);
  expect(flat(describePlan(checked))).toContain('1 +0:00 pairs');
});

test('nights are not told while the start is unknown', async () => {
  const text = `${changed('testbed: local', 'testbed: simulated').replace(
    'every: 30s',
    'every: 1h, pace: immediate, start: next-hour',
  )}learning: { retrain: "03:17" }\n`;
  const lines = flat(describePlan(await check(text)));
  expect(lines).toContain('Every night at 03:17 (UTC), and after the last slot.');
});

describe('a load from a file', () => {
  const requests = Array.from({ length: 100 }, (_, index) => ({
    atMs: index * 500,
    workload: 'heavy',
  }));
  const replayed = (rate: string) =>
    check(changed('rate: 2/s', `rate: ${rate}, source: { file: r.csv, speed: 2 }`), {
      files: { 'r.csv': '' },
      openLog: async () => aLog(requests),
    });

  test('has as many pairs as the log has rows in the hours of the slots', async () => {
    const summary = checkSummary(await replayed('4/s'));
    expect(summary.slots.map(({ mixedPairs }) => mixedPairs)).toEqual([40, 40, 40]);
    expect(flat(describePlan(await replayed('4/s')))).toMatch(
      /of \S+r\.csv at 2x its speed, again/,
    );
  });

  test('is doubted where its rate is not the one that everything is forecast by', async () => {
    const warnings = async (rate: string) => checkSummary(await replayed(rate)).warnings.join();
    expect(await warnings('4/s')).not.toContain('go by load.rate');
    expect(await warnings('1/s')).toContain(
      '120 requests of a log of 100 rows are replayed, 4.0/s',
    );
  });
});
