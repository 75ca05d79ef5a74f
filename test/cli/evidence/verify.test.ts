import { createHash } from 'node:crypto';
import { appendFile, cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';
import { compareCampaigns } from '../../../src/cli/evidence/compare.ts';
import { exportBundle } from '../../../src/cli/evidence/export-bundle.ts';
import { type Verification, verifyBundle } from '../../../src/cli/evidence/verify.ts';
import type { Evidence } from '../../../src/domain/evidence/evidence.ts';
import { aCli } from '../a-cli.ts';
import { aMeasuredCampaign, type MeasuredCampaign } from '../a-measured-campaign.ts';

async function aBundle(campaign: MeasuredCampaign): Promise<string> {
  const folder = join(campaign.stateFolder, 'out', 'demo.bundle');
  expect(await exportBundle(campaign.services, campaign.campaignId, { to: folder })).toBe(0);
  return folder;
}

async function verified(folder: string) {
  const { services, json, lines } = await aCli();
  const exitCode = await verifyBundle(services, folder, {});
  return { exitCode, text: lines.join('\n'), verification: json[0] as Verification };
}

function differencesIn({ recomputation }: Verification) {
  return 'differences' in recomputation ? recomputation.differences : [];
}

test('a bundle verifies where it was written and anywhere else', async () => {
  const folder = await aBundle(await aMeasuredCampaign());
  const elsewhere = `${folder}-copied`;
  await cp(folder, elsewhere, { recursive: true });
  const { exitCode, text, verification } = await verified(elsewhere);
  expect(differencesIn(verification)).toEqual([]);
  expect(verification.faults).toEqual([]);
  expect(exitCode).toBe(0);
  expect(text).toContain('Verified: every file is as listed');
  expect(text).toContain('made of raw records');
  const { recomputation } = verification;
  const paths = 'recomputed' in recomputation ? recomputation.recomputed : [];
  const names = paths.map(({ path }) => path.replace(/.*\//, ''));
  expect(names).toEqual(
    expect.arrayContaining(['verdict.json', 'report.json', 'report.md', 'dataset-card.md']),
  );
});

test('exporting twice gives the same bytes, over the older export', async () => {
  const campaign = await aMeasuredCampaign();
  const folder = await aBundle(campaign);
  const before = await readFile(join(folder, 'evidence.json'), 'utf8');
  await aBundle(campaign);
  expect(await readFile(join(folder, 'evidence.json'), 'utf8')).toBe(before);
  const evidence = JSON.parse(before) as Evidence;
  expect(evidence).toMatchObject({
    question: { margin: 0.1, slos: { heavy: { latencyMs: 1000 } } },
    prices: { name: 'us-east-1/x86_64/2026-11' },
    measuredUntil: '2026-11-02T16:01:00.000Z',
    isRawIncluded: false,
  });
  expect(evidence.fairness.map(({ matter }) => matter)).toContain('cpu');
  expect(before).not.toMatch(/token/i);
});

test('a folder with something else in it is not replaced', async () => {
  const campaign = await aMeasuredCampaign();
  const folder = await aBundle(campaign);
  await writeFile(join(folder, 'notes.txt'), 'mine');
  await expect(aBundle(campaign)).rejects.toThrow(/such as notes\.txt/);
  await rm(join(folder, 'evidence.json'));
  await expect(aBundle(campaign)).rejects.toThrow(/is no evidence bundle/);
});

test('a changed, a missing and an extra file are named, with what hangs on them', async () => {
  const folder = await aBundle(await aMeasuredCampaign());
  const root = 'campaigns/demo';
  await appendFile(join(folder, root, 'receipts/slot-001.json'), ' ');
  await rm(join(folder, root, 'report/report.html'));
  await writeFile(join(folder, root, 'extra.json'), '{}');
  const { exitCode, text, verification } = await verified(folder);
  expect(exitCode).toBe(1);
  expect(verification.faults).toMatchObject([
    { path: `${root}/extra.json`, fault: 'extra' },
    {
      path: `${root}/receipts/slot-001.json`,
      fault: 'changed',
      numbers: expect.stringMatching(/counts/),
    },
    { path: `${root}/report/report.html`, fault: 'missing' },
  ]);
  expect(text).toContain('NOT verified: 3 files not as listed');
});

test('a number that was changed together with its hash is found by computing it again', async () => {
  const folder = await aBundle(await aMeasuredCampaign());
  const path = 'campaigns/demo/report/verdict.json';
  const verdict = JSON.parse(await readFile(join(folder, path), 'utf8'));
  const { costPer1000Usd } = verdict.arms[1];
  verdict.arms[1].costPer1000Usd = 2 * costPer1000Usd;
  await writeWithHash(folder, path, JSON.stringify(verdict));
  const { exitCode, text, verification } = await verified(folder);
  expect(verification.faults).toEqual([]);
  expect(exitCode).toBe(1);
  expect(differencesIn(verification)).toMatchObject([
    { file: path, path: 'arms[1].costPer1000Usd', first: 2 * costPer1000Usd },
  ]);
  expect(text).toContain('arms[1].costPer1000Usd');
});

test('observations that were changed with their hash move the fingerprint and the verdict', async () => {
  const campaign = await aMeasuredCampaign();
  const folder = await aBundle(campaign);
  const observations = join(folder, 'campaigns/demo/observations');
  const path = 'campaigns/demo/observations/slot=001/part.parquet';
  await writeWithHash(folder, path, await readFile(join(observations, 'slot=002/part.parquet')));
  const { exitCode, verification } = await verified(folder);
  expect(exitCode).toBe(1);
  expect(verification.recomputation).toMatchObject({
    impossible: expect.stringContaining('slot 1'),
  });
});

async function writeWithHash(folder: string, path: string, body: string | Uint8Array) {
  await writeFile(join(folder, path), body);
  const manifest = join(folder, 'evidence.json');
  const evidence = JSON.parse(await readFile(manifest, 'utf8')) as Evidence;
  const sha256 = createHash('sha256').update(body).digest('hex');
  const files = evidence.files.map((file) => (file.path === path ? { ...file, sha256 } : file));
  await writeFile(manifest, JSON.stringify({ ...evidence, files }));
}

test('what is no bundle is a mistake of the user', async () => {
  const { services, stateFolder } = await aCli();
  await expect(verifyBundle(services, stateFolder, {})).rejects.toThrow(/is no evidence bundle/);
});

test('a campaign compared with its own bundle is the same everywhere', async () => {
  const campaign = await aMeasuredCampaign();
  const folder = await aBundle(campaign);
  expect(await compareCampaigns(campaign.services, ['demo', folder])).toBe(0);
  const { isSameMeasurement, metrics, comparability } = campaign.json.at(-1) as {
    isSameMeasurement: boolean;
    metrics: { ratio?: { ratio: number; contrast: string } }[];
    comparability: object;
  };
  expect(isSameMeasurement).toBe(true);
  expect(comparability).toMatchObject({ question: [], plan: [], prices: [], machine: [] });
  const ratios = metrics.flatMap(({ ratio }) => ratio ?? []);
  expect(ratios.length).toBeGreaterThan(3);
  for (const ratio of ratios) expect(ratio).toMatchObject({ ratio: 1, contrast: 'equivalent' });
});
