import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { createDatasetActivities } from '../../../src/activities/datasets.ts';
import { buildCampaignDataset } from '../../../src/cli/dataset/dataset-build.ts';
import { describeSubject } from '../../../src/cli/dataset/dataset-describe.ts';
import { exportDataset } from '../../../src/cli/dataset/dataset-export.ts';
import { runCli } from '../../../src/cli/program.ts';
import type { DatasetDescription } from '../../../src/domain/dataset/dataset-description.ts';
import { copiesOf } from '../../activities/copied-store.ts';
import { type ActivityRig, aRig, campaignId, perform } from '../../activities/rig.ts';
import { storeSlot } from '../../activities/stored-runs.ts';
import { aPlan } from '../../dataset/builders.ts';
import { aCli, type Cli } from '../a-cli.ts';

interface Campaign {
  readonly rig: ActivityRig;
  readonly cli: Cli;
  readonly folder: string;
  /** Runs a command line; resolves to its exit code. */
  crossover(...args: readonly string[]): Promise<number>;
}

/** Slots 1 and 2 complete, 3 degraded; 4 missed, as the report says. */
async function aCampaign(): Promise<Campaign> {
  const rig = await measuredOnce(await aRig());
  const folder = dirname(rig.ports.workFolder);
  const cli = await aCli(folder);
  return {
    rig,
    cli,
    folder,
    crossover: (...args) => runCli(args, () => cli.services),
  };
}

const measuredOnce = copiesOf(async () => {
  const rig = await aRig({ plan: aPlan({ schedule: { slots: 4 } }) });
  await storeSlot(rig, 1, [{}, {}]);
  await storeSlot(rig, 2, [{}]);
  await storeSlot(rig, 3, [{}], { degradedBecause: ['5 of 10 requests were issued'] });
  await rig.store.putJson(rig.store.keys.report('report.json'), {
    slots: [{ slot: 4, status: 'missed', reason: 'No load worker began the run.' }],
  });
  return rig;
});

const flat = (lines: readonly string[]) => lines.join(' ').replaceAll(/\s+/g, ' ');

describe('dataset build', () => {
  test('gives the dataset of the retraining, under the same fingerprint', async () => {
    const { rig, cli, crossover } = await aCampaign();
    const { buildDataset } = createDatasetActivities(rig.ports);
    const built = await perform(rig, buildDataset, { campaignId, slots: [1, 2] });
    const key = rig.store.keys.dataset(built.fingerprint);
    const before = await rig.store.requireBytes(key);
    await rig.ports.objects.remove(key);

    expect(await crossover('dataset', 'build', campaignId)).toBe(0);
    expect(cli.json).toMatchObject([{ ...built, key }]);
    expect(await rig.store.requireBytes(key)).toEqual(before);
    expect(cli.lines).toEqual([
      `Dataset     ${built.fingerprint}`,
      'Slots       1 to 2 (2 of 4)',
      'Rows        6, one per request and platform',
      'Pairs       3 with two outcomes',
    ]);
  });

  test('takes the slots that are asked for', async () => {
    const { cli, crossover } = await aCampaign();
    expect(await crossover('dataset', 'build', campaignId, '--slots', '2')).toBe(0);
    expect(cli.json).toMatchObject([{ slots: [2], pairs: 1 }]);
  });

  test.each([
    ['3', 'Slot 3 cannot be in a dataset: it is degraded: 5 of 10 requests were issued.'],
    ['4', 'Slot 4 cannot be in a dataset: it is missed: No load worker began the run.'],
    ['9', 'not in the plan, which has 4'],
    ['x', '"x" is no slot.'],
  ])('refuses slot %s with the reason', async (slots, reason) => {
    const { cli } = await aCampaign();
    await expect(buildCampaignDataset(cli.services, campaignId, { slots })).rejects.toThrow(reason);
  });

  test('refuses a campaign without a complete slot', async () => {
    const rig = await aRig();
    const cli = await aCli(dirname(rig.ports.workFolder));
    await expect(buildCampaignDataset(cli.services, campaignId)).rejects.toThrow(
      'has no complete slot: none is over yet.',
    );
  });

  test('says which object is missing when the store was cleared', async () => {
    const { rig, cli } = await aCampaign();
    await rig.ports.objects.remove(rig.store.keys.slotObservations(2));
    await expect(buildCampaignDataset(cli.services, campaignId)).rejects.toThrow('slot=002');
  });
});

