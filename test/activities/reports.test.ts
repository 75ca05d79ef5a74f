import type { Client } from '@temporalio/client';
import { describe, expect, test } from 'vitest';

import {
  createReportActivities,
  createReportWriter,
  type ReportSource,
} from '../../src/activities/reports.ts';
import { type CampaignProgress, noProgress } from '../../src/domain/campaign.ts';
import type { CampaignSummary } from '../../src/domain/campaign-summary.ts';
import type { Champion } from '../../src/domain/models/model.ts';
import { aPlan } from '../support/a-plan.ts';
import { aRunSummary } from '../support/a-run-summary.ts';
import { type ActivityRig, aClient, aRig, campaignId, perform } from './rig.ts';
import { storeSlot } from './stored-runs.ts';

/** A server whose campaign answers a query with `answer`, or not at all. */
function aServer(answer: () => Promise<CampaignProgress>): Client {
  return aClient(() => ({ query: answer }));
}

const silent = aServer(async () => {
  throw new Error('No worker answered.');
});

async function written(rig: ActivityRig, outcome: 'failed' | 'completed' = 'failed') {
  const { writeReport } = createReportActivities(rig.ports);
  const request = { campaignId, outcome, reason: 'The campaign was terminated.', leftovers: [] };
  const { reportKey } = await perform(rig, writeReport, request);
  const report = async (file: string) =>
    new TextDecoder().decode(await rig.store.requireBytes(rig.store.keys.report(file)));
  const summary: CampaignSummary = JSON.parse(await report('summary.json'));
  return {
    reportKey,
    summary,
    markdown: await report('report.md'),
  };
}

describe('a campaign that cannot be asked', () => {
  test('has a report of its receipts', async () => {
    const rig = await aRig({ client: silent, plan: aPlan() });
    await storeSlot(rig, 1, [{}, {}]);
    await storeSlot(rig, 2, [{}], { degradedBecause: ['5 of 10 requests were issued'] });
    await rig.store.putJson(rig.store.keys.summary('block-01'), aRunSummary({ run: 'block-01' }));

    const { summary, markdown, reportKey } = await written(rig);
    expect(summary).toMatchObject({
      outcome: 'failed',
      slots: { complete: 1, degraded: 1, missed: 0, skipped: 0, failed: 0 },
      intendedRequests: 30,
      verdict: { none: expect.stringContaining('The campaign was terminated.') },
    });
    expect(markdown).toContain('5 of 10 requests were issued');
    expect(markdown).toContain('3 pairs in 6 rows');
    expect(reportKey).toBe(rig.store.keys.report('report.html'));
    expect(new TextDecoder().decode(await rig.store.requireBytes(reportKey))).toContain('</html>');
  });

  test('has a report though nothing was measured', async () => {
    const rig = await aRig({ client: silent });
    await rig.ports.objects.remove(rig.store.keys.deployment);
    const { summary } = await written(rig);
    expect(summary).toMatchObject({ intendedRequests: 0, joinedShare: 0 });
  });
});

test('every retraining of the campaign is in the report, in its order', async () => {
  const rig = await aRig({ client: silent, plan: aPlan() });
  const champion = (slotsSeen: number, reason: string): Champion => ({
    kind: 'best-static',
    table: { lightweight: 'lambda' },
    withCapacity: [],
    reason,
    slotsSeen,
  });
  for (const slot of [1, 2, 3]) await storeSlot(rig, slot, [{}]);
  const [first, last] = [champion(1, 'Too few rows.'), champion(3, 'No better.')];
  await rig.store.putJson(rig.store.keys.championHistory(1), first);
  await rig.store.putJson(rig.store.keys.championHistory(3), last);
  await rig.store.putJson(rig.store.keys.champion, last);

  const { markdown } = await written(rig);
  expect(markdown).toMatch(
    /\| slot 1 \| best-static .* Too few rows.*\n\| slot 3 \| best-static .* No better/,
  );
});

test('what only the workflow knows is in the report: what was missed, what failed, the notes', async () => {
  const progress: CampaignProgress = {
    ...noProgress,
    outcomes: [{ slot: 1, status: 'missed', reason: 'No load worker began the run.' }],
    retrainingFailure: 'The disk is full.',
    notes: [{ atMs: Date.UTC(2026, 0, 5), text: 'The fan is loud.' }],
  };
  const { summary, markdown } = await written(
    await aRig({ client: aServer(async () => progress) }),
    'completed',
  );
  expect(summary.slots.missed).toBe(1);
  expect(markdown).toContain('No load worker began the run.');
  expect(markdown).toContain('The retraining failed: The disk is full.');
  expect(markdown).toContain('The fan is loud.');
});

test('figures are files beside the report, and those of an earlier report are gone', async () => {
  const rig = await aRig({ client: silent, plan: aPlan() });
  await storeSlot(rig, 1, [{}, {}]);
  const { keys } = rig.store;
  await rig.ports.objects.put(keys.figure('of-yesterday'), '<svg/>');

  const { markdown } = await written(rig);
  expect(markdown).toContain('](figures/slots.svg)');
  const svg = new TextDecoder().decode(await rig.store.requireBytes(keys.figure('slots')));
  expect(svg).toContain('<svg');
  expect(await rig.ports.objects.get(keys.figure('of-yesterday'))).toBeUndefined();
});

test('the report can be written again from what is stored with it', async () => {
  const progress: CampaignProgress = {
    ...noProgress,
    startsAtMs: Date.UTC(2026, 0, 5),
    outcomes: [{ slot: 1, status: 'missed', reason: 'The machine slept.' }],
  };
  const rig = await aRig({ client: aServer(async () => progress) });
  const { markdown } = await written(rig, 'completed');

  const source = await rig.store.requireJson<ReportSource>(rig.store.keys.reportProgress);
  await createReportWriter(rig.ports)(source.request, source.progress);
  const again = await rig.store.requireBytes(rig.store.keys.report('report.md'));
  expect(source.request.leftovers).toEqual([]);
  expect(new TextDecoder().decode(again)).toBe(markdown);
});
