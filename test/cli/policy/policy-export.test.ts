import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exportPolicy } from '../../../src/cli/policy/policy-export.ts';
import { aWorkload, oneVcpu } from '../../support/a-plan.ts';
import { aCli, type Cli, storeCampaign } from '../a-cli.ts';
import { aTrainedModel, bestStatic, storeChampion, storeModel } from '../a-stored-model.ts';

const workloads = [
  aWorkload({ name: 'light', share: 0.5, cpuMs: 7 }),
  aWorkload({ name: 'heavy', share: 0.5, cpuMs: 300, ...oneVcpu }),
];

async function aCampaign(): Promise<Cli & { readonly folder: string }> {
  const cli = await aCli();
  await storeCampaign(cli.objects, 'demo', { plan: { workloads } });
  return { ...cli, folder: join(cli.stateFolder, 'out') };
}

async function readJson(folder: string, name: string) {
  return JSON.parse(await readFile(join(folder, name), 'utf8'));
}

test('a policy has the model as it is stored, best-static with its reason, and the switch', async () => {
  const { services, objects, folder, json } = await aCampaign();
  const learnedModelHash = await storeModel(objects, 'demo', aTrainedModel(4));
  await storeChampion(objects, 'demo', { ...bestStatic, learnedModelHash });

  expect(await exportPolicy(services, 'demo', folder)).toBe(0);

  expect(await readdir(folder)).toEqual([
    'README.md',
    'best-static.json',
    'model.json',
    'switch-by-rate.csv',
    'switch-by-rate.json',
  ]);
  const model = await readFile(join(folder, 'model.json'));
  expect(createHash('sha256').update(model).digest('hex')).toBe(learnedModelHash);
  expect(await readJson(folder, 'best-static.json')).toMatchObject({
    table: bestStatic.table,
    reason: bestStatic.capacityReason,
    isInUse: true,
    prices: { name: 'us-east-1/x86_64/2026-11' },
  });
  const { workloads: switches } = await readJson(folder, 'switch-by-rate.json');
  expect(switches).toMatchObject([{ workload: 'light' }, { workload: 'heavy' }]);
  expect(switches[1].breakEven.requestsPerHour).toBeGreaterThan(0);
  const csv = (await readFile(join(folder, 'switch-by-rate.csv'), 'utf8')).trimEnd().split('\n');
  expect(csv).toHaveLength(1 + 2 * 168);
  expect(csv[1]).toMatch(/^light,Monday,0,180,[\d.]+,0,100,0$/);
  expect(csv.at(-1)).toMatch(/^heavy,Sunday,23,/);
  expect(json).toMatchObject([{ folder, modelHash: learnedModelHash, table: bestStatic.table }]);
});

test('its README names the model, every feature in order, and which router is in use', async () => {
  const { services, objects, folder } = await aCampaign();
  const modelHash = await storeModel(objects, 'demo', aTrainedModel(4));
  const learned = { ...bestStatic, kind: 'learned', modelHash } as const;
  await storeChampion(objects, 'demo', learned);
  await exportPolicy(services, 'demo', folder);
  const readme = await readFile(join(folder, 'README.md'), 'utf8');
  expect(readme).toContain('In use: the model.');
  expect(readme).toContain(modelHash);
  expect(readme).toMatch(/0\. `payload_bytes`\n1\. `estimated_execution_ms`/);
  expect(readme).toContain('| heavy | ecs |');
});

test('without a model the rest is written, and why there is none is said', async () => {
  const { services, objects, folder, lines, json } = await aCampaign();
  await storeChampion(objects, 'demo', bestStatic);
  await exportPolicy(services, 'demo', folder);
  expect(await readdir(folder)).not.toContain('model.json');
  expect(lines.join('\n')).toMatch(/none: The learned router is not shown/);
  expect(json).toMatchObject([{ files: expect.not.arrayContaining(['model.json']) }]);
});

test('before any retraining best-static follows from the prices', async () => {
  const { services, folder } = await aCampaign();
  await exportPolicy(services, 'demo', folder);
  const file = await readJson(folder, 'best-static.json');
  expect(file.table).toEqual({ light: 'lambda', heavy: 'lambda' });
  expect(file.reason).toContain('heavy on Lambda');
});

test('a workload whose busy time nobody knows cannot be priced', async () => {
  const { services, objects, folder } = await aCampaign();
  await storeCampaign(objects, 'demo');
  await expect(exportPolicy(services, 'demo', folder)).rejects.toThrow(
    /busy time of light, heavy is not known/,
  );
});
