import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { OverlayStore } from '../../../src/activities/evidence/overlay-store.ts';
import { FsObjectStore } from '../../../src/stores/fs-object-store.ts';
import { describeObjectStore } from '../../contracts/object-store.ts';

describeObjectStore('OverlayStore', async () => {
  const root = await mkdtemp(join(tmpdir(), 'crossover-overlay-'));
  const overlay = new OverlayStore(new FsObjectStore(root), () => false);
  return { openAnother: () => overlay, close: () => rm(root, { recursive: true }) };
});

test('what lies below is read, hidden or written over, and never changed', async () => {
  const root = await mkdtemp(join(tmpdir(), 'crossover-overlay-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const base = new FsObjectStore(root);
  for (const key of ['a/kept', 'a/gone', 'a/hidden']) await base.put(key, 'below');
  const overlay = new OverlayStore(base, (key) => key === 'a/hidden');
  const textOf = async (key: string) => {
    const found = await overlay.get(key);
    return found && new TextDecoder().decode(found.body);
  };
  expect(await textOf('a/hidden')).toBeUndefined();
  await overlay.put('a/kept', 'above');
  await overlay.put('a/hidden', 'again');
  await overlay.remove('a/gone');
  expect(await textOf('a/kept')).toBe('above');
  expect(await overlay.list('a/')).toEqual(['a/hidden', 'a/kept']);
  expect(overlay.writtenKeys).toEqual(['a/hidden', 'a/kept']);
  expect(await base.list('a/')).toEqual(['a/gone', 'a/hidden', 'a/kept']);
  expect(Buffer.from((await base.get('a/kept'))?.body ?? []).toString()).toBe('below');
});