describe('dataset describe', () => {
  test('prints what a campaign has and lacks, and for machines the description', async () => {
    const { cli, crossover } = await aCampaign();
    expect(await crossover('dataset', 'describe', campaignId)).toBe(0);
    const text = flat(cli.lines);
    expect(text).toContain('4 planned slots: 2 complete, 1 degraded and 1 missed.');
    expect(text).toContain('Slot 4 missed: No load worker began the run.');
    expect(text).toContain('There are 3 pairs to learn from; at least 59 are needed.');
    expect(cli.lines.filter((line) => line.length > 80)).toEqual([]);
    const [description] = cli.json as DatasetDescription[];
    expect(description).toMatchObject({ campaignId, dataset: { slots: [1, 2], pairs: 3 } });
  });

  test('writes the card where it is asked to', async () => {
    const { cli, folder, crossover } = await aCampaign();
    const card = join(folder, 'card.md');
    expect(await crossover('dataset', 'describe', campaignId, '--card', card)).toBe(0);
    expect(await readFile(card, 'utf8')).toContain('# Dataset of demo');
    expect(flat(cli.lines)).toContain('Card:');
  });

  test('tells a campaign from a request log, and refuses the options of the other', async () => {
    const { services } = (await aCampaign()).cli;
    await expect(describeSubject(services, campaignId, { time: 't' })).rejects.toThrow(
      '"demo" is a campaign; --time, --workload and --bytes',
    );
    await expect(describeSubject(services, 'log.csv', { card: 'c.md' })).rejects.toThrow(
      '"log.csv" is a request log; --slots and --card',
    );
    await expect(describeSubject(services, 'nobody')).rejects.toThrow('No campaign "nobody"');
    await expect(describeSubject(services, 'log.txt')).rejects.toThrow('does not end in .csv');
  });
});

describe('dataset export', () => {
  test('writes the table and what its columns mean', async () => {
    const { cli, folder, crossover } = await aCampaign();
    const out = join(folder, 'rows.jsonl');
    expect(await crossover('dataset', 'export', campaignId, '--out', out)).toBe(0);
    const lines = (await readFile(out, 'utf8')).trim().split('\n');
    const sidecar = JSON.parse(await readFile(join(folder, 'rows.columns.json'), 'utf8'));

    expect(lines).toHaveLength(6);
    expect(sidecar.columns.map(({ name }: { name: string }) => name)).toEqual(
      Object.keys(JSON.parse(lines[0] ?? '')),
    );
    expect(sidecar.columns).toContainEqual({
      name: 'latency_ms',
      unit: 'ms',
      meaning: 'send to last byte',
      blank: 'no answer',
    });
    expect(cli.json).toMatchObject([{ file: out, format: 'jsonl', rows: 6, slots: [1, 2] }]);
    expect(sidecar.fingerprint).toBe((cli.json[0] as { fingerprint: string }).fingerprint);
  });

  test.each([
    [{ format: 'xlsx' }, 'is no format of an exported dataset'],
    [{ format: 'csv', out: 'rows.parquet' }, 'does not end in .csv'],
    [{ out: 'no-such-folder/rows.csv' }, 'There is no folder'],
  ])('refuses %j before any work', async (options, reason) => {
    const { rig, cli } = await aCampaign();
    await rig.ports.objects.remove(rig.store.keys.slotObservations(1));
    await expect(exportDataset(cli.services, campaignId, options)).rejects.toThrow(reason);
  });
});
