import { expect, test } from 'vitest';

import { checkThresholds } from '../../../src/cli/evidence/report-threshold.ts';
import { aCli, storeCampaign } from '../a-cli.ts';
import { aMeasuredCampaign } from '../a-measured-campaign.ts';

test('thresholds are held against the stored campaign, and the exit code says how', async () => {
  const { services, lines, json } = await aMeasuredCampaign();
  const check = (...thresholds: string[]) => checkThresholds(services, 'demo', { thresholds });
  expect(await check('lambda-only.attainment >= 50%', 'lambda-only.cost-per-1000 < $5')).toBe(0);
  expect(lines.join(' ')).toMatch(/^met +lambda-only\.attainment >= 50% · 100\.0 % \(95 %: .*n=15/);
  expect(await check('decided', 'answer == hybrid')).toBe(1);
  expect(json.at(-1)).toMatchObject({
    isMet: false,
    thresholds: [{ isMet: false }, { reason: 'undecided, with lambda-only in front' }],
  });
});

test('a quantile of too few requests fails, and says how many it needs', async () => {
  const { services, lines } = await aMeasuredCampaign();
  const thresholds = ['lambda-only.latency-p99 < 100s'];
  expect(await checkThresholds(services, 'demo', { thresholds })).toBe(1);
  expect(lines.join(' ')).toMatch(/NOT MET .*15 requests are too few for p99.*1000/);
});

test('the whole interval is a stricter test than the estimate', async () => {
  const { services, json } = await aMeasuredCampaign();
  const thresholds = ['lambda-only.attainment >= 99%'];
  expect(await checkThresholds(services, 'demo', { thresholds })).toBe(0);
  const strict = { thresholds, wholeInterval: true } as const;
  expect(await checkThresholds(services, 'demo', strict)).toBe(1);
  expect(json.at(-1)).toMatchObject({ thresholds: [{ bound: 'lower', value: 1 }] });
});

test('every expression that makes no sense is told at once', async () => {
  const { services, json } = await aMeasuredCampaign();
  const thresholds = ['hybird.latency-p95 < 800ms', 'hybrid.latency-p96 < 800ms', 'decided'];
  expect(await checkThresholds(services, 'demo', { thresholds })).toBe(2);
  expect(json).toMatchObject([
    {
      problems: [
        { problem: 'no arm "hybird"; did you mean "hybrid"?' },
        { problem: expect.stringContaining('did you mean "latency-p9') },
      ],
    },
  ]);
});

test('without a verdict nothing is met', async () => {
  const { services, objects, lines } = await aCli();
  await storeCampaign(objects, 'demo', { outcome: 'completed' });
  expect(await checkThresholds(services, 'demo', { thresholds: ['decided'] })).toBe(1);
  expect(lines[0]).toBe('NOT MET  decided · no verdict: The plan has no evaluation.');
});
