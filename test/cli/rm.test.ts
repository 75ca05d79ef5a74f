import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeCampaign } from '../../src/cli/rm.ts';
import { UsageError } from '../../src/cli/usage-error.ts';
import { aCli, storeCampaign } from './a-cli.ts';

test('a campaign that has ended is removed from the store and its work folder, and no other', async () => {
  const { services, stateFolder, objects, lines, json, write } = await aCli();
  const runs = { 'slot-001': '2026-11-01T10:00:00Z' };
  await storeCampaign(objects, 'demo', { outcome: 'completed', runs });
  await storeCampaign(objects, 'demo-2', { outcome: 'completed', runs });
  await write('work/demo/slot-001/raw/001.ndjson', 'x'.repeat(5000));
  await write('work/demo-2/slot-001/raw/001.ndjson', 'x');
  const kept = await objects.list('campaigns/demo-2/');

  expect(await removeCampaign(services, 'demo')).toBe(0);

  expect(await objects.list('')).toEqual(kept);
  expect(existsSync(join(stateFolder, 'store/campaigns/demo'))).toBe(false);
  expect(existsSync(join(stateFolder, 'work/demo'))).toBe(false);
  expect(existsSync(join(stateFolder, 'work/demo-2'))).toBe(true);
  expect(lines[0]).toMatch(/^Removed campaign demo: 4 objects, [67]\.\d kB\.$/);
  expect(lines.join('\n')).toContain('5.0 kB');
  expect(json).toMatchObject([{ campaignId: 'demo', objects: 4, folders: [{}, { bytes: 5000 }] }]);
});

test('a name that was never taken is a mistake of the user', async () => {
  const { services } = await aCli();
  await expect(removeCampaign(services, 'nothing')).rejects.toThrow(UsageError);
});

test('what may be suspended is not removed while no server can say', async () => {
  const { services, objects } = await aCli();
  await storeCampaign(objects, 'demo', { runs: { 'slot-001': '2026-11-01T10:00:00Z' } });
  const before = await objects.list('');
  await expect(removeCampaign(services, 'demo')).rejects.toThrow(
    /suspended.*crossover report demo/s,
  );
  expect(await objects.list('')).toEqual(before);
});

test.each(['', '..', '../..', 'demo/requests'])('"%s" is no name of a campaign', async (name) => {
  const { services, objects } = await aCli();
  await storeCampaign(objects, 'demo', { outcome: 'completed' });
  await expect(removeCampaign(services, name)).rejects.toThrow(UsageError);
  expect(await objects.list('')).not.toEqual([]);
});
