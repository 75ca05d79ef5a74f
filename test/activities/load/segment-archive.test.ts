import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { SegmentArchive } from '../../../src/activities/load/segment-archive.ts';
import { recordsOf } from '../a-generator.ts';
import { type ActivityRig, aRig, linesOf } from '../rig.ts';

const run = 'slot-001';
const sentOf = (...ids: readonly string[]) => linesOf(ids.flatMap((id) => recordsOf(id, 'lambda')));

function archiveOf({ store, ports }: ActivityRig, machine = 'here'): SegmentArchive {
  return new SegmentArchive(store, run, join(ports.workFolder, machine));
}

test('closed segments are stored, and the one that is being written is not', async () => {
  const rig = await aRig();
  const archive = archiveOf(rig);
  const folder = await archive.folderOf(1);
  await writeFile(join(folder, '001.ndjson'), sentOf('r1'));
  await writeFile(join(folder, '002.ndjson.open'), sentOf('r2'));
  await archive.store(1);
  expect(await archive.keys()).toEqual([rig.store.keys.raw(run, 1, 1)]);
});

test('what a dead attempt left open is closed, stored, and known as sent', async () => {
  const rig = await aRig();
  const folder = await archiveOf(rig).folderOf(1);
  await writeFile(join(folder, '001.ndjson'), sentOf('r1'));
  await writeFile(join(folder, '002.ndjson.open'), sentOf('r2'));
  const archive = archiveOf(rig);
  expect(await archive.recover()).toEqual({
    attempts: 1,
    alreadySent: new Set(['r1/lambda', 'r2/lambda']),
  });
  expect(await archive.keys()).toHaveLength(2);
  expect(await readdir(folder)).toEqual(['001.ndjson', '002.ndjson']);
});

test('a line that a kill has torn is no send, and stands on a line of its own', async () => {
  const rig = await aRig();
  const folder = await archiveOf(rig).folderOf(1);
  await writeFile(join(folder, '001.ndjson.open'), `${sentOf('r1')}{"kind":"sent","requestId":"r2`);
  const archive = archiveOf(rig);
  expect((await archive.recover()).alreadySent).toEqual(new Set(['r1/lambda']));
  const stored = await rig.store.requireBytes(rig.store.keys.raw(run, 1, 1));
  expect(new TextDecoder().decode(stored).split('\n').slice(-2)).toEqual([
    '{"kind":"sent","requestId":"r2',
    '',
  ]);
});

test('another machine finds in the store what was sent from the first one', async () => {
  const rig = await aRig();
  const first = archiveOf(rig, 'first');
  await writeFile(join(await first.folderOf(2), '001.ndjson'), sentOf('r1'));
  await first.store(2);
  await rig.ports.objects.put(rig.store.keys.platform(run, 2), linesOf([{ kind: 'task' }]));
  expect(await archiveOf(rig, 'second').recover()).toEqual({
    attempts: 2,
    alreadySent: new Set(['r1/lambda']),
  });
});

test('an attempt that wrote nothing still counts, so that the next one has its own folder', async () => {
  const rig = await aRig();
  await archiveOf(rig).folderOf(1);
  expect(await archiveOf(rig).recover()).toEqual({ attempts: 1, alreadySent: new Set() });
});
